// The mailbox by the unmodified Gmail client: messages, labels, threads, drafts, history, search, refusals.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { check, refusal } from "../check.js";
import { decoded, header, mail, raw, withAttachment } from "../mail.js";
import { NOBODYS_KEY, expect, fresh, inbox as connect, open, wire } from "../office.js";

const inbox = connect();
const me = { userId: "me" };
const { address } = open.vendors.inbox;
const token = () => "zq" + randomUUID().replaceAll("-", "").slice(0, 12);

const insert = async (text, labelIds = ["INBOX"]) =>
  (await inbox.messages.insert({ ...me, requestBody: { raw: raw(text), labelIds } })).data;
const get = async (id, format = "full", more = {}) => (await inbox.messages.get({ ...me, id, format, ...more })).data;
const search = async (q) => ((await inbox.messages.list({ ...me, q, maxResults: 500 })).data.messages ?? []).map((one) => one.id);
const sameIds = (one, other) => assert.deepEqual([...one].sort(), [...other].sort());

async function refusedWith(status, promise) {
  const refused = await refusal(promise);
  assert.equal(refused.response?.status ?? refused.status, status, refused.message);
  return refused;
}

check("profile", async () => {
  for (const userId of ["me", address]) {
    const { data } = await inbox.getProfile({ userId });
    assert.equal(data.emailAddress, address);
    assert.match(data.historyId, /^\d+$/);
    assert.ok(data.messagesTotal >= data.threadsTotal && data.threadsTotal > 0);
  }
});

check("labels", async () => {
  const { labels } = (await inbox.labels.list(me)).data;
  for (const id of ["INBOX", "SENT", "DRAFT", "TRASH", "SPAM", "UNREAD", "STARRED", "IMPORTANT"]) {
    assert.ok(labels.some((one) => one.id === id && one.type === "system"), id);
  }
  const name = "Node " + token();
  const made = (await inbox.labels.create({ ...me, requestBody: { name } })).data;
  assert.match(made.id, /^Label_/);
  await refusedWith(409, inbox.labels.create({ ...me, requestBody: { name } }));
  const patched = await inbox.labels.patch({ ...me, id: made.id, requestBody: { name: name + " 2" } });
  assert.equal(patched.data.name, name + " 2");
  const put = await inbox.labels.update({ ...me, id: made.id, requestBody: { id: made.id, name } });
  assert.equal(put.data.name, name);
  assert.equal((await inbox.labels.delete({ ...me, id: made.id })).status, 204);
  await refusedWith(404, inbox.labels.get({ ...me, id: made.id }));
});

check("list pages", async () => {
  const ids = [];
  let pageToken;
  do {
    const { data } = await inbox.messages.list({ ...me, maxResults: 40, pageToken });
    ids.push(...data.messages.map((one) => one.id));
    pageToken = data.nextPageToken;
  } while (pageToken);
  assert.ok(ids.length >= 90 && new Set(ids).size === ids.length);
  assert.ok(ids.every((id) => /^[0-9a-f]{16}$/.test(id)));
  const none = (await inbox.messages.list({ ...me, q: "subject:" + token() })).data;
  assert.ok(!("messages" in none) && none.resultSizeEstimate === 0);
});

check("formats and attachments", async () => {
  const content = Buffer.from(Array.from({ length: 5000 }, (_, n) => n % 256));
  const { id, threadId } = await insert(withAttachment({ Subject: "=?utf-8?q?R=C3=BCckgabe?=" }, "all.bin", content), ["INBOX", "UNREAD"]);
  const full = await get(id);
  assert.deepEqual([full.id, full.threadId], [id, threadId]);
  assert.match(full.internalDate, /^\d{13}$/);
  assert.equal(full.payload.mimeType, "multipart/mixed");
  assert.deepEqual(full.payload.parts.map((part) => part.partId), ["0", "1"]);
  assert.equal(decoded(full.payload.parts[0].body.data).toString().trim(), "See attached.");
  const { filename, body } = full.payload.parts[1];
  assert.equal(filename, "all.bin");
  const attachment = (await inbox.messages.attachments.get({ ...me, messageId: id, id: body.attachmentId })).data;
  assert.equal(attachment.size, content.length);
  assert.ok(decoded(attachment.data).equals(content), "the attachment keeps its bytes");
  const metadata = await get(id, "metadata", { metadataHeaders: ["Subject"] });
  assert.deepEqual(metadata.payload.headers.map((one) => one.name), ["Subject"]);
  assert.ok(decoded((await get(id, "raw")).raw).toString().includes("all.bin"));
  const minimal = await get(id, "minimal");
  assert.ok(!minimal.payload && !minimal.raw && minimal.labelIds.length === 2);
});

check("import and send", async () => {
  const imported = await inbox.messages.import({ ...me, requestBody: { raw: raw(mail({ Subject: "imported" })), labelIds: ["INBOX"] } });
  assert.equal(header(await get(imported.data.id), "Subject"), "imported");
  const text = mail({ Subject: "sent", From: null, To: "customer@example.com" });
  const sent = (await inbox.messages.send({ ...me, requestBody: { raw: raw(text) } })).data;
  assert.ok(sent.labelIds.includes("SENT"));
  const full = await get(sent.id);
  assert.ok(header(full, "From").includes(address), "From is filled in");
  assert.ok(header(full, "Date") && header(full, "Message-ID"));
});

check("modify, batchModify, trash, untrash, delete", async () => {
  const [one, two] = [await insert(mail({ Subject: "1" }), ["INBOX", "UNREAD"]), await insert(mail({ Subject: "2" }), ["INBOX", "UNREAD"])];
  const requestBody = { addLabelIds: ["STARRED"], removeLabelIds: ["UNREAD"] };
  sameIds((await inbox.messages.modify({ ...me, id: one.id, requestBody })).data.labelIds, ["INBOX", "STARRED"]);
  const both = await inbox.messages.batchModify({ ...me, requestBody: { ids: [one.id, two.id], removeLabelIds: ["UNREAD", "STARRED"] } });
  assert.equal(both.status, 204);
  for (const { id } of [one, two]) assert.deepEqual((await get(id, "minimal")).labelIds, ["INBOX"]);
  assert.ok((await inbox.messages.trash({ ...me, id: one.id })).data.labelIds.includes("TRASH"));
  assert.ok(!(await inbox.messages.untrash({ ...me, id: one.id })).data.labelIds?.includes("TRASH"));
  assert.equal((await inbox.messages.delete({ ...me, id: one.id })).status, 204);
  await refusedWith(404, inbox.messages.get({ ...me, id: one.id }));
});

check("threads", async () => {
  const [id, subject] = [`<${token()}@example.com>`, "Thread " + token()];
  const first = await insert(mail({ Subject: subject, "Message-ID": id }), ["INBOX", "UNREAD"]);
  const reply = mail({ Subject: "Re: " + subject, "In-Reply-To": id, References: id, To: "ada.node@example.com" });
  const sent = (await inbox.messages.send({ ...me, requestBody: { raw: raw(reply), threadId: first.threadId } })).data;
  assert.equal(sent.threadId, first.threadId);
  const joined = await insert(mail({ Subject: "Re: " + subject, References: id }));
  assert.equal(joined.threadId, first.threadId, "a mail joins the thread its References name");
  const thread = (await inbox.threads.get({ ...me, id: first.threadId })).data;
  assert.deepEqual(thread.messages.map((one) => one.id), [first.id, sent.id, joined.id]);
  const rows = (await inbox.threads.list({ ...me, q: `subject:"${subject}"` })).data.threads;
  assert.deepEqual(rows.map((one) => one.id), [first.threadId]);
  await inbox.threads.modify({ ...me, id: thread.id, requestBody: { removeLabelIds: ["UNREAD"] } });
  assert.ok(!(await get(first.id, "minimal")).labelIds.includes("UNREAD"));
  await inbox.threads.trash({ ...me, id: thread.id });
  await inbox.threads.untrash({ ...me, id: thread.id });
  assert.equal((await inbox.threads.delete({ ...me, id: thread.id })).status, 204);
  await refusedWith(404, inbox.threads.get({ ...me, id: thread.id }));
});

check("drafts", async () => {
  const message = (text) => ({ message: { raw: raw(mail({ Subject: text, To: "customer@example.com" })) } });
  const made = (await inbox.drafts.create({ ...me, requestBody: message("one") })).data;
  assert.deepEqual(made.message.labelIds, ["DRAFT"]);
  assert.ok((await inbox.drafts.list(me)).data.drafts.some((one) => one.id === made.id));
  const changed = (await inbox.drafts.update({ ...me, id: made.id, requestBody: message("two") })).data;
  assert.equal(changed.id, made.id);
  assert.notEqual(changed.message.id, made.message.id);
  assert.equal(header((await inbox.drafts.get({ ...me, id: made.id })).data.message, "Subject"), "two");
  const sent = (await inbox.drafts.send({ ...me, requestBody: { id: made.id } })).data;
  assert.ok(sent.labelIds.includes("SENT"));
  await refusedWith(404, inbox.drafts.get({ ...me, id: made.id }));
  const other = (await inbox.drafts.create({ ...me, requestBody: message("three") })).data;
  assert.equal((await inbox.drafts.delete({ ...me, id: other.id })).status, 204);
});

check("history", async () => {
  const startHistoryId = (await inbox.getProfile(me)).data.historyId;
  const { id } = await insert(mail({ Subject: "history" }));
  await inbox.messages.modify({ ...me, id, requestBody: { addLabelIds: ["STARRED"] } });
  const { history, historyId } = (await inbox.history.list({ ...me, startHistoryId })).data;
  const told = (kind) => history.flatMap((one) => one[kind] ?? []).map((one) => one.message.id);
  assert.ok(told("messagesAdded").includes(id) && told("labelsAdded").includes(id));
  assert.ok(!((await inbox.history.list({ ...me, startHistoryId: historyId })).data.history ?? []).length);
  const added = (await inbox.history.list({ ...me, startHistoryId, historyTypes: ["messageAdded"] })).data.history;
  assert.ok(added.every((one) => !one.labelsAdded));
  await refusedWith(404, inbox.history.list({ ...me, startHistoryId: "1" }));
});

check("history since the opening", async () => {
  const pristine = connect({ key: fresh("history").vendors.inbox.key });
  const { historyId } = (await pristine.getProfile(me)).data;
  assert.deepEqual((await pristine.history.list({ ...me, startHistoryId: historyId })).data, { historyId });
  for (const never of [Number(historyId) - 1, Number(historyId) + 1]) {
    await refusedWith(404, pristine.history.list({ ...me, startHistoryId: String(never) }));
  }
});

check("fields", async () => {
  const { id } = await insert(mail({ Subject: token() }));
  assert.deepEqual(await get(id, "full", { fields: "id,payload/mimeType" }), { id, payload: { mimeType: "text/plain" } });
  const page = (await inbox.messages.list({ ...me, maxResults: 2, fields: "messages(id),nextPageToken" })).data;
  assert.deepEqual(Object.keys(page).sort(), ["messages", "nextPageToken"]);
  assert.ok(page.messages.every((one) => Object.keys(one).join() === "id"));
  const refused = await refusedWith(400, inbox.messages.list({ ...me, fields: "messages(bogus)" }));
  assert.equal(refused.response.data.error.message, "Invalid field selection bogus");
  assert.equal(refused.response.data.error.status, "INVALID_ARGUMENT");
});

check("closed lists: colours, formats, labels", async () => {
  const color = { textColor: "#ffffff", backgroundColor: "#16a766" };
  const made = (await inbox.labels.create({ ...me, requestBody: { name: token(), color } })).data;
  assert.deepEqual(made.color, color);
  const off = { ...color, backgroundColor: "#123456" };
  await refusedWith(400, inbox.labels.create({ ...me, requestBody: { name: token(), color: off } }));
  await refusedWith(400, inbox.labels.create({ ...me, requestBody: { name: token(), labelListVisibility: "sometimes" } }));
  const { id } = await insert(mail({ Subject: token() }));
  await refusedWith(400, inbox.messages.get({ ...me, id, format: "fancy" }));
  for (const label of ["SENT", "DRAFT", "Label_999999"]) {
    await refusedWith(400, inbox.messages.modify({ ...me, id, requestBody: { addLabelIds: [label] } }));
  }
  await refusedWith(400, inbox.messages.modify({ ...me, id, requestBody: { addLabelIds: Array(101).fill("STARRED") } }));
});

check("a date of q begins at midnight Pacific time", async () => {
  const mark = token();
  const put = async (at) => {
    const text = mail({ Subject: mark, Date: new Date(at).toUTCString() });
    const made = await inbox.messages.insert({ ...me, internalDateSource: "dateHeader", requestBody: { raw: raw(text), labelIds: ["INBOX"] } });
    return made.data.id;
  };
  const before = await put("2026-07-15T06:59:59Z");
  const after = await put("2026-07-15T07:00:00Z");
  for (const [operator, expected] of [["after", after], ["newer", after], ["before", before], ["older", before]]) {
    sameIds(await search(`subject:${mark} ${operator}:2026/07/15`), [expected]);
  }
});

check("q", async () => {
  const mark = token();
  const a = (await insert(mail({ Subject: mark + " a", From: "Ann <ann.archer@example.com>" }, "the blue kettle"), ["INBOX", "UNREAD"])).id;
  const b = (await insert(mail({ Subject: mark + " b", To: "bob@example.org", Cc: "carl@example.net" }, "a kettle"), ["STARRED"])).id;
  const c = (await insert(withAttachment({ Subject: mark + " c refund", "Message-ID": `<${mark}@example.com>` }, "bill.pdf", Buffer.alloc(5000, 1)), ["INBOX"])).id;
  const cases = {
    "": [a, b, c],
    "from:ann.archer@example.com": [a],
    "to:bob@example.org": [b],
    "cc:carl@example.net": [b],
    "subject:refund": [c],
    "in:inbox": [a, c],
    "is:unread": [a],
    "is:read": [b, c],
    "is:starred": [b],
    "has:attachment": [c],
    "filename:pdf": [c],
    [`rfc822msgid:${mark}@example.com`]: [c],
    kettle: [a, b],
    '"blue kettle"': [a],
    "kettle -blue": [b],
    "blue OR refund": [a, c],
    "{is:starred filename:pdf}": [b, c],
    "newer_than:2d": [a, b, c],
    "older_than:2d": [],
  };
  for (const [q, expected] of Object.entries(cases)) {
    const found = (await search(`subject:${mark} ${q}`)).sort();
    assert.deepEqual(found, [...expected].sort(), `q = ${q || "the mark alone"}`);
  }
});

check("bad mail", async () => {
  for (const requestBody of [{ raw: "!!not base64!!" }, {}]) {
    const refused = await refusedWith(400, inbox.messages.send({ ...me, requestBody }));
    assert.equal(refused.response.data.error.code, 400);
  }
  const headers = { "Content-Type": "application/json" };
  const answer = await wire("inbox", "POST", "/gmail/v1/users/me/messages/send", { headers, body: "{" });
  assert.equal((await expect(answer, 400)).error.code, 400);
});

check("keys: unknown, wrong vendor", async () => {
  for (const key of [NOBODYS_KEY.inbox, open.vendors.crm.key]) {
    const refused = await refusedWith(401, connect({ key }).getProfile(me));
    assert.equal(refused.response.data.error.errors[0].reason, "authError");
  }
});

check("missing, not offered, nobody's", async () => {
  const missing = await refusedWith(404, inbox.messages.get({ ...me, id: "00000000deadbeef" }));
  assert.equal(missing.response.data.error.errors[0].reason, "notFound");
  const lacking = await refusedWith(501, inbox.settings.updateVacation({ ...me, requestBody: {} }));
  assert.equal(new Headers(lacking.response.headers).get("x-muddle-error"), "not-offered");
  const answer = await wire("inbox", "GET", "/gmail/v1/users/me/nonsense");
  assert.equal(answer.headers.get("x-muddle-error"), null);
  assert.equal((await expect(answer, 404)).error.code, 404);
});
