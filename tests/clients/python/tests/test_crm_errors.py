"""CRM's refusals: credentials, missing records, bad properties, unknown routes, bytes that are no request."""

import json
import uuid

import pytest
import requests
from hubspot.crm.contacts.exceptions import ApiException, UnauthorizedException

from office import NOBODYS_KEY, expect, silent

TOO_LARGE = 12 * 1024 * 1024
CONTACTS = "/crm/v3/objects/contacts"


def error_of(answer, status, category=None):
    body = expect(answer, status).json()
    assert body["status"] == "error" and body["message"]
    assert uuid.UUID(body["correlationId"])
    if category:
        assert body["category"] == category
    return body


def test_an_unknown_key(office):
    with pytest.raises(UnauthorizedException) as refused:
        office.crm(key=NOBODYS_KEY["crm"]).crm.contacts.basic_api.get_page()
    assert refused.value.status == 401
    assert json.loads(refused.value.body)["category"] == "INVALID_AUTHENTICATION"


def test_another_vendors_key(wire, office):
    error_of(wire("crm", key=office.key("billing")).get(CONTACTS), 401, "INVALID_AUTHENTICATION")


def test_no_key(office):
    error_of(requests.get(office.base("crm") + CONTACTS, auth=silent, timeout=60), 401, "INVALID_AUTHENTICATION")


def test_a_missing_record(wire):
    error_of(wire("crm").get(CONTACTS + "/999999999"), 404, "OBJECT_NOT_FOUND")
    error_of(wire("crm")("PATCH", CONTACTS + "/999999999", json={"properties": {"firstname": "X"}}), 404)


@pytest.mark.parametrize(
    "properties, code",
    [({"no_such_property": "1"}, "PROPERTY_DOESNT_EXIST"), ({"email": "not an address"}, "INVALID_EMAIL")],
)
def test_bad_properties(crm, properties, code):
    with pytest.raises(ApiException) as refused:
        crm.contacts.basic_api.create({"properties": properties})
    assert refused.value.status == 400
    body = json.loads(refused.value.body)
    assert body["category"] == "VALIDATION_ERROR"
    assert code in refused.value.body, f"the body carries {code}"
    assert list(properties)[0] in refused.value.body, "and names the property"


@pytest.mark.parametrize("kind, properties", [("notes", {"hs_note_body": "no time"}), ("tasks", {"hs_task_subject": "no time"})])
def test_engagements_need_a_timestamp(wire, kind, properties):
    error_of(wire("crm").post(f"/crm/v3/objects/{kind}", json={"properties": properties}), 400, "VALIDATION_ERROR")


@pytest.mark.parametrize("limit", ["101", "many"])
def test_a_limit_above_100(wire, limit):
    error_of(wire("crm").get(f"{CONTACTS}?limit={limit}"), 400, "VALIDATION_ERROR")


@pytest.mark.parametrize(
    "body",
    [b"{", b'{"properties": {"email": ', b"\xff\xfe", b"[]", b'"text"', b'{"properties": 5}', b""],
    ids=["open brace", "cut off", "no utf-8", "array", "string", "number for object", "empty"],
)
def test_bad_json(wire, body):
    error_of(wire("crm").post(CONTACTS, data=body, headers={"Content-Type": "application/json"}), 400)


def test_a_body_too_large(wire):
    error_of(wire("crm").post(CONTACTS, json={"properties": {"firstname": "x" * TOO_LARGE}}), 400)


def test_a_route_the_vendor_has_and_we_lack(office):
    with pytest.raises(Exception) as refused:
        office.crm().crm.lists.lists_api.get_by_id("1")
    assert refused.value.status == 501
    assert refused.value.headers["x-muddle-error"] == "not-offered"
    body = json.loads(refused.value.body)
    assert body["status"] == "error" and body["message"]


def test_a_route_nobody_has(wire):
    answer = wire("crm").get("/crm/v3/nonsense/5")
    assert "x-muddle-error" not in expect(answer, 404).headers, "this one is the vendor's own 404"
    assert answer.headers["Content-Type"].startswith("application/json"), "hubspot-npm dies on an error that is no JSON"
    assert answer.json()["message"]


def test_an_unknown_object_type(wire):
    answer = wire("crm").get("/crm/v3/objects/spaceships")
    assert answer.status_code in (400, 404), answer.text
    assert answer.json()["status"] == "error"
