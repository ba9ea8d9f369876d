// What the SDK has sent and got: every exchange of its HTTP client is kept, so that a step can assert on statuses and
// bodies that the SDK does not hand out, and a failure can show them. Two are not seen: the toml, which the SDK reads
// with a client of its own, and whatever ends before an answer.

import sdk from '@stellar/typescript-wallet-sdk';

const client = sdk.walletSdk.DefaultClient;
const exchanges = [];

// Behind the SDK's own transformations, when the body is what goes over the wire.
client.defaults.transformRequest = [...client.defaults.transformRequest, (body) => {
  exchanges.push({ request: {}, sent: textOf(body) });
  return body;
}];
client.interceptors.response.use(
  (response) => {
    keep(response);
    return response;
  },
  (error) => {
    keep(error.response ?? error);
    throw error;
  },
);

function textOf(body) {
  if (body === undefined || body === null) return '';
  return typeof body.getBuffer === 'function' ? body.getBuffer().toString('latin1') : String(body);
}

function keep({ config, status, data, message }) {
  const exchange = exchanges.at(-1);
  if (!config || !exchange) return; // it failed before anything was sent
  exchange.request = { method: config.method.toUpperCase(), url: config.url, type: config.headers['Content-Type'] };
  Object.assign(exchange, { status, answer: data ?? message });
}

/**
 * The latest exchange: `request` (`method`, `url`, `type`: the content type), `sent` (the body, a byte a character),
 * `status` and `answer` (JSON is parsed).
 */
export function last() {
  return exchanges.at(-1);
}

/** The latest exchange for a human; long bodies are cut. */
export function describeLast() {
  if (exchanges.length === 0) return 'nothing was sent yet but, perhaps, a request for the toml';
  const { request, sent, status, answer } = last();
  const head = request.url ? `${request.method} ${request.url} (${request.type})` : 'a request without an answer';
  return `last sent: ${head}\n${cut(sent)}\nlast got: ${status ?? 'no answer'}\n${cut(JSON.stringify(answer, null, 2) ?? '')}`;
}

function cut(text) {
  const printable = text.replace(/[^\t\r\n -~]/g, '.');
  return printable.length > 2000 ? `${printable.slice(0, 2000)} ... (${text.length} in all)` : printable;
}
