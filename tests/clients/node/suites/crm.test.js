// The CRM by the unmodified HubSpot client, which raises unless the status is exactly the documented one.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { check, refusal } from "../check.js";
import { NOBODYS_KEY, crm as connect, expect, open, openedAt, wait, wire } from "../office.js";

const crm = connect();
const NOON = "2026-11-20T12:00:00.000Z";
const HUBSPOT = "HUBSPOT_DEFINED";
const freshEmail = () => `node.${randomUUID().slice(0, 13)}@example.com`;
const ids = (rows) => rows.map((one) => one.id);

const stages = {};
check("pipelines", async () => {
  const tickets = (await crm.pipelines.pipelinesApi.getAll("tickets")).results;
  const deals = (await crm.pipelines.pipelinesApi.getAll("deals")).results;
  assert.ok(tickets.some((one) => one.stages.some((stage) => stage.label === "Needs a person")), "the hand-off stage");
  assert.ok(deals.some((one) => one.label === "Orders"));
  assert.equal((await crm.pipelines.pipelinesApi.getById("deals", deals[0].id)).id, deals[0].id);
  stages.tickets = { hs_pipeline: tickets[0].id, hs_pipeline_stage: tickets[0].stages[0].id };
  stages.deals = { pipeline: deals[0].id, dealstage: deals[0].stages[0].id };
});

const TYPES = {
  contacts: [crm.contacts, { firstname: "Ada", lastname: "Node" }, ["firstname", "Augusta"]],
  companies: [crm.companies, { name: "Node & Söhne", domain: "node.example.com" }, ["name", "Node Ltd"]],
  deals: [crm.deals, { dealname: "Order N-1", amount: "12.50" }, ["dealname", "Order N-2"]],
  line_items: [crm.lineItems, { name: "Kettle", price: "12.50", quantity: "1" }, ["quantity", "2"]],
  tickets: [crm.tickets, { subject: "Broken", content: "It leaks." }, ["subject", "Broken kettle"]],
  notes: [crm.objects.notes, { hs_timestamp: NOON, hs_note_body: "Called." }, ["hs_note_body", "Called twice."]],
  tasks: [crm.objects.tasks, { hs_timestamp: NOON, hs_task_subject: "Call" }, ["hs_task_subject", "Call again"]],
};

function propertiesOf(kind) {
  const email = kind === "contacts" ? { email: freshEmail() } : {};
  return { ...TYPES[kind][1], ...stages[kind], ...email };
}

for (const [kind, [api, , [name, value]]] of Object.entries(TYPES)) {
  check(`${kind}: life of a record`, async () => {
    const made = await api.basicApi.create({ properties: propertiesOf(kind), associations: [] });
    assert.match(made.id, /^\d+$/);
    assert.ok(made.createdAt instanceof Date && !Number.isNaN(+made.createdAt));
    const changed = await api.basicApi.update(made.id, { properties: { [name]: value } });
    assert.equal(changed.properties[name], value);
    const kept = await api.basicApi.getById(made.id, [name]);
    assert.equal(kept.properties[name], value);
    await api.basicApi.archive(made.id);
    await api.basicApi.archive(made.id);
    assert.equal((await refusal(api.basicApi.getById(made.id))).code, 404);
  });

  check(`${kind}: list, batch, search`, async () => {
    const inputs = [1, 2, 3].map(() => ({ properties: propertiesOf(kind), associations: [] }));
    const made = await api.batchApi.create({ inputs });
    assert.equal(made.status, "COMPLETE");
    const three = ids(made.results).map((id) => ({ id }));
    assert.equal(three.length, 3);
    const first = await api.basicApi.getPage(2);
    const second = await api.basicApi.getPage(2, first.paging.next.after);
    assert.ok(!ids(second.results).some((id) => ids(first.results).includes(id)));
    const read = await api.batchApi.read({ inputs: three, properties: [name], propertiesWithHistory: [] });
    assert.deepEqual(ids(read.results), ids(three));
    const update = { inputs: three.map(({ id }) => ({ id, properties: { [name]: value } })) };
    assert.ok((await api.batchApi.update(update)).results.every((one) => one.properties[name] === value));
    const found = await api.searchApi.doSearch({ filterGroups: [], properties: [], sorts: [], limit: 1, after: "0" });
    assert.ok(found.total >= 0);
    await api.batchApi.archive({ inputs: three });
    assert.equal((await refusal(api.basicApi.getById(three[0].id))).code, 404);
  });
}

check("population at opening", async () => {
  for (const [kind, count] of [["contacts", 430], ["companies", 60]]) {
    const there = (await crm[kind].getAll()).filter((one) => one.createdAt < openedAt);
    assert.equal(there.length, count, `${kind} at opening`);
  }
});

check("idProperty, properties and history", async () => {
  const email = freshEmail().replace("@", "+tag@");
  const made = await crm.contacts.basicApi.create({ properties: { email: email.toUpperCase(), phone: "1" }, associations: [] });
  const found = await crm.contacts.basicApi.getById(email, ["email", "lastname"], ["phone"], undefined, false, "email");
  assert.deepEqual([found.id, found.properties.email, found.properties.lastname], [made.id, email, null]);
  assert.equal(found.propertiesWithHistory.phone[0].value, "1");
  const changed = await crm.contacts.basicApi.update(email, { properties: { lastname: "By Mail" } }, "email");
  assert.equal(changed.id, made.id);
});

check("409 names the existing id", async () => {
  const properties = { email: freshEmail() };
  const first = await crm.contacts.basicApi.create({ properties, associations: [] });
  const refused = await refusal(crm.contacts.basicApi.create({ properties, associations: [] }));
  assert.equal(refused.code, 409);
  assert.equal(refused.body.category, "CONFLICT");
  assert.equal(refused.body.message, `Contact already exists. Existing ID: ${first.id}`);
});

check("merge", async () => {
  for (const kind of ["contacts", "companies", "deals", "tickets"]) {
    const [api, , [name, value]] = TYPES[kind];
    const kept = await api.basicApi.create({ properties: { ...propertiesOf(kind), [name]: value }, associations: [] });
    const lost = await api.basicApi.create({ properties: propertiesOf(kind), associations: [] });
    const merged = await api.basicApi.merge({ primaryObjectId: kept.id, objectIdToMerge: lost.id });
    const after = await api.basicApi.getById(merged.id, [name, "hs_merged_object_ids"]);
    assert.equal(after.properties[name], value, kind);
    assert.ok(after.properties.hs_merged_object_ids.split(";").includes(lost.id), kind);
  }
});

check("207: reads and updates with misses", async () => {
  const made = await crm.contacts.basicApi.create({ properties: { email: freshEmail() }, associations: [] });
  const inputs = [{ id: made.id }, { id: "999999999" }];
  const read = await crm.contacts.batchApi.readWithHttpInfo({ inputs, properties: [], propertiesWithHistory: [] });
  assert.equal(read.httpStatusCode, 207);
  assert.deepEqual(ids(read.data.results), [made.id]);
  assert.equal(read.data.numErrors, 1);
  assert.deepEqual(read.data.errors[0].context.ids, ["999999999"]);
  const properties = { lastname: "Part" };
  const update = await crm.contacts.batchApi.updateWithHttpInfo({ inputs: inputs.map((one) => ({ ...one, properties })) });
  assert.deepEqual([update.httpStatusCode, update.data.numErrors], [207, 1]);
});

check("batch upsert", async () => {
  const there = await crm.contacts.basicApi.create({ properties: { email: freshEmail() }, associations: [] });
  const fresh = freshEmail();
  const inputs = [there.properties.email, fresh].map((id) => ({ id, idProperty: "email", properties: { email: id, lastname: "Up" } }));
  const done = await crm.contacts.batchApi.upsert({ inputs });
  assert.deepEqual(
    Object.fromEntries(done.results.map((one) => [one.properties.email, one._new])),
    { [there.properties.email]: false, [fresh]: true },
  );
});

check("search: groups, sorts, pages, lag", async () => {
  const lastname = "zq" + randomUUID().slice(0, 8);
  const inputs = [1, 2, 3, 4].map((n) => ({
    properties: { email: freshEmail(), lastname, firstname: `n${n}`, numemployees: `${n}0` },
    associations: [],
  }));
  await crm.contacts.batchApi.create({ inputs });
  const mine = { propertyName: "lastname", operator: "EQ", value: lastname };
  const request = (filters, more) => ({
    filterGroups: filters.map((filter) => ({ filters: [mine, ...filter] })),
    properties: ["firstname"],
    sorts: ["-numemployees"],
    limit: 100,
    after: "0",
    ...more,
  });
  const names = async (...arguments_) => (await crm.contacts.searchApi.doSearch(request(...arguments_))).results.map((one) => one.properties.firstname);
  await wait(120);
  assert.deepEqual(await names([[]]), ["n4", "n3", "n2", "n1"], "all four, two minutes later, largest first");
  const between = { propertyName: "numemployees", operator: "BETWEEN", value: "15", highValue: "35" };
  assert.deepEqual(await names([[between]]), ["n3", "n2"]);
  const one = (value) => [{ propertyName: "firstname", operator: "EQ", value }];
  assert.deepEqual(await names([one("n1"), one("n4")]), ["n4", "n1"]);
  assert.deepEqual(await names([[{ propertyName: "firstname", operator: "IN", values: ["n2", "n9"] }]]), ["n2"]);
  const page = await crm.contacts.searchApi.doSearch(request([[]], { limit: 3 }));
  assert.deepEqual([page.total, page.results.length, page.paging.next.after], [4, 3, "3"]);
  const last = await crm.contacts.searchApi.doSearch(request([[]], { limit: 3, after: page.paging.next.after }));
  assert.deepEqual([last.results.length, last.paging], [1, undefined]);
  const many = await refusal(crm.contacts.searchApi.doSearch(request(Array(6).fill([]))));
  assert.equal(many.code, 400);
});

async function pair() {
  const contact = await crm.contacts.basicApi.create({ properties: { email: freshEmail() }, associations: [] });
  const company = await crm.companies.basicApi.create({ properties: { name: "Pair" }, associations: [] });
  return [contact.id, company.id];
}

async function linked(from, id, to) {
  const rows = (await crm.associations.v4.basicApi.getPage(from, id, to)).results;
  return Object.fromEntries(rows.map((row) => [row.toObjectId, row.associationTypes.map((type) => type.typeId)]));
}

check("v4 associations", async () => {
  const [contact, company] = await pair();
  const { basicApi, batchApi } = crm.associations.v4;
  await basicApi.createDefault("contacts", contact, "companies", company);
  assert.ok((await linked("contacts", contact, "companies"))[company].includes(279));
  assert.ok((await linked("companies", company, "contacts"))[contact].includes(280));
  await basicApi.create("contacts", contact, "companies", company, [{ associationCategory: HUBSPOT, associationTypeId: 1 }]);
  assert.ok((await linked("contacts", contact, "companies"))[company].includes(1), "primary");
  await basicApi.archive("contacts", contact, "companies", company);
  assert.deepEqual(await linked("contacts", contact, "companies"), {});
  const ends = { _from: { id: contact }, to: { id: company } };
  const types = [{ associationCategory: HUBSPOT, associationTypeId: 279 }];
  await batchApi.create("contacts", "companies", { inputs: [{ ...ends, types }] });
  const read = await batchApi.getPage("contacts", "companies", { inputs: [{ id: contact }] });
  assert.equal(String(read.results[0].to[0].toObjectId), company);
  await batchApi.archive("contacts", "companies", { inputs: [{ _from: { id: contact }, to: [{ id: company }] }] });
  await batchApi.createDefault("contacts", "companies", { inputs: [ends] });
  assert.ok(company in (await linked("contacts", contact, "companies")));
  const labels = await crm.associations.v4.schema.definitionsApi.getAll("contacts", "companies");
  assert.ok(labels.results.some((label) => label.typeId === 279));
});

check("v3 associations", async () => {
  const [contact, company] = await pair();
  const inputs = { inputs: [{ _from: { id: contact }, to: { id: company }, type: "contact_to_company" }] };
  await crm.associations.batchApi.create("contacts", "companies", inputs);
  const read = await crm.associations.batchApi.read("contacts", "companies", { inputs: [{ id: contact }] });
  assert.equal(read.results[0].to[0].id, company);
  await crm.associations.batchApi.archive("contacts", "companies", inputs);
  assert.deepEqual(await linked("contacts", contact, "companies"), {});
});

check("a note and a task created on a contact", async () => {
  const [contact] = await pair();
  for (const [kind, associationTypeId] of [["notes", 202], ["tasks", 204]]) {
    const types = [{ associationCategory: HUBSPOT, associationTypeId }];
    const made = await TYPES[kind][0].basicApi.create({ properties: propertiesOf(kind), associations: [{ to: { id: contact }, types }] });
    assert.deepEqual(await linked(kind, made.id, "contacts"), { [contact]: [associationTypeId] });
    const read = await TYPES[kind][0].basicApi.getById(made.id, undefined, undefined, ["contacts"]);
    assert.deepEqual(ids(read.associations.contacts.results), [contact]);
  }
});

check("an order's lines", async () => {
  const deals = await crm.deals.basicApi.getPage(20, undefined, ["dealname"], undefined, ["line_items"]);
  const lines = deals.results.map((deal) => deal.associations?.["line items"] ?? deal.associations?.line_items).find(Boolean);
  assert.ok(lines, "deals asked with associations=line_items list them");
  const line = await crm.lineItems.basicApi.getById(lines.results[0].id, ["name", "price"]);
  assert.ok(line.properties.name && Number(line.properties.price) >= 0);
});

check("properties and groups", async () => {
  const { coreApi, groupsApi, batchApi } = crm.properties;
  const group = "node_" + randomUUID().slice(0, 8);
  assert.equal((await groupsApi.create("contacts", { name: group, label: "Node", displayOrder: 1 })).name, group);
  assert.equal((await groupsApi.update("contacts", group, { label: "Renamed" })).label, "Renamed");
  assert.ok((await groupsApi.getAll("contacts")).results.some((one) => one.name === group));
  const frame = { label: "Node", type: "string", fieldType: "text", groupName: group };
  const name = "node_" + randomUUID().slice(0, 8);
  assert.equal((await coreApi.create("contacts", { name, ...frame })).name, name);
  assert.equal((await coreApi.update("contacts", name, { label: "Renamed" })).label, "Renamed");
  assert.equal((await coreApi.getByName("contacts", name)).label, "Renamed");
  assert.ok((await coreApi.getAll("contacts")).results.some((one) => one.name === name));
  await coreApi.archive("contacts", name);
  assert.equal((await refusal(coreApi.getByName("contacts", name))).code, 404);
  const names = [1, 2].map(() => ({ name: "node_" + randomUUID().slice(0, 8) }));
  await batchApi.create("contacts", { inputs: names.map((one) => ({ ...one, ...frame })) });
  assert.equal((await batchApi.read("contacts", { inputs: names, archived: false })).results.length, 2);
  await batchApi.archive("contacts", { inputs: names });
  await groupsApi.archive("contacts", group);
  assert.equal((await refusal(groupsApi.getByName("contacts", group))).code, 404);
});

check("owners", async () => {
  const owners = (await crm.owners.ownersApi.getPage()).results;
  assert.ok(owners.length && owners.every((one) => one.email));
  assert.equal((await crm.owners.ownersApi.getById(Number(owners[0].id))).email, owners[0].email);
  assert.deepEqual(ids((await crm.owners.ownersApi.getPage(owners[0].email)).results), [owners[0].id]);
  for (const path of ["/crm/v3/owners", "/crm/v3/owners/"]) await expect(await wire("crm", "GET", path), 200);
});

check("dated paths", async () => {
  const [contact, company] = await pair();
  for (const date of ["2026-03", "2026-09"]) {
    const one = `/crm/objects/${date}/contacts/${contact}`;
    assert.equal((await expect(await wire("crm", "GET", one), 200)).id, contact);
    const changed = await wire("crm", "PATCH", one, { json: { properties: { firstname: date } } });
    assert.equal((await expect(changed, 200)).properties.firstname, date);
    await expect(await wire("crm", "PUT", `${one}/associations/default/companies/${company}`), 200);
    const rows = await expect(await wire("crm", "GET", `${one}/associations/companies`), 200);
    assert.equal(String(rows.results[0].toObjectId), company);
    await expect(await wire("crm", "DELETE", `${one}/associations/companies/${company}`), 204);
  }
});

check("keys: unknown, wrong vendor", async () => {
  for (const key of [NOBODYS_KEY.crm, open.vendors.billing.key]) {
    const answer = await expect(await wire("crm", "GET", "/crm/v3/objects/contacts", { key }), 401);
    assert.equal(answer.category, "INVALID_AUTHENTICATION");
  }
});

check("bad records and bad JSON", async () => {
  for (const [properties, code] of [[{ no_such_property: "1" }, "PROPERTY_DOESNT_EXIST"], [{ email: "no address" }, "INVALID_EMAIL"]]) {
    const refused = await refusal(crm.contacts.basicApi.create({ properties, associations: [] }));
    assert.equal(refused.code, 400);
    assert.equal(refused.body.category, "VALIDATION_ERROR");
    assert.ok(JSON.stringify(refused.body).includes(code), `the body carries ${code}`);
  }
  const headers = { "Content-Type": "application/json" };
  const answer = await wire("crm", "POST", "/crm/v3/objects/contacts", { headers, body: "{" });
  assert.equal((await expect(answer, 400)).status, "error");
});

check("routes: not offered, and nobody's", async () => {
  const refused = await refusal(crm.lists.listsApi.getById("1"));
  assert.equal(refused.code, 501);
  assert.equal(refused.headers["x-muddle-error"], "not-offered");
  const answer = await wire("crm", "GET", "/crm/v3/nonsense/5");
  assert.equal(answer.headers.get("x-muddle-error"), null);
  assert.ok((await expect(answer, 404)).message);
});
// The last client made sets the process-wide limiter, so the refused key gets its client last.
check("an unknown key through the client", async () => {
  assert.equal((await refusal(connect({ key: NOBODYS_KEY.crm }).contacts.basicApi.getPage())).code, 401);
});

check("one bad input of an upsert fails alone", async () => {
  const [good, bad] = [freshEmail(), freshEmail()];
  const inputs = [
    { id: good, idProperty: "email", properties: { lastname: "Good" } },
    { id: bad, idProperty: "email", properties: { annualrevenue: "much" } },
  ];
  const done = await crm.contacts.batchApi.upsertWithHttpInfo({ inputs });
  assert.deepEqual([done.httpStatusCode, done.data.numErrors], [207, 1]);
  assert.deepEqual(done.data.results.map((one) => one.properties.email), [good]);
  assert.deepEqual(done.data.errors[0].context, { ids: [bad] });
});

check("a ticket without its stage is refused by name", async () => {
  const refused = await refusal(crm.tickets.basicApi.create({ properties: { subject: "No stage" }, associations: [] }));
  assert.deepEqual([refused.code, refused.body.context.properties], [400, ["hs_pipeline_stage"]]);
});

check("contacts have the date of their last change by its usual name", async () => {
  const page = await crm.contacts.basicApi.getPage(1, undefined, ["hs_lastmodifieddate"]);
  assert.ok(!Number.isNaN(Date.parse(page.results[0].properties.hs_lastmodifieddate)));
});
