"""Routes of Stripe's Python and Node SDKs, read from their installed sources.

Called by generate.py. The Python SDK is read as syntax trees (each request is a
call with a literal verb and path), the Node SDK by pattern. Nothing is
imported, so a half-configured SDK cannot hide a route.
"""

import ast
import re

from route import route

REQUESTS = {"_request", "_static_request"}
NODE_REQUEST = re.compile(r"_makeRequest\('([A-Z]+)', (?:'([^']+)'|`([^`]+)`)")
NODE_PARAMETER = re.compile(r"\$\{encodeURIComponent\((\w+)\)\}")


def stripe_routes(python_packages, node_modules):
    package = python_packages / "stripe"
    files = sorted(package.rglob("*.py"), key=lambda p: (not p.stem.endswith("_service"), str(p)))
    for file in files:
        for node in ast.walk(ast.parse(file.read_text())):
            if found := python_call(node):
                yield route(*found)
    for file in sorted((node_modules / "stripe/esm/resources").rglob("*.js")):
        for method, literal, template in NODE_REQUEST.findall(file.read_text()):
            yield route(method, NODE_PARAMETER.sub(r"{\1}", literal or template))


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

