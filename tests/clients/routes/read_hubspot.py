"""Routes of HubSpot's Python and Node clients, read from their installed sources.

Called by generate.py. Both are generated code with one literal path and verb per
method, so each is read by pattern; the method's name is the API module's path
plus the function it stands in.
"""

import re

from route import route, snake

PYTHON = re.compile(r"def (\w+)_with_http_info\(|call_api\(\s*\"([^\"]+)\",\s*\"([A-Z]+)\"")
NODE = re.compile(
    r"^    (\w+)\([^)]*\) \{$|localVarPath = '([^']+)'|makeRequestContext\(localVarPath, http_1\.HttpMethod\.([A-Z]+)\)",
    re.M,
)


def hubspot_routes(python_packages, node_modules):
    root = python_packages / "hubspot"
    for file in sorted(root.rglob("api/*_api.py")):
        yield from python_file(file, module_of(file.relative_to(root), "api"))
    root = node_modules / "@hubspot/api-client/lib/codegen"
    for file in sorted(root.rglob("apis/*Api.js")):
        yield from node_file(file, module_of(file.relative_to(root), "apis"))


def module_of(relative, folder):
    parts = [p for p in relative.with_suffix("").parts if p != folder]
    return ".".join(snake(p) for p in parts)


def python_file(file, module):
    function = "?"
    for found in PYTHON.finditer(file.read_text()):
        if found.group(1):
            function = found.group(1)
        else:
            yield route(found.group(3), found.group(2), f"{module}.{function}")


def node_file(file, module):
    method = path = "?"
    for found in NODE.finditer(file.read_text()):
        if found.group(1):
            method = snake(found.group(1))
        elif found.group(2):
            path = found.group(2)
        else:
            yield route(found.group(3), path, f"{module}.{method}")
