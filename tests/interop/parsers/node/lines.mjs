// The way in and out of a reader: requests on stdin, what was read on stdout, one line of JSON each. As in lines.py.

import { createInterface } from "node:readline";

// A report of deeply nested values would break the reader of the report.
const DEEPEST = 50;

export async function serve(reader, readParts, readJson) {
  say({ reader: `${reader}, Node ${process.version}` });
  for await (const line of createInterface({ input: process.stdin })) {
    const { content_type: contentType, hex } = JSON.parse(line);
    try {
      say(await answer(contentType, Buffer.from(hex, "hex"), readParts, readJson));
    } catch (error) {
      say({ error: `${error.name}: ${error.message}` });
    }
  }
}

async function answer(contentType, body, readParts, readJson) {
  if (contentType === "application/json" && readJson) return { members: shown(readJson(body)) };
  return { parts: await readParts(contentType, body) };
}

function say(report) {
  process.stdout.write(JSON.stringify(report) + "\n");
}

export function part(name, filename, contentType, content) {
  return { name, filename, content_type: contentType, hex: Buffer.from(content).toString("hex") };
}

function shown(value, depth = 0) {
  if (depth > DEEPEST) return { deeper: true };
  if (value === null || typeof value === "boolean") return value;
  if (typeof value === "string") return { string: utf16(value) };
  if (typeof value === "number") return { double: double(value), printed: String(value) };
  if (Array.isArray(value)) return { array: value.map((item) => shown(item, depth + 1)) };
  const members = Object.entries(value).map(([name, item]) => [utf16(name), shown(item, depth + 1)]);
  return { object: members.sort(([one], [other]) => (one < other ? -1 : 1)) };
}

function utf16(text) {
  return Buffer.from(text, "utf16le").swap16().toString("hex");
}

function double(number) {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleBE(number);
  return bytes.toString("hex");
}
