// Every mode against a scripted anchor: the clean platform does what it should, each fault and each variant shows in at
// least one exchange. `SHOW=1 node --test` prints in which ones; `MODE=NAME` prints both sides of that mode's.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import http, { createServer } from 'node:http';
import { before, test } from 'node:test';
import { MODES } from './modes.mjs';
import { muxed, parse } from './strkey.mjs';

const SECRET = 'a secret for tests';
const G = 'GBORFR3GDNVZ5PLUTBDQHKGWVD26CQUHORO2T3SDQ2JPLGLUJCCA5GK6', OTHER = 'GBFZNZTFSI6TWLVAID7VOLCIFX2PMUOS2X7U6H4TNK4PAPSHPWMMUIZG';
const C = 'CC4SG2ZZUS7JYIARG74MB3K6QBGLGY3KFL3PDGURXGNW7QJ4SEECNWIG';
const BIG = '9007199254740993', M = muxed(G, BIG);

const base64 = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
function token(sub, { exp = 4000000000, alg = 'HS256', secret = SECRET, cut = 0 } = {}) {
  const text = `${base64({ alg, typ: 'JWT' })}.${base64({ sub, exp })}`;
  const signature = createHmac('sha256', secret).update(text).digest().subarray(cut);
  return `Bearer ${text}.${alg === 'none' ? '' : signature.toString('base64url')}`;
}

const photo = Buffer.concat([Buffer.from([0xff, 0xd8, 0, 0x80]), Buffer.from('\r\n--wallet-and-more\r\n x--wallet\r\n\r\n')]);
function form(...parts) {
  const pieces = parts.flatMap(([name, content, filename, type]) => [
    `--wallet\r\nContent-Disposition: form-data; name="${name}"${filename === undefined ? '' : `; filename="${filename}"`}\r\n`,
    `${type ? `Content-Type: ${type}\r\n` : ''}\r\n`, content, '\r\n']);
  return { type: 'multipart/form-data; boundary=wallet', body: Buffer.concat([...pieces, '--wallet--\r\n'].map((piece) => Buffer.from(piece))) };
}
const json = (value) => ({ type: 'application/json', body: typeof value === 'string' ? value : JSON.stringify(value) });
const urlencoded = (body) => ({ type: 'application/x-www-form-urlencoded', body });

const answers = (status, body, headers = {}) => () => ({ status, headers, body: typeof body === 'string' ? body : JSON.stringify(body) });
const gives = (id) => answers(200, { id });
const known = ({ method }) => (method === 'PUT' ? { status: 202, body: '{"id":"c/1"}' }
  : method === 'GET' ? { status: 200, body: '{ "id":"c/1", "status": "PROCESSING", "x": 1.0, "fields":{}, "provided_fields":{} }' } : { status: 204, body: '' });

const put = (name, content, more = {}) => ({ name, method: 'PUT', path: '/sep12/customer', ...content, ...more });
const get = (name, query, more = {}) => ({ name, method: 'GET', path: `/sep12/customer${query}`, ...more });
const del = (name, account, more = {}) => ({ name, method: 'DELETE', path: `/sep12/customer/${account}`, ...more });
const failing = (name, answer) => put(name, json({ first_name: 'Ada' }), { answer });
const as = (sub, more) => ({ headers: { Authorization: token(sub, more) } });

const SCENARIOS = [
  put('json', json(`{"first_name":"Zo\\u00eb \\"Q\\" <&' ","last_name":"e\u0301\\r\\n😀 100%41","postal_code":"01234","organization.name":"x","organization.VAT_number":"1","given_name":"g","crypto_memo":"m","own_name":"o","mobile_number":"+1","n":1.0,"big":12345678901234567890,"void":null,"deep":[1.0,{"a":"}"}],"birth_date":"2000-02-29","flag":"true","card.number":"4","mobile_number_verification":"1","photo_id_front_file_id":"f","type":"t","transaction_id":"x","ID":"X"}`)),
  put('json-text', { type: 'application/json; charset=utf-8', body: `{"address":"${'long '.repeat(100)}"}` }),
  put('json-astral', json({ address: '\u{20000}' })), put('json-id', json({ id: 'C/1%41', city: 'x' })), put('json-id-account', json({ id: 'c/1', account: G })),
  put('urlencoded', urlencoded('first_name=A+B&last_name=%C3%A9%26')),
  put('form-text', form(['first_name', 'Ada'], ['own', 'x'])),
  put('form-files', form(['first_name', 'Ada'], ['photo_id_front', photo, 'f\\"r ü.jpg', 'image/jpeg'], ['photo_id_back', 'pdf\n\r\n', 'b.pdf', 'application/pdf'],
    ['selfie', 'own', 's.bin', 'application/octet-stream'], ['last_name', 'late'], ['proof_of_income', '', '', 'application/octet-stream'])),
  put('form-nameless', form(['photo_id_front', photo])),
  put('form-empty-file', form(['photo_id_front', '', 'empty.png', 'image/png'])),
  put('form-5mb', form(['photo_id_front', randomBytes(5 << 20), 'big.png', 'image/png']), { only: /^clean|limit|1mb|length/ }),
  put('form-unclosed', { ...form(['first_name', 'Ada']), body: '--wallet\r\nContent-Disposition: form-data; name="first_name"\r\n\r\nAda' }),
  put('form-broken-off', form(['photo_id_front', photo, 'f.jpg', 'image/jpeg']), { length: 9999 }),
  put('json-broken', json('{"a":')), put('json-chunked', json({ city: 'x' }), { chunked: true }),
  put('date-wrong', json({ birth_date: '2001-02-30' })), put('photo-in-json', json({ photo_id_front: 'AAAA' })),
  put('odd-name', json({ 'odd name?': 'x' })), put('json-empty', json({ city: '' })), put('capitals', { type: 'Application/JSON', body: '{}' }),
  put('photo-urlencoded', urlencoded('photo_id_front=AAAA')), put('query-account', json({ city: 'x' }), { path: `/sep12/customer?account=${OTHER}` }),
  { ...get('token-in-query', `?token=${token(G).slice(7)}`), headers: {} }, { ...get('nowhere', ''), path: '/sep12/nowhere' },
  { ...put('patched', json({})), method: 'PATCH' },
  put('two-accounts', json(`{"account":"${G}","account":"${OTHER}"}`)),
  ...['AB-c', ' 1 ', '00012', 'a%2Fb', 'ü"\\', 'x'.repeat(50), '', null, 7, undefined].map((id) => put(`id ${JSON.stringify(id)}`, json({ city: 'x' }), { answer: gives(id) })),
  failing('not-json', answers(200, '<html>')), failing('201', answers(201, { id: 'c' })),
  ...[400, 401, 403, 404, 409, 413, 422, 429, 500, 503].map((status) => failing(`anchor-${status}`, answers(status, { error: `told ${status}` }, { 'Retry-After': '7', 'Set-Cookie': 'a=b' }))),
  failing('redirect', ({ url }) => (url === '/elsewhere' ? { status: 200, body: '{"id":"gone"}' } : { status: 307, headers: { Location: '/elsewhere' }, body: '' })),
  { ...failing('silent', () => null), only: /^clean|timeout|gateway/ }, failing('reset', () => 'reset'),
  put('no-token', json({ account: G }), { headers: {} }), put('token-junk', json({}), { headers: { Authorization: 'Bearer a.b.c' } }),
  put('token-none', json({}), as(G, { alg: 'none' })), put('token-old', json({}), as(G, { exp: 1 })), put('token-endless', json({}), as(G, { exp: null })),
  put('token-missing-exp', json({}), { headers: { Authorization: endless() } }),
  put('token-forged', json({}), as(G, { secret: 'x' })), put('token-cut', json({}), as(G, { cut: 1 })),
  put('token-small', json({}), { headers: { Authorization: token(G).replace('B', 'b') } }),
  put('claims-own', json({ account: G })), put('claims-other', json({ account: OTHER })), put('claims-memo', json({ memo: '5' })),
  put('claims-memo-typed', json({ memo: 'Zm9v', memo_type: 'hash' })), put('claims-uuid', json({ memo: '21bf91a4-7db1-401d-8108-fab7660a45d6' })),
  ...[`${G}:7`, `${G}:0`, `${G}:${BIG}`, M, C].map((sub) => put(`as ${sub.replaceAll(G, 'G')}`, json({ city: 'x' }), as(sub))),
  put('memo-near', json({ memo: '9007199254740992' }), as(`${G}:${BIG}`)), put('memo-other', json({ memo: '8' }), as(`${G}:7`)),
  put('muxed-claims-itself', json({ account: M }), as(M)), put('contract-memo', json({ memo: '1' }), as(C)),
  get('get', '?type=t&lang=fr&id=c%2F1'), get('get-other', `?account=${OTHER}`), get('get-muxed', '', as(M)), get('get-again', '?type=z'),
  get('get-again-as-other', '?type=z', as(`${G}:7`)), get('get-unknown', '?id=x', { answer: answers(404, { error: 'no such id' }) }),
  get('get-no-status', '', { answer: answers(200, {}) }),
  del('delete', G), del('delete-memo', G, as(`${G}:7`)), del('delete-other', OTHER), del('delete-unknown', G, { answer: answers(200, { status: 'NEEDS_INFO' }) }),
  del('delete-named', G, json({ memo: '5' })), del('delete-failed', G, { answer: (entry) => (entry.method === 'DELETE' ? { status: 500, body: '{}' } : known(entry)) }),
  { ...put('files', form(['file', photo, 'f.jpg', 'image/jpeg'])), method: 'POST', path: '/sep12/customer/files', answer: answers(200, { file_id: 'f' }) },
  put('callback', json({ url: 'https://wallet.example' }), { path: '/sep12/customer/callback', answer: answers(200, '') }),
  put('query', json({ city: 'x' }), { path: '/sep12/customer?trace=1', headers: { Authorization: token(G), Cookie: 'c=d', 'X-Own': 'e' } }),
];

function endless() {
  const text = `${base64({ alg: 'HS256' })}.${base64({ sub: G })}`;
  return `Bearer ${text}.${createHmac('sha256', SECRET).update(text).digest('base64url')}`;
}

let script, received, anchorUrl, closedUrl;
const anchor = createServer(async (req, res) => {
  const chunks = [];
  const entry = { method: req.method, url: req.url, headers: req.headers };
  received.push(entry);
  try {
    for await (const chunk of req) chunks.push(chunk);
  } catch {
    entry.broken = true;
    return;
  }
  const body = Buffer.concat(chunks);
  Object.assign(entry, { size: body.length, fields: await fieldsOf(body, req.headers['content-type']) });
  const answer = script(entry);
  if (answer === 'reset') req.socket.resetAndDestroy();
  else if (answer) res.writeHead(answer.status, { 'Content-Type': 'application/json', ...answer.headers }).end(answer.body);
});

async function fieldsOf(body, type) {
  if (!body.length) return undefined;
  try {
    if (!/^multipart/.test(type)) return JSON.parse(body);
    const found = [];
    for (const [name, value] of await new Response(body, { headers: { 'Content-Type': type } }).formData()) {
      const content = typeof value === 'string' ? value : { name: value.name, type: value.type, size: value.size, hash: createHmac('sha256', '').update(Buffer.from(await value.arrayBuffer())).digest('hex').slice(0, 12) };
      found.push([name, content]);
    }
    return found;
  } catch {
    return `unreadable: ${body.toString('latin1').replaceAll(/part-[-0-9a-f]+/g, 'part').slice(0, 300)}`;
  }
}

function exchange(url, { method, path, type, body, headers, length, chunked }) {
  return new Promise((resolve) => {
    const sizes = body === undefined ? {} : chunked ? { 'Transfer-Encoding': 'chunked' } : { 'Content-Length': length ?? Buffer.byteLength(body) };
    const all = { Authorization: token(G), ...(type && { 'Content-Type': type }), ...sizes, ...headers };
    if (headers && !headers.Authorization) delete all.Authorization;
    const req = http.request(url + path, { method, headers: all, agent: false, timeout: 1500 }, async (res) => {
      const chunks = [];
      for await (const chunk of res) chunks.push(chunk);
      const { date, ...rest } = res.headers;
      resolve({ status: res.statusCode, headers: rest, body: Buffer.concat(chunks).toString() });
    });
    req.on('timeout', () => req.destroy(new Error('hangs')));
    req.on('error', (error) => setTimeout(() => resolve({ error: error.message }), length ? 100 : 0));
    if (length) {
      req.write(body);
      setTimeout(() => req.destroy(), 50);
    } else req.end(body);
  });
}

async function start(mode, url) {
  const args = ['--anchor', url, '--anchor-timeout', '0.7', ...(mode.kind === 'clean' ? [] : [`--${mode.kind}`, mode.name])];
  const child = spawn(process.execPath, [new URL('server.mjs', import.meta.url).pathname, ...args], { env: { ...process.env, ANCHOR_CONFORMANCE_JWT_SECRET: SECRET }, stdio: ['ignore', 'pipe', 'ignore'] });
  const line = await new Promise((resolve) => child.stdout.once('data', resolve));
  return { child, url: /http:\S+/.exec(line)[0] };
}

async function run(mode) {
  const { child, url } = await start(mode, anchorUrl);
  const seen = {};
  for (const scenario of SCENARIOS.filter(({ only }) => !only || only.test(mode.name))) {
    [script, received] = [scenario.answer ?? known, []];
    const wallet = await exchange(url, scenario);
    seen[scenario.name] = tidy({ wallet, anchor: received });
  }
  [script, received] = [(entry) => (entry.fields ? { status: 200, body: JSON.stringify({ id: entry.fields.city }) } : known(entry)), []];
  const together = await Promise.all([1, 2, 3].map((n) => exchange(url, put('', json({ city: `c${n}` })))));
  seen.together = together.map(({ body }) => body).join();
  child.kill();
  if (!/^clean|address|gateway/.test(mode.name)) return seen;
  const apart = await start(mode, closedUrl);
  seen.unreachable = tidy(await exchange(apart.url, put('', json({}))));
  apart.child.kill();
  return seen;
}

const tidy = (outcome) => JSON.stringify(outcome).replaceAll(anchorUrl.slice(7), 'ANCHOR').replaceAll(/(part|=_)-?[0-9a-f]{8}-[-0-9a-f]{27}/g, 'BOUNDARY').replaceAll(closedUrl, 'CLOSED').replaceAll(token(G), 'TOKEN');

let clean;
before(async () => {
  await new Promise((resolve) => anchor.listen(0, '127.0.0.1', resolve));
  anchorUrl = `http://127.0.0.1:${anchor.address().port}`;
  closedUrl = 'http://127.0.0.1:1';
  clean = await run(MODES[0]);
  anchor.unref();
});

test('addresses are read and written', () => {
  assert.deepEqual(parse(M), { kind: 'M', account: M, base: G, id: BIG });
  assert.equal(parse(C)?.kind, 'C');
  assert.equal(parse(G.slice(0, -1) + 'A'), null);
});

test('the clean platform answers each request as it should', async () => {
  const statuses = Object.fromEntries(Object.entries(clean).map(([name, text]) => [name, name === 'together' ? text : (JSON.parse(text).wallet ?? JSON.parse(text)).status]));
  if (process.env.MODE === 'clean') for (const [name, text] of Object.entries(clean)) console.log(name, text);
  const expected = { 'form-unclosed': 400, 'json-broken': 400, 'two-accounts': 400, 'date-wrong': 400, 'photo-in-json': 400, 'form-broken-off': undefined, 'id ""': 502, 'id null': 502, 'id 7': 502, 'id undefined': 502,
    'not-json': 502, 'anchor-400': 400, 'anchor-401': 502, 'anchor-403': 502, 'anchor-404': 404, 'anchor-409': 409, 'anchor-413': 413, 'anchor-422': 400, 'anchor-429': 429,
    'anchor-500': 502, 'anchor-503': 502, redirect: 502, silent: 504, reset: 502, 'no-token': 401, 'token-junk': 401, 'token-none': 401, 'token-old': 401, 'token-endless': 401,
    'token-missing-exp': 401, 'token-forged': 401, 'token-cut': 401, 'claims-other': 403, 'memo-near': 403, 'memo-other': 403, 'contract-memo': 400, 'get-other': 403,
    'photo-urlencoded': 400, 'query-account': 400, 'token-in-query': 401, nowhere: 404, patched: 405, 'delete-failed': 502, files: 200, 'get-unknown': 404, 'get-no-status': 502, 'delete-other': 403, 'delete-unknown': 404, unreachable: 503, together: '{"id":"c1"},{"id":"c2"},{"id":"c3"}' };
  for (const [name, status] of Object.entries(statuses)) {
    const usual = name in expected ? expected[name] : /^(get|delete|callback)/.test(name) ? 200 : 202;
    assert.equal(status, usual, name);
  }
});

for (const mode of MODES.slice(1)) {
  test(`${mode.kind} ${mode.name} shows`, async () => {
    const seen = await run(mode);
    const differing = Object.keys(seen).filter((name) => seen[name] !== clean[name]);
    if (process.env.SHOW) console.log(mode.name, '->', differing.length > 12 ? `${differing.length} exchanges` : differing.join(', '));
    if (process.env.MODE === mode.name) for (const name of differing.slice(0, 6)) console.log(name, '\n  clean', clean[name], '\n  now  ', seen[name]);
    assert.ok(mode.name === 'slow-answers' || differing.length, 'nothing is different');
  });
}
