"""Stripe objects against what statically typed clients insist on (VENDORS.md §2, required fields)."""

import pytest

REQUIRED = {
    "refund": "id amount created currency",
    "charge": """id amount amount_captured amount_refunded billing_details captured created currency disputed
        livemode metadata paid refunded status""",
    "customer": "id created livemode",
    "payment_intent": """id amount amount_capturable amount_received capture_method confirmation_method created
        currency livemode metadata payment_method_types status""",
    "dispute": """id amount balance_transactions charge created currency enhanced_eligibility_types evidence
        evidence_details is_charge_refundable livemode metadata reason status""",
    "event": "id created data livemode pending_webhooks type",
    "invoice": """amount_due amount_overpaid amount_paid amount_remaining amount_shipping attempt_count attempted
        automatic_tax collection_method created currency default_tax_rates discounts issuer lines livemode
        payment_settings period_end period_start post_payment_credit_notes_amount pre_payment_credit_notes_amount
        starting_balance status_transitions subtotal total""",
    "credit_note": """id amount created currency livemode amount_shipping discount_amount discount_amounts invoice
        lines number pdf post_payment_amount pre_payment_amount pretax_credit_amounts refunds status subtotal total
        type""",
    "invoice_payment": "id amount_requested created currency invoice is_default livemode payment status",
    "balance_transaction": "id amount available_on created currency fee fee_details net reporting_category status type",
    "product": "id active created livemode metadata name updated",
    "price": "id active billing_scheme created currency livemode metadata product type",
    "list": "data has_more url",
}
STATUSES = {
    "refund": {"pending", "requires_action", "succeeded", "failed", "canceled"},
    "charge": {"succeeded", "pending", "failed"},
    "payment_intent": {
        "canceled",
        "processing",
        "requires_action",
        "requires_capture",
        "requires_confirmation",
        "requires_payment_method",
        "succeeded",
    },
    "invoice": {"draft", "open", "paid", "uncollectible", "void"},
    "credit_note": {"issued", "void"},
    "dispute": {
        "lost",
        "needs_response",
        "prevented",
        "under_review",
        "warning_closed",
        "warning_needs_response",
        "warning_under_review",
        "won",
    },
}
INTEGERS = {"amount", "created", "total", "subtotal", "fee", "net", "pending_webhooks", "attempt_count"}
BOOLEANS = {"livemode", "paid", "refunded", "captured", "disputed", "has_more", "attempted", "active"}

SEEDED = "customers charges payment_intents invoices invoice_payments refunds disputes events products prices".split()


def problems(one, where=""):
    """What a typed client would refuse in this object and in every object inside it."""
    if isinstance(one, list):
        for inner in one:
            yield from problems(inner, where)
        return
    if not isinstance(one, dict):
        return
    kind = one.get("object") if isinstance(one.get("object"), str) else None  # an event's data.object is a record
    if kind and not one.get("deleted"):
        where = f"{where} {kind} {one.get('id', '')}".strip()
        yield from problems_of(kind, one, where)
    for name, inner in one.items():
        yield from problems(inner, f"{where}.{name}")


def is_integer(name):
    return name in INTEGERS or name.startswith("amount_") and name != "amount_details"


def problems_of(kind, one, where):
    for name in REQUIRED.get(kind, "").split():
        if one.get(name) is None:
            yield f"{where}: {name} is {'null' if name in one else 'absent'}"
    for name, value in one.items():
        whole = isinstance(value, int) and not isinstance(value, bool)
        if value is not None and is_integer(name) and not whole:
            yield f"{where}: {name} must be an integer, is {value!r}"
        if value is not None and name in BOOLEANS and not isinstance(value, bool):
            yield f"{where}: {name} must be a boolean, is {value!r}"
    currency = one.get("currency")
    if currency is not None and (currency != currency.lower() or len(currency) != 3):
        yield f"{where}: currency must be three lower-case letters, is {currency!r}"
    if kind in STATUSES and one.get("status") is not None and one["status"] not in STATUSES[kind]:
        yield f"{where}: status {one['status']!r} is none of the vendor's"
    if kind == "dispute":
        for name in ("has_evidence", "past_due"):
            if not isinstance((one.get("evidence_details") or {}).get(name), bool):
                yield f"{where}: evidence_details.{name} must be a boolean"
    if kind == "list" and not str(one.get("url", "")).startswith("/v1/"):
        yield f"{where}: list url {one.get('url')!r} must start with /v1/"


@pytest.mark.parametrize("noun", SEEDED)
def test_each_seeded_object_satisfies_typed_clients(wire, noun):
    page = wire("billing").get(f"/v1/{noun}", params={"limit": 100}).json()
    assert page.get("data"), f"no {noun} to look at: {page}"
    found = list(problems(page))
    assert not found, f"{len(found)} problems, the first:\n" + "\n".join(found[:15])


def test_balance_transactions_satisfy_typed_clients(wire, charges):
    for charge in charges.all[:10]:
        if charge.balance_transaction:
            one = wire("billing").get(f"/v1/balance_transactions/{charge.balance_transaction}").json()
            assert list(problems(one)) == []


def test_credit_notes_satisfy_typed_clients(wire, billing):
    invoice = next(
        one
        for one in billing.invoices.list(params={"status": "paid", "limit": 100}).auto_paging_iter()
        if one.amount_paid >= 100 and one.post_payment_credit_notes_amount == 0
    )
    billing.credit_notes.create(params={"invoice": invoice.id, "amount": 100, "out_of_band_amount": 100})
    page = wire("billing").get("/v1/credit_notes", params={"limit": 100}).json()
    assert page["data"] and list(problems(page)) == []


def test_expanded_objects_satisfy_typed_clients(wire):
    expand = {"limit": 20, "expand[]": ["data.customer", "data.payment_intent", "data.refunds"]}
    page = wire("billing").get("/v1/charges", params=expand).json()
    assert list(problems(page)) == []
    page = wire("billing").get("/v1/payment_intents", params={"limit": 20, "expand[]": "data.latest_charge"}).json()
    assert list(problems(page)) == []


def test_a_new_customer_and_refund_satisfy_typed_clients(wire, charges):
    made = wire("billing").post("/v1/customers", data={"email": "shape@example.com"}).json()
    refund = wire("billing").post("/v1/refunds", data={"charge": charges.take().id, "amount": 10}).json()
    assert list(problems([made, refund])) == []
    assert made["object"] == "customer" and refund["object"] == "refund"
