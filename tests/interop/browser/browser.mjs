// Somebody at the page of the sandbox, in a real Chromium, with a wallet's page of another site beside it.
// One line a step; the first step that fails ends the run with status 1 and the whole cause.
//
//   node browser.mjs http://127.0.0.1:PORT TOKEN CHROMIUM SCREENSHOT.png
//
// TOKEN is one that the sandbox takes, and must be for an account that it does not know yet.

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { serveBlank } from './other_site.mjs';
import { FOREIGN_NAME, steps } from './steps.mjs';

const [url, token, executablePath, screenshot, ...rest] = process.argv.slice(2);
if (!URL.canParse(url ?? '') || !screenshot || rest.length > 0) {
  console.error('usage: node browser.mjs http://127.0.0.1:PORT TOKEN CHROMIUM SCREENSHOT.png');
  process.exit(2);
}

// Nothing but the page: no service of the browser's maker is called.
const args = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  `--host-resolver-rules=MAP ${FOREIGN_NAME} 127.0.0.1`,
];

const profile = await mkdtemp(join(tmpdir(), 'browser-'));
const site = await serveBlank();
const browser = await chromium.launchPersistentContext(profile, { executablePath, args, viewport: { width: 1360, height: 1000 } });
browser.setDefaultTimeout(10_000);
try {
  const page = await browser.newPage();
  const complaints = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  const wallet = await browser.newPage();
  await wallet.goto(site.url);
  const all = steps({ url, token, page, wallet, browser, complaints, screenshot, executablePath, args });
  for (const [name, run] of all) {
    try {
      await run();
    } catch (error) {
      console.log(`  FAILED  ${name}\n${error.stack}`);
      process.exitCode = 1;
      break;
    }
    console.log(`  ok      ${name}`);
  }
  if (!process.exitCode) console.log(`all ${all.length} steps hold`);
} finally {
  await browser.close();
  site.close();
  await rm(profile, { recursive: true, force: true });
}
