// Reads the body of a PUT, in any of the three encodings, into parameters (strings) and fields (strings, numbers, Buffers).

import { MIMEType } from 'node:util';
import busboy from 'busboy';
import { ApiError } from './customers.mjs';
import { FIELDS } from './fields.mjs';

const MIB = 1 << 20;
const TEXT_LIMIT = MIB, FILE_LIMIT = 10 * MIB, FORM_LIMIT = 32 * MIB;
export const PARAMETERS = ['id', 'account', 'memo', 'memo_type', 'type', 'transaction_id'];

const isBinary = (name) => Object.hasOwn(FIELDS, name) && FIELDS[name].type === 'binary';

function utf8(bytes) {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new ApiError(400, 'the text is not UTF-8');
  }
}

async function readAll(req, limit) {
  const chunks = [];
  let size = 0;
  for await (const chunk of req) if ((size += chunk.length) <= limit) chunks.push(chunk); // the rest is read and dropped
  if (size > limit) throw new ApiError(413, `the body is larger than ${limit} bytes`);
  return Buffer.concat(chunks);
}

function fromJson(text) {
  let body;
  try {
    body = JSON.parse(text);
  } catch {
    throw new ApiError(400, 'the body is not JSON');
  }
  if (body === null || typeof body !== 'object' || Array.isArray(body)) throw new ApiError(400, 'the body must be a JSON object');
  return Object.entries(body).filter(([, value]) => value !== null);
}

function fromForm(bytes, boundary, bug) {
  return new Promise((resolve, reject) => {
    const entries = [];
    const fail = (status, message) => reject(new ApiError(status, message));
    const add = (name, value, info) => {
      if (!name) fail(400, 'a part of the form has no name');
      else if (/^(base64|quoted-printable)$/.test(info.encoding)) fail(400, `'${name}': transfer encodings are not understood`);
      else entries.push([name, value]);
    };
    const form = busboy({
      headers: { 'content-type': `multipart/form-data; boundary="${boundary}"` },
      defCharset: 'latin1', // so that what busboy takes for text still has all its bytes: a photo may come without a file name
      defParamCharset: 'utf8',
      limits: { fileSize: FILE_LIMIT + 1, fieldSize: FILE_LIMIT + 1 },
    });
    form.on('file', (name, stream, info) => {
      // BUG in files-ignored: only the text parts are looked at. BUG in nameless-photo: only parts with a file name are files.
      if (bug('files-ignored') || (bug('nameless-photo') && isBinary(name) && !info.filename)) return stream.resume();
      const chunks = [];
      stream.on('data', (chunk) => chunks.push(chunk));
      stream.on('error', () => {}); // the form itself reports it
      stream.on('end', () => {
        const value = Buffer.concat(chunks);
        if (stream.truncated) fail(413, `'${name}' is larger than ${FILE_LIMIT} bytes`);
        try {
          add(name, isBinary(name) ? value : utf8(value), info);
        } catch (error) {
          reject(error);
        }
      });
    });
    form.on('field', (name, value, info) => {
      if (info.valueTruncated) fail(413, `'${name}' is larger than ${FILE_LIMIT} bytes`);
      if (isBinary(name)) return bug('nameless-photo') ? undefined : add(name, Buffer.from(value, 'latin1'), info);
      // Text came as its bytes, unless the part named a charset: then busboy has decoded it, and it is no UTF-8 any more.
      if (/^[\0-\xff]*$/.test(value)) {
        try {
          value = utf8(Buffer.from(value, 'latin1'));
        } catch { /* decoded already, or Latin-1 */ }
      }
      add(name, value, info);
    });
    form.on('error', (error) => fail(400, `the form cannot be read: ${error.message}`));
    form.on('close', () => resolve(entries));
    form.end(bytes);
  });
}

async function entriesOf(req, bug) {
  const header = req.headers['content-type'] ?? '';
  let mime;
  try {
    mime = new MIMEType(header);
  } catch {
    throw new ApiError(415, 'a Content-Type is needed');
  }
  const isForm = mime.essence === 'multipart/form-data';
  let bytes = await readAll(req, isForm ? FORM_LIMIT : TEXT_LIMIT);
  if (bug('body-limit') && bytes.length > 100 * 1024) throw new ApiError(500, 'request entity too large'); // BUG: body-parser's default
  if (bug('chunked-empty') && !req.headers['content-length']) bytes = Buffer.alloc(0); // BUG: no length, no body
  if (isForm) {
    let boundary = mime.params.get('boundary');
    if (!boundary) throw new ApiError(400, 'the multipart Content-Type has no boundary');
    // BUG: header.split('boundary=')[1], quotes and all
    if (bug('quoted-boundary') && /boundary="/i.test(header)) boundary = `\\"${boundary}\\"`;
    return fromForm(bytes, boundary, bug);
  }
  const charset = mime.params.get('charset')?.toLowerCase() ?? 'utf-8';
  if (!['utf-8', 'utf8', 'us-ascii'].includes(charset)) throw new ApiError(415, `the charset ${charset} is not understood`);
  if (mime.essence === 'application/json') {
    if (bug('charset-refused') && mime.params.has('charset')) throw new ApiError(415, `${header} is not understood`); // BUG
    return fromJson(utf8(bytes));
  }
  if (mime.essence === 'application/x-www-form-urlencoded') return [...new URLSearchParams(utf8(bytes))];
  throw new ApiError(415, `${mime.essence} is not understood`);
}

export async function readPut(req, bug) {
  const params = {};
  const fields = new Map();
  const entries = await entriesOf(req, bug);
  for (let [name, value] of entries) {
    if (Object.hasOwn(params, name) || fields.has(name)) throw new ApiError(400, `'${name}' is given twice`);
    if (!PARAMETERS.includes(name)) {
      fields.set(name, value);
      continue;
    }
    if (name === 'id' && bug('id-number')) value = String(value); // part of that mode: its own ids come back as numbers
    if (typeof value !== 'string' || !value) throw new ApiError(400, `'${name}' must be a string that is not empty`);
    params[name] = value;
  }
  return { params, fields, multipart: /^multipart\//i.test(req.headers['content-type']) };
}
