"""Routes of published specifications: OpenAPI documents, and lists in the LAP form.

Called by generate.py with a folder that holds local copies. Every JSON document
with `paths` below it is read, whatever else lies there; of a `.lap` text the lines
`@endpoint METHOD /path`.
"""

import json
import re

from route import route

VERBS = {"get", "post", "put", "patch", "delete"}
ENDPOINT = re.compile(r"^@endpoint ([A-Z]+) (/\S+)", re.M)


def specified_routes(folder):
    for file in sorted(folder.rglob("*.json")):
        yield from document_routes(json.loads(file.read_text()))
    for file in sorted(folder.rglob("*.lap")):
        for method, path in ENDPOINT.findall(file.read_text()):
            yield route(method, path)


def document_routes(document):
    paths = document.get("paths", {}) if isinstance(document, dict) else {}
    for path, operations in paths.items():
        for method in operations:
            if method in VERBS:
                yield route(method, path)
