"""Looks for issued credentials where none may be: data files, log exports, the server's own output.

Run by run.sh after the suites: `secrets.py OPENS_DIR PLACE...`. Reads every key
and token from the JSON files in OPENS_DIR, also in the base64 form of HTTP
Basic, and names each file that holds one (never the secret itself).
"""

import base64
import json
import sys
from pathlib import Path


def issued(opens):
    for file in sorted(Path(opens).glob("*.json")):
        opened = json.loads(file.read_text())
        for vendor, access in opened["vendors"].items():
            yield f"{file.stem}: {vendor} key", access["key"]
            basic = base64.b64encode(f"{access['key']}:".encode()).decode().rstrip("=")
            yield f"{file.stem}: {vendor} key as HTTP Basic", basic[:-1]
        for role, token in opened["tokens"].items():
            yield f"{file.stem}: {role} token", token


def files(places):
    for place in map(Path, places):
        found = [place] if place.is_file() else sorted(p for p in place.rglob("*") if p.is_file())
        yield from (p for p in found if p.name != "admin.token")


def main(opens, places):
    secrets = list(issued(opens))
    admin = [Path(p) / "admin.token" for p in places if (Path(p) / "admin.token").is_file()]
    secrets += [("the admin token", file.read_text().strip()) for file in admin]
    leaks = searched = 0
    for file in files(places):
        searched += 1
        content = file.read_bytes()
        for name, secret in secrets:
            if secret.encode() in content:
                leaks += 1
                print(f"secrets: {name} occurs in {file}")
    print(f"secrets: {len(secrets)} searched in {searched} files, {leaks} found")
    return 1 if leaks or not secrets or not searched else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
