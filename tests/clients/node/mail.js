// Mails built by hand, as a candidate's script would, and read back. Used by the inbox suite.

import assert from "node:assert/strict";

export function mail(headers, body = "Hello.") {
  const all = { From: "Ada Node <ada.node@example.com>", To: "desk@example.com", "MIME-Version": "1.0", ...headers };
  const lines = Object.entries(all).filter(([, value]) => value !== null).map(([name, value]) => `${name}: ${value}`);
  return [...lines, "", body].join("\r\n");
}

export function withAttachment(headers, filename, content) {
  const boundary = "node-boundary-1";
  const part = (head, body) => `--${boundary}\r\n${head}\r\n\r\n${body}\r\n`;
  return mail(
    { ...headers, "Content-Type": `multipart/mixed; boundary="${boundary}"` },
    part("Content-Type: text/plain; charset=utf-8", "See attached.") +
      part(
        `Content-Type: application/octet-stream\r\nContent-Disposition: attachment; filename="${filename}"\r\nContent-Transfer-Encoding: base64`,
        content.toString("base64"),
      ) +
      `--${boundary}--\r\n`,
  );
}

// As Node writes it: base64url without padding.
export const raw = (text) => Buffer.from(text).toString("base64url");
export const decoded = (data) => Buffer.from(data, "base64url");

export function header(message, name) {
  const found = message.payload.headers.find((one) => one.name.toLowerCase() === name.toLowerCase());
  assert.ok(found, `no header ${name} among ${message.payload.headers.map((one) => one.name)}`);
  return found.value;
}
