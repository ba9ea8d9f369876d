// An anchor's business server for interoperability tests: the customer callbacks of the Stellar Anchor Platform
// (GET and PUT /customer, DELETE /customer/{id}), in memory, written from SEP-9, SEP-12, SEP-23 and the callback
// specification alone. It is strict and asks in stages; see fields.mjs for what it wants and when.
//
//   node server.mjs --port 0 [--mode NAME] [--rate N]     N: requests a second before 429, 0 for no limit
//   node server.mjs --list                                the modes, as JSON: `clean` and the broken ones

import { createServer } from 'node:http';
import { parseArgs } from 'node:util';
import { PARAMETERS, readPut } from './body.mjs';
import { ApiError, Customers } from './customers.mjs';
import { MODES } from './modes.mjs';

const { values: options } = parseArgs({
  options: {
    port: { type: 'string', default: '0' },
    mode: { type: 'string', default: 'clean' },
    rate: { type: 'string', default: '200' },
    list: { type: 'boolean', default: false },
  },
});
if (options.list) {
  console.log(JSON.stringify(MODES, null, 2));
  process.exit(0);
}
if (!MODES.some(({ name }) => name === options.mode) || !/^\d+$/.test(options.port) || !/^\d+$/.test(options.rate)) {
  console.error('usage: node server.mjs [--port N] [--mode NAME] [--rate N] | --list');
  process.exit(2);
}
const bug = (name) => name === options.mode;
const customers = new Customers(bug);
const cache = new Map(); // only cached-get

function send(res, status, body, headers = {}) {
  const text = body === undefined ? '' : JSON.stringify(body);
  const type = body === undefined ? {} : { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text) };
  res.writeHead(status, { 'Cache-Control': 'no-store', ...type, ...headers }).end(text);
}

function sendError(res, error) {
  if (res.headersSent || res.destroyed) return res.destroy(); // the client has gone
  const known = error instanceof ApiError;
  if (!known) console.error(error);
  const status = known ? error.status : 500;
  if (bug('html-errors')) {
    // BUG: what Express does when nobody has told it otherwise
    const stack = error.stack.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/\n/g, '<br>');
    const page = `<!DOCTYPE html>\n<html lang="en">\n<head>\n<title>Error</title>\n</head>\n<body>\n<pre>${stack}</pre>\n</body>\n</html>\n`;
    res.writeHead(status, { 'Content-Type': 'text/html; charset=utf-8', ...error.headers }).end(page);
  } else {
    send(res, status, { error: known ? error.message : 'internal error' }, error.headers);
  }
}

let second = 0, seen = 0;
function checkRate() {
  const now = Math.floor(Date.now() / 1000);
  if (now !== second) [second, seen] = [now, 0];
  if (+options.rate && ++seen > +options.rate) {
    throw Object.assign(new ApiError(429, 'too many requests; try again in a second'), { headers: { 'Retry-After': '1' } });
  }
}

function getCustomer(query) {
  const params = {};
  for (const [name, value] of new URLSearchParams(query)) {
    if (!PARAMETERS.includes(name)) continue; // `lang`, too: this anchor speaks English only
    if (Object.hasOwn(params, name)) throw new ApiError(400, `'${name}' is given twice`);
    if (!value) throw new ApiError(400, `'${name}' must not be empty`);
    params[name] = value;
  }
  return customers.get(params);
}

async function handle(req, res) {
  checkRate();
  const [path, query = ''] = req.url.split(/\?(.*)/s);
  const one = /^\/customer\/([^/]+)$/.exec(path);
  if (path !== '/customer' && !one) throw new ApiError(404, 'there is nothing at this path');
  const allowed = one ? ['DELETE'] : ['GET', 'PUT'];
  if (!allowed.includes(req.method)) {
    throw Object.assign(new ApiError(405, `${req.method} is not for this path`), { headers: { Allow: allowed.join(', ') } });
  }

  if (req.method === 'GET') {
    const kept = bug('cached-get') ? cache.get(query) : undefined; // BUG: nothing ever empties the cache
    if (kept?.until > Date.now()) return send(res, 200, kept.body);
    const body = getCustomer(query);
    if (bug('cached-get')) cache.set(query, { body, until: Date.now() + 30000 });
    return send(res, 200, body);
  }

  if (req.method === 'PUT') {
    const { params, fields, multipart } = await readPut(req, bug);
    let body;
    try {
      body = await customers.put(params, fields, multipart);
    } catch (error) {
      if (bug('dropped-connection') && error.status === 404) return req.socket.destroy(); // BUG
      throw error;
    }
    if (bug('utf8-500') && fields.has('first_name')) res.setHeader('X-Customer-Name', fields.get('first_name')); // BUG: throws
    return send(res, 200, body);
  }

  let id = one[1];
  if (!bug('delete-undecoded')) { // BUG in that mode: "%3A" stays "%3A"
    try {
      id = decodeURIComponent(id);
    } catch {
      throw new ApiError(400, 'the id in the path is not percent-encoded UTF-8');
    }
  }
  customers.delete(id);
  return send(res, 204);
}

const server = createServer({ keepAliveTimeout: 65000 }, (req, res) => {
  handle(req, res).catch((error) => sendError(res, error));
});
server.listen(+options.port, '127.0.0.1', () => console.log(`listening on http://127.0.0.1:${server.address().port}`));
process.on('SIGTERM', () => {
  server.close(() => process.exit(0));
  server.closeAllConnections();
});
