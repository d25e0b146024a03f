"""Stripe objects against the SDK's own classes: no key that a class lacks, every key it requires, every type."""

import pytest

from sdk_classes import object_problems

LISTED = "customers charges payment_intents invoices invoice_payments refunds disputes events products prices".split()

EXPANDED = {
    "customers": ["subscriptions", "sources", "tax_ids"],
    "charges": ["customer", "payment_intent", "balance_transaction", "refunds", "refunds.data.balance_transaction"],
    "payment_intents": ["customer", "latest_charge", "latest_charge.balance_transaction"],
    "invoices": ["customer", "payments", "payments.data.payment", "confirmation_secret"],
    "invoice_payments": ["invoice", "payment.payment_intent", "payment.payment_intent.latest_charge"],
    "refunds": ["charge", "payment_intent", "balance_transaction", "charge.customer"],
    "disputes": ["charge", "payment_intent"],
    "prices": ["product"],
    "products": ["default_price"],
}


def found(answer):
    page = answer.json()
    assert answer.status_code == 200, page
    return page, list(dict.fromkeys(object_problems(page, "")))


def expect_none(problems):
    assert not problems, f"{len(problems)} problems, the first:\n" + "\n".join(problems[:40])


@pytest.mark.parametrize("noun", LISTED)
def test_each_listed_object_is_what_its_class_declares(wire, noun):
    page, problems = found(wire("billing").get(f"/v1/{noun}", params={"limit": 100}))
    assert page["data"], f"no {noun} to look at"
    expect_none(problems)


@pytest.mark.parametrize("noun", LISTED)
def test_each_object_got_alone_is_what_its_class_declares(wire, noun):
    first = wire("billing").get(f"/v1/{noun}", params={"limit": 1}).json()["data"][0]
    one, problems = found(wire("billing").get(f"/v1/{noun}/{first['id']}"))
    assert one["id"] == first["id"]
    expect_none(problems)


@pytest.mark.parametrize(("noun", "fields"), EXPANDED.items())
def test_each_expanded_object_is_what_its_class_declares(wire, noun, fields):
    ask = {"limit": 20, "expand[]": [f"data.{field}" for field in fields]}
    _, problems = found(wire("billing").get(f"/v1/{noun}", params=ask))
    expect_none(problems)


def test_each_kind_of_event_carries_an_object_of_its_class(wire, charges):
    billing = wire("billing")
    customer = billing.post("/v1/customers", data={"email": "kinds@example.com"}).json()
    billing.post(f"/v1/customers/{customer['id']}", data={"name": "Kind Customer", "metadata[a]": "b"})
    refund = billing.post("/v1/refunds", data={"charge": charges.take().id, "amount": 10}).json()
    billing.post(f"/v1/refunds/{refund['id']}", data={"metadata[a]": "b"})
    page, problems = found(billing.get("/v1/events", params={"limit": 100}))
    assert {"customer.created", "customer.updated", "refund.created", "refund.updated"} <= {e["type"] for e in page["data"]}
    expect_none(problems)


def test_searches_answer_what_the_classes_declare(wire):
    for noun in ("customers", "charges", "payment_intents"):
        ask = {"query": "created>0", "limit": 100, "expand[]": "total_count"}
        page, problems = found(wire("billing").get(f"/v1/{noun}/search", params=ask))
        assert page["data"]
        expect_none(problems)


def test_lines_bookings_and_credit_notes_are_what_their_classes_declare(wire, billing, charges):
    invoice = charges.take_invoice(billing)
    expect_none(found(wire("billing").get(f"/v1/invoices/{invoice.id}/lines"))[1])
    body = {
        "invoice": invoice.id,
        "lines[0][type]": "invoice_line_item",
        "lines[0][invoice_line_item]": invoice.lines.data[0].id,
        "lines[0][amount]": 10,
        "refund_amount": 10,
    }
    expect_none(found(wire("billing").post("/v1/credit_notes", data=body))[1])
    ask = {"limit": 100, "expand[]": ["data.invoice", "data.customer", "data.refunds.refund"]}
    expect_none(found(wire("billing").get("/v1/credit_notes", params=ask))[1])
    booked = [charge.balance_transaction for charge in charges.all[:10] if charge.balance_transaction]
    assert booked
    for booking in booked:
        expect_none(found(wire("billing").get(f"/v1/balance_transactions/{booking}", params={"expand[]": "source"}))[1])
