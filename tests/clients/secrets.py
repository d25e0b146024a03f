"""Looks for issued credentials where none may be: data files, log exports, the server's own output.

Run by run.sh after the suites: `secrets.py OPENS_DIR PLACE...`. Reads every key
and token from the JSON files in OPENS_DIR, also in the base64 form of HTTP
Basic and as a mail carries it, and names each file that holds one (never the
secret itself). `secrets.py --plant OPENS_DIR`, run before while the server is
up, sends every one of them to where no key belongs: a parameter, a path, a
mail, the user agent.
"""

import base64
import json
import sys
import urllib.error
import urllib.request
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


def in_base64(secret):
    """What base64 makes of the middle of a text, in each of the three places that it can stand in a group."""
    for lead in range(3):
        yield base64.b64encode(b"x" * lead + secret[-40:].encode()).decode()[4:-4]


def files(places):
    for place in map(Path, places):
        found = [place] if place.is_file() else sorted(p for p in place.rglob("*") if p.is_file())
        yield from (p for p in found if p.name != "admin.token")


def plant(opens):
    """Sends every issued key where no key belongs."""
    planted = 0
    for file in sorted(Path(opens).glob("*.json")):
        opened = json.loads(file.read_text())
        keys = [access["key"] for access in opened["vendors"].values()] + list(opened["tokens"].values())
        for secret in keys:
            for vendor, path, kind, body in misplaced(secret):
                headers = {
                    "Authorization": f"Bearer {opened['vendors'][vendor]['key']}",
                    "User-Agent": f"bot/1 ({secret})",
                    "Idempotency-Key": secret,
                    "Content-Type": kind,
                }
                request = urllib.request.Request(opened["url"] + path, data=body, headers=headers)
                try:
                    answer = urllib.request.urlopen(request, timeout=60).read()
                except urllib.error.HTTPError as refused:
                    answer = refused.read()
                planted += 1
                if secret.encode() in answer:
                    sys.exit(f"secrets: {path.replace(secret, '…')} answers with the key it was sent")
    print(f"secrets: {planted} requests sent with a key where none belongs")


def misplaced(secret):
    mail = f"To: a@example.com\r\nSubject: {secret}\r\n\r\nMy key is {secret}.\r\n".encode()
    form, as_json = "application/x-www-form-urlencoded", "application/json"
    yield "billing", "/v1/customers", form, f"name=Key&metadata[note]={secret}".encode()
    yield "billing", "/v1/customers", form, f"name={secret.replace('_', '%5F')}".encode()
    yield "billing", f"/v1/charges/{secret}?note={secret}", form, None
    yield "crm", "/crm/v3/objects/contacts/search", as_json, json.dumps({"query": secret}).encode()
    raw = base64.urlsafe_b64encode(mail).decode()
    yield "inbox", "/gmail/v1/users/me/messages/send", as_json, json.dumps({"raw": raw}).encode()
    yield "inbox", "/upload/gmail/v1/users/me/messages/send?uploadType=media", "message/rfc822", mail


def main(opens, places):
    secrets = list(issued(opens))
    admin = [Path(p) / "admin.token" for p in places if (Path(p) / "admin.token").is_file()]
    secrets += [("the admin token", file.read_text().strip()) for file in admin]
    secrets += [(f"{name} in base64", text) for name, secret in secrets for text in in_base64(secret)]
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
    if sys.argv[1] == "--plant":
        plant(sys.argv[2])
        sys.exit(0)
    sys.exit(main(sys.argv[1], sys.argv[2:]))
