// A wallet's body in any of the three encodings, read into one list of fields:
// { name, text }, { name, json } (an array or an object, as it was written) or { name, bytes, filename, type }.

import { MIMEType } from 'node:util';
import { BINARY, DATES, isDate, isText } from './fields.mjs';
import { parts } from './form.mjs';
import { members } from './json.mjs';
import { fault, variant } from './modes.mjs';
import { Refusal } from './refusal.mjs';

const MB = 1000 * 1000;
const DRAINED = 64 * MB; // what a body over its limit may go on for, so that the answer can be read
const bad = (why) => new Refusal(400, why);

export async function readFields(req) {
  const { body, mime } = await readBody(req);
  let fields = decode(body, mime);
  if (fault('duplicate-account-smuggled')) fields = smuggled(fields); // BUG: one parser checks, another one forwards
  const wrong = problem(fields);
  if (!wrong) return fields;
  if (!fault('checked-after-forwarding')) throw wrong;
  return Object.assign(fields, { wrong });
}

function problem(fields) {
  const seen = new Set();
  for (const { name, text } of fields) {
    if (seen.has(name)) return bad(`${name} is given twice`);
    seen.add(name);
    if (DATES.has(name) && text && !isDate(text)) return bad(`${name} is no date YYYY-MM-DD`);
    if (variant('odd-names-refused') && !/^[A-Za-z0-9_.]{1,64}$/.test(name)) return bad('a field has a name that is not taken here');
  }
  return undefined;
}

function smuggled(fields) {
  const once = new Map();
  for (const field of fields) {
    const first = field.name === 'account' ? once.get('account') : undefined;
    once.set(field.name, first ? { ...first, late: field.text } : field);
  }
  return [...once.values()];
}

async function readBody(req) {
  const none = req.headers['content-length'] === undefined && req.headers['transfer-encoding'] === undefined;
  if (none && req.method === 'DELETE') return {};
  const body = await readAll(req, limit());
  const header = req.headers['content-type'];
  if (req.method === 'DELETE' && (!body.length || /^\s*$/.test(body))) return {};
  if (fault('chunked-empty') && req.headers['transfer-encoding']) {
    return { body: Buffer.from('{}'), mime: new MIMEType('application/json') };
  }
  if ((req.headers['content-encoding'] ?? 'identity') !== 'identity') {
    throw new Refusal(415, 'content encodings are not understood');
  }
  if (fault('media-type-case') && /^[^;]*[A-Z]/.test(header)) throw new Refusal(415, 'the Content-Type is not known'); // BUG
  try {
    return { body, mime: new MIMEType(header) };
  } catch {
    throw new Refusal(415, 'a Content-Type is needed');
  }
}

function limit() {
  return fault('limit-100kb') ? 100 * 1024 : variant('limit-5mb') ? 5 * MB : 32 * MB;
}

async function readAll(req, most) {
  const chunks = [];
  let size = 0;
  try {
    for await (const chunk of req) {
      size += chunk.length;
      if (size <= most) chunks.push(chunk);
      else if (size > DRAINED) break;
    }
  } catch (error) {
    if (!fault('truncated-upload-forwarded')) throw error;
  }
  if (size > most && fault('limit-100kb')) throw new Error('request entity too large'); // BUG: body-parser's default
  if (size > most) throw new Refusal(413, `the body is larger than ${most} bytes`, { Connection: 'close' });
  return Buffer.concat(chunks);
}

function decode(body, mime) {
  if (!mime) return [];
  const charset = mime.params.get('charset');
  if (charset && (!/^(utf-?8|us-ascii)$/i.test(charset) || fault('charset-refused'))) throw new Refusal(415, 'the charset must be UTF-8');
  if (mime.essence === 'application/json') return fromJson(utf8(body, 'the body'));
  if (mime.essence === 'application/x-www-form-urlencoded' && !fault('urlencoded-refused')) return fromUrlencoded(utf8(body, 'the body'));
  if (mime.essence === 'multipart/form-data') {
    const boundary = mime.params.get('boundary');
    if (!boundary || boundary.length > 200) throw bad('the Content-Type has no boundary');
    return parts(body, boundary).map(fromPart).filter(Boolean);
  }
  throw new Refusal(415, `send application/json, application/x-www-form-urlencoded or multipart/form-data`);
}

const isMisplaced = (name) => BINARY.has(name) && !fault('binary-as-text-accepted');

function utf8(bytes, what) {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw bad(`${what} is not UTF-8`);
  }
}

function fromJson(text) {
  let found;
  try {
    found = members(text);
  } catch {
    if (fault('bad-body-as-500')) throw new Error('the JSON cannot be parsed');
  }
  if (!found) throw bad('the body must be a JSON object');
  return found.flatMap(([name, written]) => {
    if (fault('binary-text-dropped') && BINARY.has(name)) return [];
    if (isMisplaced(name) && written !== 'null') throw bad(`${name} is a file: send it with multipart/form-data`);
    const value = JSON.parse(written);
    if (value === null) return fault('null-as-text') ? [{ name, text: 'null' }] : [];
    if (typeof value === 'string') return [{ name, text: value }];
    if (typeof value !== 'object') return [{ name, text: fault('numbers-reformatted') ? String(value) : written }];
    return fault('nested-as-text') ? [{ name, text: String(value) }] : [{ name, json: written }];
  });
}

function fromUrlencoded(text) {
  if (fault('plus-not-decoded')) text = text.replaceAll('+', '%2B'); // BUG: decodeURIComponent alone
  let found = [...new URLSearchParams(text)];
  if (fault('urlencoded-latin1')) {
    found = text.split('&').map((pair) => pair.split(/=(.*)/s).slice(0, 2).map((s) => unescape(s.replaceAll('+', ' ')))); // BUG
  }
  return found.filter(([name]) => !fault('binary-text-dropped') || !BINARY.has(name)).map(([name, value]) => {
    if (isMisplaced(name)) throw bad(`${name} is a file: send it with multipart/form-data`);
    return { name, text: value };
  });
}

function fromPart({ name, bytes, filename, type }) {
  if (filename === '' && !bytes.length && !fault('untouched-input-forwarded')) return null;
  const named = BINARY.has(name);
  const looksLikeFile = filename !== undefined || (type !== undefined && !/^text\//i.test(type));
  if (named && filename === undefined && fault('nameless-binary-as-text')) return { name, text: bytes.toString() }; // BUG
  if (named && !/^image\//i.test(type) && fault('only-images-are-files')) return { name, text: bytes.toString() }; // BUG
  const unknown = !named && !isText(name);
  if (unknown && looksLikeFile && fault('unknown-file-dropped')) return null;
  if (unknown && looksLikeFile && fault('unknown-file-as-text')) return { name, text: bytes.toString() };
  if (named || (unknown && looksLikeFile)) return { name, bytes, filename, type };
  const charset = /charset="?([^";\s]+)/i.exec(type ?? '')?.[1] ?? 'utf-8';
  if (/^(utf-?8|us-ascii)$/i.test(charset)) return { name, text: utf8(bytes, name) };
  try {
    return { name, text: new TextDecoder(charset, { ignoreBOM: true }).decode(bytes) };
  } catch {
    throw bad(`${name}: the charset is not known`);
  }
}
