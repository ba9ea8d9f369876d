// An answer to the wallet other than success.

/** `message` goes to the wallet as `error`; `headers` are added. */
export class Refusal extends Error {
  constructor(status, message, headers = {}) {
    super(message);
    this.status = status;
    this.headers = headers;
  }
}
