// Whose data these are: what the token says, and what the wallet repeats or adds to it (SEP-12, Shared Accounts).

import { fault, variant } from './modes.mjs';
import { Refusal } from './refusal.mjs';
import { muxed } from './strkey.mjs';

const TYPES = ['id', 'text', 'hash'];

/** `account`, `memo` and `memo_type` for the anchor, as fields. `claims` are the wallet's own; empty ones count as missing. */
export function identify(caller, claims, method) {
  const account = claims.account || undefined, memo = claims.memo || undefined, type = claims.memo_type || undefined;
  if (!caller) return fields(account, memo, type); // only token-optional
  if (fault('account-required') && !account && !claims.id) throw new Refusal(400, 'account is required');
  checkAccount(caller, account, method);
  let own = caller.memo;
  if (own === null) return withoutMemo(caller, { account, memo, type, late: claims.late });
  if (memo !== undefined && !sameNumber(memo, own)) {
    if (!fault('memo-from-body')) throw differs('memo');
    own = memo;
  }
  if (fault('account-from-body') && account && account !== caller.account) return fields(account, own, 'id');
  if (fault('memo-number')) own = String(Number(own));
  const lost = fault('memo-dropped') || (fault('memo-zero-dropped') && !Number(own));
  if (caller.kind === 'M') {
    if (fault('muxed-id-lost')) return fields(caller.base);
    const apart = variant('muxed-as-memo') || (fault('identity-form-varies') && method === 'GET');
    return apart || fault('memo-number') || fault('memo-type-text') ? pair(caller.base, own) : fields(caller.account);
  }
  if (lost) return fields(caller.base);
  const together = variant('memo-as-muxed') || (fault('memo-form-varies') && method === 'GET');
  return together ? fields(muxed(caller.base, own)) : pair(caller.base, own);
}

const pair = (base, memo) => fields(base, memo, fault('memo-type-text') ? 'text' : 'id');
const differs = (what) => new Refusal(variant('mismatch-400') ? 400 : 403, `the ${what} is not that of the token`);

function checkAccount(caller, account, method) {
  const trusted = method === 'GET' ? fault('account-from-query') : fault('account-from-body');
  const base = fault('muxed-account-refused') || caller.kind === 'M' ? caller.base : undefined;
  const own = fault('muxed-account-refused') ? [base] : [caller.account, base];
  if (account === undefined || own.includes(account) || trusted) return;
  if (method === 'DELETE' && variant('delete-other-404')) throw new Refusal(404, 'account not found');
  throw differs('account');
}

function sameNumber(text, own) {
  if (fault('memo-compared-as-number')) return Number(text) === Number(own);
  return /^\d{1,25}$/.test(text) && BigInt(text).toString() === own;
}

function withoutMemo(caller, { account, memo, type, late }) {
  const trusted = fault('account-from-body') || fault('account-from-query');
  let whose = trusted && account ? account : caller.account;
  if (fault('duplicate-account-smuggled') && late) whose = late;
  if (fault('account-not-inferred')) whose = account;
  if (memo === undefined) return fields(whose);
  if (caller.kind === 'C' && !fault('contract-memo-accepted')) throw new Refusal(400, 'a contract account takes no memo');
  if (fault('client-memo-refused')) throw differs('memo');
  if (fault('client-memo-dropped')) return fields(whose);
  if (type !== undefined && !TYPES.includes(type)) throw new Refusal(400, 'memo_type must be id, text or hash');
  const number = /^\d{1,20}$/.test(memo) && BigInt(memo) < 1n << 64n;
  if (variant('strict-memos') && (type ?? 'id') === 'id' && !number) throw new Refusal(400, 'memo is no number');
  return fields(whose, memo, type ?? (variant('memo-type-id') && number ? 'id' : undefined));
}

function fields(account, memo, memoType) {
  const given = [['account', account], ['memo', memo], ['memo_type', memo === undefined ? undefined : memoType]];
  return given.filter(([, text]) => text !== undefined).map(([name, text]) => ({ name, text }));
}
