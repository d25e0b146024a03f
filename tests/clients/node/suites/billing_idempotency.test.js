// Idempotency of billing through the Stripe SDK: replays, conflicts, thirty at once.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import Stripe from "stripe";
import { check, refusal } from "../check.js";
import { billing, wire } from "../office.js";

const SIMULTANEOUS = 30;
const stripe = billing();
const used = new Set();

// Charges from the old end of the list, which the other suite does not touch.
async function take(least = 500) {
  let last;
  for await (const charge of stripe.charges.list({ limit: 100 })) {
    const whole = charge.status === "succeeded" && charge.captured && !charge.amount_refunded && !charge.disputed;
    if (whole && charge.payment_intent && charge.amount >= least && !used.has(charge.id)) last = charge;
  }
  assert.ok(last, `no untouched charge of ${least} or more left`);
  used.add(last.id);
  return last;
}

function refund(key, params) {
  const headers = { "Idempotency-Key": key, "Content-Type": "application/x-www-form-urlencoded" };
  return wire("billing", "POST", "/v1/refunds", { headers, body: new URLSearchParams(params).toString() });
}

const replayed = (answer) => answer.headers.get("idempotent-replayed") === "true";

check("a replay is the same refund", async () => {
  const charge = await take();
  const key = randomUUID();
  const first = await stripe.refunds.create({ charge: charge.id, amount: 100 }, { idempotencyKey: key });
  const again = await stripe.refunds.create({ charge: charge.id, amount: 100 }, { idempotencyKey: key });
  assert.deepEqual({ ...again }, { ...first });
  assert.equal(first.lastResponse.headers["idempotent-replayed"], undefined);
  assert.equal(again.lastResponse.headers["idempotent-replayed"], "true");
  assert.equal(again.lastResponse.idempotencyKey, key, "the key is echoed");
  assert.equal((await stripe.refunds.list({ charge: charge.id })).data.length, 1);
});

check("other parameters under the same key", async () => {
  const charge = await take();
  const idempotencyKey = randomUUID();
  await stripe.refunds.create({ charge: charge.id, amount: 100 }, { idempotencyKey });
  const refused = await refusal(stripe.refunds.create({ charge: charge.id, amount: 101 }, { idempotencyKey }));
  assert.ok(refused instanceof Stripe.errors.StripeIdempotencyError, `got ${refused.type}`);
  assert.equal(refused.statusCode, 400);
});

check("a decided refusal is kept, a wrong parameter is not", async () => {
  const charge = await take();
  const key = randomUUID();
  const high = { charge: charge.id, amount: charge.amount + 1 };
  const first = await refund(key, high);
  const again = await refund(key, high);
  assert.deepEqual([first.status, again.status, replayed(first), replayed(again)], [400, 400, false, true]);
  assert.equal(await again.text(), await first.text());
  const free = randomUUID();
  assert.equal((await refund(free, { charge: charge.id, amount: "ten" })).status, 400);
  const right = await refund(free, { charge: charge.id, amount: 100 });
  assert.deepEqual([right.status, replayed(right)], [200, false], "the key was still free");
});

check("thirty creates with one key", async () => {
  const charge = await take(3000);
  const key = randomUUID();
  const send = () => refund(key, { charge: charge.id, amount: 100 });
  const answers = await Promise.all(Array.from({ length: SIMULTANEOUS }, send));
  const told = await Promise.all(answers.map(async (one) => ({ status: one.status, replayed: replayed(one), text: await one.text() })));
  const first = told.filter((one) => one.status === 200 && !one.replayed);
  assert.equal(first.length, 1, `statuses ${told.map((one) => one.status)}`);
  for (const one of told) {
    if (one.status === 200) assert.equal(one.text, first[0].text, "a replay has the bytes of the first answer");
    else assert.deepEqual([one.status, JSON.parse(one.text).error.code], [409, "idempotency_key_in_use"]);
  }
  assert.equal((await stripe.charges.retrieve(charge.id)).amount_refunded, 100);
});

check("thirty creates through the SDK, each with its own key", async () => {
  const charge = await take(3000);
  const amount = Math.floor(charge.amount / 4) + 1;
  const send = () => stripe.refunds.create({ charge: charge.id, amount });
  const settled = await Promise.allSettled(Array.from({ length: SIMULTANEOUS }, send));
  assert.equal(settled.filter((one) => one.status === "fulfilled").length, 3, "three of them fit into the charge");
  for (const { reason } of settled.filter((one) => one.status === "rejected")) assert.equal(reason.statusCode, 400);
  assert.equal((await stripe.charges.retrieve(charge.id)).amount_refunded, 3 * amount);
});
