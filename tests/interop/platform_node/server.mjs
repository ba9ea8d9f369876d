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
import { gatewayStatus } from './answers.mjs';
import { ENDPOINTS, connect, deleteCustomer } from './endpoints.mjs';
import { MODES, choose, fault, variant } from './modes.mjs';
import { Refusal } from './refusal.mjs';
import { authenticate } from './token.mjs';

const options = readOptions();
const secret = (process.env.ANCHOR_CONFORMANCE_JWT_SECRET ?? '').replace(/\n$/, '');
connect(options.anchor, +options['anchor-timeout']);

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

async function handle(req, seen) {
  const { pathname, searchParams } = new URL(req.url, 'http://platform');
  const path = pathname.startsWith('/sep12/') ? pathname.slice('/sep12'.length) : '';
  const optional = ['/customer/verification', '/customer/callback', '/customer/files'].includes(path);
  const one = ENDPOINTS[path] ? null : /^\/customer\/([^/]+)$/.exec(path);
  if (optional && variant('no-optional')) throw new Refusal(404, 'there is nothing at this path');
  if (optional && variant('optional-501')) throw new Refusal(501, 'not implemented');
  const methods = one ? { DELETE: deleteCustomer } : ENDPOINTS[path];
  if (!methods && fault('unknown-path-as-200')) return { status: 200, body: {} };
  if (!methods) throw new Refusal(404, 'there is nothing at this path');
  if (req.method === 'OPTIONS') return { status: 204, text: '' };
  const endpoint = Object.hasOwn(methods, req.method) && methods[req.method];
  if (!endpoint && fault('unknown-method-as-500')) throw new Error('no handler');
  if (!endpoint) throw new Refusal(405, `${req.method} is not for this path`, { Allow: [...Object.keys(methods), 'OPTIONS'].join(', ') });
  const inQuery = fault('token-from-query') && searchParams.has('token') ? `Bearer ${searchParams.get('token')}` : undefined;
  const caller = authenticate(req.headers.authorization ?? inQuery, secret);
  try {
    return await endpoint(req, caller, one && decodeURIComponent(one[1]), seen);
  } catch (error) {
    throw error instanceof URIError ? new Refusal(400, 'the path cannot be decoded') : error;
  }
}

const PREFLIGHT = {
  'Access-Control-Allow-Methods': 'GET, PUT, POST, DELETE',
  'Access-Control-Allow-Headers': 'Authorization, Content-Type',
};
const PROXY = { Server: 'platform', 'Strict-Transport-Security': 'max-age=1', 'X-Frame-Options': 'DENY', Vary: 'Origin' };

function send(req, res, { status, text, body, headers = {} }, seen) {
  text ??= variant('ids-escaped') && body.id ? JSON.stringify(body).replace(/[^\0-\x7e]|(?<=:")[^"\\]/g, unicode) : JSON.stringify(body);
  if (!variant('no-cors')) headers['Access-Control-Allow-Origin'] = '*';
  if (req.method === 'OPTIONS') Object.assign(headers, PREFLIGHT);
  if (fault('anchor-headers-passed')) copyForeign(seen.headers ?? {}, headers);
  if (variant('response-headers')) Object.assign(headers, PROXY);
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

function copyForeign(from, to) {
  const own = ['content-type', 'content-length', 'transfer-encoding', 'connection', 'keep-alive', 'date', 'location', 'retry-after'];
  for (const [name, value] of Object.entries(from)) if (!own.includes(name)) to[name] = value;
}

const unicode = (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;

function sendError(req, res, error, seen) {
  if (res.headersSent || res.destroyed) return res.destroy(); // the wallet has gone
  let status = error instanceof Refusal ? gatewayStatus(error) : 500;
  const message = error instanceof Refusal ? error.message : 'internal error';
  const headers = { ...error.headers };
  if (status === 401 && !error.gateway) {
    if (!fault('no-www-authenticate')) headers['WWW-Authenticate'] = 'Bearer';
    if (variant('token-403')) status = 403;
  }
  if (fault('error-as-html')) {
    const page = `<html><body><h1>${status}</h1><p>${message}</p></body></html>`;
    return res.writeHead(status, { ...headers, 'Content-Type': 'text/html', 'Content-Length': Buffer.byteLength(page) }).end(page);
  }
  const body = fault('error-key-message') ? { message } : { error: message };
  if (variant('error-members')) Object.assign(body, { code: status, request: 'r-1', details: [] });
  send(req, res, { status, body, headers }, seen);
}

const [, host, port] = /^(.*):(\d+)$/.exec(options.listen);
const server = createServer({ keepAliveTimeout: 30000 }, async (req, res) => {
  const seen = {}; // what the anchor has sent
  try {
    const answer = await handle(req, seen);
    if (variant('slow-answers')) await sleep(80);
    send(req, res, answer, seen);
  } catch (error) {
    if (!(error instanceof Refusal)) console.error(error.message);
    sendError(req, res, error, seen);
  }
});
server.listen(+port, host, () => console.log(`listening on http://${host}:${server.address().port}`));
for (const signal of ['SIGTERM', 'SIGINT']) {
  process.on(signal, () => {
    server.close(() => process.exit(0));
    server.closeAllConnections();
  });
}
