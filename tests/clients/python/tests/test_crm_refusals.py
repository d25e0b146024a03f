"""What the CRM refuses: single inputs of batches, wrong values, records without what they need; and how a 429 reports."""

import json
import uuid

import pytest
from hubspot.crm.contacts.exceptions import ApiException
from hubspot.crm.objects.exceptions import ApiException as ObjectsException
from hubspot.crm.tickets.exceptions import ApiException as TicketsException

from office import expect

CONTACTS = "/crm/v3/objects/contacts"
LIMITS = ("max", "remaining", "interval-milliseconds", "daily", "daily-remaining")


def fresh_email():
    return f"refused.{uuid.uuid4().hex[:12]}@example.com"


@pytest.fixture(scope="module")
def typed(crm):
    """A property of each type of value that contacts lack."""
    token = uuid.uuid4().hex[:8]
    frame = {"label": "Typed", "groupName": "contactinformation"}
    names = {}
    for kind, field in [("date", "date"), ("datetime", "date"), ("number", "number"), ("bool", "booleancheckbox")]:
        names[kind] = f"typed_{kind}_{token}"
        crm.properties.core_api.create("contacts", {"name": names[kind], "type": kind, "fieldType": field, **frame})
    return names


@pytest.mark.parametrize(
    "kind, value, code, words",
    [
        ("date", "2026-11-20T10:00:00Z", "INVALID_DATE", "1795168800000 is at 10:0:0.0 UTC, not midnight!"),
        ("date", 1570233600, "INVALID_DATE", "1570233600 is at 4:10:33.600 UTC, not midnight!"),
        ("date", "2026-11-20T10:00:00", "INVALID_DATE", "not a valid"),
        ("date", "yesterday", "INVALID_DATE", "not a valid"),
        ("datetime", "2026-11-20T10:00:00", "INVALID_DATE", "not a valid"),
        ("number", " 5 ", "INVALID_NUMBER", "not a valid number"),
        ("bool", "True", "INVALID_BOOLEAN", "true, false"),
    ],
)
def test_a_wrong_value_is_refused(crm, typed, kind, value, code, words):
    name = typed[kind]
    with pytest.raises(ApiException) as refused:
        crm.contacts.basic_api.create({"properties": {"email": fresh_email(), name: value}})
    body = json.loads(refused.value.body)
    assert (refused.value.status, body["category"]) == (400, "VALIDATION_ERROR")
    flaw = json.loads(body["message"].removeprefix("Property values were not valid: "))[0]
    assert (flaw["isValid"], flaw["error"], flaw["name"]) == (False, code, name)
    assert words in flaw["message"]
    assert body["errors"][0]["code"] == code


def test_a_day_is_given_as_a_day_or_as_its_midnight(crm, typed):
    for value in ("2026-11-20", 1795132800000):
        properties = {"email": fresh_email(), typed["date"]: value}
        made = crm.contacts.basic_api.create({"properties": properties})
        assert made.properties[typed["date"]] == "2026-11-20"


def test_a_ticket_without_its_stage(crm):
    with pytest.raises(TicketsException) as refused:
        crm.tickets.basic_api.create({"properties": {"subject": "No stage"}})
    body = json.loads(refused.value.body)
    assert refused.value.status == 400
    assert body["message"] == "Error creating TICKET. Some required properties were not set."
    assert body["context"] == {"properties": ["hs_pipeline_stage"]}


@pytest.mark.parametrize(
    "kind, properties, name",
    [
        ("deals", {"dealname": "No stage"}, "dealstage"),
        ("notes", {"hs_note_body": "No time"}, "hs_timestamp"),
        ("tasks", {"hs_task_subject": "No time"}, "hs_timestamp"),
    ],
)
def test_what_other_types_cannot_be_without(crm, kind, properties, name):
    with pytest.raises(ObjectsException) as refused:
        crm.objects.basic_api.create(kind, {"properties": properties})
    assert json.loads(refused.value.body)["context"] == {"properties": [name]}


def by_email(email, **properties):
    return {"idProperty": "email", "id": email, "properties": properties}


def test_one_bad_input_of_an_upsert_fails_alone(crm):
    good, bad = fresh_email(), fresh_email()
    inputs = [by_email(good, lastname="Good"), by_email(bad, annualrevenue="much")]
    done, status, _ = crm.contacts.batch_api.upsert_with_http_info({"inputs": inputs})
    assert (status, done.status, done.num_errors) == (207, "COMPLETE", 1)
    assert [one.properties["email"] for one in done.results] == [good]
    assert done.errors[0].category == "VALIDATION_ERROR"
    assert done.errors[0].context == {"ids": [bad]}
    assert "INVALID_NUMBER" in done.errors[0].message


def test_one_bad_input_of_an_update_fails_alone(crm):
    one, other = (crm.contacts.basic_api.create({"properties": {"email": fresh_email()}}) for _ in range(2))
    inputs = [{"id": one.id, "properties": {"lastname": "Good"}}, {"id": other.id, "properties": {"no_such": "1"}}]
    done, status, _ = crm.contacts.batch_api.update_with_http_info({"inputs": inputs})
    assert (status, done.num_errors, [each.id for each in done.results]) == (207, 1, [one.id])
    assert "PROPERTY_DOESNT_EXIST" in done.errors[0].message


def test_one_bad_input_of_a_create_fails_alone(crm):
    inputs = [{"properties": {"email": fresh_email()}}, {"properties": {"email": "no address"}}]
    done, status, _ = crm.contacts.batch_api.create_with_http_info({"inputs": inputs})
    assert (status, done.num_errors, len(done.results)) == (207, 1, 1)
    assert "INVALID_EMAIL" in done.errors[0].message


def test_a_conflict_of_inputs_that_the_caller_named_fails_alone(crm):
    there = crm.contacts.basic_api.create({"properties": {"email": fresh_email()}})
    emails = [fresh_email(), there.properties["email"]]
    inputs = [{"objectWriteTraceId": f"row{n}", "properties": {"email": one}} for n, one in enumerate(emails)]
    done, status, _ = crm.contacts.batch_api.create_with_http_info({"inputs": inputs})
    assert (status, done.num_errors, len(done.results)) == (207, 1, 1)
    assert done.errors[0].category == "CONFLICT"
    assert done.errors[0].context == {"objectWriteTraceId": ["row1"], "existingId": [there.id]}


def test_one_bad_pair_of_a_batch_of_associations_fails_alone(crm):
    one, other = (crm.contacts.basic_api.create({"properties": {"email": fresh_email()}}).id for _ in range(2))
    batch = crm.associations.v4.batch_api
    way = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 449}]
    wrong = [{"associationCategory": "HUBSPOT_DEFINED", "associationTypeId": 1}]
    pair = {"from": {"id": one}, "to": {"id": other}}
    inputs = [{**pair, "types": way}, {**pair, "types": wrong}, {**pair, "to": {"id": "999999999"}, "types": way}]
    done, status, _ = batch.create_with_http_info("contacts", "contacts", {"inputs": inputs})
    assert (status, len(done.results), done.num_errors) == (207, 1, 2)
    done, status, _ = batch.create_default_with_http_info("contacts", "contacts", {"inputs": [pair, inputs[2]]})
    assert (status, done.num_errors) == (200, 1), "the specification has no 207 here"


def test_one_bad_property_of_a_batch_fails_alone(crm):
    name = f"refused_{uuid.uuid4().hex[:8]}"
    frame = {"label": "Two", "type": "string", "fieldType": "text", "groupName": "contactinformation"}
    inputs = [{"name": name, **frame}, {"name": "Not A Name", **frame}]
    done, status, _ = crm.properties.batch_api.create_with_http_info("contacts", {"inputs": inputs})
    assert (status, [one.name for one in done.results], done.num_errors) == (207, [name], 1)


def limits(answer):
    return [answer.headers.get(f"X-HubSpot-RateLimit-{name}") for name in LIMITS]


def throttled(office, operation, window, call):
    office.arm("--kind", "throttle", "--limit", "1", "--window", window, "--vendor", "crm", "--operation", operation)
    try:
        answers = (call() for _ in range(20))
        return next(answer for answer in answers if answer.status_code == 429)
    finally:
        office.lift()


@pytest.mark.parametrize("clock", ["office", "real_office"])
def test_a_throttle_reports_the_limit_that_refused(request, clock):
    office = request.getfixturevalue(clock)
    list_owners = lambda: office.wire("crm").get("/crm/v3/owners")  # noqa: E731
    answer = throttled(office, "list_owners", "1s", list_owners)
    assert answer.json()["policyName"] == "SECONDLY"
    assert limits(answer)[:3] == ["1", "0", "1000"]
    answer = throttled(office, "get_property_group", "10s", lambda: office.wire("crm").get("/crm/v3/properties/contacts/groups/x"))
    assert answer.json()["policyName"] == "TEN_SECONDLY_ROLLING"
    assert limits(answer)[:3] == ["1", "0", "10000"]
    answer = throttled(office, "search_line_items", "1s", lambda: office.wire("crm").post("/crm/v3/objects/line_items/search", json={}))
    assert (answer.json()["policyName"], limits(answer)) == ("SECONDLY", [None] * 5)
