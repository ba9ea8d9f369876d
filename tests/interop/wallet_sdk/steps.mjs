// The claims, in their order: each is a name and what must hold. They share what the earlier ones have found.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import sdk from '@stellar/typescript-wallet-sdk';
import { closeMemos, hugeMemo, requiredPhotos, requiredTexts, textFor } from './customer.mjs';
import { last } from './exchanges.mjs';
import {
  assertFields, assertId, assertNameless, assertReceived, assertRefused, assertToken, isRefused, poll, settled,
} from './expect.mjs';

const { DefaultAuthHeaderSigner, Exceptions, Keypair, SigningKeypair, walletSdk } = sdk;

const TEST_NETWORK = 'Test SDF Network ; September 2015';
/** A type that wants a photo, where the default one does not. */
const TYPE = 'sep6';

const newAccount = () => new SigningKeypair(Keypair.random());

/** The steps as `[name, () => Promise]`; `url` is where the sandbox listens. */
export function steps(url) {
  const { origin, host } = new URL(url);
  const anchor = walletSdk.Wallet.TestNet().anchor({ homeDomain: host, allowHttp: true });
  const account = newAccount();
  const memo = hugeMemo();
  const ownName = randomUUID();
  let auth, wallet, memoWallet, asked, id, memoId, namedId;

  return [
    ['reads the toml', async () => {
      const info = await anchor.sep1();
      assert.equal(info.networkPassphrase, TEST_NETWORK);
      assert.match(info.signingKey, /^G[A-Z2-7]{55}$/);
      assert.equal(new URL(info.webAuthEndpoint).origin, origin);
      assert.equal(new URL(info.kycServer).origin, origin);
      assert.ok(info.documentation.orgName, 'the organisation has no name');
      assert.ok(info.currencies.length > 0 && info.currencies.every(({ code }) => code), 'no currency with a code');
      auth = await anchor.sep10();
    }],

    ['authenticates an account', async () => {
      const token = await auth.authenticate({ accountKp: account });
      assertToken(token, account, null);
      wallet = await anchor.sep12(token);
    }],

    ['authenticates an account with a memo', async () => {
      const token = await auth.authenticate({ accountKp: account, memoId: memo });
      assertToken(token, account, memo);
      memoWallet = await anchor.sep12(token);
    }],

    ['authenticates an account that signs its request for the challenge', async () => {
      const other = newAccount();
      const authHeaderSigner = new DefaultAuthHeaderSigner();
      assertToken(await auth.authenticate({ accountKp: other, authHeaderSigner }), other, null);
    }],

    ['gets no token for an account without its signature', async () => {
      const signWithClientAccount = ({ transaction }) => transaction.sign(Keypair.random());
      const attempt = auth.authenticate({ accountKp: newAccount(), walletSigner: { signWithClientAccount } });
      await assert.rejects(attempt, Exceptions.ServerRequestFailedError);
      assert.equal(last().request.method, 'POST');
      assert.ok([400, 401, 403].includes(last().status), 'not refused as it should be');
    }],

    ['asks what is needed before anyone is registered', async () => {
      // An answer without an id is an error to the SDK, and the fields are lost to its caller.
      await assert.rejects(wallet.getCustomer({}), Exceptions.CustomerNotFoundError);
      const { status, answer } = last();
      assert.equal(status, 200);
      assert.equal(answer.status, 'NEEDS_INFO');
      assertFields(answer.fields);
    }],

    ['registers with the account alone', async () => {
      ({ id } = await wallet.add({}));
      assert.equal(last().status, 202);
      assertId(id);
    }],

    ['asks what is needed', async () => {
      const customer = await wallet.getCustomer({});
      assert.equal(customer.id, id);
      assert.equal(customer.status, 'NEEDS_INFO');
      assertFields(customer.fields);
      asked = customer.fields;
    }],

    ['adds strings', async () => {
      const sep9Info = requiredTexts(asked);
      assert.notDeepEqual(sep9Info, {}, 'the anchor asks for no text');
      assert.deepEqual(await wallet.add({ sep9Info }), { id });
      assert.equal(last().status, 202);
      assert.match(last().request.type, /^application\/json/);
      assertReceived(await wallet.getCustomer({}), sep9Info);
    }],

    ['gets by id', async () => {
      const customer = await settled(wallet, { id }, 'ACCEPTED');
      assert.equal(customer.id, id);
    }],

    ['gets by type', async () => {
      const customer = await wallet.getCustomer({ id, type: TYPE });
      assert.equal(customer.id, id);
      assert.equal(customer.status, 'NEEDS_INFO');
      assert.equal(customer.fields.photo_id_front.type, 'binary');
      assert.equal(customer.fields.first_name, undefined, 'a name that was given is asked for again');
      assert.equal((await wallet.getCustomer({ type: TYPE, lang: 'en' })).id, id);
      asked = customer.fields;
    }],

    ['updates by id', async () => {
      const sep9Info = requiredTexts(asked);
      assert.deepEqual(await wallet.update({ id, type: TYPE, sep9Info }), { id });
      const customer = await wallet.getCustomer({ id, type: TYPE });
      assertReceived(customer, sep9Info);
      assert.equal(customer.status, 'NEEDS_INFO', 'accepted without the photo');
    }],

    ['adds a binary without a file name', async () => {
      const sep9BinaryInfo = requiredPhotos(asked);
      assert.deepEqual(await wallet.add({ type: TYPE, sep9BinaryInfo }), { id });
      assert.equal(last().status, 202);
      assertNameless(last(), Object.keys(sep9BinaryInfo));
      const customer = await settled(wallet, { id, type: TYPE }, 'ACCEPTED');
      assertReceived(customer, sep9BinaryInfo);
      for (const name of Object.keys(sep9BinaryInfo)) assert.equal(customer.provided_fields[name].type, 'binary');
    }],

    ['adds strings and a binary at once for an account with a memo', async () => {
      await assert.rejects(memoWallet.getCustomer({ type: TYPE }), Exceptions.CustomerNotFoundError);
      const { fields } = last().answer;
      const given = { sep9Info: requiredTexts(fields), sep9BinaryInfo: requiredPhotos(fields) };
      ({ id: memoId } = await memoWallet.add({ type: TYPE, memo, ...given }));
      assertId(memoId);
      assert.notEqual(memoId, id, 'the account with the memo is the customer without one');
      assertNameless(last(), Object.keys(given.sep9BinaryInfo));
      const customer = await settled(memoWallet, { memo, type: TYPE }, 'ACCEPTED');
      assert.equal(customer.id, memoId);
      assertReceived(customer, { ...given.sep9Info, ...given.sep9BinaryInfo });
    }],

    ['is nobody under a memo that is almost the same', async () => {
      for (const close of closeMemos(memo)) {
        const token = await auth.authenticate({ accountKp: account, memoId: close });
        assertToken(token, account, close);
        const other = await anchor.sep12(token);
        await assert.rejects(other.getCustomer({}), Exceptions.CustomerNotFoundError);
      }
    }],

    ['names a customer of its own by a memo', async () => {
      ({ id: namedId } = await wallet.add({ memo: ownName, sep9Info: { first_name: textFor('first_name', {}) } }));
      assertId(namedId);
      assert.equal(new Set([id, memoId, namedId]).size, 3, 'two customers have one id');
      assert.equal((await wallet.getCustomer({ memo: ownName })).id, namedId);
      assert.equal((await wallet.getCustomer({})).id, id);
    }],

    ['is refused what is not its own', async () => {
      const stranger = await anchor.sep12(await auth.authenticate({ accountKp: newAccount() }));
      await assertRefused(stranger.getCustomer({ id }), 404);
      await assertRefused(memoWallet.getCustomer({ id }), 404);
      await assertRefused(stranger.delete(account.publicKey), 403);
      await assertRefused(memoWallet.getCustomer({ memo: hugeMemo() }), 403);
      await assertRefused(memoWallet.delete(account.publicKey, hugeMemo()), 403);
      assert.equal((await wallet.getCustomer({ id })).id, id);
    }],

    ['reads why a request was refused', async () => {
      await assertRefused(wallet.add({ sep9Info: { birth_date: '1990-02-30' } }), 400);
      assert.match(last().answer.error, /birth_date/);
    }],

    ['deletes', async () => {
      await wallet.delete();
      assert.equal(last().status, 200);
      assert.equal(last().sent, '{}');
    }],

    ['is gone afterwards', async () => {
      await poll('the customer is still there', () => isRefused(wallet.getCustomer({ id }), 404));
      await assert.rejects(wallet.getCustomer({}), Exceptions.CustomerNotFoundError);
      assert.equal((await wallet.getCustomer({ memo: ownName })).id, namedId);
      assert.equal((await memoWallet.getCustomer({})).id, memoId);
    }],

    ['deletes by a memo', async () => {
      await wallet.delete(account.publicKey, ownName);
      assert.equal(last().status, 200);
      await poll('the customer is still there', () => isRefused(wallet.getCustomer({ id: namedId, memo: ownName }), 404));
      assert.equal((await memoWallet.getCustomer({})).id, memoId);
    }],

    ['deletes an account with a memo', async () => {
      await memoWallet.delete();
      assert.equal(last().status, 200);
      await poll('the customer is still there', () => isRefused(memoWallet.getCustomer({ id: memoId }), 404));
    }],

    ['finds nobody to delete again', () => assertRefused(wallet.delete(), 404)],
  ];
}
