// SEP-12's endpoints: each takes a wallet's request, asks the anchor, and gives { status, body } or { status, text }.

import { setTimeout as sleep } from 'node:timers/promises';
import { Anchor } from './anchor.mjs';
import { idOf, objectOf, statusOf } from './answers.mjs';
import { readFields } from './body.mjs';
import { spoilFields } from './broken.mjs';
import { encode } from './encode.mjs';
import { PARAMETERS } from './fields.mjs';
import { identify } from './identify.mjs';
import { fault, variant } from './modes.mjs';
import { Refusal } from './refusal.mjs';

let anchor;
const cache = new Map(); // only get-cached
const shared = {}; // only answers-crossed
const owners = new Map(); // only ids-owned

export function connect(url, seconds) {
  anchor = new Anchor(url, seconds);
}

const pick = (fields, names) => Object.fromEntries(fields.filter(({ name }) => names.includes(name)).map(({ name, text, json, late }) => {
  if (text === undefined) throw new Refusal(400, `${name} must be ${json ? 'a string' : 'text'}`);
  return [name, late ? { text, late } : text];
}));

/** The wallet's fields split: whom they are for, as fields, and all others. */
function bind(req, caller, fields) {
  const { account, ...claims } = pick(fields, ['id', 'account', 'memo', 'memo_type', 'type', 'transaction_id']);
  if (claims.transaction_id && !claims.type) throw new Refusal(400, 'transaction_id needs a type beside it');
  if (variant('id-alone') && claims.id && (account || claims.memo || claims.memo_type)) {
    throw new Refusal(400, 'an id cannot stand beside account, memo or memo_type');
  }
  const identity = identify(caller, { ...claims, account: account?.text ?? account, late: account?.late }, req.method);
  const others = fields.filter(({ name }) => !['account', 'memo', 'memo_type'].includes(name));
  return { identity: claims.id && fault('id-without-account') ? [] : identity, others, id: claims.id };
}

const query = (fields) => `?${new URLSearchParams(fields.map(({ name, text }) => [name, text]))}`;
/** By path under /sep12, then by method. */
export const ENDPOINTS = {
  '/customer': { GET: getCustomer, PUT: putCustomer },
  '/customer/verification': { PUT: putVerification },
  '/customer/callback': { PUT: putCallback },
  '/customer/files': { GET: getFiles, POST: postFile },
};

async function put(req, caller, fields) {
  const { identity, others, id } = bind(req, caller, fields);
  if (id && variant('ownership-verified')) await checkOwner(req, identity, id, others);
  const spoilt = spoilFields(others);
  const all = variant('identity-last') ? [...spoilt, ...identity] : [...identity, ...spoilt];
  const wanted = req.headers['content-type'];
  if (fault('split-in-two') && all.some(({ bytes }) => bytes)) {
    idOf(await anchor.call('PUT', '/customer', encode(all.filter(({ bytes }) => !bytes), wanted), req), all);
    return anchor.call('PUT', '/customer', encode([...identity, ...all.filter(({ bytes }) => bytes)], wanted), req);
  }
  return anchor.call('PUT', '/customer', encode(all, wanted), req);
}

async function checkOwner(req, identity, id, others) {
  const type = others.filter(({ name }) => name === 'type');
  const answer = await anchor.call('GET', `/customer${query([...identity, ...type])}`, {}, req);
  if (JSON.parse(statusOf(answer)).id !== id) throw new Refusal(404, 'there is no such customer');
}

const isOwners = (identity, id) => (owners.get(id) ?? JSON.stringify(identity)) === JSON.stringify(identity);

async function takeOwner(req, { identity, others }, id) {
  if (!isOwners(identity, id)) throw new Refusal(403, 'the id is that of somebody else');
  if (!owners.has(id)) await checkOwner(req, identity, id, others);
  owners.set(id, JSON.stringify(identity));
}

async function putCustomer(req, caller, account, seen) {
  const params = new URL(req.url, 'http://platform').searchParams;
  if (fault('put-query-wins') && params.has('account')) caller = { ...caller, account: params.get('account'), base: params.get('account'), memo: params.get('memo') }; // BUG
  else if (['account', 'memo', 'memo_type', 'id'].some((name) => params.has(name))) throw new Refusal(400, 'fields belong into the body');
  const fields = await readFields(req);
  if (fault('account-alone-as-500') && fields.every(({ name }) => PARAMETERS.has(name))) throw new Error('nothing to set');
  let id;
  try {
    const answer = await put(req, caller, fields);
    seen.headers = answer.headers;
    if (fault('client-error-as-success') && answer.status >= 400 && answer.status < 500) return { status: 202, body: {} };
    id = idOf(answer, fields);
    if (fields.wrong) throw fields.wrong;
    if (variant('ids-owned')) await takeOwner(req, bind(req, caller, fields), id);
  } catch (error) {
    if (error.status === 504 && fault('timeout-as-success')) return { status: 202, body: {} };
    if (error.broken && fault('reset-as-success')) return { status: 202, body: {} };
    throw error;
  }
  if (fault('answers-crossed')) {
    shared.id = id; // BUG: one place for all requests
    await sleep(10);
    ({ id } = shared);
  }
  const extra = variant('extra-members') ? { status: 'PROCESSING', message: 'thank you', meta: { version: [4, 2] } } : {};
  return { status: variant('put-200') ? 200 : fault('put-201') ? 201 : 202, body: { ...extra, id } };
}

async function putVerification(req, caller) {
  const fields = await readFields(req);
  const { identity, others, id } = bind(req, caller, fields);
  if (others.some(({ name, text }) => !text || (name !== 'id' && !name.endsWith('_verification')))) {
    throw new Refusal(400, 'send verification codes only');
  }
  if (!id) throw new Refusal(400, 'id is needed');
  idOf(await put(req, caller, fields), fields);
  const answer = await anchor.call('GET', `/customer${query([...identity, { name: 'id', text: id }])}`, {}, req);
  return { status: 200, text: statusOf(answer) };
}

async function putCallback(req, caller) {
  const { identity, others } = bind(req, caller, await readFields(req));
  if (others.some(({ text }) => text === undefined)) throw new Refusal(400, 'url must be a string');
  if (fault('callback-not-sent')) return { status: 200, body: {} };
  const answer = await anchor.call('PUT', '/customer/callback', encode([...identity, ...others], 'application/json'), req);
  return { status: 200, text: objectOf(offered(answer)) };
}

/** Callbacks and files are beyond the callback specification: an anchor need not have them. */
function offered(answer) {
  if (answer.status === 405 || answer.status === 501) throw new Refusal(404, 'the anchor does not offer this');
  return answer;
}

function queryFields(req, known) {
  const given = [...new URL(req.url, 'http://platform').searchParams].filter(([name]) => known.includes(name));
  if (new Set(given.map(([name]) => name)).size < given.length) throw new Refusal(400, 'a parameter is given twice');
  return given.filter(([, text]) => text).map(([name, text]) => ({ name, text }));
}

async function getCustomer(req, caller) {
  const fields = queryFields(req, ['id', 'account', 'memo', 'memo_type', 'type', 'transaction_id', 'lang']);
  const { identity, others, id } = bind(req, caller, fields);
  if (id && variant('ownership-verified')) await checkOwner(req, identity, id, others);
  if (id && variant('ids-owned') && !isOwners(identity, id)) throw new Refusal(403, 'the id is that of somebody else');
  const lost = Object.entries({ type: 'get-type-dropped', lang: 'get-lang-dropped', id: 'get-id-dropped' }).find(([, name]) => fault(name))?.[0];
  const path = `/customer${query([...identity, ...others.filter(({ name }) => name !== lost)])}`;
  const key = req.url;
  if (fault('get-cached') && cache.has(key)) return { status: 200, text: cache.get(key) }; // BUG: whoever asks
  const text = statusOf(await anchor.call('GET', path, {}, req));
  if (fault('get-cached')) cache.set(key, text);
  return { status: 200, text };
}

async function postFile(req, caller) {
  const { identity, others } = bind(req, caller, await readFields(req));
  const answer = await anchor.call('POST', '/customer/files', encode([...identity, ...others], req.headers['content-type']), req);
  const text = objectOf(offered(answer));
  return fault('file-id-lost') ? { status: 200, body: {} } : { status: 200, text };
}

async function getFiles(req, caller) {
  const fields = queryFields(req, ['file_id', 'customer_id']);
  const { identity } = bind(req, caller, []);
  const answer = await anchor.call('GET', `/customer/files${query([...identity, ...fields])}`, {}, req);
  return { status: 200, text: objectOf(offered(answer)) };
}

/** DELETE /customer/{account}. */
export async function deleteCustomer(req, caller, account) {
  const read = await readFields(req);
  const fields = read.filter(({ name }) => !fault('delete-body-ignored') && (name === 'memo' || name === 'memo_type'));
  const claimed = fault('delete-any-account') ? caller.account : account;
  let { identity } = bind(req, caller, [...fields, { name: 'account', text: claimed }]);
  if (fault('delete-any-account')) identity[0].text = account;
  if (fault('delete-memo-ignored')) identity = identity.slice(0, 1); // BUG: whoever is found first
  if (fault('delete-by-account')) {
    await anchor.call('DELETE', `/customer/${account}`, {}, req);
    return { status: 200, body: {} };
  }
  const { id } = JSON.parse(statusOf(await anchor.call('GET', `/customer${query(identity)}`, {}, req)));
  if (!id) {
    if (fault('delete-unknown-as-200')) return { status: 200, body: {} };
    throw new Refusal(404, 'there is no such customer');
  }
  const once = encodeURIComponent(id);
  const segment = fault('delete-id-unescaped') ? encodeURI(id) : fault('delete-id-escaped-twice') ? encodeURIComponent(once) : once;
  if (!fault('delete-not-sent')) {
    const answer = await anchor.call('DELETE', `/customer/${segment}`, {}, req);
    if (answer.status === 204 && fault('delete-204-as-500')) throw new Error('unexpected status'); // BUG
    objectOf(answer.status < 300 || fault('delete-refusal-as-200') ? { status: 200, text: '' } : answer);
  }
  return variant('delete-empty') ? { status: 200, text: '' } : { status: 200, body: {} };
}
