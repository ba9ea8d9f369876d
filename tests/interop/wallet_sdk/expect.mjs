// What the steps expect of an answer, said once, and how long they wait for it.

import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { last } from './exchanges.mjs';

const PATIENCE = 10_000;
const INTERVAL = 50;

/** A token of this account and memo (null for none) that is valid now. */
export function assertToken(token, account, memo) {
  const now = Math.floor(Date.now() / 1000);
  assert.equal(token.account, account.publicKey);
  assert.equal(token.memo, memo);
  assert.ok(token.issuer, 'the token has no issuer');
  assert.ok(token.issuedAt <= now + 5 && token.expiresAt > now, 'the token is not valid now');
}

/** A text that is not empty. */
export function assertId(id) {
  assert.ok(typeof id === 'string' && id !== '', 'the id is not a text, or empty');
}

/** There are fields, and each has a type and a description. */
export function assertFields(fields) {
  assert.ok(Object.keys(fields ?? {}).length > 0, 'the anchor asks for nothing');
  for (const [name, { type, description }] of Object.entries(fields)) {
    assert.ok(['string', 'binary', 'number', 'date'].includes(type), `${name} has the type ${type}`);
    assert.ok(description, `${name} has no description`);
  }
}

/** The fields sent are asked for no more and count as provided. */
export function assertReceived(customer, sent) {
  for (const name of Object.keys(sent)) {
    assert.equal(customer.fields?.[name], undefined, `${name} was sent and is asked for again`);
    assert.ok(customer.provided_fields?.[name], `${name} was sent and is not among the provided fields`);
  }
}

/** Holds only while the SDK sends its files as it does; without it the claim would lose its sense unseen. */
export function assertNameless({ request, sent }, names) {
  assert.match(request.type, /^multipart\/form-data/);
  assert.doesNotMatch(sent, /filename/, 'the SDK has sent a file name');
  assert.ok(names.length > 0, 'the anchor asks for no binary');
  for (const name of names) {
    const head = `name="${name}"\r\nContent-Type: application/octet-stream\r\n`;
    assert.ok(sent.includes(head), `the SDK has not sent ${name} as a binary part`);
  }
}

/** The attempt is answered with this status and an error to read. */
export async function assertRefused(attempt, status) {
  assert.ok(await isRefused(attempt, status), `answered with ${last().status} instead of ${status}`);
  assert.equal(typeof last().answer.error, 'string');
}

/** Whether the attempt is answered with this status; any other failure is thrown on. */
export async function isRefused(attempt, status) {
  try {
    await attempt;
    return false;
  } catch (error) {
    if (error.response?.status === status) return true;
    throw error;
  }
}

/** The customer, once it has this status. */
export async function settled(wallet, params, status) {
  let customer;
  await poll(`the status never became ${status}`, async () => {
    customer = await wallet.getCustomer(params);
    return customer.status === status;
  });
  return customer;
}

/** Asks until it holds; `otherwise` says what was wrong all the time. */
export async function poll(otherwise, holds) {
  const deadline = Date.now() + PATIENCE;
  while (!(await holds())) {
    assert.ok(Date.now() < deadline, `${otherwise}, for ${PATIENCE / 1000} s`);
    await pause(INTERVAL);
  }
}
