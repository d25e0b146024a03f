"""Routes of Stripe's Python and Node SDKs, read from their installed sources.

Called by generate.py. The Python SDK is read as syntax trees (each request is a
call with a literal verb and path), the Node SDK line by line. Nothing is
imported, so a half-configured SDK cannot hide a route.
"""

import ast
import re

from route import route, snake

REQUESTS = {"_request", "_static_request"}
NODE_CLASS = re.compile(r"^export class (\w+?)(?:Resource)? extends")
NODE_METHOD = re.compile(r"^    (?:async )?(\w+)\([^)]*\) \{$")
NODE_REQUEST = re.compile(r"_makeRequest\('([A-Z]+)', (?:'([^']+)'|`([^`]+)`)")
NODE_PARAMETER = re.compile(r"\$\{encodeURIComponent\((\w+)\)\}")


def stripe_routes(python_packages, node_modules):
    package = python_packages / "stripe"
    files = sorted(package.rglob("*.py"), key=lambda p: (not p.stem.endswith("_service"), str(p)))
    for file in files:
        yield from python_file(file)
    for file in sorted((node_modules / "stripe/esm/resources").rglob("*.js")):
        yield from node_file(file)


def python_file(file):
    for owner in ast.walk(ast.parse(file.read_text())):
        if not isinstance(owner, ast.ClassDef):
            continue
        noun = snake(owner.name.removesuffix("Service"))
        for function in owner.body:
            if not isinstance(function, ast.FunctionDef):
                continue
            for call in ast.walk(function):
                found = python_call(call)
                if found:
                    yield route(*found, f"{noun}.{function.name.removeprefix('_cls_')}")


def python_call(node):
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
        return None
    if node.func.attr not in REQUESTS or len(node.args) < 2:
        return None
    verb, path = node.args[:2]
    if isinstance(path, ast.Call) and isinstance(path.func, ast.Attribute):
        path = path.func.value  # "…{id}".format(id=…)
    literal = isinstance(verb, ast.Constant) and isinstance(path, ast.Constant)
    return (verb.value, path.value) if literal else None


def node_file(file):
    noun = method = "?"
    for line in file.read_text().splitlines():
        if found := NODE_CLASS.match(line):
            noun = snake(found.group(1))
        elif found := NODE_METHOD.match(line):
            method = snake(found.group(1))
        elif found := NODE_REQUEST.search(line):
            path = NODE_PARAMETER.sub(r"{\1}", found.group(2) or found.group(3))
            yield route(found.group(1), path, f"{noun}.{method}")
