"""Billing as an automation writes it: customers, refunds, credit notes, and the events they leave."""

import pytest
import stripe


def code_of(refused):
    return refused.value.http_status, refused.value.code


# Customers.


def test_create_a_customer_with_nested_fields(billing):
    made = billing.customers.create(
        params={
            "email": "Nested.Form@example.com",
            "name": "Néstor O'Form & Söhne",
            "phone": "+44 20 7946 0000",
            "address": {"line1": "1 Long Lane", "city": "London", "country": "GB", "postal_code": "N1 1AA"},
            "metadata": {"ticket": "T-1", "a b": "x=y&z"},
        }
    )
    kept = billing.customers.retrieve(made.id)
    assert made.id.startswith("cus_")
    for one in (made, kept):
        assert one.email == "Nested.Form@example.com", "case is kept"
        assert one.name == "Néstor O'Form & Söhne"
        assert one.address.city == "London" and one.address.line2 is None
        assert one.metadata.to_dict() == {"ticket": "T-1", "a b": "x=y&z"}


def test_update_a_customer(billing):
    made = billing.customers.create(params={"email": "update@example.com", "metadata": {"a": "1", "b": "2"}})
    changed = billing.customers.update(
        made.id, params={"name": "New Name", "metadata": {"a": "", "c": "3"}, "address": {"city": "Leeds"}}
    )
    assert changed.name == "New Name" and changed.email == "update@example.com"
    assert changed.metadata.to_dict() == {"b": "2", "c": "3"}, "an empty value deletes its key, others stay"
    assert changed.address.city == "Leeds"
    cleared = billing.customers.update(made.id, params={"metadata": ""})
    assert cleared.metadata.to_dict() == {}, "metadata= clears all keys"


@pytest.mark.parametrize("style", ["expand[]", "expand[0]", "expand%5B%5D", "expand%5B0%5D"])
def test_both_bracket_styles_in_a_body(wire, charges, style):
    """curl and older clients send expand[]=x, the SDKs expand[0]=x, some percent-encoded."""
    charge = charges.take()
    body = f"charge={charge.id}&amount=1&metadata[style]=x+y&{style}=charge"
    answer = wire("billing").post(
        "/v1/refunds", data=body, headers={"Content-Type": "application/x-www-form-urlencoded"}
    )
    assert answer.status_code == 200, answer.text
    assert answer.json()["charge"]["id"] == charge.id, f"{style} was not understood"
    assert answer.json()["metadata"] == {"style": "x y"}


@pytest.mark.parametrize("style", ["expand[]", "expand[0]", "expand%5B%5D", "expand%5B0%5D"])
def test_both_bracket_styles_in_a_query(wire, charges, style):
    answer = wire("billing").get(f"/v1/charges/{charges.take().id}?{style}=customer")
    assert answer.status_code == 200, answer.text
    assert answer.json()["customer"]["object"] == "customer", f"{style} was not understood"


def test_a_created_customer_is_found_by_search_later(billing, office):
    made = billing.customers.create(params={"email": "lagging.search@example.com"})
    assert made.id in [one.id for one in billing.customers.list(params={"email": made.email}).data], "lists do not lag"
    office.wait(120)
    found = billing.customers.search(params={"query": "email:'lagging.search@example.com'"}).data
    assert [one.id for one in found] == [made.id], "the index has caught up after two minutes"


# Refunds.


def test_full_refund_of_a_charge(billing, charges):
    charge = charges.take()
    refund = billing.refunds.create(
        params={"charge": charge.id, "reason": "requested_by_customer", "metadata": {"ticket": "T-7"}}
    )
    assert refund.object == "refund" and refund.id.startswith("re_")
    assert (refund.amount, refund.currency) == (charge.amount, charge.currency), "without amount: the rest"
    assert (refund.charge, refund.payment_intent) == (charge.id, charge.payment_intent)
    assert refund.reason == "requested_by_customer" and refund.metadata["ticket"] == "T-7"
    assert refund.status in ("succeeded", "pending")
    after = billing.charges.retrieve(charge.id)
    assert (after.amount_refunded, after.refunded) == (charge.amount, True)


def test_partial_refunds_by_payment_intent(billing, charges):
    charge = charges.take(least=1000)
    first = billing.refunds.create(params={"payment_intent": charge.payment_intent, "amount": 300})
    assert (first.charge, first.amount) == (charge.id, 300)
    after = billing.charges.retrieve(charge.id)
    assert (after.amount_refunded, after.refunded) == (300, False)
    rest = billing.refunds.create(params={"payment_intent": charge.payment_intent})
    assert rest.amount == charge.amount - 300
    of_charge = billing.refunds.list(params={"charge": charge.id}).data
    of_intent = billing.refunds.list(params={"payment_intent": charge.payment_intent}).data
    assert [one.id for one in of_charge] == [rest.id, first.id], "newest first"
    assert [one.id for one in of_intent] == [rest.id, first.id]


def test_refunds_under_their_charge(office, charges):
    """The old form, GET /v1/charges/{id}/refunds, through the SDK's raw request."""
    client = office.billing()
    charge = charges.take()
    refund = client.v1.refunds.create(params={"charge": charge.id, "amount": 100})
    raw = client.raw_request("get", f"/v1/charges/{charge.id}/refunds?limit=5")
    page = client.deserialize(raw, api_mode="V1")
    assert page.object == "list" and page.url == f"/v1/charges/{charge.id}/refunds"
    assert [one.id for one in page.data] == [refund.id]


def test_a_refund_is_a_balance_transaction(billing, charges):
    charge = charges.take()
    refund = billing.refunds.create(params={"charge": charge.id, "amount": 200})
    transaction = billing.balance_transactions.retrieve(refund.balance_transaction)
    assert (transaction.source, transaction.amount) == (refund.id, -200)


def test_get_and_update_a_refund(billing, charges):
    refund = billing.refunds.create(params={"charge": charges.take().id, "amount": 100})
    assert billing.refunds.retrieve(refund.id).amount == 100
    changed = billing.refunds.update(refund.id, params={"metadata": {"note": "by hand"}})
    assert changed.metadata["note"] == "by hand" and changed.amount == 100
    with pytest.raises(stripe.InvalidRequestError) as refused:
        billing.refunds.update(refund.id, params={"amount": 5})
    assert code_of(refused) == (400, "parameter_unknown")
    assert refused.value.param == "amount"


def test_cancel_only_while_an_action_is_required(billing, charges):
    refund = billing.refunds.create(params={"charge": charges.take().id, "amount": 100})
    with pytest.raises(stripe.InvalidRequestError) as refused:
        billing.refunds.cancel(refund.id)
    assert refused.value.http_status == 400
    assert billing.refunds.retrieve(refund.id).status == refund.status


def test_more_than_the_charge_is_refused(billing, charges):
    charge = charges.take()
    with pytest.raises(stripe.InvalidRequestError) as refused:
        billing.refunds.create(params={"charge": charge.id, "amount": charge.amount + 1})
    assert refused.value.http_status == 400 and refused.value.param == "amount"
    assert "greater than" in refused.value.user_message
    assert billing.charges.retrieve(charge.id).amount_refunded == 0


def test_more_than_the_rest_is_refused(billing, charges):
    charge = charges.take()
    billing.refunds.create(params={"charge": charge.id, "amount": charge.amount - 10})
    with pytest.raises(stripe.InvalidRequestError) as refused:
        billing.refunds.create(params={"charge": charge.id, "amount": 11})
    assert refused.value.param == "amount"
    assert billing.charges.retrieve(charge.id).amount_refunded == charge.amount - 10


def test_refunded_twice_is_refused(billing, charges):
    charge = charges.take()
    billing.refunds.create(params={"charge": charge.id})
    with pytest.raises(stripe.InvalidRequestError) as refused:
        billing.refunds.create(params={"charge": charge.id})
    assert code_of(refused) == (400, "charge_already_refunded")
    assert refused.value.user_message == f"Charge {charge.id} has already been refunded."


def test_a_disputed_charge_is_refused(billing, charges):
    charge = charges.first(lambda one: one.disputed and not one.refunded, "disputed charge")
    with pytest.raises(stripe.InvalidRequestError) as refused:
        billing.refunds.create(params={"charge": charge.id})
    assert code_of(refused) == (400, "charge_disputed")


@pytest.mark.parametrize(
    "change, param",
    [
        ({"amount": 0}, "amount"),
        ({"amount": -5}, "amount"),
        ({"amount": "ten"}, "amount"),
        ({"amount": "1.50"}, "amount"),
        ({"reason": "because"}, "reason"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_bad_parameters_of_a_refund(billing, charges, change, param):
    charge = charges.take()
    with pytest.raises(stripe.InvalidRequestError) as refused:
        billing.refunds.create(params={"charge": charge.id, **change})
    assert refused.value.http_status == 400 and refused.value.param == param
    assert refused.value.error.type == "invalid_request_error"
    assert billing.charges.retrieve(charge.id).amount_refunded == 0


def test_a_refund_needs_a_charge(billing):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        billing.refunds.create(params={"amount": 100})
    assert refused.value.http_status == 400


@pytest.mark.parametrize("param", ["charge", "payment_intent"])
def test_a_refund_of_nothing_known(billing, param):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        billing.refunds.create(params={param: "xx_nowhere"})
    assert code_of(refused) == (404, "resource_missing")
    assert refused.value.param == param


@pytest.mark.parametrize("reason", ["duplicate", "fraudulent", "requested_by_customer"])
def test_reasons_of_a_refund(billing, charges, reason):
    refund = billing.refunds.create(params={"charge": charges.take().id, "amount": 50, "reason": reason})
    assert refund.reason == reason


# What a write leaves behind.


def test_a_refund_leaves_events(billing, charges):
    charge = charges.take()
    refund = billing.refunds.create(params={"charge": charge.id, "amount": 150})
    for kind, wanted in (("refund.created", refund.id), ("charge.refunded", charge.id)):
        events = billing.events.list(params={"type": kind, "limit": 20}).data
        about = [one for one in events if one.data.object["id"] == wanted]
        assert about, f"no {kind} event about {wanted}"
        event = billing.events.retrieve(about[0].id)
        assert event.type == kind and event.data.object["id"] == wanted
        if kind == "charge.refunded":
            assert event.data.object["amount_refunded"] == 150, "data.object is the snapshot after the change"


def test_credit_note_with_a_refund(billing):
    invoice = next(
        one
        for one in billing.invoices.list(params={"status": "paid", "limit": 100}).auto_paging_iter()
        if one.amount_paid >= 300 and one.post_payment_credit_notes_amount == 0
    )
    note = billing.credit_notes.create(
        params={"invoice": invoice.id, "amount": 300, "refund_amount": 300, "reason": "order_change", "memo": "late"}
    )
    assert note.object == "credit_note" and note.id.startswith("cn_")
    assert (note.invoice, note.customer) == (invoice.id, invoice.customer)
    assert (note.amount, note.currency, note.status) == (300, invoice.currency, "issued")
    assert note.reason == "order_change" and note.memo == "late"
    assert note.lines.object == "list"
    assert note.refunds, "a refund_amount makes a refund"
    assert billing.refunds.retrieve(note.refunds[0].refund).amount == 300
    assert billing.credit_notes.retrieve(note.id).amount == 300
    assert note.id in [one.id for one in billing.credit_notes.list(params={"invoice": invoice.id}).data]
    assert billing.invoices.retrieve(invoice.id).post_payment_credit_notes_amount == 300


def test_credit_note_above_its_invoice_is_refused(billing):
    invoice = billing.invoices.list(params={"status": "paid", "limit": 1}).data[0]
    with pytest.raises(stripe.InvalidRequestError) as refused:
        billing.credit_notes.create(
            params={"invoice": invoice.id, "amount": invoice.total + 1, "out_of_band_amount": invoice.total + 1}
        )
    assert refused.value.http_status == 400
    with pytest.raises(stripe.InvalidRequestError) as refused:
        billing.credit_notes.create(params={"invoice": "in_nowhere", "amount": 5})
    assert code_of(refused) == (404, "resource_missing")
