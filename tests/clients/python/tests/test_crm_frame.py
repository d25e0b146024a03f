"""What holds CRM records together: associations and labels, properties and groups, owners, pipelines."""

import uuid

import pytest

from office import expect

NOTE = {"hs_timestamp": "2026-11-20T12:00:00.000Z", "hs_note_body": "Linked."}
HUBSPOT = "HUBSPOT_DEFINED"


@pytest.fixture
def contact(crm):
    return crm.contacts.basic_api.create({"properties": {"email": f"frame.{uuid.uuid4().hex[:12]}@example.com"}}).id


@pytest.fixture
def company(crm):
    return crm.companies.basic_api.create({"properties": {"name": "Frame Ltd"}}).id


def linked(crm, from_type, from_id, to_type):
    page = crm.associations.v4.basic_api.get_page(from_type, from_id, to_type)
    return {str(one.to_object_id): {kind.type_id for kind in one.association_types} for one in page.results}


@pytest.mark.parametrize("kind, type_id, properties", [
    ("notes", 202, NOTE),
    ("tasks", 204, {"hs_timestamp": NOTE["hs_timestamp"], "hs_task_subject": "Linked"}),
])
def test_a_record_created_with_its_association(crm, contact, kind, type_id, properties):
    spec = {"associationCategory": HUBSPOT, "associationTypeId": type_id}
    body = {"properties": properties, "associations": [{"to": {"id": contact}, "types": [spec]}]}
    made = crm.objects.basic_api.create(kind, body)
    assert linked(crm, kind, made.id, "contacts") == {contact: {type_id}}
    assert made.id in linked(crm, "contacts", contact, kind), "the other direction is there too"
    read = crm.objects.basic_api.get_by_id(kind, made.id, associations=["contacts"])
    assert [one.id for one in read.associations["contacts"].results] == [contact]


def test_a_ticket_created_with_its_contact(crm, contact):
    pipeline = crm.pipelines.pipelines_api.get_all("tickets").results[0]
    made = crm.tickets.basic_api.create({
        "properties": {"subject": "Linked", "hs_pipeline": pipeline.id, "hs_pipeline_stage": pipeline.stages[0].id},
        "associations": [
            {"to": {"id": contact}, "types": [{"associationCategory": HUBSPOT, "associationTypeId": 16}]}
        ],
    })
    assert linked(crm, "tickets", made.id, "contacts") == {contact: {16}}
    assert linked(crm, "contacts", contact, "tickets") == {made.id: {15}}


def test_default_association_life(crm, contact, company):
    api = crm.associations.v4.basic_api
    done, status, _ = api.create_default_with_http_info("contacts", contact, "companies", company)
    assert status == 200 and done.status == "COMPLETE"
    assert {(one._from.id, one.to.id) for one in done.results} >= {(contact, company)}
    assert 279 in linked(crm, "contacts", contact, "companies")[company]
    assert 280 in linked(crm, "companies", company, "contacts")[contact]
    assert api.archive_with_http_info("contacts", contact, "companies", company)[1] == 204
    assert linked(crm, "contacts", contact, "companies") == {}
    assert linked(crm, "companies", company, "contacts") == {}


def test_labelled_association(crm, contact, company):
    api = crm.associations.v4.basic_api
    spec = [{"associationCategory": HUBSPOT, "associationTypeId": 1}]
    done, status, _ = api.create_with_http_info("contacts", contact, "companies", company, spec)
    assert status == 201, f"PUT with labels answers 201, got {status}"
    assert str(done.from_object_id) == contact and str(done.to_object_id) == company
    assert 1 in linked(crm, "contacts", contact, "companies")[company], "type 1: the primary company"


def test_association_pages(crm, company):
    for _ in range(3):
        one = crm.contacts.basic_api.create({"properties": {"email": f"p.{uuid.uuid4().hex[:12]}@example.com"}})
        crm.associations.v4.basic_api.create_default("companies", company, "contacts", one.id)
    first = crm.associations.v4.basic_api.get_page("companies", company, "contacts", limit=2)
    assert len(first.results) == 2
    last = crm.associations.v4.basic_api.get_page("companies", company, "contacts", limit=2, after=first.paging.next.after)
    assert len(last.results) == 1 and last.paging is None


def test_associations_of_nothing(crm, contact):
    with pytest.raises(Exception) as refused:
        crm.associations.v4.basic_api.create_default("contacts", contact, "companies", "999999999")
    assert refused.value.status in (400, 404)
    assert linked(crm, "contacts", contact, "companies") == {}


def test_v4_batches(crm, contact, company):
    batch = crm.associations.v4.batch_api
    pair = {"from": {"id": contact}, "to": {"id": company}}
    spec = [{"associationCategory": HUBSPOT, "associationTypeId": 279}]
    made, status, _ = batch.create_with_http_info("contacts", "companies", {"inputs": [{**pair, "types": spec}]})
    assert status == 201 and made.status == "COMPLETE"
    read, status, _ = batch.get_page_with_http_info("contacts", "companies", {"inputs": [{"id": contact}]})
    assert status == 200
    assert [str(one.to_object_id) for one in read.results[0].to] == [company]
    gone = {"inputs": [{"from": {"id": contact}, "to": [{"id": company}]}]}
    assert batch.archive_with_http_info("contacts", "companies", gone)[1] == 204
    assert linked(crm, "contacts", contact, "companies") == {}
    done, status, _ = batch.create_default_with_http_info("contacts", "companies", {"inputs": [pair]})
    assert status == 200 and done.results
    assert company in linked(crm, "contacts", contact, "companies")


def test_v3_batches(crm, contact, company):
    batch = crm.associations.batch_api
    inputs = {"inputs": [{"from": {"id": contact}, "to": {"id": company}, "type": "contact_to_company"}]}
    made, status, _ = batch.create_with_http_info("contacts", "companies", inputs)
    assert status == 201 and made.results[0].to.id == company
    read, status, _ = batch.read_with_http_info("contacts", "companies", {"inputs": [{"id": contact}]})
    assert status == 200
    assert {one.id for one in read.results[0].to} == {company}, "one row for each type of link"
    assert batch.archive_with_http_info("contacts", "companies", inputs)[1] == 204
    assert linked(crm, "contacts", contact, "companies") == {}


KNOWN = [
    ("contacts", "companies", {1, 279}),
    ("companies", "contacts", {2, 280}),
    ("contacts", "tickets", {15}),
    ("tickets", "contacts", {16}),
    ("tickets", "companies", {26, 339}),
    ("notes", "contacts", {202}),
    ("notes", "companies", {190}),
    ("notes", "tickets", {228}),
    ("tasks", "contacts", {204}),
    ("deals", "contacts", {3}),
    ("deals", "line_items", {19}),
    ("line_items", "deals", {20}),
]


@pytest.mark.parametrize("one, other, ids", KNOWN)
def test_labels(wire, one, other, ids):
    answer = expect(wire("crm").get(f"/crm/v4/associations/{one}/{other}/labels"), 200).json()
    assert {row["typeId"] for row in answer["results"]} >= ids
    assert {row["category"] for row in answer["results"]} >= {HUBSPOT}


def test_labels_by_the_sdk(crm):
    labels = crm.associations.v4.schema.definitions_api.get_all("contacts", "companies").results
    assert 279 in [one.type_id for one in labels]


@pytest.mark.parametrize("date", ["2026-03", "2026-09"])
def test_associations_at_dated_paths(wire, contact, company, date):
    crm = wire("crm")
    base = f"/crm/objects/{date}/contacts/{contact}/associations"
    expect(crm("PUT", f"{base}/default/companies/{company}"), 200)
    rows = expect(crm.get(f"{base}/companies"), 200).json()["results"]
    assert [str(row["toObjectId"]) for row in rows] == [company]
    expect(crm.delete(f"{base}/companies/{company}"), 204)
    assert expect(crm.get(f"/crm/v4/objects/contacts/{contact}/associations/companies"), 200).json()["results"] == []


# Properties and their groups.


def test_property_life(crm, contact):
    api, name = crm.properties.core_api, "suite_" + uuid.uuid4().hex[:8]
    want = {"name": name, "label": "Suite", "type": "string", "fieldType": "text", "groupName": "contactinformation"}
    made, status, _ = api.create_with_http_info("contacts", want)
    assert status == 201 and made.name == name
    crm.contacts.basic_api.update(contact, {"properties": {name: "kept"}})
    assert crm.contacts.basic_api.get_by_id(contact, properties=[name]).properties[name] == "kept"
    assert api.get_by_name("contacts", name).label == "Suite"
    assert name in [one.name for one in api.get_all("contacts").results]
    changed, status, _ = api.update_with_http_info("contacts", name, {"label": "Renamed"})
    assert status == 200 and changed.label == "Renamed"
    with pytest.raises(Exception) as refused:
        api.create("contacts", want)
    assert refused.value.status == 409
    assert api.archive_with_http_info("contacts", name)[1] == 204
    with pytest.raises(Exception) as refused:
        api.get_by_name("contacts", name)
    assert refused.value.status == 404


def test_a_property_with_options(crm, contact):
    name = "suite_" + uuid.uuid4().hex[:8]
    options = [{"label": label, "value": label.lower(), "displayOrder": n, "hidden": False} for n, label in enumerate(["Gold", "Tin"])]
    crm.properties.core_api.create("contacts", {
        "name": name, "label": "Metal", "type": "enumeration", "fieldType": "select",
        "groupName": "contactinformation", "options": options,
    })
    assert [one.value for one in crm.properties.core_api.get_by_name("contacts", name).options] == ["gold", "tin"]
    crm.contacts.basic_api.update(contact, {"properties": {name: "tin"}})
    with pytest.raises(Exception) as refused:
        crm.contacts.basic_api.update(contact, {"properties": {name: "lead"}})
    assert refused.value.status == 400


def test_a_property_needs_its_fields(crm):
    with pytest.raises(Exception) as refused:
        crm.properties.core_api.create("contacts", {"name": "suite_half"})
    assert refused.value.status == 400


@pytest.mark.parametrize("kind", ["contacts", "companies", "deals", "line_items", "tickets", "notes", "tasks"])
def test_each_type_describes_itself(crm, kind):
    for one in crm.properties.core_api.get_all(kind).results:
        assert one.name and one.label and one.type and one.field_type and one.group_name is not None


def test_property_batches(crm):
    batch, names = crm.properties.batch_api, ["suite_" + uuid.uuid4().hex[:8] for _ in range(2)]
    frame = {"label": "Suite", "type": "number", "fieldType": "number", "groupName": "contactinformation"}
    made, status, _ = batch.create_with_http_info("contacts", {"inputs": [{"name": n, **frame} for n in names]})
    assert status == 201 and {one.name for one in made.results} == set(names)
    inputs = {"inputs": [{"name": n} for n in names]}
    read, status, _ = batch.read_with_http_info("contacts", {**inputs, "archived": False})
    assert status == 200 and {one.name for one in read.results} == set(names)
    assert batch.archive_with_http_info("contacts", inputs)[1] == 204


def test_group_life(crm):
    api, name = crm.properties.groups_api, "suite_" + uuid.uuid4().hex[:8]
    made, status, _ = api.create_with_http_info("contacts", {"name": name, "label": "Suite", "displayOrder": 5})
    assert status == 201 and made.name == name
    assert api.get_by_name("contacts", name).label == "Suite"
    assert name in [one.name for one in api.get_all("contacts").results]
    changed, status, _ = api.update_with_http_info("contacts", name, {"label": "Renamed"})
    assert status == 200 and changed.label == "Renamed"
    assert api.archive_with_http_info("contacts", name)[1] == 204
    with pytest.raises(Exception) as refused:
        api.get_by_name("contacts", name)
    assert refused.value.status == 404


# Owners and pipelines.


@pytest.mark.parametrize("path", ["/crm/v3/owners", "/crm/v3/owners/", "//crm/v3/owners/"])
def test_owners_with_and_without_a_slash(wire, path):
    owners = expect(wire("crm").get(path), 200).json()["results"]
    assert owners and all(one["id"] and one["email"] for one in owners)


def test_owners(crm):
    owners = crm.owners.get_all()
    assert owners and len({one.id for one in owners}) == len(owners)
    one = crm.owners.owners_api.get_by_id(int(owners[0].id))
    assert one.email == owners[0].email
    by_mail = crm.owners.owners_api.get_page(email=owners[0].email).results
    assert [one.id for one in by_mail] == [owners[0].id]
    page = crm.owners.owners_api.get_page(limit=1)
    assert len(page.results) == 1 and page.paging.next.after


def test_pipelines(crm):
    tickets = crm.pipelines.pipelines_api.get_all("tickets").results
    deals = crm.pipelines.pipelines_api.get_all("deals").results
    assert "Needs a person" in [stage.label for one in tickets for stage in one.stages], "the hand-off stage"
    assert "Orders" in [one.label for one in deals]
    for kind, pipeline in (("tickets", tickets[0]), ("deals", deals[0])):
        one = crm.pipelines.pipelines_api.get_by_id(kind, pipeline.id)
        assert [stage.id for stage in one.stages] == [stage.id for stage in pipeline.stages]
        stages = crm.pipelines.pipeline_stages_api.get_all(kind, pipeline.id).results
        assert {stage.id for stage in stages} == {stage.id for stage in pipeline.stages}
