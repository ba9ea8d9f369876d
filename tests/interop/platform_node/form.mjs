// multipart/form-data (RFC 7578), read from a whole body and written part by part.

import { fault, variant } from './modes.mjs';
import { Refusal } from './refusal.mjs';

const bad = (why) => new Refusal(400, why);

/** The parts of a form: { name, bytes, filename, type }, the last two undefined where the part does not say. */
export function parts(body, boundary) {
  const lenient = fault('closing-boundary-optional') || fault('truncated-upload-forwarded');
  const found = [];
  let delimiter = Buffer.from(`\r\n--${boundary}`);
  body = Buffer.concat([Buffer.from('\r\n'), body]);
  let start = nextDelimiter(body, delimiter, 0);
  if (!start) throw bad('the boundary is not in the body');
  if (fault('boundary-anywhere')) delimiter = delimiter.subarray(2); // BUG: the line break before it is not asked for
  while (!start.last) {
    const end = nextDelimiter(body, delimiter, start.end);
    if (!end && !lenient) throw bad('the form is not closed');
    const raw = body.subarray(start.end, end?.start ?? body.length);
    if (!fault('boundary-anywhere') || raw.includes('\r\n\r\n')) found.push(part(raw));
    if (!end) break;
    start = end;
  }
  return found;
}

function nextDelimiter(body, delimiter, from) {
  for (let at = from; (at = body.indexOf(delimiter, at)) >= 0; at++) {
    let end = at + delimiter.length;
    const start = fault('boundary-anywhere') && body[at - 1] === 0x0a ? at - 2 : at;
    if (body[end] === 0x2d && body[end + 1] === 0x2d) return { start, end: end + 2, last: true };
    if (fault('boundary-anywhere')) return { start, end: Math.max(body.indexOf('\n', end) + 1, end) };
    while (body[end] === 0x20 || body[end] === 0x09) end++;
    if (body[end] === 0x0d && body[end + 1] === 0x0a) return { start: at, end }; // the CRLF stays: a part may have no headers
  }
  return null;
}

function part(raw) {
  const split = raw.indexOf('\r\n\r\n');
  if (split < 0) throw bad('a part of the form has no empty line');
  const head = decodeHead(raw.subarray(0, split));
  const header = (name) => new RegExp(`^${name}[ \\t]*:[ \\t]*(.*?)[ \\t]*$`, 'im').exec(head)?.[1];
  const disposition = header('content-disposition') ?? '';
  const name = parameter(disposition, 'name');
  if (!/^form-data *(;|$)/i.test(disposition) || !name) throw bad('a part of the form has no name');
  if (/base64|quoted-printable/i.test(header('content-transfer-encoding') ?? '')) throw bad(`${name}: transfer encodings are not understood`);
  return { name, bytes: raw.subarray(split + 4), filename: parameter(disposition, 'filename'), type: header('content-type') };
}

function decodeHead(bytes) {
  if (fault('file-name-latin1')) return bytes.toString('latin1');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return bytes.toString('latin1');
  }
}

function parameter(header, name) {
  const [, quoted, bare] = new RegExp(`;\\s*${name}\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|([^;\\s]*))`, 'i').exec(header) ?? [];
  return quoted === undefined ? bare : quoted.replace(/\\(["\\])/g, '$1');
}

const escape = (text) => text.replace(/"/g, '%22').replace(/\r/g, '%0D').replace(/\n/g, '%0A');

/** The pieces of a form of { name, text } and { name, bytes, filename, type }, in that order. */
export function* written(entries, boundary) {
  for (const { name, text, bytes, filename, type } of entries) {
    let head = `--${boundary}\r\nContent-Disposition: form-data; name="${escape(name)}"`;
    if (bytes && !fault('file-name-dropped')) {
      head += `; filename="${fault('file-name-unescaped') ? (filename ?? name) : escape(filename || name)}"`;
    }
    if (bytes) head += `\r\nContent-Type: ${/^[\x20-\x7e]+$/.test(type ?? '') ? type : 'application/octet-stream'}`;
    else if (variant('text-parts-typed')) head += '\r\nContent-Type: text/plain; charset=utf-8';
    yield Buffer.from(`${head}\r\n\r\n`);
    const content = bytes ?? Buffer.from(text);
    for (let at = 0; at < content.length; at += 65536) yield content.subarray(at, at + 65536);
    yield Buffer.from('\r\n');
  }
  yield Buffer.from(`--${boundary}--\r\n${variant('epilogue') ? 'The form ends above.\r\n' : ''}`);
}
