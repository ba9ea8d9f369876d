// The faults that spoil what is passed on, one line each: fields on their way to the anchor, ids on their way back.

import { randomUUID } from 'node:crypto';
import { BINARY, LISTED, PARAMETERS, isText } from './fields.mjs';
import { active } from './modes.mjs';

const isFile = ({ bytes }) => bytes !== undefined;
const drop = (test) => (fields) => fields.filter((field) => !test(field));
const text = (change) => (fields) => fields.map((field) => (field.text === undefined ? field : { ...field, text: change(field.text, field.name) }));
const file = (change) => (fields) => fields.map((field) => (isFile(field) ? { ...field, ...change(field) } : field));
const rename = (change) => (fields) => fields.map((field) => ({ ...field, name: change(field.name) }));
const bytes = (change) => file((given) => ({ bytes: change(given.bytes) }));
const earlier = [];

const FIELDS = {
  'first-file-only': (fields) => fields.filter((field) => !isFile(field) || field === fields.find(isFile)),
  'last-file-only': (fields) => fields.filter((field) => !isFile(field) || field === fields.findLast(isFile)),
  'empty-file-dropped': drop((field) => isFile(field) && !field.bytes.length),
  'text-beside-files-lost': (fields) => (fields.some(isFile) ? fields.filter((f) => isFile(f) || PARAMETERS.has(f.name)) : fields),
  'text-after-file-lost': (fields) => fields.filter((field, at) => isFile(field) || !fields.slice(0, at).some(isFile)),
  'unknown-names-dropped': drop(({ name }) => !BINARY.has(name) && !isText(name)),
  'unlisted-names-dropped': drop(({ name }) => !BINARY.has(name) && !LISTED.has(name) && !PARAMETERS.has(name)),
  'organization-dropped': drop(({ name }) => name.startsWith('organization.')),
  'card-dropped': drop(({ name }) => name.startsWith('card.')),
  'verification-dropped': drop(({ name }) => name.endsWith('_verification')),
  'file-id-dropped': drop(({ name }) => name.endsWith('_file_id')),
  'transaction-id-dropped': drop(({ name }) => name === 'transaction_id'),
  'type-dropped': drop(({ name }) => name === 'type'),
  'dots-nested': nested,
  'dots-to-underscores': rename((name) => name.replaceAll('.', '_')),
  'camel-case': rename((name) => name.replace(/_([a-z])/g, (_, letter) => letter.toUpperCase())),
  'names-lower-cased': rename((name) => name.toLowerCase()),
  'synonyms-renamed': rename((name) => ({ given_name: 'first_name', family_name: 'last_name', crypto_memo: 'external_transfer_memo' })[name] ?? name),
  'values-trimmed': text((value) => value.trim()),
  'empty-as-null-text': text((value) => value || 'null'),
  'values-nfc': text((value) => value.normalize('NFC')),
  'crlf-to-lf': text((value) => value.replace(/\r\n?/g, '\n')),
  'values-html-escaped': text((value) => value.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`)),
  'values-cut': text((value) => value.slice(0, 255)),
  'astral-lost': text((value) => value.replace(/[\u{10000}-\u{10ffff}]/gu, '?')),
  'percent-decoded-twice': text((value) => value.replace(/%[0-9a-f]{2}/gi, (code) => unescape(code))),
  'numbers-parsed': (fields) => fields.map((f) => (/^\d{1,15}$/.test(f.text) ? { ...f, text: undefined, number: String(Number(f.text)) } : f)),
  'booleans-parsed': (fields) => fields.map((f) => (/^(true|false)$/.test(f.text) ? { ...f, text: undefined, number: f.text } : f)),
  'dates-to-timestamps': text((value, name) => (/_date$/.test(name) && value ? new Date(value).toISOString() : value)),
  'phones-normalised': text((value, name) => (/mobile_number$/.test(name) ? value.replace(/[^\d]/g, '') : value)),
  'file-through-utf8': bytes((given) => Buffer.from(given.toString('utf8'))),
  'file-line-breaks-changed': bytes((given) => Buffer.from(given.toString('latin1').replace(/\r\n/g, '\n'), 'latin1')),
  'file-end-trimmed': bytes((given) => Buffer.from(given.toString('latin1').replace(/[\r\n]+$/, ''), 'latin1')),
  'file-base64': bytes((given) => Buffer.from(given.toString('base64'))),
  'file-cut-at-1mb': bytes((given) => given.subarray(0, 1 << 20)),
  'file-cut-at-nul': bytes((given) => (given.includes(0) ? given.subarray(0, given.indexOf(0)) : given)),
  'file-type-dropped': file(() => ({ type: 'application/octet-stream' })),
  'file-name-generated': file(() => ({ filename: `${randomUUID()}.tmp` })),
  'file-name-sanitised': file(({ filename }) => ({ filename: filename?.replace(/[^A-Za-z0-9.-]/g, '_') })),
  'id-sent-lower-cased': text((value, name) => (name === 'id' ? value.toLowerCase() : value)),
  'id-not-sent': drop(({ name }) => name === 'id'),
  'fields-carried-over': (fields) => {
    const kept = [...earlier.filter(({ name }) => !fields.some((field) => field.name === name)), ...fields];
    earlier.splice(0, Infinity, ...kept.filter(({ name }) => !PARAMETERS.has(name)));
    return kept;
  },
};

const IDS = {
  'id-lower-cased': (id) => id.toLowerCase(),
  'id-trimmed': (id) => id.trim(),
  'id-to-number': (id) => (/^\d+$/.test(id) ? Number(id) : id),
  'id-percent-decoded': (id) => id.replace(/%[0-9a-f]{2}/gi, (code) => unescape(code)),
  'id-percent-encoded': (id) => encodeURIComponent(id),
  'id-cut': (id) => id.slice(0, 36),
  'id-own': () => randomUUID(),
  'id-ascii': (id) => id.replace(/[^\x20-\x7e]/g, '?'),
  'id-quotes-escaped': (id) => id.replace(/["\\]/g, '\\$&'),
};

function nested(fields) {
  const groups = new Map();
  const flat = [];
  for (const field of fields) {
    const [head, ...rest] = field.name.split('.');
    if (!rest.length || isFile(field)) flat.push(field);
    else groups.set(head, { ...groups.get(head), [rest.join('.')]: field.text });
  }
  return [...flat, ...[...groups].map(([name, group]) => ({ name, json: JSON.stringify(group) }))];
}

export const spoilFields = (fields) => (FIELDS[active.fault] ?? ((same) => same))(fields);
export const spoilId = (id) => (IDS[active.fault] ?? ((same) => same))(id);
export const SPOILERS = [...Object.keys(FIELDS), ...Object.keys(IDS)];
