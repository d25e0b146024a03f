"""Routes of Gmail v1: Google's static discovery document and the Node client.

Called by generate.py. Includes the upload twins of a method and the batch
address, which the Python client derives from the document at run time.
"""

import json
import re

from route import route

DOCUMENT = "googleapiclient/discovery_cache/documents/gmail.v1.json"
NODE = re.compile(r"\burl: \(rootUrl \+ ?'(/[^']+)'.*?method: '([A-Z]+)'", re.S)


def gmail_routes(python_packages, node_modules):
    document = json.loads((python_packages / DOCUMENT).read_text())
    yield from methods(document)
    yield route("POST", document["batchPath"])
    yield route("POST", document["batchPath"] + "/gmail/v1")
    source = (node_modules / "@googleapis/gmail/build/v1.js").read_text()
    for path, method in NODE.findall(source):
        yield route(method, path)


def methods(resource):
    for method in resource.get("methods", {}).values():
        yield route(method["httpMethod"], method["path"])
        for protocol in method.get("mediaUpload", {}).get("protocols", {}).values():
            yield route(method["httpMethod"], protocol["path"])
    for child in resource.get("resources", {}).values():
        yield from methods(child)
