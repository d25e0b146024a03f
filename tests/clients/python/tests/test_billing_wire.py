"""Billing's wire rules: versions and accounts in headers, strict values, full names of parameters, caps, old routes."""

import pytest
import stripe

from office import expect

OURS = "2026-10-28.endive"


def error_of(answer, status=400):
    return expect(answer, status).json()["error"]


# Headers.


@pytest.mark.parametrize("version", [OURS, "2026-09-30.endive", "", None])
def test_versions_of_the_release_are_answered(wire, version):
    headers = {} if version is None else {"Stripe-Version": version}
    answer = expect(wire("billing").get("/v1/customers?limit=1", headers=headers), 200)
    assert answer.headers["Stripe-Version"] == (version or OURS)


@pytest.mark.parametrize("version", ["nonsense", "2019-2-19", "v1", "2026-10-28.", "2018-11-21 accounts_upgrade=true"])
def test_what_is_no_version_is_refused(wire, version):
    answer = wire("billing").get("/v1/customers", headers={"Stripe-Version": version})
    assert error_of(answer)["message"] == f"Invalid Stripe API version: {version}"
    assert answer.headers["Stripe-Version"] == OURS, "the answer is in ours"
    assert "x-muddle-error" not in answer.headers


@pytest.mark.parametrize(
    "version", ["2024-06-20", "2025-03-31.basil", "2025-09-30.clover", "2027-03-31.fuchsia", f"{OURS}; a_beta=v1"]
)
def test_another_version_is_refused_and_ours_named(wire, version):
    for answer in (
        wire("billing").get("/v1/customers", headers={"Stripe-Version": version}),
        wire("billing").post("/v1/refunds", data={"charge": "ch_x"}, headers={"Stripe-Version": version}),
    ):
        message = error_of(answer)["message"]
        assert version in message and OURS in message
        assert answer.headers["x-muddle-error"] == "not-offered"


@pytest.mark.parametrize("option", ["stripe_account", "stripe_context"])
def test_another_account_is_refused(billing, option):
    with pytest.raises(stripe.PermissionError) as refused:
        billing.customers.list(options={option: "acct_1Another"})
    assert (refused.value.http_status, refused.value.error.code) == (403, "account_invalid")
    assert "acct_1Another" in refused.value.user_message


# Values and their names.


@pytest.mark.parametrize("amount", ["+1", "01", " 1 ", "1 ", "1.0", "1e2", "0x1", "١", "-0", "99999999999999999999"])
def test_only_plain_integers_are_taken(wire, charges, amount):
    charge = charges.all[0].id
    error = error_of(wire("billing").post("/v1/refunds", data={"charge": charge, "amount": amount}))
    assert (error["param"], error["code"]) == ("amount", "parameter_invalid_integer")
    assert error["message"] == f"Invalid integer: {amount}"


@pytest.mark.parametrize(
    "query, param",
    [
        ("/v1/charges?created[gte]=2026-01-01", "created[gte]"),
        ("/v1/charges?created[lt]=", "created[lt]"),
        ("/v1/charges?created[since]=1", "created[since]"),
        ("/v1/charges?created=%2B1", "created"),
        ("/v1/charges?limit=010", "limit"),
        ("/v1/events?types[0][a]=1", "types[0]"),
        ("/v1/events?delivery_success=True", "delivery_success"),
        ("/v1/prices?active=1", "active"),
        ("/v1/prices?currency=USD", "currency"),
        ("/v1/prices?currency=dollars", "currency"),
        ("/v1/invoice_payments?payment[payment_intent]=pi_1", "payment[type]"),
        ("/v1/invoice_payments?payment[type]=", "payment[type]"),
        ("/v1/invoice_payments?payment[type]=payment_intent&payment[payment_record]=x", "payment[payment_record]"),
        ("/v1/invoice_payments?payment[colour]=red&payment[type]=payment_intent", "payment[colour]"),
    ],
)
def test_a_refused_filter_is_named_in_full(wire, query, param):
    assert error_of(wire("billing").get(query))["param"] == param


@pytest.mark.parametrize(
    "form, param",
    [
        ({"lines[0][type]": ""}, "lines[0][type]"),
        ({"lines[0][colour]": "red"}, "lines[0][type]"),
        ({"lines[3][type]": "custom_line_item"}, "lines[3][type]"),
        ({"lines[0][type]": "invoice_line_item"}, "lines[0][invoice_line_item]"),
        (
            {"lines[0][type]": "invoice_line_item", "lines[0][invoice_line_item]": "il_1", "lines[0][quantity]": "+1"},
            "lines[0][quantity]",
        ),
        (
            {"lines[0][type]": "invoice_line_item", "lines[0][invoice_line_item]": "il_1", "lines[0][colour]": "red"},
            "lines[0][colour]",
        ),
        ({"lines": "all"}, "lines"),
        ({"lines[0]": "all"}, "lines[0]"),
        ({"lines[first][type]": "invoice_line_item"}, "lines"),
        ({"metadata[a][b]": "c"}, "metadata[a]"),
    ],
)
def test_a_refused_part_of_a_credit_note_is_named_in_full(wire, form, param):
    assert error_of(wire("billing").post("/v1/credit_notes", data={"invoice": "in_1", **form}))["param"] == param


@pytest.mark.parametrize(
    "form, param",
    [
        ({"address[city][name]": "x"}, "address[city]"),
        ({"address[planet][name]": "x"}, "address[planet][name]"),
        ({"address": "here"}, "address"),
        ({"name": "n" * 257}, "name"),
        ({"email": "e" * 512 + "@example.com"}, "email"),
        ({"phone": "1" * 21}, "phone"),
        ({"description": "d" * 5001}, "description"),
        ({"metadata[" + "k" * 41 + "]": "v"}, "metadata"),
        ({"metadata[k]": "v" * 501}, "metadata[k]"),
        ({f"metadata[k{place}]": "v" for place in range(51)}, "metadata"),
    ],
)
def test_a_refused_field_of_a_customer_is_named_in_full(wire, form, param):
    assert error_of(wire("billing").post("/v1/customers", data=form))["param"] == param


def test_fields_at_their_maxima_are_taken(wire):
    form = {"name": "n" * 256, "phone": "1" * 20, "description": "d" * 5000}
    form |= {f"metadata[k{place:039}]": "v" * 500 for place in range(50)}
    made = expect(wire("billing").post("/v1/customers", data=form), 200).json()
    assert len(made["metadata"]) == 50 and made["name"] == "n" * 256


# Caps.


def test_expansions_are_capped_in_depth_and_number_and_counted_once(wire, charges):
    ask = wire("billing")
    charge = charges.all[0].id
    deep = "payment_intent.latest_charge.customer.default_source"
    expect(ask.get(f"/v1/charges/{charge}", params={"expand[]": deep}), 200)
    for path, expand in ((f"/v1/charges/{charge}", deep + ".owner"), ("/v1/charges", "data." + deep)):
        message = error_of(ask.get(path, params={"expand[]": expand}))["message"]
        assert message == f"You cannot expand more than 4 levels of a property. Property: {expand}"
    expect(ask.get(f"/v1/charges/{charge}", params={"expand[]": ["customer"] * 200}), 200)
    many = [f"payment_intent.review.f{place}" for place in range(51)]
    assert "up to 50" in error_of(ask.get(f"/v1/charges/{charge}", params={"expand[]": many}))["message"]


@pytest.mark.parametrize("field", ["payment_intent", "charge", "paid", "colour"])
def test_what_an_invoice_does_not_have_cannot_be_expanded(wire, billing, field):
    invoice = billing.invoices.list(params={"limit": 1}).data[0]
    message = error_of(wire("billing").get(f"/v1/invoices/{invoice.id}", params={"expand[]": field}))["message"]
    assert message == f"This property cannot be expanded ({field})."
    assert field not in wire("billing").get(f"/v1/invoices/{invoice.id}").json()


def test_an_invoice_leads_to_its_payment_and_back(billing):
    invoice = billing.invoices.list(params={"limit": 1, "status": "paid"}).data[0]
    full = billing.invoices.retrieve(invoice.id, params={"expand": ["payments.data.payment.payment_intent"]})
    intent = full.payments.data[0].payment.payment_intent
    assert intent.object == "payment_intent" and intent.latest_charge.startswith("ch_")
    ask = {"payment": {"type": "payment_intent", "payment_intent": intent.id}}
    assert [one.invoice for one in billing.invoice_payments.list(params=ask).data] == [invoice.id]


def test_a_list_inside_an_object_shows_ten_rows_and_says_that_there_are_more(billing, charges):
    charge = charges.take(least=1100)
    for _ in range(11):
        billing.refunds.create(params={"charge": charge.id, "amount": 1})
    refunds = billing.charges.retrieve(charge.id, params={"expand": ["refunds"]}).refunds
    assert len(refunds.data) == 10 and refunds.has_more is True
    assert len(list(refunds.auto_paging_iter())) == 11


@pytest.mark.parametrize(
    "form, names",
    [
        ("&".join(f"a{place}=1" for place in range(1001)), "1000 parameters"),
        ("a" + "[b]" * 9 + "=1", "8 levels"),
        ("a" * 501 + "=1", "500 bytes"),
    ],
)
def test_a_form_beyond_a_limit_names_it(wire, form, names):
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    assert names in error_of(wire("billing").post("/v1/customers", data=form, headers=headers))["message"]


@pytest.mark.parametrize(
    "query",
    ["email:'" + "a" * 5000 + "'", "(" * 5000, " AND ".join(["created>0"] * 11), "created>+1", "created>01"],
)
def test_a_search_beyond_its_limits_or_grammar_is_refused(wire, query):
    error = error_of(wire("billing").get("/v1/customers/search", params={"query": query}))
    assert error["param"] == "query" and len(error["message"]) < 400


# Older routes of a charge.


def test_a_charge_is_refunded_by_its_own_routes(wire, billing, charges):
    charge = charges.take()
    ask = wire("billing")
    refund = expect(ask.post(f"/v1/charges/{charge.id}/refunds", data={"amount": 30, "metadata[a]": "b"}), 200).json()
    assert (refund["object"], refund["charge"], refund["amount"]) == ("refund", charge.id, 30)
    assert refund["metadata"] == {"a": "b"}
    got = expect(ask.get(f"/v1/charges/{charge.id}/refunds/{refund['id']}"), 200).json()
    assert got == refund
    whole = expect(ask.post(f"/v1/charges/{charge.id}/refund", data={"amount": 12, "expand[]": "refunds"}), 200).json()
    assert (whole["object"], whole["id"], whole["amount_refunded"]) == ("charge", charge.id, 42)
    assert [one["amount"] for one in whole["refunds"]["data"]] == [12, 30]
    rest = expect(ask.post(f"/v1/charges/{charge.id}/refund"), 200).json()
    assert rest["refunded"] is True


def test_a_refund_is_found_below_its_own_charge_only(wire, billing, charges):
    refund = billing.refunds.create(params={"charge": charges.take().id, "amount": 5})
    other = charges.take().id
    error = error_of(wire("billing").get(f"/v1/charges/{other}/refunds/{refund.id}"), 404)
    assert error["code"] == "resource_missing"
    assert error_of(wire("billing").get(f"/v1/charges/ch_nowhere/refunds/{refund.id}"), 404)["param"] == "charge"


def test_a_route_of_the_specification_alone_is_not_unknown(wire):
    for method, path in [("GET", "/v1/charges/ch_1/dispute"), ("POST", "/v1/charges/ch_1/refunds/re_1")]:
        answer = expect(wire("billing")(method, path), 501)
        assert answer.headers["x-muddle-error"] == "not-offered"


# Events.


def events_about(wire, made):
    page = wire("billing").get("/v1/events", params={"limit": 20}).json()
    return {one["type"]: one for one in page["data"] if one["data"]["object"]["id"] == made}


def test_an_event_names_the_request_that_made_it(wire, charges):
    charge = charges.take().id
    answer = wire("billing").post(
        "/v1/refunds", data={"charge": charge, "amount": 7}, headers={"Idempotency-Key": "event-request-1"}
    )
    refund = expect(answer, 200).json()["id"]
    request = {"id": answer.headers["Request-Id"], "idempotency_key": "event-request-1"}
    assert events_about(wire, refund)["refund.created"]["request"] == request
    assert events_about(wire, charge)["charge.refunded"]["request"] == request


def test_an_event_of_an_update_says_what_was_before(wire):
    ask = wire("billing")
    made = ask.post("/v1/customers", data={"name": "A", "metadata[old]": "1", "metadata[kept]": "2"}).json()["id"]
    form = {"name": "B", "metadata[old]": "", "metadata[new]": "3", "address[city]": "Oslo"}
    request = expect(ask.post(f"/v1/customers/{made}", data=form), 200).headers["Request-Id"]
    events = events_about(wire, made)
    updated = events["customer.updated"]
    assert updated["request"] == {"id": request, "idempotency_key": None}
    previous = {"name": "A", "address": None, "metadata": {"old": "1", "new": None}}
    assert updated["data"]["previous_attributes"] == previous
    assert updated["data"]["object"]["name"] == "B"
    assert "previous_attributes" not in events["customer.created"]["data"]
    assert events["customer.created"]["data"]["object"]["name"] == "A"
    assert (updated["api_version"], updated["livemode"], updated["pending_webhooks"]) == (OURS, False, 0)


# Credit notes of paid invoices.


def test_a_credit_note_of_a_paid_invoice_says_where_all_of_the_money_goes(wire, billing, charges):
    invoice = charges.take_invoice(billing)
    line = invoice.lines.data[0]
    form = {
        "invoice": invoice.id,
        "amount": 100,
        "lines[0][type]": "invoice_line_item",
        "lines[0][invoice_line_item]": line.id,
        "lines[0][amount]": 100,
    }
    message = error_of(wire("billing").post("/v1/credit_notes", data=form))["message"]
    assert message.startswith("The sum of credit amount, refund amount and out of band amount (0) must equal")
    for share in ({"refund_amount": 99}, {"refund_amount": 50, "credit_amount": 51}, {"out_of_band_amount": 101}):
        assert "must equal" in error_of(wire("billing").post("/v1/credit_notes", data=form | share))["message"]
    shares = {"refund_amount": 40, "credit_amount": 30, "out_of_band_amount": 30}
    note = expect(wire("billing").post("/v1/credit_notes", data=form | shares), 200).json()
    assert (note["amount"], note["post_payment_amount"], note["type"]) == (100, 100, "post_payment")
    assert [one["amount_refunded"] for one in note["refunds"]] == [40]


def test_an_amount_that_differs_from_its_lines_is_refused(wire, billing, charges):
    invoice = charges.take_invoice(billing)
    form = {
        "invoice": invoice.id,
        "amount": 99,
        "lines[0][type]": "invoice_line_item",
        "lines[0][invoice_line_item]": invoice.lines.data[0].id,
        "lines[0][amount]": 100,
        "out_of_band_amount": 99,
    }
    assert error_of(wire("billing").post("/v1/credit_notes", data=form))["param"] == "amount"
    assert billing.invoices.retrieve(invoice.id).post_payment_credit_notes_amount == 0
