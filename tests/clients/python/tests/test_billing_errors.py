"""Billing's refusals: credentials, missing records, unknown routes, and bytes that are no request."""

import pytest
import requests
import stripe

from office import NOBODYS_KEY, expect, silent

TOO_LARGE = 12 * 1024 * 1024


def error_of(answer, status):
    body = expect(answer, status).json()
    assert set(body) == {"error"}, "a failure is {'error': …} and nothing beside it"
    assert body["error"]["type"] and body["error"]["message"]
    return body["error"]


@pytest.mark.parametrize("auth", ["bearer", "basic"])
def test_both_forms_of_the_key(wire, auth):
    answer = expect(wire("billing").get("/v1/customers?limit=1", auth=auth), 200)
    assert answer.headers["Content-Type"].startswith("application/json")
    assert answer.headers["Request-Id"].startswith("req_")
    assert answer.headers["Stripe-Version"]


def test_an_unknown_key(office):
    with pytest.raises(stripe.AuthenticationError) as refused:
        office.billing(key=NOBODYS_KEY["billing"]).v1.customers.list()
    assert refused.value.http_status == 401
    assert refused.value.error.type == "invalid_request_error"


def test_another_vendors_key(office):
    with pytest.raises(stripe.AuthenticationError):
        office.billing(key=office.key("crm")).v1.customers.list()


def test_no_key(office):
    answer = requests.get(office.base("billing") + "/v1/customers", auth=silent, timeout=60)
    assert error_of(answer, 401)["type"] == "invalid_request_error"


@pytest.mark.parametrize(
    "noun",
    "customers charges payment_intents invoices refunds disputes credit_notes events balance_transactions products "
    "prices".split(),
)
def test_a_missing_record(billing, noun):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        getattr(billing, noun).retrieve("xx_nowhere")
    assert (refused.value.http_status, refused.value.code) == (404, "resource_missing")
    assert "xx_nowhere" in refused.value.user_message, "the message names the id asked for"


def test_an_unknown_parameter(billing):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        billing.customers.create(params={"colour": "red"})
    assert (refused.value.http_status, refused.value.code) == (400, "parameter_unknown")
    assert refused.value.param == "colour"


def test_a_route_the_vendor_has_and_we_lack(office, exchanges_made):
    client = office.billing(retries=2)
    with pytest.raises(stripe.APIError) as refused:
        client.v1.subscriptions.create(params={"customer": "cus_x"})
    assert refused.value.http_status == 501
    assert refused.value.headers["x-muddle-error"] == "not-offered"
    assert refused.value.headers["Stripe-Should-Retry"] == "false"
    assert exchanges_made.count == 1, "Stripe-Should-Retry: false keeps the SDK from trying again"


def test_a_route_nobody_has(wire):
    answer = wire("billing").get("/v1/nonsense")
    assert error_of(answer, 404)["type"] == "invalid_request_error"
    assert "x-muddle-error" not in answer.headers, "this one is the vendor's own 404"


def test_a_method_the_route_does_not_have(wire):
    answer = wire("billing")("PUT", "/v1/customers")
    assert error_of(answer, 404)["type"] == "invalid_request_error"


@pytest.mark.parametrize(
    "body",
    [b"metadata[a=1", b"metadata]a[=1", b"email=%ff%fe%80", b"email=%zz&name=%"],
    ids=["open bracket", "brackets astray", "no utf-8", "broken escapes"],
)
def test_a_bad_form(wire, body):
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert error_of(wire("billing").post("/v1/customers", data=body, headers=headers), 400)


def test_a_body_too_large(wire):
    answer = wire("billing").post("/v1/customers", data={"name": "x" * TOO_LARGE})
    assert error_of(answer, 400)["type"] == "invalid_request_error"


# What clients do on the wire without meaning anything by it.


def test_plus_and_percent_twenty_are_both_a_space(wire, billing):
    made = billing.customers.create(params={"email": "two words@example.com"})
    for space in ("+", "%20"):
        rows = expect(wire("billing").get(f"/v1/customers?email=two{space}words@example.com"), 200).json()["data"]
        assert made.id in [row["id"] for row in rows]


@pytest.mark.parametrize("path", ["/v1/customers/", "//v1/customers", "/v1//customers"])
def test_stray_slashes(wire, path):
    assert expect(wire("billing").get(path + "?limit=1"), 200).json()["object"] == "list"


def test_a_get_with_a_content_type_and_no_body(wire):
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    expect(wire("billing").get("/v1/customers?limit=1", headers=headers), 200)


def test_a_chunked_body(wire):
    chunks = iter([b"email=chunked@", b"example.com"])
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    made = expect(wire("billing").post("/v1/customers", data=chunks, headers=headers), 200).json()
    assert made["email"] == "chunked@example.com"


def test_one_connection_serves_many_calls(office):
    with requests.Session() as session:
        session.auth = silent
        session.headers["Authorization"] = "Bearer " + office.key("billing")
        for _ in range(5):
            expect(session.get(office.base("billing") + "/v1/customers?limit=1", timeout=60), 200)
        pools = session.adapters["http://"].poolmanager.pools
        opened = sum(pools[name].num_connections for name in pools.keys())
    assert opened == 1, "keep-alive holds"
