// `check(name, body)`: a node:test test whose failure shows what crossed the wire.
//
// Used by every suite instead of `test`. It listens on Node's own diagnostics channels
// (http for Stripe and HubSpot, undici for fetch), so clients stay untouched. Credentials
// are never kept: only method, address and status are.

import diagnostics from "node:diagnostics_channel";
import { test } from "node:test";
import { inspect } from "node:util";

const KEPT = 5;
let recent = [];
let made = 0;

const ask = (request, line) => {
  made += 1;
  recent = [...recent, { request, line, status: "(no answer)" }].slice(-KEPT);
};
const answer = (request, status) => {
  const one = recent.find((each) => each.request === request);
  if (one) one.status = status;
};

diagnostics.subscribe("http.client.request.start", ({ request }) => ask(request, `${request.method} ${request.path}`));
diagnostics.subscribe("http.client.response.finish", ({ request, response }) => answer(request, response.statusCode));
diagnostics.subscribe("undici:request:create", ({ request }) => ask(request, `${request.method} ${request.path}`));
diagnostics.subscribe("undici:request:headers", ({ request, response }) => answer(request, response.statusCode));

// How many requests left since the check began: an SDK's retries are seen here.
export const requestsMade = () => made;

export function check(name, body) {
  test(name, { timeout: 120_000 }, async (t) => {
    recent = [];
    made = 0;
    try {
      await body(t);
    } catch (failure) {
      throw new Error(told(failure));
    }
  });
}

function told(failure) {
  const place = String(failure.stack).split("\n").filter((line) => line.includes("/suites/"));
  const body = failure.raw ?? failure.response?.data ?? failure.body;
  const lines = recent.map((one) => `  ${one.line} -> ${one.status}`);
  return [
    failure.message,
    ...place,
    ...(body === undefined ? [] : ["answer's body: " + inspect(body, { depth: 4 }).slice(0, 900)]),
    "last requests on the wire:",
    ...lines,
  ].join("\n");
}

// The error that `promise` is refused with; a promise that succeeds is a failure.
export async function refusal(promise) {
  let answer;
  try {
    answer = await promise;
  } catch (error) {
    return error;
  }
  throw new Error(`this call must be refused, but was answered ${inspect(answer, { depth: 2 }).slice(0, 600)}`);
}
