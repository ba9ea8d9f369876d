// Invented customers: a value for every field that the anchor may ask for, new ones for each customer.

import { randomBytes, randomInt } from 'node:crypto';

const TEXTS = {
  first_name: () => 'Zoë',
  last_name: () => `O'Invented-${randomInt(1e6)}`,
  email_address: () => `zoe.${randomInt(1e9)}@example.com`,
  mobile_number: () => `+1415555${String(randomInt(1e4)).padStart(4, '0')}`,
  birth_date: () => '1990-02-28',
  id_type: () => 'passport',
  id_number: () => `X${randomInt(1e8)}`,
  id_country_code: () => 'DEU',
  id_issue_date: () => '2024-02-29',
  id_expiration_date: () => '2044-02-28',
  address: () => '1 "Main" Street\r\n東京 🏦',
  address_country_code: () => 'DEU',
  city: () => 'Köln',
  occupation: () => '2511',
};

/** A value for a text, number or date field, as the field is described by the anchor. */
export function textFor(name, { choices }) {
  if (choices) return choices[0];
  const make = TEXTS[name];
  if (!make) throw new Error(`the anchor asks for \`${name}\`, and customer.mjs has no value for it`);
  return make();
}

/** A photo: the first bytes are a JPEG's, the rest is noise with line breaks and hyphens in it. */
export function photo() {
  return Buffer.concat([Buffer.from('ffd8ffe000104a464946', 'hex'), Buffer.from('\r\n--\r\n\r\n'), randomBytes(300_000)]);
}

/** Text for each field that is required and not binary. */
export function requiredTexts(fields) {
  const wanted = required(fields).filter(([, field]) => field.type !== 'binary');
  return Object.fromEntries(wanted.map(([name, field]) => [name, textFor(name, field)]));
}

/** A photo for each field that is required and binary. */
export function requiredPhotos(fields) {
  return Object.fromEntries(required(fields).filter(([, field]) => field.type === 'binary').map(([name]) => [name, photo()]));
}

function required(fields) {
  return Object.entries(fields).filter(([, field]) => !field.optional);
}

/** An id memo that neither a double nor a signed integer of 64 bits can hold. */
export function hugeMemo() {
  return String((1n << 63n) | (randomBytes(8).readBigUInt64BE() >> 1n) | 1n);
}

/** Memos that become the same one in a double, and in the lower 32 bits. */
export function closeMemos(memo) {
  return [String(BigInt(memo) ^ 1n), String(BigInt(memo) ^ (1n << 40n))];
}
