// Billing by the unmodified Stripe SDK: reads, pages, expansion, search, writes and refusals.

import assert from "node:assert/strict";
import Stripe from "stripe";
import { check, refusal, requestsMade } from "../check.js";
import { NOBODYS_KEY, billing, expect, open, openedAt, wait, wire } from "../office.js";

const stripe = billing();
const LISTS = {
  customers: "customer",
  charges: "charge",
  paymentIntents: "payment_intent",
  invoices: "invoice",
  invoicePayments: "invoice_payment",
  refunds: "refund",
  disputes: "dispute",
  events: "event",
  products: "product",
  prices: "price",
};

let charges = [];
let free = [];

// A charge nobody else in this file refunds.
function take(least = 500) {
  const place = free.findIndex((charge) => charge.amount >= least);
  assert.notEqual(place, -1, `no untouched charge of ${least} or more left`);
  return free.splice(place, 1)[0];
}

async function all(list) {
  const rows = [];
  for await (const row of list) rows.push(row);
  return rows;
}

check("for await visits every charge once", async () => {
  charges = await all(stripe.charges.list({ limit: 100 }));
  assert.equal(new Set(charges.map((charge) => charge.id)).size, charges.length);
  assert.equal(charges.length, 1200, "charges at opening");
  free = charges.filter(
    (c) => c.status === "succeeded" && c.paid && c.captured && !c.amount_refunded && !c.disputed && c.payment_intent && c.customer,
  );
});

check("population at opening", async () => {
  const opening = { created: { lt: Math.floor(openedAt / 1000) }, limit: 100 };
  assert.equal((await all(stripe.customers.list(opening))).length, 400, "customers");
  assert.equal((await all(stripe.invoices.list(opening))).length, 150, "invoices");
});

for (const [noun, kind] of Object.entries(LISTS)) {
  check(`${noun}: list and retrieve`, async () => {
    const page = await stripe[noun].list({ limit: 3 });
    assert.equal(page.object, "list");
    assert.equal(typeof page.has_more, "boolean");
    assert.ok(page.data.length > 0 && page.data.length <= 3);
    for (const row of page.data) assert.equal(row.object, kind);
    const one = await stripe[noun].retrieve(page.data[0].id);
    assert.equal(one.id, page.data[0].id);
    assert.equal(one.lastResponse.statusCode, 200);
    assert.match(one.lastResponse.requestId, /^req_/);
  });
}

check("auto-paging backwards and to an array", async () => {
  const first = await stripe.charges.list({ limit: 3 });
  const next = await stripe.charges.list({ limit: 3, starting_after: first.data.at(-1).id });
  const back = await stripe.charges.list({ limit: 3, ending_before: next.data[0].id });
  assert.deepEqual(back.data.map((one) => one.id), first.data.map((one) => one.id));
  assert.equal((await stripe.charges.list({ limit: 7 }).autoPagingToArray({ limit: 20 })).length, 20);
});

check("filters", async () => {
  const charge = take();
  const customer = await stripe.customers.retrieve(charge.customer);
  const byEmail = await stripe.customers.list({ email: customer.email });
  assert.ok(byEmail.data.some((one) => one.id === customer.id));
  const mine = await all(stripe.charges.list({ customer: charge.customer }));
  assert.deepEqual(
    new Set(mine.map((one) => one.id)),
    new Set(charges.filter((one) => one.customer === charge.customer).map((one) => one.id)),
  );
  const intents = await stripe.paymentIntents.list({ customer: charge.customer, limit: 100 });
  assert.ok(intents.data.some((one) => one.id === charge.payment_intent));
  const since = await stripe.charges.list({ created: { gte: charge.created }, limit: 100 });
  assert.ok(since.data.every((one) => one.created >= charge.created));
  const paid = await stripe.invoices.list({ status: "paid", customer: undefined, limit: 10 });
  assert.ok(paid.data.every((one) => one.status === "paid"));
});

check("expand: record, list, two deep", async () => {
  const charge = take();
  const full = await stripe.charges.retrieve(charge.id, { expand: ["customer", "payment_intent"] });
  assert.equal(full.customer.id, charge.customer);
  assert.equal(full.payment_intent.object, "payment_intent");
  const rows = await stripe.charges.list({ limit: 5, expand: ["data.customer"] });
  for (const row of rows.data) assert.ok(row.customer === null || row.customer.object === "customer");
  const intent = await stripe.paymentIntents.retrieve(charge.payment_intent, { expand: ["latest_charge.customer"] });
  assert.equal(intent.latest_charge.customer.object, "customer");
  const refused = await refusal(stripe.charges.retrieve(charge.id, { expand: ["nonsense"] }));
  assert.ok(refused instanceof Stripe.errors.StripeInvalidRequestError);
});

check("search and its pages", async () => {
  const customer = await stripe.customers.retrieve(take().customer);
  const found = await stripe.customers.search({ query: `email:'${customer.email}'` });
  assert.equal(found.object, "search_result");
  assert.ok(found.data.some((one) => one.id === customer.id));
  const amounts = charges.map((one) => one.amount).sort((a, b) => a - b);
  const edge = amounts[Math.floor(amounts.length * 0.95)];
  const above = await all(stripe.charges.search({ query: `amount>${edge}`, limit: 10 }));
  assert.equal(above.length, amounts.filter((amount) => amount > edge).length);
  const intents = await stripe.paymentIntents.search({ query: `customer:'${customer.id}'` });
  assert.ok(intents.data.every((one) => one.customer === customer.id) && intents.data.length);
  assert.equal((await refusal(stripe.customers.search({ query: "email:" }))).statusCode, 400);
});

check("a new customer is found by search after a while", async () => {
  const made = await stripe.customers.create({ email: "node.search@example.com" });
  await wait(120);
  const found = await stripe.customers.search({ query: "email:'node.search@example.com'" });
  assert.deepEqual(found.data.map((one) => one.id), [made.id]);
});

check("customers: create and update nested fields", async () => {
  const made = await stripe.customers.create({
    email: "Node.Form@example.com",
    name: "Zoë & Söhne",
    address: { line1: "1 Long Lane", city: "London", country: "GB" },
    metadata: { ticket: "T-1", "a b": "x=y&z" },
  });
  assert.deepEqual(made.metadata, { ticket: "T-1", "a b": "x=y&z" });
  assert.equal(made.address.city, "London");
  const changed = await stripe.customers.update(made.id, { name: "Zoë Söhne", metadata: { ticket: "", new: "1" } });
  assert.deepEqual(changed.metadata, { "a b": "x=y&z", new: "1" });
  assert.equal((await stripe.customers.retrieve(made.id)).name, "Zoë Söhne");
});

check("from invoice to charge", async () => {
  const invoice = (await stripe.invoices.list({ status: "paid", limit: 1 })).data[0];
  const lines = await all(stripe.invoices.listLineItems(invoice.id));
  assert.ok(lines.length && lines.every((line) => line.object === "line_item"));
  const payment = (await stripe.invoicePayments.list({ invoice: invoice.id })).data[0];
  const intent = await stripe.paymentIntents.retrieve(payment.payment.payment_intent);
  const charge = await stripe.charges.retrieve(intent.latest_charge, { expand: ["balance_transaction"] });
  assert.equal(charge.payment_intent, intent.id);
  assert.equal(charge.balance_transaction.source, charge.id);
  const transaction = await stripe.balanceTransactions.retrieve(charge.balance_transaction.id);
  assert.equal(transaction.net, transaction.amount - transaction.fee);
});

check("refunds: create, list, get, update, cancel", async () => {
  const charge = take(1000);
  const part = await stripe.refunds.create({ charge: charge.id, amount: 300, reason: "duplicate", metadata: { t: "1" } });
  assert.deepEqual([part.object, part.amount, part.charge, part.reason], ["refund", 300, charge.id, "duplicate"]);
  const rest = await stripe.refunds.create({ payment_intent: charge.payment_intent });
  assert.equal(rest.amount, charge.amount - 300);
  const after = await stripe.charges.retrieve(charge.id, { expand: ["refunds"] });
  assert.deepEqual([after.amount_refunded, after.refunded], [charge.amount, true]);
  assert.deepEqual(after.refunds.data.map((one) => one.id), [rest.id, part.id]);
  assert.deepEqual((await stripe.refunds.list({ charge: charge.id })).data.map((one) => one.id), [rest.id, part.id]);
  assert.equal((await stripe.refunds.update(part.id, { metadata: { t: "2" } })).metadata.t, "2");
  assert.equal((await stripe.refunds.retrieve(part.id)).metadata.t, "2");
  assert.equal((await refusal(stripe.refunds.cancel(part.id))).statusCode, 400);
  const old = await stripe.rawRequest("GET", `/v1/charges/${charge.id}/refunds`);
  assert.deepEqual(old.data.map((one) => one.id), [rest.id, part.id]);
  const again = await refusal(stripe.refunds.create({ charge: charge.id }));
  assert.deepEqual([again.statusCode, again.code], [400, "charge_already_refunded"]);
});

check("refunds that are refused", async () => {
  const charge = take();
  const high = await refusal(stripe.refunds.create({ charge: charge.id, amount: charge.amount + 1 }));
  assert.deepEqual([high.statusCode, high.param], [400, "amount"]);
  const disputed = charges.find((one) => one.disputed && !one.refunded);
  assert.equal((await refusal(stripe.refunds.create({ charge: disputed.id }))).code, "charge_disputed");
  const missing = await refusal(stripe.refunds.create({ charge: "ch_nowhere" }));
  assert.deepEqual([missing.statusCode, missing.code, missing.param], [404, "resource_missing", "charge"]);
  const reason = await refusal(stripe.refunds.create({ charge: charge.id, reason: "because" }));
  assert.deepEqual([reason.statusCode, reason.param], [400, "reason"]);
  const unknown = await refusal(stripe.refunds.create({ charge: charge.id, colour: "red" }));
  assert.deepEqual([unknown.code, unknown.param], ["parameter_unknown", "colour"]);
  assert.equal((await stripe.charges.retrieve(charge.id)).amount_refunded, 0);
});

check("credit notes: create, list, get", async () => {
  let invoice;
  for await (const one of stripe.invoices.list({ status: "paid", limit: 100 })) {
    if (one.amount_paid >= 200 && !one.post_payment_credit_notes_amount) invoice = one;
    if (invoice) break;
  }
  const note = await stripe.creditNotes.create({ invoice: invoice.id, amount: 200, refund_amount: 200, reason: "duplicate" });
  assert.deepEqual([note.object, note.invoice, note.amount, note.status], ["credit_note", invoice.id, 200, "issued"]);
  assert.equal((await stripe.creditNotes.retrieve(note.id)).id, note.id);
  assert.ok((await stripe.creditNotes.list({ invoice: invoice.id })).data.some((one) => one.id === note.id));
});

check("disputes and events", async () => {
  const dispute = (await stripe.disputes.list({ limit: 1 })).data[0];
  const same = await stripe.disputes.list({ charge: dispute.charge });
  assert.ok(same.data.some((one) => one.id === dispute.id));
  const refund = await stripe.refunds.create({ charge: take().id, amount: 100 });
  const events = await stripe.events.list({ types: ["refund.created", "charge.refunded"], limit: 20 });
  const about = events.data.find((one) => one.data.object.id === refund.id);
  assert.equal(about?.type, "refund.created");
  assert.equal((await stripe.events.retrieve(about.id)).data.object.amount, 100);
});

check("keys: unknown, wrong vendor", async () => {
  for (const key of [NOBODYS_KEY.billing, open.vendors.crm.key]) {
    const refused = await refusal(billing({ key }).customers.list());
    assert.ok(refused instanceof Stripe.errors.StripeAuthenticationError, `got ${refused.type}`);
    assert.equal(refused.statusCode, 401);
  }
});

check("missing records", async () => {
  for (const noun of [...Object.keys(LISTS).filter((one) => one !== "invoicePayments"), "creditNotes", "balanceTransactions"]) {
    const refused = await refusal(stripe[noun].retrieve("xx_nowhere"));
    assert.deepEqual([refused.statusCode, refused.code], [404, "resource_missing"], noun);
    assert.ok(refused instanceof Stripe.errors.StripeInvalidRequestError);
  }
});

check("a route the vendor has and we lack", async () => {
  const before = requestsMade();
  const refused = await refusal(billing({ retries: 2 }).subscriptions.create({ customer: "cus_x" }));
  assert.equal(refused.statusCode, 501);
  assert.equal(refused.headers["x-muddle-error"], "not-offered");
  assert.equal(refused.headers["stripe-should-retry"], "false");
  assert.equal(requestsMade() - before, 1, "no second attempt");
});

check("a route nobody has", async () => {
  const answer = await wire("billing", "GET", "/v1/nonsense");
  assert.equal(answer.headers.get("x-muddle-error"), null);
  assert.ok((await expect(answer, 404)).error.message);
});
