// What must hold, in order: each step is a claim and what shows it.

import assert from 'node:assert/strict';
import { chromium } from 'playwright-core';
import { frameOf, post, put, putMany, read, status } from './wallet.mjs';

/** A name that is not the sandbox's, though it leads there. */
export const FOREIGN_NAME = 'rebound.example';

const HOSTILE = `"><img src=x onerror="window.isHacked = true"><script>window.isHacked = true</script>`;
const FIELDS = { first_name: 'Ada', last_name: 'Invented-Secretly', email_address: 'ada@example.com' };
/** By memo: customers in other states. */
const OTHERS = {
  1: { last_name: 'Rejected-Now' },
  2: { mobile_number: '+12025550101' },
  3: { last_name: 'Stays-Processing' },
};

export function steps({ url, token, page, wallet, browser, complaints, screenshot, executablePath, args }) {
  // The first one; those of other memos come later.
  const first = (where) => where.locator('article', { hasNot: where.locator('header p', { hasText: 'memo' }) });
  const customer = first(page);
  const badge = (text) => customer.locator('details.type[data-key="type default"] summary .badge', { hasText: text });
  const field = (name, text) =>
    customer.locator('details.type[data-key="type default"] li', { hasText: name }).locator('.badge', { hasText: text });
  const decide = async (name, fill = {}) => {
    const form = customer.locator('form.decision');
    if (!(await form.isVisible())) await customer.locator('summary', { hasText: 'Decide' }).click();
    for (const [control, value] of Object.entries(fill)) await form.locator(`[name=${control}]`).fill(value);
    await form.getByRole('button', { name, exact: true }).click();
  };
  const isStatus = async (expected) => assert.equal(await status(wallet, url, token), expected);

  return [
    ['the page opens, and says that it is live', async () => {
      const answer = await page.goto(`${url}/`);
      assert.equal(answer.status(), 200);
      await page.getByText('Live', { exact: true }).waitFor();
      await page.evaluate(() => { window.isSame = true; });
    }],
    ["a wallet's page of another site sends what needs a preflight, and reads the answer", async () => {
      const { code, body } = await put(wallet, url, token, FIELDS);
      assert.equal(code, 202);
      assert.ok(body.id);
      await isStatus('ACCEPTED');
    }],
    ['its requests appear on both sides, without a reload', async () => {
      const row = page.locator('tbody[data-number]', { hasText: 'email_address' }).first();
      await row.waitFor();
      assert.equal(await row.locator('tr.wallet .status').innerText(), '202');
      assert.match(await row.locator('tr.wallet .sent').innerText(), /application\/json/);
      assert.match(await row.locator('tr.anchor').innerText(), /PUT \/customer/);
      await badge('ACCEPTED').waitFor();
      assert.ok(await page.evaluate(() => window.isSame), 'the page was loaded anew');
    }],
    ['no value is there before somebody asks', async () => {
      for (const value of Object.values(FIELDS)) assert.ok(!(await page.content()).includes(value), value);
    }],
    ['values are shown when asked for, stay through changes, and can be hidden', async () => {
      await customer.getByRole('button', { name: 'Show values' }).click();
      await customer.getByText(FIELDS.last_name).waitFor();
      await put(wallet, url, token, { first_name: 'Grace' });
      await customer.getByText('Grace').waitFor();
      await customer.getByRole('button', { name: 'Hide values' }).click();
      assert.ok(!(await page.content()).includes(FIELDS.last_name));
    }],
    ['Put into processing', async () => {
      await decide('Put into processing');
      await badge('PROCESSING').waitFor();
      await isStatus('PROCESSING');
    }],
    ['Enter in a text decides nothing', async () => {
      await customer.locator('[name=reason]').fill('a reason');
      await customer.locator('[name=reason]').press('Enter');
      await isStatus('PROCESSING');
    }],
    ['what is being typed stays while requests come in', async () => {
      await put(wallet, url, token, { city: 'Nowhere' });
      await field('city', 'PROCESSING').waitFor();
      assert.equal(await customer.locator('[name=reason]').inputValue(), 'a reason');
      assert.ok(await customer.locator('[name=reason]').evaluate((input) => input === document.activeElement));
    }],
    ['Accept, by keyboard', async () => {
      await customer.getByRole('button', { name: 'Accept' }).focus();
      await page.keyboard.press('Enter');
      await badge('ACCEPTED').waitFor();
      await isStatus('ACCEPTED');
    }],
    ['Ask for a field', async () => {
      await decide('Ask for it', { field: 'tax_id' });
      await badge('NEEDS_INFO').waitFor();
      await field('tax_id', 'missing').waitFor();
      await put(wallet, url, token, { tax_id: '1' });
      await badge('ACCEPTED').waitFor();
    }],
    ['Reject a field, with a reason that the wallet reads', async () => {
      await decide('Reject it', { field: 'email_address', reason: 'bounced' });
      await field('email_address', 'REJECTED').waitFor();
      const { body } = await read(wallet, `${url}/sep12/customer`, token);
      assert.equal(body.provided_fields.email_address.error, 'bounced');
      await put(wallet, url, token, { email_address: 'grace@example.com' });
      await badge('ACCEPTED').waitFor();
    }],
    ['Require verification', async () => {
      await decide('Require verification', { field: 'email_address' });
      await field('email_address', 'VERIFICATION_REQUIRED').waitFor();
      await put(wallet, url, token, { email_address_verification: '123456' });
      await badge('ACCEPTED').waitFor();
    }],
    ['the page looks as it should: wide, dark and narrow pictures', async () => {
      for (const [memo, fields] of Object.entries(OTHERS)) await put(wallet, url, token, { ...FIELDS, memo, memo_type: 'id', ...fields });
      await page.getByText('4 customers').waitFor();
      await picture(page, screenshot);
    }],
    ['what cannot be decided is said', async () => {
      await decide('Ask for it', { field: 'email_address' });
      await page.getByText('Nothing changed', { exact: false }).waitFor();
    }],
    ['a hostile name of a field is text, and runs nowhere', async () => {
      await put(wallet, url, token, { [HOSTILE]: HOSTILE });
      await page.locator('tbody[data-number]', { hasText: HOSTILE }).first().waitFor();
      await field(HOSTILE, 'ACCEPTED').waitFor();
      await customer.getByRole('button', { name: 'Show values' }).click();
      await customer.locator('dd', { hasText: HOSTILE }).waitFor();
      await page.reload();
      await page.getByText('Live', { exact: true }).waitFor();
      assert.equal(await page.evaluate(() => window.isHacked), undefined);
      assert.equal(await page.locator('img, body script').count(), 0);
    }],
    ['Reject', async () => {
      await decide('Reject', { reason: 'not today' });
      await badge('REJECTED').waitFor();
      await isStatus('REJECTED');
    }],
    ['without scripts the page shows the same and its buttons work', async () => {
      const plain = await chromium.launch({ executablePath, args });
      try {
        const context = await plain.newContext({ javaScriptEnabled: false });
        const still = await context.newPage();
        await still.goto(`${url}/`);
        await first(still).locator('summary', { hasText: 'Decide' }).click();
        await first(still).getByRole('button', { name: 'Put into processing' }).click();
        await first(still).locator('details[data-key="type default"] .badge', { hasText: 'PROCESSING' }).first().waitFor();
        assert.equal(new URL(still.url()).pathname, '/');
        await first(still).getByRole('button', { name: 'Show values' }).click();
        await still.getByText(FIELDS.last_name).waitFor();
      } finally {
        await plain.close();
      }
      await isStatus('PROCESSING');
    }],
    ['another site reads nothing of the page', async () => {
      for (const path of ['/', '/page/changes', '/page/script.js']) {
        assert.equal(await read(wallet, `${url}${path}`).catch(() => 'blocked'), 'blocked', path);
      }
      assert.equal(await frameOf(wallet, `${url}/`), 'blocked');
    }],
    ['another site presses no button, by script or by form', async () => {
      const id = await customer.locator('form.decision [name=id]').inputValue();
      const form = { id, type: '', decision: 'accept' };
      await wallet.evaluate(([target, body]) =>
        fetch(target, { method: 'POST', mode: 'no-cors', body: new URLSearchParams(body) }).catch(() => {}),
      [`${url}/page/decide`, form]);
      await isStatus('PROCESSING');
      for (const path of ['/page/decide', '/page/values']) {
        const attacker = await browser.newPage();
        await attacker.goto(wallet.url());
        assert.equal(await post(attacker, `${url}${path}`, form), 403);
        await attacker.close();
      }
      await isStatus('PROCESSING');
    }],
    ['under a foreign name that leads to this machine there is no page', async () => {
      const rebound = await browser.newPage();
      const answer = await rebound.goto(`http://${FOREIGN_NAME}:${new URL(url).port}/`);
      assert.equal(answer.status(), 403);
      await rebound.close();
    }],
    ['a thousand customers and two hundred requests stay fast', async () => {
      await putMany(wallet, url, token, 1000);
      await page.getByText('1001 customers').waitFor();
      await page.waitForFunction(() => document.querySelectorAll('tbody[data-number]').length === 200);
      assert.equal(await page.locator('article').count(), 50);
      const began = Date.now();
      await put(wallet, url, token, { occupation: '2512' });
      await page.locator('tbody[data-number]', { hasText: 'occupation' }).first().waitFor();
      await field('occupation', 'PROCESSING').waitFor();
      assert.ok(Date.now() - began < 5000, `${Date.now() - began} ms`);
      console.log(`          shown after ${Date.now() - began} ms`);
    }],
    ['the browser has nothing to complain of', async () => {
      const own = complaints.filter((text) => !text.includes('409'));
      assert.deepEqual(own, []);
    }],
  ];
}

/** The one for the README, and beside it for the eye a dark one and a narrow one. */
async function picture(page, path) {
  const beside = (name) => path.replace(/\.png$/, `-${name}.png`);
  await page.evaluate(() => window.scrollTo(0, 0));
  await page.screenshot({ path, animations: 'disabled' });
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.screenshot({ path: beside('dark'), animations: 'disabled' });
  await page.emulateMedia({ colorScheme: 'light' });
  const wide = page.viewportSize();
  await page.setViewportSize({ width: 390, height: 844 });
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  assert.ok(overflow <= 0, `the narrow page is ${overflow} pixels too wide`);
  await page.screenshot({ path: beside('narrow'), fullPage: true });
  await page.setViewportSize(wide);
}
