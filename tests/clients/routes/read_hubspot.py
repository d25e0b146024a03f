"""Routes of HubSpot's Python and Node clients, read from their installed sources.

Called by generate.py. Both are generated code with one literal path and verb per
method, so each is read by pattern.
"""

import re

from route import route

PYTHON = re.compile(r"call_api\(\s*\"([^\"]+)\",\s*\"([A-Z]+)\"")
NODE = re.compile(
    r"localVarPath = '([^']+)'|makeRequestContext\(localVarPath, http_1\.HttpMethod\.([A-Z]+)\)",
    re.M,
)


def hubspot_routes(python_packages, node_modules):
    for file in sorted((python_packages / "hubspot").rglob("api/*_api.py")):
        for path, method in PYTHON.findall(file.read_text()):
            yield route(method, path)
    for file in sorted((node_modules / "@hubspot/api-client/lib/codegen").rglob("apis/*Api.js")):
        yield from node_file(file)


def node_file(file):
    path = "?"
    for found in NODE.finditer(file.read_text()):
        if found.group(1):
            path = found.group(1)
        else:
            yield route(found.group(2), path)
