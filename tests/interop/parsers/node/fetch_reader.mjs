// Reads with Node's own `Response.formData()` (undici), which does what the Fetch standard says.

import { part, serve } from "./lines.mjs";

async function readParts(contentType, body) {
  const form = await new Response(body, { headers: { "content-type": contentType } }).formData();
  const parts = [];
  for (const [name, value] of form) {
    const file = typeof value !== "string";
    parts.push(
      file ? part(name, value.name, value.type, await value.arrayBuffer()) : part(name, null, null, value),
    );
  }
  return parts;
}

await serve(`fetch (undici ${process.versions.undici})`, readParts);
