// Stripe objects against the declarations of the Node SDK: fields required, optional and null, and their words.

import assert from "node:assert/strict";
import { check } from "../check.js";
import { problemsOf } from "../declarations.js";
import { billing, expect, wire } from "../office.js";

const stripe = billing();

const ask = async (path) => expect(await wire("billing", "GET", path), 200);

const NOUNS = "customers charges payment_intents invoices invoice_payments refunds disputes events products prices";

for (const noun of NOUNS.split(" ")) {
  check(`each of the ${noun} is what the SDK declares`, async () => {
    const page = await ask(`/v1/${noun}?limit=100`);
    assert.ok(page.data?.length, JSON.stringify(page).slice(0, 300));
    assert.deepEqual([...new Set(problemsOf(page))].slice(0, 40), []);
  });
}

for (const [noun, fields] of [
  ["charges", ["customer", "payment_intent", "balance_transaction", "refunds"]],
  ["payment_intents", ["customer", "latest_charge"]],
  ["invoices", ["customer", "payments"]],
  ["invoice_payments", ["invoice", "payment.payment_intent"]],
  ["refunds", ["charge", "payment_intent", "balance_transaction"]],
  ["disputes", ["charge", "payment_intent"]],
]) {
  check(`each of the ${noun} is what the SDK declares when expanded`, async () => {
    const expand = fields.map((field) => `expand[]=data.${field}`).join("&");
    assert.deepEqual([...new Set(problemsOf(await ask(`/v1/${noun}?limit=20&${expand}`)))].slice(0, 40), []);
  });
}

check("what writes make is what the SDK declares, and so are their events", async () => {
  const customer = await stripe.customers.create({ email: "declared@example.com", metadata: { a: "b" } });
  await stripe.customers.update(customer.id, { name: "Declared", address: { city: "Oslo" } });
  const payments = await stripe.invoicePayments.list({ limit: 100, expand: ["data.payment.payment_intent"] });
  const untouched = payments.data.filter((one) => one.amount_paid >= 500);
  let note;
  for (const { invoice } of untouched) {
    const { lines } = await stripe.invoices.retrieve(invoice);
    const line = { type: "invoice_line_item", invoice_line_item: lines.data[0].id, amount: 20 };
    const asked = { invoice, lines: [line], refund_amount: 10, credit_amount: 10, memo: "late" };
    note = await stripe.creditNotes.create(asked).catch(() => null); // its charge may be refunded already
    if (note) break;
  }
  assert.ok(note, "a paid invoice can be credited");
  const refund = await stripe.refunds.update(note.refunds[0].refund, { metadata: { a: "b" } });
  const booking = await ask(`/v1/balance_transactions/${refund.balance_transaction}?expand[]=source`);
  const lines = await ask(`/v1/invoices/${note.invoice}/lines`);
  const notes = await ask("/v1/credit_notes?expand[]=data.refunds.refund&expand[]=data.invoice");
  const found = await ask("/v1/charges/search?query=amount>0&limit=100&expand[]=total_count");
  const subscriptions = await ask(`/v1/customers/${customer.id}?expand[]=subscriptions&expand[]=sources`);
  const events = await ask("/v1/events?limit=100");
  assert.ok(events.data.some((event) => event.data.previous_attributes));
  const wrong = [customer, note, refund, booking, lines, notes, found, subscriptions, events].flatMap((one) => problemsOf(one));
  assert.deepEqual([...new Set(wrong)].slice(0, 40), []);
});
