// The wallet's token (SEP-10, SEP-45): HS256, and a `sub` that is an account, an account with a memo, or a muxed account.

import { createHmac, timingSafeEqual } from 'node:crypto';
import { fault } from './modes.mjs';
import { Refusal } from './refusal.mjs';
import { parse } from './strkey.mjs';

const no = (why) => new Refusal(401, why);

/** { kind, account, base, memo }: whom the token speaks for; `memo` is decimal text or null. */
export function authenticate(header, secret) {
  const scheme = fault('bearer-case-sensitive') ? /^Bearer +(\S+)$/ : /^bearer +(\S+)$/i;
  const token = scheme.exec(header ?? '')?.[1];
  if (!token) {
    if (fault('token-optional') && !header) return null;
    throw no('a bearer token is needed');
  }
  return whom(claims(token, secret));
}

function claims(token, secret) {
  const [head, body, signature, ...more] = token.split('.');
  let header, payload;
  try {
    header = JSON.parse(Buffer.from(head, 'base64url'));
    payload = JSON.parse(Buffer.from(body, 'base64url'));
  } catch {
    if (fault('bad-token-as-500')) throw new Error('the token cannot be parsed');
    throw no('the token cannot be read');
  }
  const unsigned = fault('alg-none-accepted') && /^none$/i.test(header?.alg);
  if (more.length || (header?.alg !== 'HS256' && !unsigned)) throw no('the token must be signed with HS256');
  const right = createHmac('sha256', secret).update(`${head}.${body}`).digest();
  const given = Buffer.from(signature ?? '', 'base64url');
  const length = given.length === right.length;
  const signed = fault('signature-length-only') ? length : length && timingSafeEqual(given, right);
  if (!signed && !unsigned && !fault('signature-unchecked')) throw no('the signature of the token is wrong');
  const now = Date.now() / 1000;
  if (payload?.exp === undefined && fault('exp-optional')) return payload;
  if (typeof payload?.exp !== 'number') throw no('the token must have an expiry');
  if (payload.exp <= now && !fault('expired-accepted')) throw no('the token has expired');
  if (payload.nbf > now) throw no('the token is not valid yet');
  return payload;
}

function whom({ sub }) {
  const [account, memo, ...more] = typeof sub === 'string' ? sub.split(':') : [];
  const address = parse(account);
  const number = memo === undefined || (/^\d{1,25}$/.test(memo) && BigInt(memo) < 1n << 64n);
  if (!address || more.length || !number || (memo !== undefined && address.kind !== 'G')) {
    throw no('the sub of the token is no account, nor account and memo');
  }
  if (address.kind === 'C' && fault('contract-refused')) throw no('contract accounts are not supported');
  const own = memo === undefined ? address.id : BigInt(memo).toString();
  return { kind: address.kind, account, base: address.base, memo: own };
}
