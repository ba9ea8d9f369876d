// Requests to the anchor's callback API, and its answers.

import { randomBytes, randomUUID } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import { fault, variant } from './modes.mjs';
import { Refusal } from './refusal.mjs';

const ANSWER_LIMIT = 4 << 20;

export class Anchor {
  #base;
  #seconds;
  #agents;

  constructor(url, seconds) {
    this.#base = url.replace(/\/+$/, '');
    this.#seconds = seconds;
    const options = { keepAlive: variant('anchor-keep-alive') };
    this.#agents = { 'http:': new http.Agent(options), 'https:': new https.Agent(options) };
  }

  /** { status, headers, text }, or a Refusal if no whole answer comes. `wallet` is the request that causes this one. */
  async call(method, path, { headers = {}, body = [] } = {}, wallet) {
    headers = { Accept: 'application/json', ...headers, ...own(), ...leaked(wallet) };
    if (fault('query-forwarded') && method === 'PUT') path += /\?.*/s.exec(wallet.url)?.[0] ?? '';
    let url = this.#base + path;
    let answer = await this.#send(method, url, headers, body);
    for (let hops = 0; fault('redirects-followed') && hops < 5 && answer.status >= 300 && answer.status < 400; hops++) {
      url = new URL(answer.headers.location, url).href;
      answer = await this.#send(method, url, headers, body);
    }
    return answer;
  }

  #send(method, url, headers, body) {
    const target = new URL(url);
    return new Promise((resolve, reject) => {
      const { request } = target.protocol === 'https:' ? https : http;
      const failed = (status, why, broken = false) => reject(Object.assign(new Refusal(status, why), { gateway: true, broken }));
      const sent = request(target, { method, headers, agent: this.#agents[target.protocol] });
      const late = () => {
        failed(504, 'the anchor did not answer in time');
        sent.destroy();
      };
      const timer = fault('no-timeout') ? undefined : setTimeout(late, this.#seconds * 1000);
      sent.on('close', () => clearTimeout(timer));
      sent.on('error', (error) => {
        const leak = fault('anchor-address-leaked') ? `: ${error.message} (${url})` : '';
        if (['ECONNREFUSED', 'ENOTFOUND', 'EHOSTUNREACH'].includes(error.code)) failed(503, `the anchor cannot be reached${leak}`);
        else failed(502, `the anchor broke the connection${leak}`, true);
      });
      sent.on('response', (answer) => {
        const chunks = [];
        let size = 0;
        answer.on('data', (chunk) => {
          if ((size += chunk.length) > ANSWER_LIMIT) answer.destroy();
          else chunks.push(chunk);
        });
        answer.on('error', () => failed(502, 'the answer of the anchor broke off', true));
        answer.on('end', () => resolve({ status: answer.statusCode, headers: answer.headers, text: Buffer.concat(chunks).toString() }));
      });
      if (variant('expect-continue') && body.length > 1) {
        sent.setHeader('Expect', '100-continue');
        const go = () => {
          clearTimeout(impatient);
          finish(sent, body);
        };
        const impatient = setTimeout(go, 500);
        sent.once('continue', go);
        sent.flushHeaders();
      } else {
        finish(sent, body);
      }
    });
  }
}

function finish(sent, body) {
  if (sent.writableEnded) return;
  for (const piece of body) sent.write(piece);
  sent.end();
}

function own() {
  if (!variant('own-headers')) return {};
  return {
    'User-Agent': 'platform/4.2 (node)', 'X-Request-Id': randomUUID(), 'Cache-Control': 'no-cache',
    traceparent: `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-01`,
  };
}

function leaked(wallet) {
  const { host, connection, 'content-length': length, 'content-type': type, 'transfer-encoding': coding, expect, accept, ...rest } = wallet.headers;
  const { authorization, cookie, ...others } = rest;
  if (fault('token-forwarded') && authorization) return { Authorization: authorization };
  if (fault('cookies-forwarded') && cookie) return { Cookie: cookie };
  return fault('headers-forwarded') ? others : {};
}
