// The body for the anchor: JSON if all fields are text, a form if at least one is a file (callback specification, PUT /customer).

import { randomUUID } from 'node:crypto';
import { written } from './form.mjs';
import { fault, variant } from './modes.mjs';

/** { headers, body }: the body is an iterable of buffers. `wanted` is the content type that the wallet has used. */
export function encode(entries, wanted) {
  const files = entries.some(({ bytes }) => bytes);
  const wallets = /^multipart\//i.test(wanted);
  const multipart = fault('json-always') ? false
    : fault('multipart-always') ? true
      : fault('content-type-of-wallet') ? wallets : files;
  return multipart ? form(entries) : json(entries);
}

function json(entries) {
  const text = (value) => {
    if (fault('json-by-hand')) return `"${value}"`; // BUG
    const quoted = JSON.stringify(value);
    if (variant('html-safe-json')) return quoted.replace(/[<>&='\u2028\u2029]/g, escaped);
    return variant('ascii-json') ? quoted.replace(/[^\0-\x7e]/g, escaped) : quoted;
  };
  const value = ({ text: plain, json: raw, bytes, number }) =>
    number ? number : raw ?? text(bytes ? bytes.toString('base64') : plain);
  let pairs = entries.map((entry) => `${text(entry.name)}:${variant('spaced-json') ? '\t' : ''}${value(entry)}`);
  if (variant('members-reversed')) pairs = pairs.reverse();
  const body = variant('spaced-json') ? `{\r\n  ${pairs.join(',\r\n  ')}\r\n}\r\n` : `{${pairs.join(',')}}`;
  const type = fault('json-as-text') ? 'text/plain' : variant('json-charset') ? 'application/json; charset=utf-8' : 'application/json';
  const length = fault('length-in-characters') ? body.length : Buffer.byteLength(body);
  return { headers: { 'Content-Type': type, 'Content-Length': length }, body: [Buffer.from(body)] };
}

const escaped = (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;

function form(entries) {
  const texts = entries.filter(({ bytes }) => !bytes).map(({ name, text, json: raw, number }) => ({ name, text: text ?? raw ?? number }));
  const files = entries.filter(({ bytes }) => bytes);
  const boundary = variant('boundary-quoted') ? `=_${randomUUID()}:?=` : `----part-${randomUUID()}`;
  const body = [...written(fault('files-first') ? [...files, ...texts] : [...texts, ...files], boundary)];
  const parameter = variant('boundary-quoted') ? `"${boundary}"` : boundary;
  const headers = { 'Content-Type': fault('boundary-missing') ? 'multipart/form-data' : `multipart/form-data; boundary=${parameter}` };
  if (variant('multipart-with-length')) headers['Content-Length'] = body.reduce((sum, { length }) => sum + length, 0);
  return { headers, body };
}
