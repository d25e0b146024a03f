"""CRM search (groups, operators, sorts, pages, lag) and batches (201, 200, 207, 204)."""

import json
import uuid

import pytest
from hubspot.crm.contacts.exceptions import ApiException

from office import expect

SIZES = ["10", "20", "30", "40"]


@pytest.fixture(scope="module")
def crowd(crm, office):
    """Four contacts nobody else has, indexed: lastname is one token, numemployees 10 to 40."""
    token = "zq" + uuid.uuid4().hex[:10]
    inputs = [
        {
            "properties": {
                "email": f"{name}@{token}.example.com",
                "firstname": name,
                "lastname": token,
                "numemployees": size,
                **({"phone": "555"} if name in ("ann", "bob") else {}),
            }
        }
        for name, size in zip(["ann", "bob", "cyd", "dan"], SIZES, strict=True)
    ]
    made = crm.contacts.batch_api.create({"inputs": inputs})
    office.wait(120)
    return token, {one.properties["firstname"]: one.id for one in made.results}


def search(crm, **request):
    return crm.contacts.search_api.do_search(request)


def where(name, operator, **value):
    return {"propertyName": name, "operator": operator, **value}


def names(crm, token, *filters):
    request = {
        "filterGroups": [{"filters": [where("lastname", "EQ", value=token), *filters]}],
        "properties": ["firstname"],
        "limit": 100,
    }
    return sorted(one.properties["firstname"] for one in search(crm, **request).results)


OPERATORS = [
    (where("firstname", "EQ", value="ann"), ["ann"]),
    (where("firstname", "NEQ", value="ann"), ["bob", "cyd", "dan"]),
    (where("numemployees", "LT", value="20"), ["ann"]),
    (where("numemployees", "LTE", value="20"), ["ann", "bob"]),
    (where("numemployees", "GT", value="30"), ["dan"]),
    (where("numemployees", "GTE", value="30"), ["cyd", "dan"]),
    (where("numemployees", "BETWEEN", value="15", highValue="35"), ["bob", "cyd"]),
    (where("firstname", "IN", values=["ann", "dan", "eve"]), ["ann", "dan"]),
    (where("firstname", "NOT_IN", values=["ann", "dan"]), ["bob", "cyd"]),
    (where("phone", "HAS_PROPERTY"), ["ann", "bob"]),
    (where("phone", "NOT_HAS_PROPERTY"), ["cyd", "dan"]),
    (where("email", "CONTAINS_TOKEN", value="bob*"), ["bob"]),
    (where("email", "NOT_CONTAINS_TOKEN", value="bob*"), ["ann", "cyd", "dan"]),
]


@pytest.mark.parametrize("filter_by, expected", OPERATORS, ids=[one[0]["operator"] for one in OPERATORS])
def test_operators(crm, crowd, filter_by, expected):
    assert names(crm, crowd[0], filter_by) == expected


def test_groups_are_joined_by_or(crm, crowd):
    token, ids = crowd
    mine = where("lastname", "EQ", value=token)
    groups = [{"filters": [mine, where("firstname", "EQ", value=name)]} for name in ("ann", "dan")]
    found = search(crm, filterGroups=groups)
    assert found.total == 2
    assert {one.id for one in found.results} == {ids["ann"], ids["dan"]}


@pytest.mark.parametrize("email", ["ANN@{}.example.com", "ann@{}.EXAMPLE.com"])
def test_emails_compare_without_case(crm, crowd, email):
    token, ids = crowd
    group = [{"filters": [where("email", "EQ", value=email.format(token))]}]
    assert [one.id for one in search(crm, filterGroups=group).results] == [ids["ann"]]


@pytest.mark.parametrize(
    "sorts",
    [["-numemployees"], [{"propertyName": "numemployees", "direction": "DESCENDING"}]],
    ids=["short form", "long form"],
)
def test_sorts(wire, crowd, sorts):
    request = {"filterGroups": [{"filters": [where("lastname", "EQ", value=crowd[0])]}], "sorts": sorts}
    request["properties"] = ["numemployees"]
    found = expect(wire("crm").post("/crm/v3/objects/contacts/search", json=request), 200).json()
    assert [one["properties"]["numemployees"] for one in found["results"]] == SIZES[::-1]


def test_search_pages(crm, crowd):
    request = {
        "filterGroups": [{"filters": [where("lastname", "EQ", value=crowd[0])]}],
        "sorts": ["numemployees"],
        "limit": 3,
    }
    first = search(crm, **request)
    assert (first.total, len(first.results)) == (4, 3)
    assert first.paging.next.after == "3", "search pages by offset"
    last = search(crm, **request, after=first.paging.next.after)
    assert (last.total, len(last.results), last.paging) == (4, 1, None)
    assert last.results[0].id == crowd[1]["dan"]


def test_free_text(crm, crowd):
    token, ids = crowd
    assert {one.id for one in search(crm, query=token, limit=100).results} == set(ids.values())


def test_default_properties_of_a_search(crm, crowd):
    found = search(crm, filterGroups=[{"filters": [where("lastname", "EQ", value=crowd[0])]}]).results[0]
    wanted = {"createdate", "email", "firstname", "hs_object_id", "lastmodifieddate", "lastname"}
    assert set(found.properties) == wanted


def test_search_in_other_types(crm):
    for kind in ("companies", "deals", "line_items", "tickets"):
        assert getattr(crm, kind).search_api.do_search({"limit": 1}).total >= 0
    for kind in ("notes", "tasks"):
        assert crm.objects.search_api.do_search(kind, {"limit": 1}).total >= 0


def test_the_index_lags(crm, office):
    """A new contact is in lists at once and in search only later."""
    missing = 0
    emails = [f"lag.{uuid.uuid4().hex[:12]}@example.com" for _ in range(5)]
    for email in emails:
        crm.contacts.basic_api.create({"properties": {"email": email}})
        assert crm.contacts.basic_api.get_by_id(email, id_property="email").id, "reads by id do not lag"
        missing += not search(crm, filterGroups=[{"filters": [where("email", "EQ", value=email)]}]).results
    assert missing, "none of five searches straight after the create missed it: the index has no lag"
    office.wait(120)
    group = [{"filters": [where("email", "IN", values=emails)]}]
    assert search(crm, filterGroups=group, limit=100).total == 5, "two minutes later all are found"


@pytest.mark.parametrize(
    "request_body",
    [
        {"filterGroups": [{"filters": [where("lastname", "EQ", value="x")]}] * 6},
        {"filterGroups": [{"filters": [where("lastname", "EQ", value="x")] * 7}]},
        {"filterGroups": [{"filters": [where("lastname", "RESEMBLES", value="x")]}]},
        {"filterGroups": [{"filters": [where("no_such_property", "EQ", value="x")]}]},
        {"filterGroups": [{"filters": [where("lastname", "EQ")]}]},
        {"limit": 201},
        {"after": "10001", "limit": 10},
    ],
    ids=["6 groups", "7 filters", "operator", "property", "no value", "limit", "beyond 10,000"],
)
def test_searches_that_are_refused(crm, request_body):
    with pytest.raises(ApiException) as refused:
        search(crm, **request_body)
    assert refused.value.status == 400
    assert json.loads(refused.value.body)["category"] == "VALIDATION_ERROR"


# Batches.


def some(count):
    token = uuid.uuid4().hex[:10]
    return [{"properties": {"email": f"b{n}.{token}@example.com", "firstname": f"B{n}"}} for n in range(count)]


def test_batch_life(crm):
    batch = crm.contacts.batch_api
    made, status, _ = batch.create_with_http_info({"inputs": some(3)})
    assert status == 201, f"batch create answers 201, got {status}"
    assert made.status == "COMPLETE" and made.started_at and made.completed_at >= made.started_at
    ids = [one.id for one in made.results]
    assert len(ids) == 3
    read, status, _ = batch.read_with_http_info({"inputs": [{"id": one} for one in ids], "properties": ["firstname"]})
    assert status == 200
    assert [one.properties["firstname"] for one in read.results] == ["B0", "B1", "B2"]
    inputs = [{"id": one, "properties": {"firstname": "Changed"}} for one in ids]
    changed, status, _ = batch.update_with_http_info({"inputs": inputs})
    assert status == 200 and {one.properties["firstname"] for one in changed.results} == {"Changed"}
    assert batch.archive_with_http_info({"inputs": [{"id": one} for one in ids]})[1] == 204
    with pytest.raises(ApiException) as refused:
        crm.contacts.basic_api.get_by_id(ids[0])
    assert refused.value.status == 404


def test_batch_read_by_email(crm):
    made = crm.contacts.basic_api.create(some(1)[0])
    email = made.properties["email"]
    read = crm.contacts.batch_api.read({"idProperty": "email", "inputs": [{"id": email.upper()}], "properties": ["email"]})
    assert [one.id for one in read.results] == [made.id]


def test_batch_read_with_misses_is_207(crm):
    made = crm.contacts.basic_api.create(some(1)[0])
    read, status, _ = crm.contacts.batch_api.read_with_http_info({"inputs": [{"id": made.id}, {"id": "999999999"}]})
    assert status == 207, f"misses make it 207, got {status}"
    assert [one.id for one in read.results] == [made.id]
    assert read.num_errors == 1
    assert read.errors[0].category == "OBJECT_NOT_FOUND"
    assert read.errors[0].context["ids"] == ["999999999"]


def test_batch_update_with_misses_is_207(crm):
    made = crm.contacts.basic_api.create(some(1)[0])
    inputs = [{"id": one, "properties": {"lastname": "Part"}} for one in (made.id, "999999999")]
    changed, status, _ = crm.contacts.batch_api.update_with_http_info({"inputs": inputs})
    assert status == 207
    assert [one.id for one in changed.results] == [made.id] and changed.num_errors == 1
    assert crm.contacts.basic_api.get_by_id(made.id).properties["lastname"] == "Part"


def test_batch_upsert(crm):
    there = crm.contacts.basic_api.create(some(1)[0])
    fresh = some(1)[0]["properties"]
    inputs = [
        {"idProperty": "email", "id": there.properties["email"], "properties": {"lastname": "Old"}},
        {"idProperty": "email", "id": fresh["email"], "properties": {**fresh, "lastname": "New"}},
    ]
    done, status, _ = crm.contacts.batch_api.upsert_with_http_info({"inputs": inputs})
    assert status == 200
    told = {one.properties["email"]: one.new for one in done.results}
    assert told == {there.properties["email"]: False, fresh["email"]: True}
    assert crm.contacts.basic_api.get_by_id(there.id).properties["lastname"] == "Old"


def test_a_conflict_fails_the_whole_batch(crm):
    there = crm.contacts.basic_api.create(some(1)[0])
    other = some(1)[0]
    with pytest.raises(ApiException) as refused:
        crm.contacts.batch_api.create({"inputs": [other, {"properties": {"email": there.properties["email"]}}]})
    assert refused.value.status == 409
    assert there.id in json.loads(refused.value.body)["message"], "the message names the existing id"
    with pytest.raises(ApiException) as missing:
        crm.contacts.basic_api.get_by_id(other["properties"]["email"], id_property="email")
    assert missing.value.status == 404, "nothing of the batch was created"


def test_a_batch_has_at_most_100_inputs(crm):
    with pytest.raises(ApiException) as refused:
        crm.contacts.batch_api.create({"inputs": some(101)})
    assert refused.value.status == 400


@pytest.mark.parametrize("kind", ["companies", "deals", "line_items", "tickets", "notes", "tasks"])
def test_batches_of_other_types(crm, kind):
    pipelines = crm.pipelines.pipelines_api
    stage = {}
    if kind in ("deals", "tickets"):
        pipeline = pipelines.get_all(kind).results[0]
        prefix = "hs_pipeline", "hs_pipeline_stage"
        names = prefix if kind == "tickets" else ("pipeline", "dealstage")
        stage = dict(zip(names, (pipeline.id, pipeline.stages[0].id), strict=True))
    basic = {
        "companies": {"name": "Batch"},
        "deals": {"dealname": "Batch"},
        "line_items": {"name": "Batch", "price": "1", "quantity": "1"},
        "tickets": {"subject": "Batch"},
        "notes": {"hs_timestamp": "1795226577000", "hs_note_body": "Batch"},
        "tasks": {"hs_timestamp": "1795226577000", "hs_task_subject": "Batch"},
    }[kind]
    batch = crm.objects.batch_api
    made, status, _ = batch.create_with_http_info(kind, {"inputs": [{"properties": {**basic, **stage}}] * 2})
    assert (status, len(made.results)) == (201, 2)
    ids = [{"id": one.id} for one in made.results]
    assert batch.read_with_http_info(kind, {"inputs": ids})[1] == 200
    assert batch.archive_with_http_info(kind, {"inputs": ids})[1] == 204
