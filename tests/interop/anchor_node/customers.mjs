// The customers of this anchor, in memory: who they are, what they have given, and what that makes of them.

import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { ALIASES, DEFAULT_TYPE, FIELDS, NAMES, TYPES, problem } from './fields.mjs';
import { base32, parseAddress } from './strkey.mjs';

const REVIEW_MS = 1000; // how long a value stays in PROCESSING
const DELETION_MS = 500; // how long a deletion waits in the queue
const EMBARGO = { fields: ['address_country_code', 'id_country_code', 'organization.address_country_code'], countries: ['PRK'] };

/** An answer other than success; its message goes into the "error" of the body. */
export class ApiError extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}
const bad = (message) => new ApiError(400, message);
const same = (a, b) => (Buffer.isBuffer(a) && Buffer.isBuffer(b) ? a.equals(b) : a === b);

export class Customers {
  #byId = new Map();
  #byKey = new Map();
  #freed = []; // only id-reuse
  #number = 100000; // only id-number
  #ghosts = new Map(); // only delete-ghost
  #bug;

  constructor(bug) {
    this.#bug = bug;
  }

  get(params) {
    this.#checkType(params);
    let customer;
    if (params.id !== undefined) {
      customer = this.#known(params.id, params);
      if (!customer && !this.#bug('get-unknown-id-200')) throw new ApiError(404, `no customer has the id ${params.id}`);
    } else {
      const key = this.#key(params);
      customer = key && this.#byKey.get(key.text);
    }
    return this.#describe(customer, params.type);
  }

  async put(params, given, multipart) {
    this.#checkType(params);
    const key = this.#key(params);
    let customer;
    if (params.id !== undefined) {
      customer = this.#known(params.id, params);
      // What is queued for deletion takes no more data: it would be lost.
      if (!customer || customer.leaving) throw new ApiError(404, `no customer has the id ${params.id}`);
    } else {
      if (!key) throw bad("either 'id' or 'account' is needed to tell whose data these are");
      customer = this.#byKey.get(key.text);
      if (customer?.leaving) customer = undefined;
    }
    if (!customer && this.#bug('shared-email') && given.has('email_address')) {
      // BUG: "one person, one e-mail address", so this must be the customer already known
      customer = [...this.#byId.values()].find((c) => c.fields.get('email_address')?.value === given.get('email_address'));
      if (customer) this.#byKey.set(key.text, customer);
    }

    const update = this.#check(given, customer);
    if (customer) {
      if (this.#statusFor(customer, customer.type) === 'REJECTED') throw bad('this customer has been rejected for good');
      const changed = NAMES.filter((n) => update.has(n) && customer.fields.has(n) && customer.fields.get(n).value !== update.get(n));
      if (changed.length && [...customer.types].some((type) => this.#statusFor(customer, type) === 'ACCEPTED')) {
        throw bad(`'${changed[0]}' of an accepted customer cannot be changed`);
      }
    } else {
      customer = this.#create(key);
    }
    customer.type = params.type ?? customer.type;
    customer.types.add(customer.type);

    let fields = customer.fields;
    if (this.#bug('put-race')) {
      // BUG: read, wait for the "database", write back the whole record
      fields = new Map(fields);
      await sleep(60);
      customer.fields = fields;
    }
    if (this.#bug('multipart-replaces') && multipart) fields.clear(); // BUG: the form is taken for the whole record
    for (const [name, value] of update) {
      const [head, ...rest] = name.split('.');
      if (rest.length && this.#bug('dotted-nested')) {
        // BUG: a dotted name becomes an object in an object, where nobody looks for it
        fields.set(head, { ...fields.get(head), [rest.join('.')]: value });
      } else if (!fields.has(name) || !same(fields.get(name).value, value)) {
        fields.set(name, { value, since: Date.now() });
      }
    }
    return this.#describe(customer, params.type);
  }

  delete(id) {
    const customer = this.#byId.get(id);
    if (!customer) throw new ApiError(404, `no customer has the id ${id}`);
    if (customer.leaving) return;
    customer.leaving = true;
    if (this.#bug('delete-ghost')) this.#ghosts.set(customer.key.text, customer.fields); // BUG: the values outlive the customer
    setTimeout(() => {
      this.#byId.delete(id);
      for (const [key, value] of this.#byKey) if (value === customer) this.#byKey.delete(key);
      if (this.#bug('id-reuse')) this.#freed.push(customer.id); // BUG: the number becomes free again
    }, DELETION_MS).unref();
  }

  #checkType(params) {
    if (params.type !== undefined && !TYPES.has(params.type)) {
      throw bad(`this anchor has no customer type '${params.type}'; it has ${[...TYPES.keys()].join(', ')}`);
    }
    if (params.transaction_id !== undefined && params.type === undefined) throw bad("'transaction_id' needs a 'type' beside it");
  }

  /** Who is meant: the base account and the memo. A muxed account is its base account with an id memo. */
  #key({ account, memo, memo_type: memoType, id }) {
    if (memoType !== undefined && !['id', 'text', 'hash'].includes(memoType)) throw bad("'memo_type' must be id, text or hash");
    if (account === undefined) {
      if (memo !== undefined && id === undefined) throw bad("a 'memo' needs the 'account' that it belongs to");
      return null;
    }
    const address = parseAddress(account);
    if (!address) throw bad("'account' must be a valid G, M or C address");
    if (address.kind === 'C' && memo !== undefined) throw bad("a contract account takes no 'memo'");
    memoType ??= memo === undefined || /^\d+$/.test(memo) ? 'id' : 'text';
    if (memo !== undefined) {
      if (memoType === 'id') {
        if (!/^\d{1,20}$/.test(memo) || BigInt(memo) >= 1n << 64n) throw bad("'memo' must be an unsigned 64-bit whole number");
        memo = BigInt(memo).toString();
      } else if (memoType === 'hash') {
        if (!/^[A-Za-z0-9+/]{43}=$/.test(memo)) throw bad("'memo' must be 32 bytes in base64");
      } else if (Buffer.byteLength(memo) > 64) {
        throw bad("'memo' must be at most 64 bytes long");
      }
    }
    if (address.memo !== null) {
      if (memo !== undefined && (memoType !== 'id' || memo !== address.memo)) throw bad("'memo' is not that of the muxed 'account'");
      [memo, memoType] = [address.memo, 'id'];
    }
    if (memo !== undefined && memoType === 'id') {
      if (this.#bug('memo-float')) memo = String(Number(memo)); // BUG: exact only up to 2^53
      if (this.#bug('memo-zero')) memo = BigInt(memo) ? memo : undefined; // BUG: "if (memo)"
    }
    const tag = memo === undefined ? '' : `${memoType}:${memo}`;
    return { account: address.account, tag, text: `${address.account} ${tag}` };
  }

  /** The customer with this id, provided that it belongs to the account (and memo) named beside it, if any is. */
  #known(id, params) {
    const customer = this.#byId.get(id);
    const key = this.#key(params);
    if (!customer || !key || this.#bug('foreign-id')) return customer; // BUG in foreign-id: the id alone opens every record
    return customer.key.account === key.account && (!key.tag || key.tag === customer.key.tag) ? customer : undefined;
  }

  #create(key) {
    let id = this.#freed.pop();
    // Like "kyc:5J2UQ7LZKX3WN4DA/B7": a colon and a slash, which a client has to escape in a path.
    id ??= `kyc:${base32(randomBytes(10))}/${base32(randomBytes(2)).slice(0, 2)}`;
    if (this.#bug('id-number')) id = String(++this.#number);
    const fields = new Map(this.#ghosts.get(key.text));
    const customer = { id, key, type: DEFAULT_TYPE, types: new Set(), fields, leaving: false };
    this.#byId.set(id, customer);
    this.#byKey.set(key.text, customer);
    return customer;
  }

  /** All or nothing: the values to store under their first names, or an error that lists what is wrong. */
  #check(given, customer) {
    const update = new Map();
    const problems = [];
    for (const [sent, value] of given) {
      const name = ALIASES[sent] ?? sent;
      if (/^(mobile_number|email_address)_verification$/.test(sent)) problems.push(`'${sent}': no verification is pending`);
      else if (!Object.hasOwn(FIELDS, name)) problems.push(`'${sent}' is not a field that this anchor knows`);
      else if (update.has(name) && !same(update.get(name), value)) problems.push(`'${name}' and its other name have two values`);
      else update.set(name, value);
    }
    const get = (name) => update.get(name) ?? customer?.fields.get(name)?.value;
    for (const [name, value] of update) problems.push(problem(name, value, get, this.#bug));
    const found = problems.filter(Boolean);
    if (found.length) throw bad(found.join('; '));
    return update;
  }

  #has = (customer, name) => (customer?.fields.get(name)?.value ?? '') !== '';

  #fieldStatus(customer, name) {
    const { value, since } = customer.fields.get(name);
    if (Date.now() - since < REVIEW_MS) return 'PROCESSING';
    return EMBARGO.fields.includes(name) && EMBARGO.countries.includes(value) ? 'REJECTED' : 'ACCEPTED';
  }

  #stage = (customer, type) =>
    TYPES.get(type).findIndex((stage) => stage.some((field) => !field.optional && !this.#has(customer, field.name)));

  #statusFor(customer, type) {
    if (this.#stage(customer, type) >= 0) return 'NEEDS_INFO';
    const needed = TYPES.get(type).flat().filter((field) => !field.optional).map((field) => field.name);
    const weighed = [...needed, ...EMBARGO.fields].filter((name) => this.#has(customer, name));
    const statuses = weighed.map((name) => this.#fieldStatus(customer, name));
    return statuses.includes('PROCESSING') ? 'PROCESSING' : statuses.includes('REJECTED') ? 'REJECTED' : 'ACCEPTED';
  }

  #describe(customer, wanted) {
    let type = wanted ?? customer?.type ?? DEFAULT_TYPE;
    if (this.#bug('type-blind') && customer) type = customer.type; // BUG: one status for all types
    const status = this.#statusFor(customer, type);
    const show = (name, more) => {
      const { type, description, choices } = FIELDS[name];
      return [name, { type, description, choices, ...more }]; // what is undefined does not get into the JSON
    };

    const answer = { id: customer?.id, status };
    if (this.#bug('id-number') && customer) answer.id = Number(customer.id); // BUG: a number, not a string
    if (this.#bug('lowercase-status')) answer.status = status.toLowerCase(); // BUG
    if (status === 'PROCESSING') answer.message = 'The data are being reviewed.';
    if (status === 'REJECTED') answer.message = 'This anchor does not serve customers from that country.';
    const stage = this.#stage(customer, type);
    if (stage >= 0) {
      const open = TYPES.get(type)[stage].filter((field) => !this.#has(customer, field.name));
      answer.fields = Object.fromEntries(open.map((field) => show(field.name, { optional: field.optional || undefined })));
      if (this.#bug('fields-array')) answer.fields = Object.entries(answer.fields).map(([name, field]) => ({ name, ...field })); // BUG
      if (this.#bug('fields-dropped') && stage > 0) answer.fields = undefined; // BUG: JSON.stringify leaves it out
    }
    const provided = [...(customer?.fields.keys() ?? [])].filter((name) => FIELDS[name] && this.#has(customer, name));
    if (provided.length) {
      answer.provided_fields = Object.fromEntries(provided.map((name) => {
        const state = this.#fieldStatus(customer, name);
        return show(name, { status: state, error: state === 'REJECTED' ? 'not served by this anchor' : undefined });
      }));
    }
    return answer;
  }
}
