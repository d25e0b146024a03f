// The opened office as a candidate sees it: one unmodified official client per vendor.
//
// Built from the file named by MUDDLE_OPEN_JSON (what `muddle open --json` printed) and
// used by every suite. `wire` is fetch with the key an SDK would send, for what an SDK
// hides (statuses, headers, bytes). Nothing here knows an id of the seeded world.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import google from "@googleapis/gmail";
import hubspot from "@hubspot/api-client";
import Stripe from "stripe";

const file = process.env.MUDDLE_OPEN_JSON;
if (!file) throw new Error("MUDDLE_OPEN_JSON is not set: start these suites with tests/clients/run.sh");

export const open = JSON.parse(readFileSync(file, "utf8"));
export const openedAt = new Date(open.now);

export const NOBODYS_KEY = {
  billing: "sk_test_nobodyWasEverGivenThisKey000000",
  crm: "pat-na1-00000000-0000-0000-0000-000000000000",
  inbox: "ya29.nobodyWasEverGivenThisToken000000",
};

// Another office, as nobody has touched it; what `open` said lies beside the first one's, for the search for secrets.
export function fresh(name) {
  const { MUDDLE_BIN, MUDDLE_DATA } = process.env;
  const opening = ["open", "refund-desk", "--seed", "1", "--clock", "step", "--json", "--data", MUDDLE_DATA];
  const said = execFileSync(MUDDLE_BIN, opening, { encoding: "utf8" });
  writeFileSync(path.join(path.dirname(file), `node-${name}.json`), said);
  return JSON.parse(said);
}

const base = (vendor) => open.vendors[vendor].url.replace(/\/$/, "");
const keyOf = (vendor) => open.vendors[vendor].key;

export function billing({ key = keyOf("billing"), retries = 0 } = {}) {
  const { hostname, port, protocol } = new URL(base("billing"));
  return new Stripe(key, { host: hostname, port, protocol: protocol.slice(0, -1), maxNetworkRetries: retries });
}

export function crm({ key = keyOf("crm") } = {}) {
  // Its limiter is for the real vendor's quota; under clock `step` no quota runs.
  return new hubspot.Client({ accessToken: key, basePath: base("crm"), limiterOptions: { maxConcurrent: 20 } }).crm;
}

export function inbox({ key = keyOf("inbox") } = {}) {
  const auth = new google.auth.OAuth2();
  auth.setCredentials({ access_token: key });
  return google.gmail({ version: "v1", auth, rootUrl: base("inbox") + "/" }).users;
}

export function wire(vendor, method, path, { key = keyOf(vendor), headers = {}, json, ...how } = {}) {
  const body = json === undefined ? {} : { body: JSON.stringify(json) };
  const type = json === undefined ? {} : { "Content-Type": "application/json" };
  const all = { Authorization: `Bearer ${key}`, ...type, ...headers };
  return fetch(base(vendor) + path, { method, headers: all, redirect: "manual", ...body, ...how });
}

// The answer's JSON, if its status is the one the vendor documents.
export async function expect(answer, status) {
  const text = await answer.text();
  assert.equal(answer.status, status, `${answer.url} answered ${answer.status}, the vendor answers ${status}: ${text.slice(0, 600)}`);
  return text ? JSON.parse(text) : null;
}


const control = (path, how) =>
  fetch(open.url.replace(/\/$/, "") + "/muddle/v1" + path, {
    ...how,
    headers: { Authorization: `Bearer ${open.tokens.candidate}`, "Content-Type": "application/json" },
  });

// Lets office time pass, as a candidate may in practice.
export async function wait(seconds) {
  await expect(await control("/wait", { method: "POST", body: JSON.stringify({ for: `${seconds}s` }) }), 200);
}

export async function now() {
  return new Date((await expect(await control("/now"), 200)).now);
}
