// What the anchor's answers become for the wallet.

import { spoilId } from './broken.mjs';
import { active, fault, variant } from './modes.mjs';
import { Refusal } from './refusal.mjs';

const STATUSES = ['ACCEPTED', 'PROCESSING', 'NEEDS_INFO', 'REJECTED'];
const useless = (why) => Object.assign(new Refusal(502, `the answer of the anchor ${why}`), { gateway: true });

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (fault('stack-trace-leaked')) throw useless(`is no JSON: ${error.stack}`);
    throw useless('is no JSON');
  }
}

const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);

/** What the wallet gets as `id`. */
export function idOf(answer, fields) {
  const success = answer.status >= 200 && answer.status < 300;
  if (success && answer.status !== 200 && fault('anchor-202-as-500')) throw new Error('unexpected status'); // BUG
  if (answer.status === 201 && fault('anchor-201-as-500')) throw new Error('unexpected status'); // BUG
  if (success ? false : !fault('server-error-as-success') || answer.status < 500) throwFailure(answer, fields);
  if (!success) return undefined;
  let body;
  try {
    body = parsed(answer.text);
  } catch (error) {
    if (fault('answer-not-json-passes')) return undefined;
    throw error;
  }
  const id = isObject(body) ? body.id : undefined;
  if (typeof id === 'string' && id) return spoilId(id);
  const passes = { undefined: 'id-missing-passes', string: 'id-empty-passes', number: 'id-number-passes', object: 'id-null-passes' }[typeof id];
  if (!passes || active.fault !== passes) throw useless('has no id that is a string');
  return typeof id === 'number' ? String(id) : id;
}

function throwFailure(answer, fields) {
  if (answer.status < 200 || answer.status > 299) throw failure(answer, fields);
}

/** The text of a good answer to GET /customer, as the anchor wrote it. */
export function statusOf(answer) {
  if (answer.status === 404 && fault('unknown-id-as-new')) return '{"status":"NEEDS_INFO","fields":{}}';
  throwFailure(answer);
  const body = parsed(answer.text);
  if (!fault('bad-status-passes') && (!isObject(body) || !STATUSES.includes(body.status))) throw useless('has no status of SEP-12');
  if (fault('provided-fields-dropped')) delete body.provided_fields;
  if (fault('fields-dropped')) delete body.fields;
  if (fault('unknown-members-dropped')) {
    const { id, status, fields, provided_fields, message } = body;
    const known = ({ type, description, choices, optional, status: s, error }) => ({ type, description, choices, optional, status: s, error });
    const each = (all) => all && Object.fromEntries(Object.entries(all).map(([name, field]) => [name, known(field)]));
    return JSON.stringify({ id, status, fields: each(fields), provided_fields: each(provided_fields), message });
  }
  if (fault('status-id-changed') && body.id) body.id = `c-${body.id}`;
  return fault('provided-fields-dropped') || fault('fields-dropped') || fault('status-id-changed') ? JSON.stringify(body) : answer.text;
}

/** The text of any other good answer: an object. */
export function objectOf(answer) {
  throwFailure(answer);
  if (answer.text.trim() && !isObject(parsed(answer.text))) throw useless('is no JSON object');
  return answer.text.trim() || '{}';
}

export function failure(answer, fields) {
  const { status } = answer;
  if (status >= 400 && status < 500) {
    const passed = clientError(answer);
    if (passed) return passed;
  }
  if (status >= 300 && status < 400 && fault('redirect-passed')) {
    return new Refusal(status, 'see the other place', { Location: answer.headers.location });
  }
  if (fault('server-error-body-leaked')) return new Refusal(status >= 500 ? status : 502, answer.text);
  if (fault('customer-data-in-error') && fields) {
    return new Refusal(502, `the anchor has failed for ${JSON.stringify(fields.map(({ name, text }) => [name, text]))}`);
  }
  if (fault('server-error-as-400') && status >= 500) return new Refusal(400, 'the customer cannot be stored');
  return useless(status < 400 ? 'is a redirection' : 'is an error');
}

function clientError(answer) {
  const { status } = answer;
  if (active.fault === `${status}-as-500` || fault('client-error-as-500')) return new Refusal(500, 'internal error');
  if (status === 401 || status === 403) {
    return fault('anchor-401-passed') ? new Refusal(status, 'not authorised') : null;
  }
  if (status === 415) return null;
  const mapped = { 404: 404, 410: 404, 409: 409, 413: 413, 429: 429 }[status] ?? 400;
  const after = status === 429 && !fault('retry-after-lost') && answer.headers['retry-after'];
  const headers = after ? { 'Retry-After': after } : {};
  return new Refusal(mapped, reason(answer) ?? 'the anchor has refused the request', headers);
}

function reason({ status, text }) {
  if (fault('error-text-lost') || (fault('404-text-lost') && status === 404)) return undefined;
  if (fault('error-double-encoded')) return text;
  try {
    const { error } = JSON.parse(text);
    return typeof error === 'string' && error ? error : undefined;
  } catch {
    return undefined;
  }
}

/** Gateway failures are 502, 503 and 504, or all 500. */
export const gatewayStatus = ({ status, gateway }) => (gateway && variant('gateway-500') ? 500 : status);
