// A wallet for interoperability tests: does the Stellar Wallet SDK, which we did not write, get along with the sandbox?
// One line a step; the first step that fails ends the run with status 1 and the whole cause.
//
//   node interop.mjs http://127.0.0.1:PORT
//
// The sandbox must run with `--web-auth-domain 127.0.0.1`: the SDK compares that part of the challenge with the host
// name in WEB_AUTH_ENDPOINT, without the port, but the home domain with the port.

import { describeLast } from './exchanges.mjs';
import { steps } from './steps.mjs';

const [url, ...rest] = process.argv.slice(2);
if (!URL.canParse(url ?? '') || rest.length > 0) {
  console.error('usage: node interop.mjs http://127.0.0.1:PORT');
  process.exit(2);
}

const all = steps(url);
for (const [name, run] of all) {
  try {
    await run();
  } catch (error) {
    console.log(`  FAILED  ${name}`);
    console.log(`${error.isAxiosError ? error.message : error.stack}\n\n${describeLast()}`);
    process.exit(1);
  }
  console.log(`  ok      ${name}`);
}
console.log(`all ${all.length} steps hold`);
