// Stellar addresses (SEP-23): of an account G, a muxed account M or a contract C, what the platform has to know.

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const VERSIONS = new Map([[0x30, 'G'], [0x60, 'M'], [0x10, 'C']]);
const LENGTHS = { G: 32, M: 40, C: 32 };

function checksum(bytes) {
  let sum = 0;
  for (const byte of bytes) {
    let x = ((sum >> 8) ^ byte) & 0xff;
    x ^= x >> 4;
    sum = ((sum << 8) ^ (x << 12) ^ (x << 5) ^ x) & 0xffff;
  }
  return sum;
}

function encode(version, payload) {
  const body = [version, ...payload];
  const sum = checksum(body);
  let bits = '';
  for (const byte of [...body, sum & 0xff, sum >> 8]) bits += byte.toString(2).padStart(8, '0');
  return bits.match(/.{1,5}/g).map((five) => LETTERS[parseInt(five.padEnd(5, '0'), 2)]).join('');
}

/** { kind, account, base, id }: `base` is the G account of an M, `id` its number as decimal text. Null if not an address. */
export function parse(account) {
  if (typeof account !== 'string' || !/^[A-Z2-7]{56}([A-Z2-7]{13})?$/.test(account)) return null;
  const bits = [...account].map((letter) => LETTERS.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const bytes = bits.match(/.{8}/g).map((eight) => parseInt(eight, 2));
  const kind = VERSIONS.get(bytes[0]);
  const payload = bytes.slice(1, -2);
  if (!kind || payload.length !== LENGTHS[kind] || encode(bytes[0], payload) !== account) return null;
  if (kind !== 'M') return { kind, account, base: account, id: null };
  const id = Buffer.from(payload.slice(32)).readBigUInt64BE().toString();
  return { kind, account, base: encode(0x30, payload.slice(0, 32)), id };
}

/** The M account of a G account and a number. */
export function muxed(base, id) {
  const bits = [...base].map((letter) => LETTERS.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const key = bits.match(/.{8}/g).slice(1, 33).map((eight) => parseInt(eight, 2));
  const number = Buffer.alloc(8);
  number.writeBigUInt64BE(BigInt(id));
  return encode(0x60, [...key, ...number]);
}
