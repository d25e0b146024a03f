"""CRM records of every type, in both kinds of path: create, get, update, list, delete, idProperty, merge."""

import json
import uuid

import pytest
from hubspot.crm.contacts.exceptions import ApiException as ContactsException
from hubspot.crm.objects.exceptions import ApiException

from office import expect

NOON = "2026-11-20T12:00:00.000Z"
TYPES = {
    "contacts": ({"firstname": "Ada", "lastname": "Suite"}, ("firstname", "Augusta")),
    "companies": ({"name": "Suite & Söhne", "domain": "suite.example.com"}, ("name", "Suite Ltd")),
    "deals": ({"dealname": "Order S-1", "amount": "12.50"}, ("dealname", "Order S-2")),
    "line_items": ({"name": "Kettle", "price": "12.50", "quantity": "1"}, ("quantity", "2")),
    "tickets": ({"subject": "Broken kettle", "content": "It leaks."}, ("subject", "Kettle, broken")),
    "notes": ({"hs_timestamp": NOON, "hs_note_body": "Called back."}, ("hs_note_body", "Called back twice.")),
    "tasks": ({"hs_timestamp": NOON, "hs_task_subject": "Call", "hs_task_body": "…"}, ("hs_task_subject", "Call again")),
}
IDS = {"contacts": "0-1", "companies": "0-2", "deals": "0-3", "tickets": "0-5", "line_items": "0-8"}
PATHS = ["/crm/v3/objects/", "/crm/objects/2026-03/", "/crm/objects/2026-09/"]


@pytest.fixture(scope="session")
def required(crm):
    """What a type needs besides TYPES: a stage of the desk's own pipelines."""
    tickets = crm.pipelines.pipelines_api.get_all("tickets").results[0]
    deals = crm.pipelines.pipelines_api.get_all("deals").results[0]
    return {
        "tickets": {"hs_pipeline": tickets.id, "hs_pipeline_stage": tickets.stages[0].id},
        "deals": {"pipeline": deals.id, "dealstage": deals.stages[0].id},
    }


def fresh_email(case=str):
    return case(f"suite.{uuid.uuid4().hex[:12]}@example.com")


def properties_of(kind, required):
    mine = {**TYPES[kind][0], **required.get(kind, {})}
    if kind == "contacts":
        mine["email"] = fresh_email()
    return mine


def api_of(crm, kind):
    """The SDK's own API for a type, with one signature: notes and tasks go by `objects`."""
    own = getattr(crm, kind, None)
    return own.basic_api if own else Generic(crm.objects.basic_api, kind)


class Generic:
    def __init__(self, api, kind):
        self.api, self.kind = api, kind

    def __getattr__(self, name):
        return lambda *args, **kwargs: getattr(self.api, name)(self.kind, *args, **kwargs)


@pytest.mark.parametrize("kind", TYPES)
def test_life_of_a_record(crm, required, kind):
    api, wanted = api_of(crm, kind), properties_of(kind, required)
    made, status, _ = api.create_with_http_info({"properties": wanted})
    assert status == 201, f"create answers 201, got {status}"
    assert made.id.isdigit() and made.archived is False
    assert made.created_at.tzinfo and made.updated_at >= made.created_at
    names = list(wanted)
    kept, status, _ = api.get_by_id_with_http_info(made.id, properties=names)
    assert status == 200
    for name, value in wanted.items():
        if name != "hs_timestamp":
            assert kept.properties[name] == value, f"{name} is kept as sent, as a string"
    assert kept.properties["hs_object_id"] == made.id
    name, value = TYPES[kind][1]
    changed, status, _ = api.update_with_http_info(made.id, {"properties": {name: value}})
    assert status == 200 and changed.properties[name] == value
    after = api.get_by_id(made.id, properties=names)
    assert after.properties[name] == value
    assert after.updated_at > made.updated_at, "updatedAt moves with a change"
    for _ in range(2):
        assert api.archive_with_http_info(made.id)[1] == 204, "delete answers 204, also the second time"
    with pytest.raises(Exception) as refused:
        api.get_by_id(made.id)
    assert refused.value.status == 404
    assert api.get_by_id(made.id, archived=True).archived is True, "archived=true finds it"


@pytest.mark.parametrize("kind", TYPES)
def test_a_list_pages(crm, required, kind):
    api = api_of(crm, kind)
    for _ in range(3):
        api.create({"properties": properties_of(kind, required)})
    first = api.get_page(limit=2)
    assert len(first.results) == 2
    assert first.paging.next.after and first.paging.next.link
    second = api.get_page(limit=2, after=first.paging.next.after)
    assert {one.id for one in first.results}.isdisjoint(one.id for one in second.results)
    ids, after = [], None
    for _ in range(200):
        page = api.get_page(limit=100, after=after)
        ids += [one.id for one in page.results]
        if page.paging is None:
            break
        after = page.paging.next.after
    else:
        raise AssertionError("200 pages of 100 and still no last page: the last page has no `paging`")
    assert len(ids) == len(set(ids)), "each record is listed once"


def test_population_at_opening(crm, office):
    for kind, count in (("contacts", 430), ("companies", 60)):
        there = [one for one in getattr(crm, kind).get_all() if one.created_at < office.opened_at]
        assert len(there) == count, f"{kind} at opening"


def test_orders_are_deals_with_lines(crm):
    pipelines = crm.pipelines.pipelines_api.get_all("deals").results
    orders = next(one for one in pipelines if one.label == "Orders")
    deals = crm.deals.basic_api.get_page(limit=20, properties=["pipeline", "dealname"], associations=["line_items"])
    with_lines = [(one, lines_of(one)) for one in deals.results if lines_of(one)]
    assert with_lines, "deals asked with associations=line_items list them"
    deal, lines = with_lines[0]
    assert deal.properties["pipeline"] == orders.id
    names = ["name", "price", "quantity"]
    item = crm.line_items.basic_api.get_by_id(lines[0].id, properties=names, associations=["deals"])
    assert float(item.properties["price"]) >= 0 and item.properties["name"]
    assert deal.id in [one.id for one in item.associations["deals"].results]


def lines_of(deal):
    """The vendor writes this one key with a blank."""
    there = deal.associations or {}
    found = there.get("line items") or there.get("line_items")
    return found.results if found else []


def test_only_the_asked_properties_come_back(crm, wire):
    contact = crm.contacts.basic_api.create({"properties": {"email": fresh_email(), "firstname": "Ask", "phone": "1"}})
    default = crm.contacts.basic_api.get_by_id(contact.id).properties
    assert set(default) >= {"createdate", "email", "firstname", "hs_object_id", "lastmodifieddate", "lastname"}
    assert "phone" not in default
    asked = crm.contacts.basic_api.get_by_id(contact.id, properties=["phone", "lastname"]).properties
    assert asked["phone"] == "1" and asked["lastname"] is None, "an empty property asked by name is null"
    assert "firstname" not in asked
    for form in ("properties=phone,firstname", "properties=phone&properties=firstname", "properties=phone%2Cfirstname"):
        answer = expect(wire("crm").get(f"/crm/v3/objects/contacts/{contact.id}?{form}"), 200).json()
        assert (answer["properties"].get("phone"), answer["properties"].get("firstname")) == ("1", "Ask"), form


def test_an_empty_string_clears(crm):
    contact = crm.contacts.basic_api.create({"properties": {"email": fresh_email(), "phone": "1"}})
    crm.contacts.basic_api.update(contact.id, {"properties": {"phone": ""}})
    cleared = crm.contacts.basic_api.get_by_id(contact.id, properties=["phone"]).properties["phone"]
    assert cleared in (None, "")


def test_history_of_a_property(crm):
    contact = crm.contacts.basic_api.create({"properties": {"email": fresh_email(), "phone": "1"}})
    crm.contacts.basic_api.update(contact.id, {"properties": {"phone": "2"}})
    full = crm.contacts.basic_api.get_by_id(contact.id, properties_with_history=["phone"])
    assert [one.value for one in full.properties_with_history["phone"]] == ["2", "1"], "newest first"


@pytest.mark.parametrize("suffix", ["", "+tag"])
def test_by_email_instead_of_id(crm, suffix):
    email = fresh_email().replace("@", suffix + "@")
    contact = crm.contacts.basic_api.create({"properties": {"email": email.upper()}})
    found = crm.contacts.basic_api.get_by_id(email, id_property="email", properties=["email"])
    assert (found.id, found.properties["email"]) == (contact.id, email), "e-mails are kept in lower case"
    changed = crm.contacts.basic_api.update(email, {"properties": {"lastname": "By Mail"}}, id_property="email")
    assert changed.id == contact.id
    with pytest.raises(ContactsException) as refused:
        crm.contacts.basic_api.get_by_id(fresh_email(), id_property="email")
    assert refused.value.status == 404


def test_the_same_email_twice(crm):
    email = fresh_email()
    first = crm.contacts.basic_api.create({"properties": {"email": email}})
    for again in (email, email.upper()):
        with pytest.raises(ContactsException) as refused:
            crm.contacts.basic_api.create({"properties": {"email": again}})
        body = body_of(refused, 409)
        assert body["category"] == "CONFLICT"
        assert body["message"] == f"Contact already exists. Existing ID: {first.id}", "clients parse the id out of it"


def test_the_same_email_by_update(crm):
    email = fresh_email()
    first = crm.contacts.basic_api.create({"properties": {"email": email}})
    other = crm.contacts.basic_api.create({"properties": {"email": fresh_email()}})
    with pytest.raises(ContactsException) as refused:
        crm.contacts.basic_api.update(other.id, {"properties": {"email": email}})
    assert refused.value.status in (400, 409)
    assert first.id in refused.value.body, "the refusal names the contact that has the address"


def body_of(refused, status):
    assert refused.value.status == status, f"{refused.value.status}: {refused.value.body}"
    body = json.loads(refused.value.body)
    assert body["status"] == "error" and body["message"] and uuid.UUID(body["correlationId"])
    return body


@pytest.mark.parametrize("kind", ["contacts", "companies", "deals", "tickets"])
def test_merge(crm, required, kind):
    api = getattr(crm, kind).basic_api
    name, value = TYPES[kind][1]
    kept = api.create({"properties": {**properties_of(kind, required), name: value}})
    lost = api.create({"properties": properties_of(kind, required)})
    merged, status, _ = api.merge_with_http_info({"primaryObjectId": kept.id, "objectIdToMerge": lost.id})
    assert status == 200
    after = api.get_by_id(merged.id, properties=[name, "hs_merged_object_ids"])
    assert after.properties[name] == value, "the primary's value wins"
    assert lost.id in after.properties["hs_merged_object_ids"].split(";")
    try:
        assert api.get_by_id(lost.id).id == merged.id, "the loser's id answers with the survivor"
    except Exception as gone:
        assert getattr(gone, "status", None) == 404, "or with 404"
    with pytest.raises(Exception) as refused:
        api.merge({"primaryObjectId": merged.id, "objectIdToMerge": merged.id})
    assert refused.value.status == 400


def test_merge_keeps_what_only_the_loser_knew(crm):
    api = crm.contacts.basic_api
    kept = api.create({"properties": {"email": fresh_email()}})
    lost = api.create({"properties": {"email": fresh_email(), "phone": "+1 555 0100"}})
    merged = api.merge({"primaryObjectId": kept.id, "objectIdToMerge": lost.id})
    assert api.get_by_id(merged.id, properties=["phone"]).properties["phone"] == "+1 555 0100"


# One handler behind v3, dated paths, singular names and type ids.


@pytest.mark.parametrize("base", PATHS)
@pytest.mark.parametrize("name", ["contacts", "contact", "0-1"])
def test_every_spelling_of_a_path(wire, base, name):
    crm = wire("crm")
    made = expect(crm.post(base + name, json={"properties": {"email": fresh_email(), "firstname": "Path"}}), 201).json()
    one = f"{base}{name}/{made['id']}"
    assert expect(crm.get(one), 200).json()["properties"]["firstname"] == "Path"
    changed = expect(crm("PATCH", one, json={"properties": {"firstname": "Dated"}}), 200).json()
    assert changed["properties"]["firstname"] == "Dated"
    assert expect(crm.get("/crm/v3/objects/contacts/" + made["id"]), 200).json()["properties"]["firstname"] == "Dated"
    expect(crm.get(f"{base}{name}?limit=1"), 200)
    found = expect(crm.post(f"{base}{name}/search", json={"limit": 1}), 200).json()
    assert found["total"] > 0
    read = expect(crm.post(f"{base}{name}/batch/read", json={"inputs": [{"id": made["id"]}]}), 200).json()
    assert read["results"][0]["id"] == made["id"]
    expect(crm.delete(one), 204)


@pytest.mark.parametrize("kind", IDS)
def test_type_ids(wire, kind):
    by_name = expect(wire("crm").get(f"/crm/v3/objects/{kind}?limit=3"), 200).json()
    by_id = expect(wire("crm").get(f"/crm/v3/objects/{IDS[kind]}?limit=3"), 200).json()
    assert [one["id"] for one in by_id["results"]] == [one["id"] for one in by_name["results"]]


def test_a_beta_of_a_dated_path(wire):
    assert expect(wire("crm").get("/crm/objects/2026-09-beta/contacts?limit=1"), 200).json()["results"]


def test_generic_and_typed_api_see_the_same(crm):
    contact = crm.contacts.basic_api.create({"properties": {"email": fresh_email()}})
    assert crm.objects.basic_api.get_by_id("contacts", contact.id).id == contact.id
    with pytest.raises(ApiException) as refused:
        crm.objects.basic_api.get_by_id("deals", contact.id + "9999")
    assert body_of(refused, 404)["category"] == "OBJECT_NOT_FOUND"
