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
    yield route("POST", document["batchPath"], "gmail.new_batch_http_request")
    yield route("POST", document["batchPath"] + "/gmail/v1", "gmail.new_batch_http_request")
    source = (node_modules / "@googleapis/gmail/build/v1.js").read_text()
    for path, method in NODE.findall(source):
        yield route(method, path, "gmail (npm)")


def methods(resource):
    for method in resource.get("methods", {}).values():
        yield route(method["httpMethod"], method["path"], method["id"])
        for protocol in method.get("mediaUpload", {}).get("protocols", {}).values():
            yield route(method["httpMethod"], protocol["path"], method["id"])
    for child in resource.get("resources", {}).values():
        yield from methods(child)
