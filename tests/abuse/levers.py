"""What a hostile candidate can send: each lever is a list of requests, made for one office.

Used by abuse.py. A request is (method, path, headers, body); sizes are those of the attacks that once worked, the short
form's are smaller. Nothing here leaves loopback.
"""

import base64
import json
import urllib.parse

JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
MAIL = {"Content-Type": "message/rfc822"}
OVERRIDE = {"Content-Type": "application/x-www-form-urlencoded", "X-HTTP-Method-Override": "GET"}

USER = "/gmail/v1/users/me"
HEAD = "From: Eve <eve@example.com>\r\nTo: help@example.com\r\nSubject: deep\r\nMessage-ID: <deep@example.com>\r\n"


def raw(mail):
    return base64.urlsafe_b64encode(mail).decode()


def as_json(value):
    return json.dumps(value).encode()


def nested_multiparts(depth):
    lines = [HEAD + "MIME-Version: 1.0"]
    for n in range(depth):
        lines.append(f'Content-Type: multipart/mixed; boundary="b{n}"\r\n\r\n--b{n}')
    lines.append("Content-Type: text/plain\r\n\r\nthe bottom")
    lines.extend(f"--b{n}--" for n in reversed(range(depth)))
    return "\r\n".join(lines).encode()


def nested_mails(depth):
    return (("Content-Type: message/rfc822\r\n" + HEAD + "\r\n") * depth + HEAD + "\r\nthe bottom").encode()


def big_mail(megabytes):
    line = base64.b64encode(bytes(range(57))) + b"\r\n"
    count = megabytes * (1 << 20) // len(line)
    head = HEAD + ('MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="big"\r\n\r\n--big\r\n'
                   "Content-Type: text/plain\r\n\r\nsee the attachment\r\n--big\r\n"
                   'Content-Type: application/pdf; name="big.pdf"\r\nContent-Transfer-Encoding: base64\r\n'
                   'Content-Disposition: attachment; filename="big.pdf"\r\n\r\n')
    return head.encode() + line * count + b"--big--\r\n"


def every_way_in(mail):
    """Send, insert, import, draft and upload."""
    inside = as_json({"raw": raw(mail)})
    draft = as_json({"message": {"raw": raw(mail)}})
    return [
        ("POST", f"{USER}/messages/send", JSON, inside),
        ("POST", f"{USER}/messages", JSON, inside),
        ("POST", f"{USER}/messages/import", JSON, inside),
        ("POST", f"{USER}/drafts", JSON, draft),
        ("POST", f"/upload{USER}/messages/send?uploadType=media", MAIL, mail),
        ("POST", f"/upload{USER}/messages?uploadType=media", MAIL, mail),
    ]


def deep_mail(short):
    return every_way_in(nested_multiparts(1_546)) + every_way_in(nested_mails(500 if short else 1_500))


def many_references(short):
    count = 5_000 if short else 25_000
    ids = lambda tag: "\r\n ".join(f"<{tag}{n}@example.com>" for n in range(count))
    mail = (HEAD + f"References: {ids('r')}\r\nIn-Reply-To: {ids('i')}\r\n\r\nhello").encode()
    return every_way_in(mail)[:4]


def many_recipients(short):
    people = ",\r\n ".join(f"p{n}@example.com" for n in range(10_000 if short else 100_000))
    mail = (f"From: eve@example.com\r\nTo: {people}\r\nSubject: all of you\r\n\r\nhello").encode()
    headers = "".join(f"X-Header-{n}: x\r\n" for n in range(10_000 if short else 100_000))
    return every_way_in(mail)[:4] + every_way_in((HEAD + headers + "\r\nhello").encode())[:4]


def many_labels(short):
    labels = ["STARRED"] * (30_000 if short else 150_000)
    both = as_json({"addLabelIds": labels, "removeLabelIds": ["UNREAD"] * len(labels)})
    batch = as_json({"ids": ["0000000000000001"] * len(labels), "addLabelIds": labels})
    return [
        ("POST", f"{USER}/messages/{{message}}/modify", JSON, both),
        ("POST", f"{USER}/threads/{{message}}/modify", JSON, both),
        ("POST", f"{USER}/messages/batchModify", JSON, batch),
        ("POST", f"{USER}/messages/batchDelete", JSON, as_json({"ids": ["0000000000000001"] * len(labels)})),
    ]


def crm_lists(short):
    count = 100_000 if short else 1_000_000
    names = [f"p{n}" for n in range(count)]
    again = ["email"] * count
    ids = [{"id": "1"}] * (count // 10)
    objects = "/crm/v3/objects/contacts"
    filters = [{"propertyName": "email", "operator": "EQ", "value": f"{n}@example.com"} for n in range(count // 20)]
    return [
        ("POST", f"{objects}/search", JSON, as_json({"properties": names, "limit": 100})),
        ("POST", f"{objects}/search", JSON, as_json({"properties": again, "limit": 100})),
        ("POST", f"{objects}/batch/read", JSON, as_json({"properties": names[: count // 2], "inputs": ids[:100]})),
        ("POST", f"{objects}/batch/read", JSON, as_json({"properties": ["email"], "inputs": ids})),
        ("POST", f"{objects}/search", JSON, as_json({"filterGroups": [{"filters": filters}], "limit": 100})),
        ("POST", f"{objects}/search", JSON, as_json({"filterGroups": [{"filters": filters[:1]}] * (count // 20)})),
        ("POST", f"{objects}/search", JSON,
         as_json({"filterGroups": [{"filters": [{"propertyName": "email", "operator": "IN", "values": names}]}]})),
        ("POST", "/crm/v4/associations/contacts/tickets/batch/read", JSON, as_json({"inputs": ids})),
        ("POST", f"{objects}/batch/create", JSON,
         as_json({"inputs": [{"properties": {name: "x" for name in names[: count // 10]}}]})),
        ("GET", f"{objects}?limit=100&properties=" + ",".join(names)[:31_000], {}, b""),
    ]


def deep_texts(short):
    depth = 100_000 if short else 1_000_000
    forms = "a" + "[b]" * depth
    expand = "&".join(f"expand[]=charge.{n}" for n in range(depth // 10))
    nested = "expand[]=" + ".".join(["charge"] * (depth // 10))
    many = "&".join(f"metadata[k{n}]=v" for n in range(depth // 10))
    arrays, objects = b"[" * depth, b'{"a":' * depth
    search = lambda text: ("GET", f"/v1/charges/search?query={urllib.parse.quote(text)}", {}, b"")
    box = lambda text: ("POST", f"{USER}/messages", OVERRIDE, b"q=" + urllib.parse.quote(text).encode())
    return [
        ("POST", "/v1/refunds", FORM, (forms + "=1").encode()),
        ("POST", "/v1/customers", FORM, many.encode()),
        ("POST", "/v1/refunds", FORM, f"charge=ch_1&{expand}".encode()),
        ("POST", "/v1/refunds", FORM, f"charge=ch_1&{nested}".encode()),
        ("POST", "/crm/v3/objects/contacts/search", JSON, arrays),
        ("POST", "/crm/v3/objects/contacts/search", JSON, objects),
        ("POST", "/crm/v3/objects/contacts/search", JSON, b'{"filterGroups":' + arrays),
        ("POST", f"{USER}/messages/send", JSON, objects),
        ("POST", f"{USER}/messages/send", JSON, b'{"raw":' + arrays),
        search("(" * 5_000),
        search("status:'x' AND " * 900 + "status:'x'"),
        search("-" * 5_000 + "status:'x'"),
        box("(" * depth + "x" + ")" * depth),
        box("-(" * (depth // 2)),
        box("{" * depth),
        box("a OR " * (depth // 2) + "b"),
        box(" ".join(f"w{n}" for n in range(depth // 2))),
    ]


LEVERS = {
    "deep mail": deep_mail,
    "references": many_references,
    "recipients": many_recipients,
    "labels": many_labels,
    "crm lists": crm_lists,
    "deep texts": deep_texts,
}
