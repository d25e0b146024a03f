"""The mailbox's refusals: credentials, bad mail, unknown routes, bytes that are no request."""

import json

import pytest
import requests
from google.auth.exceptions import RefreshError
from googleapiclient.errors import HttpError

from mail import mail, raw
from office import NOBODYS_KEY, expect, silent

TOO_LARGE = 40 * 1024 * 1024
ME = "/gmail/v1/users/me"


def error_of(answer, status, reason=None):
    error = expect(answer, status).json()["error"]
    assert error["code"] == status and error["message"] and error["status"]
    assert error["errors"] and {"message", "domain", "reason"} <= set(error["errors"][0])
    if reason:
        assert error["errors"][0]["reason"] == reason
    return error


def test_an_unknown_token(office):
    """google-py answers a 401 with a refresh, which this credential cannot do."""
    with pytest.raises(RefreshError):
        office.inbox(key=NOBODYS_KEY["inbox"]).users().getProfile(userId="me").execute()


def test_the_401_itself(wire, office):
    for key in (NOBODYS_KEY["inbox"], office.key("billing")):
        error = error_of(wire("inbox", key=key).get(ME + "/profile"), 401, "authError")
        assert error["status"] == "UNAUTHENTICATED"


def test_no_token(office):
    answer = requests.get(office.base("inbox") + ME + "/profile", auth=silent, timeout=60)
    assert expect(answer, 401).json()["error"]["code"] == 401


def test_a_missing_message(wire):
    assert error_of(wire("inbox").get(ME + "/messages/00000000deadbeef"), 404, "notFound")["status"] == "NOT_FOUND"


@pytest.mark.parametrize("path", ["messages", "messages/send", "messages/import"])
@pytest.mark.parametrize("body", [{"raw": "!!not base64!!"}, {"raw": "abcde"}, {"raw": 5}, {}])
def test_bad_mail(wire, path, body):
    error_of(wire("inbox").post(f"{ME}/{path}", json=body), 400)


def test_bad_base64_in_a_draft(inbox):
    with pytest.raises(HttpError) as refused:
        inbox.drafts().create(userId="me", body={"message": {"raw": "!!not base64!!"}}).execute()
    assert refused.value.resp.status == 400


def test_mail_to_nobody(wire):
    one = mail("to nobody")
    del one["To"]
    error_of(wire("inbox").post(ME + "/messages/send", json={"raw": raw(one)}), 400)


def test_an_unknown_label(wire):
    error_of(wire("inbox").post(ME + "/messages", json={"raw": raw(mail("x")), "labelIds": ["Label_999999"]}), 400)
    error_of(wire("inbox").get(ME + "/labels/Label_999999"), 404)


def test_a_bad_page_token(wire):
    error_of(wire("inbox").get(ME + "/messages?pageToken=nonsense"), 400)


def test_a_bad_history_id(wire):
    error_of(wire("inbox").get(ME + "/history?startHistoryId=nonsense"), 400)
    error_of(wire("inbox").get(ME + "/history"), 400)


@pytest.mark.parametrize("body", [b"{", b"\xff\xfe", b"[]", b'"text"'], ids=["open brace", "no utf-8", "array", "string"])
def test_bad_json(wire, body):
    answer = wire("inbox").post(ME + "/messages/send", data=body, headers={"Content-Type": "application/json"})
    error_of(answer, 400)


def test_a_body_too_large(wire):
    error_of(wire("inbox").post(ME + "/messages/send", data=b'{"raw":"' + b"A" * TOO_LARGE + b'"}'), 400)


def test_a_route_the_vendor_has_and_we_lack(inbox):
    with pytest.raises(HttpError) as refused:
        inbox.settings().getVacation(userId="me").execute()
    assert refused.value.resp.status == 501
    assert refused.value.resp["x-muddle-error"] == "not-offered"
    assert json.loads(refused.value.content)["error"]["code"] == 501


def test_a_route_nobody_has(wire):
    answer = wire("inbox").get(ME + "/nonsense")
    assert expect(answer, 404).json()["error"]["code"] == 404
    assert "x-muddle-error" not in answer.headers, "this one is the vendor's own 404"
