"""The `q` language, operator by operator, over mails that only this suite knows."""

import datetime
import uuid

import pytest

from mail import mail, raw

MARK = "zq" + uuid.uuid4().hex[:12]


@pytest.fixture(scope="module")
def mails(inbox, office):
    """Five mails, named a to e; `old` is ten days back, dated by the office's clock."""
    label = inbox.labels().create(userId="me", body={"name": MARK + "-label"}).execute()["id"]
    now = office.now()
    long_ago = now - datetime.timedelta(days=10)

    def put(name, labels, at=now, attach=None, **headers):
        one = mail(f"{MARK} {headers.pop('subject', name)}", headers.pop("body", name), Date=at, **headers)
        if attach:
            one.add_attachment(b"x" * 6000, maintype="application", subtype="pdf", filename=attach)
        insert = inbox.messages().insert(userId="me", internalDateSource="dateHeader", body={"raw": raw(one), "labelIds": labels})
        return insert.execute()["id"]

    return {
        "a": put("a", ["INBOX", "UNREAD"], sender="Ann Archer <ann.archer@example.com>", body="the blue kettle leaks"),
        "b": put("b", ["INBOX", "STARRED"], to="bob@example.org", body="a kettle that is blue"),
        "c": put("c", [label], Cc="carl@example.net", subject="Refund of order", Message_ID=f"<{MARK}-c@example.com>"),
        "d": put("d", ["INBOX", "UNREAD", label], attach="invoice-77.pdf", body="see attached"),
        "old": put("old", ["INBOX"], at=long_ago),
        "trashed": put("trashed", ["TRASH"]),
        "spam": put("spam", ["SPAM"]),
    }


def days(count):
    return datetime.timedelta(days=count)


CASES = [
    ("", "a b c d old"),
    ("from:ann.archer@example.com", "a"),
    ("from:archer", "a"),
    ("from:ANN", "a"),
    ("to:bob@example.org", "b"),
    ("cc:carl@example.net", "c"),
    ("subject:refund", "c"),
    ('subject:"refund of"', "c"),
    ('subject:"of refund"', ""),
    ("subject:(order refund)", "c"),
    (f"label:{MARK}-label", "c d"),
    ("in:inbox", "a b d old"),
    ("in:trash", "trashed"),
    ("in:spam", "spam"),
    ("in:anywhere", "a b c d old trashed spam"),
    ("is:unread", "a d"),
    ("is:read", "b c old"),
    ("is:starred", "b"),
    ("has:attachment", "d"),
    ("filename:pdf", "d"),
    ("filename:invoice-77.pdf", "d"),
    ("older_than:5d", "old"),
    ("newer_than:5d", "a b c d"),
    (f"rfc822msgid:{MARK}-c@example.com", "c"),
    (f"rfc822msgid:<{MARK}-c@example.com>", "c"),
    ("kettle", "a b"),
    ("KETTLE", "a b"),
    ('"blue kettle"', "a"),
    ("kettle -leaks", "b"),
    ("-kettle -in:inbox", "c"),
    ("-is:unread", "b c old"),
    ("leaks OR attached", "a d"),
    ("from:ann.archer OR to:bob@example.org", "a b"),
    ("{leaks attached}", "a d"),
    ("{from:archer cc:carl@example.net}", "a c"),
    ("is:unread has:attachment", "d"),
]


@pytest.mark.parametrize("query, expected", CASES, ids=[one[0] or "mark alone" for one in CASES])
def test_operator(inbox, mails, query, expected):
    assert found(inbox, mails, f"subject:{MARK} {query}") == sorted(expected.split())


def found(inbox, mails, query):
    rows = inbox.messages().list(userId="me", q=query, maxResults=500).execute().get("messages", [])
    names = {id: name for name, id in mails.items()}
    return sorted(names.get(row["id"], "a stranger: " + row["id"]) for row in rows)


@pytest.mark.parametrize("form", ["{:%Y/%m/%d}", "{:%Y-%m-%d}", "seconds"])
def test_dates(inbox, mails, office, form):
    edge = office.now() - days(5)
    edge = int(edge.timestamp()) if form == "seconds" else form.format(edge)
    assert found(inbox, mails, f"subject:{MARK} after:{edge}") == ["a", "b", "c", "d"]
    assert found(inbox, mails, f"subject:{MARK} before:{edge}") == ["old"]


@pytest.mark.parametrize("day, begins", [("2026/01/15", 8), ("2026/07/15", 7)], ids=["winter", "summer"])
def test_a_date_begins_at_midnight_pacific_time(inbox, day, begins):
    """As the vendor's guide says, whatever the office's own time zone; in summer an hour earlier."""
    midnight = datetime.datetime.strptime(day, "%Y/%m/%d").replace(hour=begins, tzinfo=datetime.timezone.utc)
    mark = "zq" + uuid.uuid4().hex[:12]

    def put(at):
        body = {"raw": raw(mail(mark, Date=at)), "labelIds": ["INBOX"]}
        return inbox.messages().insert(userId="me", internalDateSource="dateHeader", body=body).execute()["id"]

    mails = {"before": put(midnight - datetime.timedelta(seconds=1)), "after": put(midnight)}
    for operator, expected in [("after", "after"), ("newer", "after"), ("before", "before"), ("older", "before")]:
        assert found(inbox, mails, f"subject:{mark} {operator}:{day}") == [expected], operator
    seconds = int(midnight.timestamp())
    assert found(inbox, mails, f"subject:{mark} after:{seconds}") == ["after"]
    assert found(inbox, mails, f"subject:{mark} before:{seconds}") == ["before"]


def test_a_query_and_labels_together(inbox, mails):
    rows = inbox.messages().list(userId="me", q=f"subject:{MARK}", labelIds=["UNREAD", "INBOX"]).execute()["messages"]
    assert {one["id"] for one in rows} == {mails["a"], mails["d"]}


@pytest.mark.parametrize("space", ["+", "%20"])
def test_spaces_of_a_query(wire, mails, space):
    rows = wire("inbox").get(f"/gmail/v1/users/me/messages?q=subject:{MARK}{space}kettle").json()["messages"]
    assert {one["id"] for one in rows} == {mails["a"], mails["b"]}


def test_a_long_query_becomes_a_post(inbox, mails):
    """google-py turns a GET whose address exceeds 2048 characters into POST with X-HTTP-Method-Override."""
    query = f"subject:{MARK} kettle " + " ".join(f"-word{n}" for n in range(400))
    assert found(inbox, mails, query) == ["a", "b"]
