"""What a request may ask for: parts of an answer, values of closed lists, and no more than the limits."""

import base64

import pytest

from mail import mail, raw
from office import Office
from test_inbox_errors import ME, error_of
from test_inbox_messages import get, insert, refused, token


@pytest.fixture(scope="module")
def message(inbox):
    one = mail(token(), "see attached")
    one.add_attachment(b"x" * 9, maintype="application", subtype="pdf", filename="bill.pdf")
    return insert(inbox, one)["id"]


def test_fields_of_a_message(inbox, message):
    assert get(inbox, message, fields="id") == {"id": message}
    some = get(inbox, message, fields="payload(mimeType,parts(filename,body/size)),labelIds")
    assert set(some) == {"payload", "labelIds"}
    assert set(some["payload"]) == {"mimeType", "parts"}
    assert some["payload"]["parts"][1] == {"filename": "bill.pdf", "body": {"size": 9}}
    assert get(inbox, message, fields="*") == get(inbox, message)
    assert get(inbox, message, fields="raw") == {}


def test_fields_of_a_list(inbox):
    page = inbox.messages().list(userId="me", maxResults=2, fields="messages/id,nextPageToken").execute()
    assert set(page) == {"messages", "nextPageToken"}
    assert [set(row) for row in page["messages"]] == [{"id"}, {"id"}]


def test_fields_of_the_others(inbox, message):
    thread = inbox.threads().get(userId="me", id=message, fields="messages(id,payload/headers)").execute()
    assert [set(one) for one in thread["messages"]] == [{"id", "payload"}]
    assert set(inbox.getProfile(userId="me", fields="historyId").execute()) == {"historyId"}
    labels = inbox.labels().list(userId="me", fields="labels(id,color/textColor)").execute()["labels"]
    assert all({"id"} <= set(label) <= {"id", "color"} for label in labels)
    changed = inbox.messages().modify(userId="me", id=message, body={"addLabelIds": ["STARRED"]}, fields="labelIds")
    assert "STARRED" in changed.execute()["labelIds"]
    start = str(int(inbox.getProfile(userId="me").execute()["historyId"]) - 1)
    history = inbox.history().list(userId="me", startHistoryId=start, fields="history/labelsAdded/labelIds").execute()
    assert history == {"history": [{"labelsAdded": [{"labelIds": ["STARRED"]}]}]}


@pytest.mark.parametrize("fields, named", [
    ("bogus", "bogus"), ("messages/bogus", "messages/bogus"), ("messages(id,bogus)", "bogus"), ("messages(id", "messages(id"),
])
def test_unknown_fields(wire, fields, named):
    error = error_of(wire("inbox").get(f"{ME}/messages?fields={fields}"), 400)
    assert error["status"] == "INVALID_ARGUMENT"
    assert error["message"] == f"Invalid field selection {named}"


def test_label_colours(inbox):
    def make(**color):
        return inbox.labels().create(userId="me", body={"name": token(), "color": color})

    green = {"textColor": "#ffffff", "backgroundColor": "#16a766"}
    label = make(**green).execute()
    assert label["color"] == green
    for wrong in ({"backgroundColor": "#16a767"}, {"textColor": "white"}):
        refused(make(**(green | wrong)), 400)
        refused(inbox.labels().patch(userId="me", id=label["id"], body={"color": green | wrong}), 400)


@pytest.mark.parametrize("query", [
    "messages?alt=xml", "messages?prettyPrint=perhaps", "messages?includeSpamTrash=perhaps", "messages?$.xgafv=3",
    "messages?labelIds=Label_999999", "messages?q=" + "a+" * 501, "messages/1?format=fancy", "threads/1?format=raw",
    "drafts/1?format=fancy", "history?startHistoryId=41200&historyTypes=messageSeen",
])
def test_closed_lists_of_queries(wire, query):
    error_of(wire("inbox").get(f"{ME}/{query}"), 400)


@pytest.mark.parametrize("path, body", [
    ("labels", {"name": "closed", "labelListVisibility": "sometimes"}),
    ("labels", {"name": "closed", "messageListVisibility": "sometimes"}),
    ("labels", {"name": "closed", "type": "special"}),
    ("messages?internalDateSource=never", {"raw": raw(mail("x"))}),
    ("messages/import?internalDateSource=never", {"raw": raw(mail("x"))}),
    ("messages/send?bogus=1", {"raw": raw(mail("x"))}),
    ("messages", {"raw": raw(mail("x")), "labelIds": ["DRAFT"]}),
])
def test_closed_lists_of_bodies(wire, path, body):
    error_of(wire("inbox").post(f"{ME}/{path}", json=body), 400)


@pytest.mark.parametrize("label", ["SENT", "DRAFT", "CHAT", "Label_999999", "nonsense"])
def test_labels_that_cannot_be_set(inbox, message, label):
    for body in ({"addLabelIds": [label]}, {"removeLabelIds": [label]}):
        refused(inbox.messages().modify(userId="me", id=message, body=body), 400)


def test_limits_are_named(inbox, wire, message):
    for body, named in [
        ({"addLabelIds": ["STARRED"] * 101}, "at most 100"),
        ({"addLabelIds": ["STARRED"] * 150_000}, "10000 values"),
    ]:
        assert named in error_of(wire("inbox").post(f"{ME}/messages/{message}/modify", json=body), 400)["message"]
    ids = {"ids": [f"{n:016x}" for n in range(1_001)]}
    assert "at most 1000" in error_of(wire("inbox").post(f"{ME}/messages/batchDelete", json=ids), 400)["message"]
    many = mail("many", to=", ".join(f"a{n}@example.com" for n in range(501)))
    refused(inbox.messages().send(userId="me", body={"raw": raw(many)}), 400)


def test_a_deep_mail_is_taken_and_told_down_to_the_limit(inbox):
    text = "To: a@example.com\r\nSubject: deep\r\n" + "".join(
        f"Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n" for n in range(1_546)
    )
    encoded = base64.urlsafe_b64encode(text.encode()).decode()
    made = [
        inbox.messages().send(userId="me", body={"raw": encoded}).execute(),
        inbox.messages().insert(userId="me", body={"raw": encoded}).execute(),
        inbox.messages().import_(userId="me", body={"raw": encoded}).execute(),
        inbox.drafts().create(userId="me", body={"message": {"raw": encoded}}).execute()["message"],
    ]
    for one in made:
        part, depth = get(inbox, one["id"])["payload"], 0
        while part.get("parts"):
            part, depth = part["parts"][0], depth + 1
        assert depth == 100
        assert part["mimeType"] == "application/octet-stream" and part["body"]["attachmentId"]


def test_history_since_the_opening(inbox):
    """A mailbox nobody has changed answers from its own history id."""
    pristine = Office.fresh("history").inbox().users()
    opened = pristine.getProfile(userId="me").execute()["historyId"]
    page = pristine.history().list(userId="me", startHistoryId=opened).execute()
    assert page == {"historyId": opened}
    refused(pristine.history().list(userId="me", startHistoryId=str(int(opened) - 1)), 404)
    refused(pristine.history().list(userId="me", startHistoryId=str(int(opened) + 1)), 404)
    id = insert(pristine, mail("first"))["id"]
    page = pristine.history().list(userId="me", startHistoryId=opened).execute()
    assert [one["message"]["id"] for one in page["history"][0]["messagesAdded"]] == [id]
