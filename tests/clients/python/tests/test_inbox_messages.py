"""The mailbox message by message: profile, labels, formats, insert, import, send, change, throw away, attachments."""

import base64
import re
import uuid

import pytest
from googleapiclient.errors import HttpError

from mail import decoded, header, mail, parsed, parts, raw

SYSTEM = {"INBOX", "SENT", "DRAFT", "TRASH", "SPAM", "UNREAD", "STARRED", "IMPORTANT"}
ID = re.compile(r"^[0-9a-f]{16}$")


def token():
    return "zq" + uuid.uuid4().hex[:12]


def insert(inbox, message, labels=("INBOX",), **more):
    return inbox.messages().insert(userId="me", body={"raw": raw(message), "labelIds": list(labels), **more}).execute()


def get(inbox, id, format="full", **more):
    return inbox.messages().get(userId="me", id=id, format=format, **more).execute()


def refused(request, status):
    with pytest.raises(HttpError) as failure:
        request.execute()
    assert failure.value.resp.status == status, failure.value
    return failure.value


def test_profile(inbox, office):
    for user in ("me", office.address):
        profile = inbox.getProfile(userId=user).execute()
        assert profile["emailAddress"] == office.address
        assert profile["messagesTotal"] >= profile["threadsTotal"] > 0
        assert isinstance(profile["historyId"], str) and profile["historyId"].isdigit()


def test_another_users_mailbox(inbox):
    with pytest.raises(HttpError) as failure:
        inbox.getProfile(userId="somebody.else@example.com").execute()
    assert failure.value.resp.status in (403, 404), "a token opens one mailbox"


# Labels.


def test_system_labels(inbox):
    labels = inbox.labels().list(userId="me").execute()["labels"]
    assert {one["id"] for one in labels if one["type"] == "system"} >= SYSTEM
    one = inbox.labels().get(userId="me", id="INBOX").execute()
    assert (one["id"], one["type"]) == ("INBOX", "system")
    assert one["messagesTotal"] > 0 and one["messagesUnread"] <= one["messagesTotal"]
    refused(inbox.labels().delete(userId="me", id="INBOX"), 400)


def test_label_life(inbox):
    name = "Suite " + token()
    made = inbox.labels().create(userId="me", body={"name": name, "labelListVisibility": "labelShow"}).execute()
    assert made["id"].startswith("Label_") and made["name"] == name and made["type"] == "user"
    refused(inbox.labels().create(userId="me", body={"name": name}), 409)
    patched = inbox.labels().patch(userId="me", id=made["id"], body={"messageListVisibility": "hide"}).execute()
    assert (patched["name"], patched["messageListVisibility"]) == (name, "hide")
    put = inbox.labels().update(userId="me", id=made["id"], body={"id": made["id"], "name": name + " 2"}).execute()
    assert put["name"] == name + " 2"
    mine = insert(inbox, mail("labelled"), ["INBOX", made["id"]])
    inbox.labels().delete(userId="me", id=made["id"]).execute()
    refused(inbox.labels().get(userId="me", id=made["id"]), 404)
    assert made["id"] not in get(inbox, mine["id"], "minimal")["labelIds"], "a deleted label leaves its messages"


# Lists.


def test_list_pages(inbox):
    request = inbox.messages().list(userId="me", maxResults=7)
    ids = []
    while request is not None:
        page = request.execute()
        assert len(page["messages"]) <= 7 and isinstance(page["resultSizeEstimate"], int)
        ids += [one["id"] for one in page["messages"]]
        request = inbox.messages().list_next(request, page)
    assert len(ids) == len(set(ids)) and len(ids) >= 90, "the desk opens with a full mailbox"
    assert all(ID.match(one) for one in ids)
    at_once = inbox.messages().list(userId="me", maxResults=500).execute()["messages"]
    assert [one["id"] for one in at_once] == ids


def test_list_is_newest_first(inbox):
    rows = inbox.messages().list(userId="me", maxResults=20).execute()["messages"]
    dates = [int(get(inbox, one["id"], "minimal")["internalDate"]) for one in rows]
    assert dates == sorted(dates, reverse=True)


def test_list_by_labels_joined_by_and(inbox):
    label = inbox.labels().create(userId="me", body={"name": token()}).execute()["id"]
    both = insert(inbox, mail("both"), ["INBOX", "STARRED", label])["id"]
    insert(inbox, mail("one"), ["INBOX", label])
    rows = inbox.messages().list(userId="me", labelIds=[label, "STARRED"]).execute()["messages"]
    assert [one["id"] for one in rows] == [both]


def test_an_empty_list_has_no_messages_key(inbox):
    page = inbox.messages().list(userId="me", q="subject:" + token()).execute()
    assert "messages" not in page and "nextPageToken" not in page
    assert page["resultSizeEstimate"] == 0


# One message in its four forms.


@pytest.fixture(scope="module")
def letter(inbox):
    """Two kinds of body, an attachment, a name and subject beyond ASCII."""
    one = mail("Rückerstattung für Öfen – 50 €", "Grüße,\nÄnne", sender="Änne Öztürk <anne@example.com>", Reply_To="r@example.com")
    one.add_alternative("<p>Gr&uuml;&szlig;e</p>", subtype="html")
    one.add_attachment(b"a;b\n1;2\n" * 200, maintype="text", subtype="csv", filename="receipt ü.csv")
    return insert(inbox, one, ["INBOX", "UNREAD"])["id"]


def test_full(inbox, letter):
    one = get(inbox, letter)
    assert one["id"] == letter and one["threadId"] and set(one["labelIds"]) == {"INBOX", "UNREAD"}
    assert one["snippet"].startswith("Grüße")
    for name in ("historyId", "internalDate"):
        assert isinstance(one[name], str) and one[name].isdigit(), f"{name} is a string of digits"
    assert len(one["internalDate"]) == 13, "internalDate is in milliseconds"
    assert isinstance(one["sizeEstimate"], int)
    assert "raw" not in one
    assert header(one, "Reply-To") == "r@example.com"
    assert "anne@example.com" in header(one, "From")
    by_type = {part["mimeType"]: part for part in parts(one["payload"])}
    assert one["payload"]["mimeType"] == "multipart/mixed"
    assert decoded(by_type["text/plain"]["body"]["data"]).decode().replace("\r\n", "\n") == "Grüße,\nÄnne\n"
    assert "Gr" in decoded(by_type["text/html"]["body"]["data"]).decode()
    assert by_type["text/csv"]["filename"] == "receipt ü.csv"
    assert by_type["text/csv"]["body"]["attachmentId"] and "data" not in by_type["text/csv"]["body"]


def test_part_ids_are_dotted(inbox, letter):
    payload = get(inbox, letter)["payload"]
    assert payload["partId"] == ""
    assert {part["partId"]: part["mimeType"] for part in parts(payload) if part["partId"]} == {
        "0": "multipart/alternative",
        "0.0": "text/plain",
        "0.1": "text/html",
        "1": "text/csv",
    }


def test_metadata(inbox, letter):
    one = get(inbox, letter, "metadata", metadataHeaders=["subject", "From"])
    assert {header["name"].lower() for header in one["payload"]["headers"]} == {"subject", "from"}
    assert "parts" not in one["payload"] and "data" not in one["payload"].get("body", {})
    every = get(inbox, letter, "metadata")
    assert {"Subject", "From", "To", "Reply-To"} <= {header["name"] for header in every["payload"]["headers"]}


def test_raw(inbox, letter):
    one = get(inbox, letter, "raw")
    assert "payload" not in one
    whole = parsed(one["raw"])
    assert whole["Subject"] == "Rückerstattung für Öfen – 50 €"
    assert whole.get_body(("plain",)).get_content().split() == ["Grüße,", "Änne"]
    assert [part.get_filename() for part in whole.iter_attachments()] == ["receipt ü.csv"]


def test_minimal(inbox, letter):
    one = get(inbox, letter, "minimal")
    assert "payload" not in one and "raw" not in one
    assert one["labelIds"] and one["threadId"]


def test_an_unknown_format(inbox, letter):
    answer = inbox.messages().get(userId="me", id=letter)
    answer.uri += "&format=fancy"
    refused(answer, 400)


def test_attachment(inbox, letter):
    part = next(part for part in parts(get(inbox, letter)["payload"]) if part["filename"])
    found = inbox.messages().attachments().get(userId="me", messageId=letter, id=part["body"]["attachmentId"]).execute()
    data = decoded(found["data"])
    assert data.replace(b"\r\n", b"\n") == b"a;b\n1;2\n" * 200
    assert found["size"] == part["body"]["size"] == len(data)
    refused(inbox.messages().attachments().get(userId="me", messageId=letter, id="nowhere"), 404)


def test_a_binary_attachment_keeps_its_bytes(inbox):
    content = bytes(range(256)) * 20
    one = mail("binary")
    one.add_attachment(content, maintype="application", subtype="octet-stream", filename="all.bin")
    id = insert(inbox, one)["id"]
    part = next(part for part in parts(get(inbox, id)["payload"]) if part["filename"])
    found = inbox.messages().attachments().get(userId="me", messageId=id, id=part["body"]["attachmentId"]).execute()
    assert decoded(found["data"]) == content


# Putting mail in.


def test_insert(inbox):
    made = insert(inbox, mail("inserted", Message_ID="<inserted@example.com>"), ["INBOX", "UNREAD"])
    assert ID.match(made["id"]) and made["threadId"] and set(made["labelIds"]) == {"INBOX", "UNREAD"}
    assert header(get(inbox, made["id"]), "Message-ID") == "<inserted@example.com>"


def test_import(inbox):
    body = {"raw": raw(mail("imported")), "labelIds": ["INBOX", "UNREAD"]}
    made = inbox.messages().import_(userId="me", body=body).execute()
    assert header(get(inbox, made["id"]), "Subject") == "imported"
    assert "INBOX" in made["labelIds"]


def test_send(inbox, office):
    one = mail("Re: your order", "Done.", to="customer@example.com")
    del one["From"]
    sent = inbox.messages().send(userId="me", body={"raw": raw(one)}).execute()
    assert "SENT" in sent["labelIds"] and "INBOX" not in sent["labelIds"]
    full = get(inbox, sent["id"])
    assert office.address in header(full, "From"), "From is filled in"
    assert header(full, "Date") and header(full, "Message-ID").startswith("<"), "Date and Message-ID are added"
    rows = inbox.messages().list(userId="me", labelIds=["SENT"], maxResults=5).execute()["messages"]
    assert rows[0]["id"] == sent["id"]


def test_sending_twice_sends_twice(inbox):
    body = {"raw": raw(mail("twice " + token(), to="customer@example.com"))}
    ids = {inbox.messages().send(userId="me", body=body).execute()["id"] for _ in range(2)}
    assert len(ids) == 2, "the vendor knows no idempotency key"


@pytest.mark.parametrize("encode", [base64.urlsafe_b64encode, base64.standard_b64encode], ids=["url-safe", "standard"])
@pytest.mark.parametrize("padding", [True, False])
def test_base64_in_all_its_forms(inbox, encode, padding):
    text = mail("base64", "??>>~~ÿÿ" * 9).as_bytes()
    while len(text) % 3 == 0:
        text += b"\n"
    data = encode(text).decode()
    made = inbox.messages().insert(userId="me", body={"raw": data if padding else data.rstrip("=")}).execute()
    assert "??>>~~ÿÿ" in parsed(get(inbox, made["id"], "raw")["raw"]).get_content()


# Changing and throwing away.


def test_modify(inbox):
    id = insert(inbox, mail("modify"), ["INBOX", "UNREAD"])["id"]
    body = {"addLabelIds": ["STARRED"], "removeLabelIds": ["UNREAD"]}
    changed = inbox.messages().modify(userId="me", id=id, body=body).execute()
    assert set(changed["labelIds"]) == {"INBOX", "STARRED"}
    assert set(get(inbox, id, "minimal")["labelIds"]) == {"INBOX", "STARRED"}
    refused(inbox.messages().modify(userId="me", id=id, body={"addLabelIds": ["Label_999999"]}), 400)


def test_batch_modify(inbox, wire):
    ids = [insert(inbox, mail(f"batch {n}"), ["INBOX", "UNREAD"])["id"] for n in range(3)]
    inbox.messages().batchModify(userId="me", body={"ids": ids, "removeLabelIds": ["UNREAD"]}).execute()
    for id in ids:
        assert get(inbox, id, "minimal")["labelIds"] == ["INBOX"]
    answer = wire("inbox").post("/gmail/v1/users/me/messages/batchModify", json={"ids": ids, "addLabelIds": ["STARRED"]})
    assert (answer.status_code, answer.content) == (204, b"")


def test_trash_and_back(inbox):
    id = insert(inbox, mail("trash " + token()))["id"]
    assert "TRASH" in inbox.messages().trash(userId="me", id=id).execute()["labelIds"]
    listed = inbox.messages().list(userId="me", maxResults=500).execute()["messages"]
    assert id not in [one["id"] for one in listed], "lists leave the trash out"
    with_trash = inbox.messages().list(userId="me", maxResults=500, includeSpamTrash=True).execute()["messages"]
    assert id in [one["id"] for one in with_trash]
    assert "TRASH" not in inbox.messages().untrash(userId="me", id=id).execute().get("labelIds", [])


def test_delete(inbox, wire):
    id = insert(inbox, mail("delete"))["id"]
    inbox.messages().delete(userId="me", id=id).execute()
    refused(inbox.messages().get(userId="me", id=id), 404)
    id = insert(inbox, mail("delete"))["id"]
    answer = wire("inbox").delete(f"/gmail/v1/users/me/messages/{id}")
    assert (answer.status_code, answer.content) == (204, b"")


def test_a_missing_message(inbox):
    failure = refused(inbox.messages().get(userId="me", id="00000000deadbeef"), 404)
    assert failure.reason == "Requested entity was not found."
    refused(inbox.messages().trash(userId="me", id="00000000deadbeef"), 404)
    refused(inbox.messages().modify(userId="me", id="00000000deadbeef", body={"addLabelIds": ["STARRED"]}), 404)
