"""Threads, drafts and history: what belongs together, what is not sent yet, what changed since."""

import uuid

import pytest
from googleapiclient.errors import HttpError

from mail import header, mail, raw


def token():
    return "zq" + uuid.uuid4().hex[:12]


def insert(inbox, message, labels=("INBOX",), **more):
    return inbox.messages().insert(userId="me", body={"raw": raw(message), "labelIds": list(labels), **more}).execute()


def refused(request, status):
    with pytest.raises(HttpError) as failure:
        request.execute()
    assert failure.value.resp.status == status, failure.value


@pytest.fixture
def conversation(inbox):
    """Two mails joined by References only."""
    subject, first_id = "Kettle " + token(), f"<{token()}@example.com>"
    first = insert(inbox, mail(subject, Message_ID=first_id), ["INBOX", "UNREAD"])
    second = insert(inbox, mail("Re: " + subject, In_Reply_To=first_id, References=first_id), ["INBOX", "UNREAD"])
    return subject, first_id, first, second


def test_references_make_a_thread(inbox, conversation):
    _, _, first, second = conversation
    assert second["threadId"] == first["threadId"], "a mail joins the thread its References name"
    alone = insert(inbox, mail(conversation[0]))
    assert alone["threadId"] != first["threadId"], "the same subject alone does not join"
    thread = inbox.threads().get(userId="me", id=first["threadId"]).execute()
    assert [one["id"] for one in thread["messages"]] == [first["id"], second["id"]], "oldest first"
    assert thread["id"] == first["threadId"] and thread["historyId"].isdigit()
    assert thread["messages"][0]["payload"]["headers"]


def test_a_reply_joins_its_thread(inbox, conversation):
    subject, first_id, first, _ = conversation
    reply = mail("Re: " + subject, "We are on it.", to="ada.suite@example.com", In_Reply_To=first_id, References=first_id)
    sent = inbox.messages().send(userId="me", body={"raw": raw(reply), "threadId": first["threadId"]}).execute()
    assert sent["threadId"] == first["threadId"]
    thread = inbox.threads().get(userId="me", id=first["threadId"], format="minimal").execute()
    assert thread["messages"][-1]["id"] == sent["id"] and "payload" not in thread["messages"][-1]
    inbox_and_sent = [set(one["labelIds"]) for one in thread["messages"]]
    assert "SENT" in inbox_and_sent[-1] and "INBOX" in inbox_and_sent[0]


def test_a_thread_that_is_not_there(inbox):
    body = {"raw": raw(mail("lost", to="a@example.com")), "threadId": "00000000deadbeef"}
    refused(inbox.messages().send(userId="me", body=body), 404)
    refused(inbox.threads().get(userId="me", id="00000000deadbeef"), 404)


def test_list_of_threads(inbox, conversation):
    subject, _, first, _ = conversation
    rows = inbox.threads().list(userId="me", q=f'subject:"{subject}"').execute()["threads"]
    assert [one["id"] for one in rows] == [first["threadId"]]
    assert set(rows[0]) >= {"id", "snippet", "historyId"} and "messages" not in rows[0]
    request, ids = inbox.threads().list(userId="me", maxResults=25), []
    while request is not None:
        page = request.execute()
        ids += [one["id"] for one in page["threads"]]
        request = inbox.threads().list_next(request, page)
    assert len(ids) == len(set(ids)) and len(ids) >= 60, "each thread once"


def test_modify_a_whole_thread(inbox, conversation):
    thread = conversation[2]["threadId"]
    body = {"addLabelIds": ["STARRED"], "removeLabelIds": ["UNREAD"]}
    changed = inbox.threads().modify(userId="me", id=thread, body=body).execute()
    assert changed["id"] == thread
    for one in inbox.threads().get(userId="me", id=thread, format="minimal").execute()["messages"]:
        assert "STARRED" in one["labelIds"] and "UNREAD" not in one["labelIds"]


def test_trash_and_delete_a_whole_thread(inbox, conversation):
    thread = conversation[2]["threadId"]

    def labels():
        messages = inbox.threads().get(userId="me", id=thread, format="minimal").execute()["messages"]
        return [set(one["labelIds"]) for one in messages]

    inbox.threads().trash(userId="me", id=thread).execute()
    assert all("TRASH" in one for one in labels())
    inbox.threads().untrash(userId="me", id=thread).execute()
    assert not any("TRASH" in one for one in labels())
    inbox.threads().delete(userId="me", id=thread).execute()
    refused(inbox.threads().get(userId="me", id=thread), 404)


# Drafts.


def test_draft_life(inbox, wire):
    subject = "Draft " + token()
    made = inbox.drafts().create(userId="me", body={"message": {"raw": raw(mail(subject, "One."))}}).execute()
    assert made["id"] and made["message"]["id"] and made["message"]["threadId"]
    assert made["message"]["labelIds"] == ["DRAFT"]
    kept = inbox.drafts().get(userId="me", id=made["id"]).execute()
    assert header(kept["message"], "Subject") == subject
    assert made["id"] in [one["id"] for one in inbox.drafts().list(userId="me").execute()["drafts"]]
    body = {"message": {"raw": raw(mail(subject, "Two.", to="customer@example.com"))}}
    changed = inbox.drafts().update(userId="me", id=made["id"], body=body).execute()
    assert changed["id"] == made["id"] and changed["message"]["id"] != made["message"]["id"], "a new message id"
    sent = inbox.drafts().send(userId="me", body={"id": made["id"]}).execute()
    assert "SENT" in sent["labelIds"] and "DRAFT" not in sent["labelIds"]
    assert header(inbox.messages().get(userId="me", id=sent["id"]).execute(), "To") == "customer@example.com"
    refused(inbox.drafts().get(userId="me", id=made["id"]), 404)
    refused(inbox.drafts().send(userId="me", body={"id": made["id"]}), 404)


def test_a_draft_in_a_thread(inbox, conversation):
    subject, first_id, first, _ = conversation
    reply = mail("Re: " + subject, In_Reply_To=first_id, References=first_id, to="ada.suite@example.com")
    body = {"message": {"raw": raw(reply), "threadId": first["threadId"]}}
    made = inbox.drafts().create(userId="me", body=body).execute()
    assert made["message"]["threadId"] == first["threadId"]
    sent = inbox.drafts().send(userId="me", body={"id": made["id"]}).execute()
    assert sent["threadId"] == first["threadId"]


def test_delete_a_draft(inbox, wire):
    made = inbox.drafts().create(userId="me", body={"message": {"raw": raw(mail("gone"))}}).execute()
    answer = wire("inbox").delete(f"/gmail/v1/users/me/drafts/{made['id']}")
    assert (answer.status_code, answer.content) == (204, b"")
    refused(inbox.drafts().get(userId="me", id=made["id"]), 404)
    refused(inbox.messages().get(userId="me", id=made["message"]["id"]), 404)


# History.


def since(inbox, start, **more):
    records, request = [], inbox.history().list(userId="me", startHistoryId=start, **more)
    while request is not None:
        page = request.execute()
        assert page["historyId"].isdigit()
        records += page.get("history", [])
        request = inbox.history().list_next(request, page)
    return records


def changed(records, kind):
    return [one["message"]["id"] for record in records for one in record.get(kind, [])]


def test_history(inbox):
    start = inbox.getProfile(userId="me").execute()["historyId"]
    id = insert(inbox, mail("history"), ["INBOX", "UNREAD"])["id"]
    inbox.messages().modify(userId="me", id=id, body={"addLabelIds": ["STARRED"], "removeLabelIds": ["UNREAD"]}).execute()
    inbox.messages().delete(userId="me", id=id).execute()
    records = since(inbox, start)
    ids = [int(record["id"]) for record in records]
    assert ids == sorted(ids) and ids[0] > int(start), "history comes in order, after the start"
    for kind in ("messagesAdded", "labelsAdded", "labelsRemoved", "messagesDeleted"):
        assert id in changed(records, kind), f"no {kind} of the message"
    assert all(record["messages"] for record in records)
    starred = [one for record in records for one in record.get("labelsAdded", []) if one["message"]["id"] == id]
    assert starred[0]["labelIds"] == ["STARRED"]


def test_history_by_kind_label_and_page(inbox):
    start = inbox.getProfile(userId="me").execute()["historyId"]
    label = inbox.labels().create(userId="me", body={"name": token()}).execute()["id"]
    mine = [insert(inbox, mail(f"history {n}"), ["INBOX", label])["id"] for n in range(3)]
    other = insert(inbox, mail("history"))["id"]
    added = since(inbox, start, historyTypes=["messageAdded"])
    assert set(changed(added, "messagesAdded")) >= {*mine, other}
    assert changed(added, "labelsAdded") == []
    assert set(changed(since(inbox, start, labelId=label), "messagesAdded")) == set(mine)
    first = inbox.history().list(userId="me", startHistoryId=start, maxResults=1).execute()
    assert len(first["history"]) == 1 and first["nextPageToken"]
    assert set(changed(since(inbox, start, maxResults=1), "messagesAdded")) >= {*mine, other}


def test_no_history_since_now(inbox):
    now = inbox.getProfile(userId="me").execute()["historyId"]
    page = inbox.history().list(userId="me", startHistoryId=now).execute()
    assert "history" not in page and int(page["historyId"]) >= int(now)


def test_history_that_is_too_old(inbox):
    refused(inbox.history().list(userId="me", startHistoryId="1"), 404)
