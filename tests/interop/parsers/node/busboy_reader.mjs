// Reads with busboy, which most Node frameworks stand on, and with JSON.parse. With `--defaults` busboy is left as it
// comes; without, it is told that names are UTF-8 and that a file name is to be left whole.

import { createRequire } from "node:module";

import busboy from "busboy";

import { part, serve } from "./lines.mjs";

const { version } = createRequire(import.meta.url)("busboy/package.json");
const defaults = process.argv.includes("--defaults");
const options = defaults ? {} : { defParamCharset: "utf8", preservePath: true };

function readParts(contentType, body) {
  return new Promise((resolve, reject) => {
    const parts = [];
    const parser = busboy({ headers: { "content-type": contentType }, ...options });
    parser.on("field", (name, value, info) => parts.push(part(name, null, info.mimeType, value)));
    parser.on("file", (name, stream, info) => {
      const at = parts.push(null) - 1;
      const chunks = [];
      stream.on("data", (chunk) => chunks.push(chunk));
      stream.on("end", () => {
        parts[at] = part(name, info.filename ?? null, info.mimeType, Buffer.concat(chunks));
      });
      stream.on("error", reject);
    });
    parser.on("close", () => resolve(parts));
    parser.on("error", reject);
    parser.end(body);
  });
}

await serve(`busboy ${version}${defaults ? " as it comes" : ""}`, readParts, (body) => JSON.parse(body.toString("utf8")));
