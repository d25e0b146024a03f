"""Mails built and read with the standard library, as a candidate's script would.

Used by the inbox suites. `raw` is what the API takes: base64url of RFC 822 with
the bare line feeds that Python writes.
"""

import base64
import email
import email.policy
from email.message import EmailMessage


def mail(subject, body="Hello.", **headers):
    one = EmailMessage()
    one["From"] = headers.pop("sender", "Ada Suite <ada.suite@example.com>")
    one["To"] = headers.pop("to", "desk@example.com")
    one["Subject"] = subject
    for name, value in headers.items():
        one[name.replace("_", "-")] = value
    one.set_content(body)
    return one


def raw(message):
    return base64.urlsafe_b64encode(message.as_bytes()).decode()


def decoded(data):
    return base64.urlsafe_b64decode(data + "=" * (-len(data) % 4))


def parsed(data):
    return email.message_from_bytes(decoded(data), policy=email.policy.default)


def header(message, name):
    """A header of the API's form, by its name in any case."""
    found = [one["value"] for one in message["payload"]["headers"] if one["name"].lower() == name.lower()]
    assert found, f"no header {name} among {[one['name'] for one in message['payload']['headers']]}"
    return found[0]


def parts(payload):
    yield payload
    for part in payload.get("parts", []):
        yield from parts(part)
