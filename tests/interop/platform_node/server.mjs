// A platform for tests: takes wallets' SEP-12 requests under /sep12 and forwards them to an anchor's callback API. Written
// from SEP-9, SEP-10, SEP-12 and the callback specification alone, with nothing but Node's own library. It keeps nothing.
// One fault or one legal variant at a time; modes.mjs says which there are.
//
//   ANCHOR_CONFORMANCE_JWT_SECRET=... node server.mjs --anchor URL [--listen HOST:PORT] [--fault NAME] [--variant NAME]
//                                                     [--anchor-timeout SECONDS]
//   node server.mjs --list                            all modes, as JSON

import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { Anchor } from './anchor.mjs';
import { gatewayStatus, idOf, objectOf, statusOf } from './answers.mjs';
import { readFields } from './body.mjs';
import { spoilFields } from './broken.mjs';
import { encode } from './encode.mjs';
import { identify } from './identify.mjs';
import { MODES, choose, fault, variant } from './modes.mjs';
import { Refusal } from './refusal.mjs';
import { authenticate } from './token.mjs';

const options = readOptions();
const secret = (process.env.ANCHOR_CONFORMANCE_JWT_SECRET ?? '').replace(/\n$/, '');
const anchor = new Anchor(options.anchor, +options['anchor-timeout']);
const cache = new Map(); // only get-cached
const shared = {}; // only answers-crossed

function readOptions() {
  const text = { type: 'string' };
  const { values } = parseArgs({
    options: {
      listen: { ...text, default: '127.0.0.1:0' },
      anchor: { ...text, default: '' },
      fault: text,
      variant: text,
      'anchor-timeout': { ...text, default: '10' },
      list: { type: 'boolean', default: false },
    },
  });
  if (values.list) {
    console.log(JSON.stringify(MODES, null, 2));
    process.exit(0);
  }
  const seconds = +values['anchor-timeout'];
  if (!choose(values.fault, values.variant) || !/^https?:/.test(values.anchor) || !/:\d+$/.test(values.listen) || !(seconds > 0)) {
    console.error('usage: node server.mjs --anchor URL [--listen HOST:PORT] [--fault NAME] [--variant NAME] [--anchor-timeout SECONDS] | --list');
    process.exit(2);
  }
  if (!process.env.ANCHOR_CONFORMANCE_JWT_SECRET) {
    console.error('ANCHOR_CONFORMANCE_JWT_SECRET must be set');
    process.exit(2);
  }
  return values;
}

const pick = (fields, names) => Object.fromEntries(fields.filter(({ name }) => names.includes(name)).map(({ name, text, json, late }) => {
  if (text === undefined) throw new Refusal(400, `${name} must be ${json ? 'a string' : 'text'}`);
  return [name, late ? { text, late } : text];
}));

/** The wallet's fields split: whom they are for, as fields, and all others. */
function bind(req, caller, fields) {
  const { account, ...claims } = pick(fields, ['id', 'account', 'memo', 'memo_type', 'type', 'transaction_id']);
  if (claims.transaction_id && !claims.type) throw new Refusal(400, 'transaction_id needs a type beside it');
  const identity = identify(caller, { ...claims, account: account?.text ?? account, late: account?.late }, req.method);
  const others = fields.filter(({ name }) => !['account', 'memo', 'memo_type'].includes(name));
  return { identity: claims.id && fault('id-without-account') ? [] : identity, others, id: claims.id };
}

const query = (fields) => `?${new URLSearchParams(fields.map(({ name, text }) => [name, text]))}`;
const ENDPOINTS = {
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

async function putCustomer(req, caller) {
  const params = new URL(req.url, 'http://platform').searchParams;
  if (['account', 'memo', 'memo_type', 'id'].some((name) => params.has(name))) throw new Refusal(400, 'fields belong into the body');
  const fields = await readFields(req);
  let id;
  try {
    const answer = await put(req, caller, fields);
    shared.headers = answer.headers;
    if (fault('client-error-as-success') && answer.status >= 400 && answer.status < 500) return { status: 202, body: {} };
    id = idOf(answer, fields);
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
  return { status: variant('put-200') ? 200 : 202, body: { ...extra, id } };
}

async function putVerification(req, caller) {
  const fields = await readFields(req);
  const { identity, others, id } = bind(req, caller, fields);
  if (others.some(({ name, text }) => !text || (name !== 'id' && !name.endsWith('_verification')))) throw new Refusal(400, 'send verification codes only');
  if (!id) throw new Refusal(400, 'id is needed');
  idOf(await put(req, caller, fields), fields);
  return { status: 200, text: statusOf(await anchor.call('GET', `/customer${query([...identity, { name: 'id', text: id }])}`, {}, req)) };
}

async function putCallback(req, caller) {
  const { identity, others } = bind(req, caller, await readFields(req));
  if (others.some(({ text }) => text === undefined)) throw new Refusal(400, 'url must be a string');
  const answer = await anchor.call('PUT', '/customer/callback', encode([...identity, ...others], 'application/json'), req);
  return { status: 200, text: objectOf(answer) };
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
  return { status: 200, text: objectOf(answer) };
}

async function getFiles(req, caller) {
  const fields = queryFields(req, ['file_id', 'customer_id']);
  const { identity } = bind(req, caller, []);
  return { status: 200, text: objectOf(await anchor.call('GET', `/customer/files${query([...identity, ...fields])}`, {}, req)) };
}

async function deleteCustomer(req, caller, account) {
  const fields = (await readFields(req)).filter(({ name }) => name === 'memo' || name === 'memo_type');
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
    objectOf(answer.status < 300 ? { status: 200, text: '' } : answer);
  }
  return variant('delete-empty') ? { status: 200, text: '' } : { status: 200, body: {} };
}

async function handle(req) {
  const { pathname } = new URL(req.url, 'http://platform');
  const path = pathname.startsWith('/sep12/') ? pathname.slice('/sep12'.length) : '';
  const optional = ['/customer/verification', '/customer/callback', '/customer/files'].includes(path);
  const one = ENDPOINTS[path] ? null : /^\/customer\/([^/]+)$/.exec(path);
  if (optional && variant('no-optional')) throw new Refusal(404, 'there is nothing at this path');
  const methods = one ? { DELETE: deleteCustomer } : ENDPOINTS[path];
  if (!methods) throw new Refusal(404, 'there is nothing at this path');
  if (req.method === 'OPTIONS') return { status: 204, text: '' };
  const endpoint = Object.hasOwn(methods, req.method) && methods[req.method];
  if (!endpoint) throw new Refusal(405, `${req.method} is not for this path`, { Allow: [...Object.keys(methods), 'OPTIONS'].join(', ') });
  const caller = authenticate(req.headers.authorization, secret);
  try {
    return await endpoint(req, caller, one && decodeURIComponent(one[1]));
  } catch (error) {
    throw error instanceof URIError ? new Refusal(400, 'the path cannot be decoded') : error;
  }
}

function send(req, res, { status, text, body, headers = {} }) {
  text ??= variant('ids-escaped') && body.id ? JSON.stringify(body).replace(/[^\0-\x7e]|(?<=:")[^"\\]/g, unicode) : JSON.stringify(body);
  if (!variant('no-cors')) headers['Access-Control-Allow-Origin'] = '*';
  if (req.method === 'OPTIONS') Object.assign(headers, { 'Access-Control-Allow-Methods': 'GET, PUT, POST, DELETE', 'Access-Control-Allow-Headers': 'Authorization, Content-Type' });
  if (fault('anchor-headers-passed')) Object.assign(headers, { 'Set-Cookie': shared.headers?.['set-cookie'] ?? [], 'X-Anchor-Server': shared.headers?.server ?? 'anchor' });
  if (variant('response-headers')) Object.assign(headers, { Server: 'platform', 'Strict-Transport-Security': 'max-age=1', 'X-Frame-Options': 'DENY', Vary: 'Origin' });
  if (variant('connection-close')) headers.Connection = 'close';
  if (text) headers['Content-Type'] = variant('answer-charset') ? 'application/json;charset=UTF-8' : 'application/json';
  if (variant('answers-chunked') && text) {
    res.writeHead(status, headers);
    res.write(text.slice(0, 1));
    return res.end(text.slice(1));
  }
  if (status !== 204) headers['Content-Length'] = Buffer.byteLength(text);
  res.writeHead(status, headers).end(text);
}

const unicode = (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;

function sendError(req, res, error) {
  if (res.headersSent || res.destroyed) return res.destroy(); // the wallet has gone
  let status = error instanceof Refusal ? gatewayStatus(error) : 500;
  const message = error instanceof Refusal ? error.message : 'internal error';
  const headers = { ...error.headers };
  if (status === 401 && !error.gateway) {
    headers['WWW-Authenticate'] = 'Bearer';
    if (variant('token-403')) status = 403;
  }
  if (fault('error-as-html')) {
    const page = `<html><body><h1>${status}</h1><p>${message}</p></body></html>`;
    return res.writeHead(status, { ...headers, 'Content-Type': 'text/html', 'Content-Length': Buffer.byteLength(page) }).end(page);
  }
  const body = fault('error-key-message') ? { message } : { error: message };
  if (variant('error-members')) Object.assign(body, { code: status, request: 'r-1', details: [] });
  send(req, res, { status, body, headers });
}

const [, host, port] = /^(.*):(\d+)$/.exec(options.listen);
const server = createServer({ keepAliveTimeout: 30000 }, async (req, res) => {
  try {
    const answer = await handle(req);
    if (variant('slow-answers')) await sleep(80);
    send(req, res, answer);
  } catch (error) {
    if (!(error instanceof Refusal)) console.error(error.message);
    sendError(req, res, error);
  }
});
server.listen(+port, host, () => console.log(`listening on http://${host}:${server.address().port}`));
for (const signal of ['SIGTERM', 'SIGINT']) {
  process.on(signal, () => {
    server.close(() => process.exit(0));
    server.closeAllConnections();
  });
}
