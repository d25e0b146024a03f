"""Billing as an automation reads it: lists, pages, filters, single records, expansion."""

import pytest
import stripe

LISTS = [
    ("customers", "customer"),
    ("charges", "charge"),
    ("payment_intents", "payment_intent"),
    ("invoices", "invoice"),
    ("invoice_payments", "invoice_payment"),
    ("refunds", "refund"),
    ("disputes", "dispute"),
    ("credit_notes", "credit_note"),
    ("events", "event"),
    ("products", "product"),
    ("prices", "price"),
]


@pytest.mark.parametrize("noun, kind", LISTS)
def test_a_list_has_its_envelope(billing, noun, kind):
    page = getattr(billing, noun).list(params={"limit": 3})
    assert page.object == "list"
    assert page.url == f"/v1/{noun}", "stripe-py asks this url for the next page"
    assert isinstance(page.has_more, bool)
    assert len(page.data) <= 3
    for one in page.data:
        assert one.object == kind, f"{noun} holds objects of kind {kind}"
        if noun != "refunds":  # the one object here that never says so
            assert one.livemode is False


@pytest.mark.parametrize("noun, kind", [one for one in LISTS if one[0] != "credit_notes"])
def test_each_row_can_be_fetched(billing, noun, kind):
    """Credit notes need not be seeded; test_billing_writes makes one and fetches it."""
    page = getattr(billing, noun).list(params={"limit": 2})
    assert page.data, f"the desk has {noun}"
    for row in page.data:
        one = getattr(billing, noun).retrieve(row.id)
        assert (one.object, one.id, one.created) == (kind, row.id, row.created)


def test_population_at_opening(billing, charges, office):
    opening = {"created": {"lt": int(office.opened_at.timestamp())}, "limit": 100}
    customers = list(billing.customers.list(params=opening).auto_paging_iter())
    invoices = list(billing.invoices.list(params=opening).auto_paging_iter())
    assert (len(customers), len(charges.all), len(invoices)) == (400, 1200, 150)


def test_ten_rows_by_default_newest_first(billing):
    rows = billing.charges.list().data
    assert len(rows) == 10
    created = [row.created for row in rows]
    assert created == sorted(created, reverse=True), "lists are newest first"


def test_auto_paging_visits_each_row_once(billing, charges):
    ids = [charge.id for charge in billing.charges.list(params={"limit": 37}).auto_paging_iter()]
    assert len(ids) == len(set(ids)) == len(charges.all)
    assert ids == [charge.id for charge in charges.all], "the order does not depend on the page size"


def test_paging_backwards(billing):
    first = billing.charges.list(params={"limit": 3})
    second = billing.charges.list(params={"limit": 3, "starting_after": first.data[-1].id})
    back = billing.charges.list(params={"limit": 3, "ending_before": second.data[0].id})
    assert [row.id for row in back.data] == [row.id for row in first.data]
    assert {row.id for row in first.data}.isdisjoint(row.id for row in second.data)


def test_the_last_page_says_so(billing, charges):
    page = billing.charges.list(params={"limit": 5, "starting_after": charges.all[-6].id})
    assert len(page.data) == 5 and page.has_more is False


@pytest.mark.parametrize("limit", [0, 101, "many"])
def test_a_limit_outside_1_to_100_is_refused(billing, limit):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        billing.charges.list(params={"limit": limit})
    assert refused.value.http_status == 400
    assert refused.value.param == "limit"


def test_customers_by_email(billing, charges):
    customer = billing.customers.retrieve(charges.take().customer)
    found = billing.customers.list(params={"email": customer.email}).data
    assert customer.id in [one.id for one in found]
    assert {one.email for one in found} == {customer.email}
    assert billing.customers.list(params={"email": "nobody.at.all@example.org"}).data == []


def test_by_created(billing, charges):
    middle = charges.all[len(charges.all) // 2].created
    since = billing.charges.list(params={"created": {"gte": middle}, "limit": 100})
    before = billing.charges.list(params={"created": {"lt": middle}, "limit": 100})
    assert all(row.created >= middle for row in since.auto_paging_iter())
    assert all(row.created < middle for row in before.auto_paging_iter())
    count = len(list(since.auto_paging_iter())) + len(list(before.auto_paging_iter()))
    assert count == len(charges.all), "gte and lt at one moment split the list"


def test_charges_by_customer_and_payment_intent(billing, charges):
    charge = charges.take()
    of_customer = list(billing.charges.list(params={"customer": charge.customer, "limit": 100}).auto_paging_iter())
    expected = {one.id for one in charges.all if one.customer == charge.customer}
    assert {one.id for one in of_customer} == expected
    of_intent = billing.charges.list(params={"payment_intent": charge.payment_intent}).data
    assert charge.id in [one.id for one in of_intent]
    assert {one.payment_intent for one in of_intent} == {charge.payment_intent}


def test_payment_intents_by_customer(billing, charges):
    charge = charges.take()
    intents = billing.payment_intents.list(params={"customer": charge.customer, "limit": 100}).data
    assert charge.payment_intent in [one.id for one in intents]
    assert {one.customer for one in intents} == {charge.customer}


def test_invoices_by_customer_and_status(billing):
    paid = billing.invoices.list(params={"status": "paid", "limit": 100}).data
    assert paid and {one.status for one in paid} == {"paid"}
    of_customer = billing.invoices.list(params={"customer": paid[0].customer, "limit": 100}).data
    assert paid[0].id in [one.id for one in of_customer]
    assert {one.customer for one in of_customer} == {paid[0].customer}
    with pytest.raises(stripe.InvalidRequestError) as refused:
        billing.invoices.list(params={"status": "half-paid"})
    assert refused.value.param == "status"


def test_invoice_lines(billing):
    invoice = billing.invoices.list(params={"status": "paid", "limit": 1}).data[0]
    assert invoice.lines.object == "list"
    lines = billing.invoices.line_items.list(invoice.id, params={"limit": 100})
    assert lines.url == f"/v1/invoices/{invoice.id}/lines"
    assert lines.data, "an invoice has lines"
    assert {line.object for line in lines.data} == {"line_item"}
    assert [line.id for line in lines.data][:10] == [line.id for line in invoice.lines.data][:10]
    assert {line.currency for line in lines.data} == {invoice.currency}


def test_the_way_from_invoice_to_charge(billing):
    invoice = billing.invoices.list(params={"status": "paid", "limit": 1}).data[0]
    payments = billing.invoice_payments.list(params={"invoice": invoice.id}).data
    assert payments, "a paid invoice has an invoice payment"
    assert {one.invoice for one in payments} == {invoice.id}
    assert payments[0].payment.type == "payment_intent"
    intent = billing.payment_intents.retrieve(payments[0].payment.payment_intent)
    charge = billing.charges.retrieve(intent.latest_charge)
    assert charge.payment_intent == intent.id
    back = billing.invoice_payments.list(
        params={"payment": {"type": "payment_intent", "payment_intent": intent.id}}
    ).data
    assert [one.invoice for one in back] == [invoice.id]


def test_disputes_by_charge_and_payment_intent(billing):
    dispute = billing.disputes.list(params={"limit": 1}).data[0]
    assert billing.charges.retrieve(dispute.charge).disputed is True
    for filter_by in ("charge", "payment_intent"):
        value = dispute[filter_by]
        found = billing.disputes.list(params={filter_by: value}).data
        assert dispute.id in [one.id for one in found]
        assert {one[filter_by] for one in found} == {value}


def test_a_charge_leads_to_its_balance_transaction(billing, charges):
    charge = charges.take()
    transaction = billing.balance_transactions.retrieve(charge.balance_transaction)
    assert transaction.object == "balance_transaction"
    assert transaction.source == charge.id
    assert transaction.amount == charge.amount and transaction.currency == charge.currency
    assert transaction.net == transaction.amount - transaction.fee


def test_prices_of_a_product(billing):
    price = billing.prices.list(params={"limit": 1}).data[0]
    product = billing.products.retrieve(price.product)
    of_product = billing.prices.list(params={"product": product.id, "limit": 100}).data
    assert price.id in [one.id for one in of_product]
    assert {one.product for one in of_product} == {product.id}


def test_events_by_type(billing):
    some = billing.events.list(params={"limit": 100}).data
    kind = some[0].type
    alone = billing.events.list(params={"type": kind, "limit": 100}).data
    assert alone and {one.type for one in alone} == {kind}
    among = billing.events.list(params={"types": [kind], "limit": 100}).data
    assert [one.id for one in among] == [one.id for one in alone]


# Expansion: an id becomes the object it names.


def test_expand_on_a_record(billing, charges):
    charge = charges.take()
    plain = billing.charges.retrieve(charge.id)
    assert isinstance(plain.customer, str) and isinstance(plain.payment_intent, str)
    full = billing.charges.retrieve(charge.id, params={"expand": ["customer", "payment_intent", "balance_transaction"]})
    assert (full.customer.object, full.customer.id) == ("customer", charge.customer)
    assert (full.payment_intent.object, full.payment_intent.id) == ("payment_intent", charge.payment_intent)
    assert full.balance_transaction.object == "balance_transaction"


def test_expand_on_a_list(billing):
    rows = billing.charges.list(params={"limit": 5, "expand": ["data.customer"]}).data
    for row in rows:
        assert row.customer is None or row.customer.object == "customer", "data.customer expands each row"


def test_expand_survives_auto_paging(billing):
    pages = billing.charges.list(params={"limit": 3, "expand": ["data.customer"]})
    for place, row in enumerate(pages.auto_paging_iter()):
        assert row.customer is None or not isinstance(row.customer, str), f"row {place} came unexpanded"
        if place == 8:
            break


def test_expand_twice_deep(billing, charges):
    intent = billing.payment_intents.retrieve(
        charges.take().payment_intent, params={"expand": ["latest_charge.customer"]}
    )
    assert intent.latest_charge.object == "charge"
    assert intent.latest_charge.customer.object == "customer"


def test_refunds_of_a_charge_only_when_expanded(billing, charges):
    charge = charges.first(lambda one: one.amount_refunded > 0, "charge with a refund")
    assert "refunds" not in billing.charges.retrieve(charge.id), "absent unless expanded"
    full = billing.charges.retrieve(charge.id, params={"expand": ["refunds"]})
    assert full.refunds.object == "list"
    assert full.refunds.url == f"/v1/charges/{charge.id}/refunds"
    assert {one.charge for one in full.refunds.data} == {charge.id}


@pytest.mark.parametrize("what", ["nonsense", "amount"])
def test_what_cannot_be_expanded_is_refused(billing, charges, what):
    with pytest.raises(stripe.InvalidRequestError) as refused:
        billing.charges.retrieve(charges.all[0].id, params={"expand": [what]})
    assert refused.value.http_status == 400


# Search.


def test_search_customers(billing, charges):
    customer = billing.customers.retrieve(charges.take().customer)
    found = billing.customers.search(params={"query": f"email:'{customer.email}'"})
    assert found.object == "search_result"
    assert found.url == "/v1/customers/search"
    assert customer.id in [one.id for one in found.data]
    part = customer.name.split()[0].lower()
    by_name = billing.customers.search(params={"query": f"name~'{part}'", "limit": 100})
    assert customer.id in [one.id for one in by_name.auto_paging_iter()]


def test_search_charges_joins_with_and(billing, charges):
    charge = charges.first(lambda one: "order" in one.metadata, "charge with metadata.order")
    query = f"metadata['order']:'{charge.metadata['order']}' AND amount>{charge.amount - 1}"
    found = list(billing.charges.search(params={"query": query}).auto_paging_iter())
    expected = {
        one.id
        for one in charges.all
        if one.metadata.to_dict().get("order") == charge.metadata["order"] and one.amount > charge.amount - 1
    }
    assert {one.id for one in found} == expected


def test_search_pages(billing, charges):
    middling = sorted(one.amount for one in charges.all)[len(charges.all) * 9 // 10]
    search = {"query": f"amount>{middling}", "limit": 10}
    first = billing.charges.search(params=search)
    assert first.has_more is True and first.next_page, "more rows: next_page is a token"
    ids = [one.id for one in first.auto_paging_iter()]
    assert len(ids) == len(set(ids))
    assert set(ids) == {one.id for one in charges.all if one.amount > middling}
    last = billing.charges.search(params={"query": "amount>1 AND amount<1"})
    assert last.data == [] and last.has_more is False and last.next_page is None


def test_search_payment_intents(billing, charges):
    charge = charges.take()
    found = billing.payment_intents.search(params={"query": f"customer:'{charge.customer}'", "limit": 100})
    assert charge.payment_intent in [one.id for one in found.auto_paging_iter()]
    assert {one.customer for one in found.data} == {charge.customer}


def test_search_without_or_with_a_broken_query(billing):
    for params in ({}, {"query": "email:"}, {"query": "colour:'red'"}):
        with pytest.raises(stripe.InvalidRequestError) as refused:
            billing.customers.search(params=params)
        assert refused.value.http_status == 400, f"search with {params}"
