"""CRM lists followed by their links to the end, what of each record they show, and what searches can be sorted by."""

import pytest
import requests

from office import expect, silent

KINDS = ["contacts", "companies", "deals", "line_items", "tickets", "notes", "tasks"]


def followed(office, path):
    """Every record of a list, by `paging.next.link` alone."""
    found, target = [], office.base("crm") + path
    headers = {"Authorization": f"Bearer {office.key('crm')}"}
    for _ in range(1_000):
        page = expect(requests.get(target, headers=headers, auth=silent, timeout=60), 200).json()
        found += page["results"]
        if "paging" not in page:
            return found
        target = page["paging"]["next"]["link"]
        assert target.startswith(office.base("crm")), "a link leads back to where the caller came from"
    raise AssertionError("1000 pages and still no last one")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("archived", [False, True], ids=["living", "archived"])
def test_a_list_is_whole_by_its_links_with_what_was_asked(crm, office, kind, archived):
    expected = [one.id for one in crm.objects.get_all(kind, archived=archived)]
    query = f"limit=100&archived={str(archived).lower()}&properties=hs_created_by_user_id,hs_lastmodifieddate"
    found = followed(office, f"/crm/v3/objects/{kind}?{query}")
    assert [one["id"] for one in found] == expected
    assert all("hs_created_by_user_id" in one["properties"] for one in found), "every page shows what was asked"
    assert all(one["archived"] == archived for one in found)


def test_a_proxys_scheme_is_in_the_link(wire):
    answer = wire("crm").get("/crm/v3/objects/contacts?limit=1", headers={"X-Forwarded-Proto": "https"})
    assert expect(answer, 200).json()["paging"]["next"]["link"].startswith("https://")


def test_owners_are_whole_by_their_links(crm, office):
    expected = [one.id for one in crm.owners.get_all()]
    assert [one["id"] for one in followed(office, "/crm/v3/owners?limit=1")] == expected


def test_properties_nobody_has_are_left_out(crm):
    shown = crm.contacts.basic_api.get_page(limit=1, properties=["no_such_property", "phone"]).results[0].properties
    assert "no_such_property" not in shown and "phone" in shown


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", ["hs_lastmodifieddate", "hs_createdate", "hs_object_id"])
def test_what_the_crm_computes_is_defined_filtered_and_sorted_by(crm, kind, name):
    assert crm.properties.core_api.get_by_name(kind, name).hubspot_defined
    request = {
        "filterGroups": [{"filters": [{"propertyName": name, "operator": "GT", "value": "0"}]}],
        "sorts": [{"propertyName": name, "direction": "DESCENDING"}],
        "properties": [name],
        "limit": 100,
    }
    found = crm.objects.search_api.do_search(kind, request)
    everything = crm.objects.search_api.do_search(kind, {"limit": 1})
    assert found.total == everything.total
    values = [one.properties[name] for one in found.results]
    key = int if name == "hs_object_id" else str
    assert values == sorted(values, key=key, reverse=True)
