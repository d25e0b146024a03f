// What Stripe's Node SDK declares of each object in its .d.ts files: which fields there must be, which may be absent,
// which may be null, and which words they hold.
//
// Used by suites/billing_declarations.test.js. Reads the generated declarations by their own small grammar; a type it
// does not know is an error, never a pass.

import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const ESM = dirname(fileURLToPath(import.meta.resolve("stripe")));
const TOKEN = /'(?:[^'\\]|\\.)*'|[A-Za-z_$][\w$]*|\S/g;
const SCALARS = { string: "string", number: "number", boolean: "boolean", Decimal: "string", OtherString: "string" };

/** A namespace: what it declares by name, and the namespace around it. */
class Scope {
  constructor(outer) {
    this.outer = outer;
    this.types = new Map();
    this.scopes = new Map();
  }

  scope(name) {
    if (!this.scopes.has(name)) this.scopes.set(name, new Scope(this));
    return this.scopes.get(name);
  }

  /** The declaration that a dotted name stands for here. */
  find(path) {
    const [head, ...rest] = path;
    for (let scope = this; scope; scope = scope.outer) {
      const start = rest.length ? scope.scopes.get(head) : scope;
      const holder = rest.length ? rest.slice(0, -1).reduce((at, name) => at?.scopes.get(name), start) : start;
      const found = holder?.types.get(path.at(-1));
      if (found) return found;
    }
    throw new Error(`${path.join(".")} is declared nowhere`);
  }
}

class Reader {
  constructor(text) {
    this.tokens = text.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, "").match(TOKEN) ?? [];
    this.at = 0;
  }

  get next() {
    return this.tokens[this.at];
  }

  take(expected) {
    const token = this.tokens[this.at++];
    if (expected !== undefined && token !== expected) throw new Error(`${expected} expected, found ${token}`);
    return token;
  }

  eat(token) {
    const hit = this.next === token;
    if (hit) this.at += 1;
    return hit;
  }

  /** Passes over one statement that declares no object: imports, classes, functions. */
  skip() {
    for (let depth = 0; this.at < this.tokens.length; ) {
      const token = this.take();
      if (token === "{") depth += 1;
      if (token === "}") depth -= 1;
      if (depth === 0 && (token === ";" || (token === "}" && this.next !== "from"))) return;
    }
  }

  statements(scope) {
    while (this.at < this.tokens.length && this.next !== "}") {
      while (this.eat("export") || this.eat("declare"));
      if (this.next === "interface") this.interface(scope);
      else if (this.next === "type" && this.tokens[this.at + 2] === "=") this.alias(scope);
      else if (this.next === "namespace") this.namespace(scope);
      else this.skip();
    }
  }

  namespace(scope) {
    this.take("namespace");
    const inner = scope.scope(this.take());
    this.take("{");
    this.statements(inner);
    this.take("}");
  }

  alias(scope) {
    this.take("type");
    const name = this.take();
    this.take("=");
    const type = this.type();
    this.take(";");
    scope.types.set(name, { name, scope, type });
  }

  interface(scope) {
    this.take("interface");
    const name = this.take();
    if (this.next === "<" || this.next === "extends") return this.skip();
    scope.types.set(name, { name, scope, fields: this.fields() });
  }

  fields() {
    const fields = new Map();
    this.take("{");
    while (!this.eat("}")) {
      const key = this.take();
      if (key === "[") {
        while (this.take() !== "]");
        this.take(":");
        fields.rest = this.type();
      } else {
        const optional = this.eat("?");
        this.take(":");
        fields.set(key.replaceAll("'", ""), { optional, type: this.type() });
      }
      this.take(";");
    }
    return fields;
  }

  type() {
    this.eat("|");
    const options = [this.single()];
    while (this.eat("|")) options.push(this.single());
    return options;
  }

  single() {
    if (this.next === "{") return { fields: this.fields() };
    const token = this.take();
    if (token.startsWith("'")) return { literal: token.slice(1, -1) };
    const path = [token];
    while (this.eat(".")) path.push(this.take());
    if (this.eat("&")) this.single(); // `string & {}`: any string
    if (!this.eat("<")) return { path };
    const of = [this.type()];
    while (this.eat(",")) of.push(this.type());
    this.take(">");
    return { path, of };
  }
}

/** The declarations of the resources, in one scope; the name of `object` leads to each interface. */
function read() {
  const all = new Scope(null);
  const folder = join(ESM, "resources");
  const files = readdirSync(folder).filter((name) => name.endsWith(".d.ts"));
  for (const file of [join(ESM, "shared.d.ts"), ...files.map((name) => join(folder, name))]) {
    new Reader(readFileSync(file, "utf8")).statements(all);
  }
  const objects = new Map();
  for (const declared of all.types.values()) {
    const object = declared.fields?.get("object")?.type;
    if (object?.length === 1 && object[0].literal && !declared.name.startsWith("Deleted")) {
      objects.set(object[0].literal, declared);
    }
  }
  return { all, objects };
}

const { all, objects } = read();
const LISTS = { list: [], search_result: ["next_page", "total_count"] };

/** What is wrong with an object, by what its own `object` names. */
export function problemsOf(value, where = "") {
  if (!(value.object in LISTS)) return ofFields(value, declarationOf(value.object), where);
  const known = ["object", "data", "has_more", "url", ...LISTS[value.object]];
  const unknown = Object.keys(value).filter((key) => !known.includes(key));
  const items = value.data.flatMap((item) => problemsOf(item, `${where}.${item.object}`));
  return [...unknown.map((key) => `${where}: a ${value.object} has no \`${key}\``), ...items];
}

function declarationOf(object) {
  if (object === "event") return all.find(["EventBase"]);
  if (!objects.has(object)) throw new Error(`the SDK declares no object ${object}`);
  return objects.get(object);
}

function ofFields(value, { name = "object", scope = all, fields }, where) {
  if (value === null || typeof value !== "object" || Array.isArray(value)) {
    return [`${where}: must be a ${name}, is ${JSON.stringify(value)}`];
  }
  const inner = scope.scopes.get(name) ?? scope;
  const found = [];
  for (const [key, { optional, type }] of fields) {
    if (key in value) found.push(...ofType(value[key], type, inner, `${where}.${key}`));
    else if (!optional) found.push(`${where}: ${name} requires \`${key}\``);
  }
  for (const key of Object.keys(value).filter((key) => !fields.has(key))) {
    if (fields.rest) found.push(...ofType(value[key], fields.rest, inner, `${where}.${key}`));
    else found.push(`${where}: ${name} has no \`${key}\``);
  }
  return found;
}

/** What is wrong with a value that may be any of several types: what the nearest of them says. */
function ofType(value, options, scope, where) {
  // Words that are still to come are left open by the SDK; what is answered today is one of those declared.
  if (typeof value === "string" && options.some((option) => option.path?.[0] === "string")) return [];
  const words = options.some((option) => option.literal);
  const closed = options.filter((option) => !(words && option.path?.[0] === "OtherString"));
  const named = closed.filter((option) => (option.path?.[0] === "null") === (value === null));
  // An expanded object stands where its id would: it is judged by what it says it is.
  if (closed.length > 1 && objects.get(value?.object) && closed.some((option) => option.path?.[0] === "string")) {
    return problemsOf(value, where);
  }
  const tried = (named.length ? named : closed).map((option) => ofSingle(value, option, scope, where));
  return tried.reduce((best, next) => (next.length < best.length ? next : best));
}

function ofSingle(value, option, scope, where) {
  const wrong = (what) => [`${where}: must be ${what}, is ${JSON.stringify(value)}`];
  if (option.literal) return value === option.literal ? [] : wrong(`"${option.literal}"`);
  if (option.fields) return ofFields(value, { fields: option.fields, scope }, where);
  const name = option.path.join(".");
  if (name === "Array") {
    if (!Array.isArray(value)) return wrong("an array");
    return value.flatMap((item, place) => ofType(item, option.of[0], scope, `${where}[${place}]`));
  }
  if (name === "ApiList") return value?.object === "list" ? problemsOf(value, where) : wrong("a list");
  if (name === "null") return value === null ? [] : wrong("null");
  if (name === "void") return wrong("absent");
  if (name in SCALARS) return typeof value === SCALARS[name] ? [] : wrong(`a ${name}`);
  if (name === "Event.Data") return value?.object?.object ? problemsOf(value.object, `${where}.object`) : wrong("Data");
  const declared = scope.find(option.path);
  if (declared.type) return ofType(value, declared.type, declared.scope, where);
  return ofFields(value, declared, where);
}
