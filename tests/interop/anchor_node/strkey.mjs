// Stellar addresses as SEP-23 encodes them: G (account), M (muxed account), C (contract).

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const KINDS = { [6 << 3]: ['G', 35], [12 << 3]: ['M', 43], [2 << 3]: ['C', 35] };

function crc16(bytes) {
  let crc = 0;
  for (const byte of bytes) {
    crc ^= byte << 8;
    for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? ((crc << 1) ^ 0x1021) & 0xffff : crc << 1;
  }
  return crc;
}

export function base32(bytes) {
  let text = '', acc = 0, bits = 0;
  for (const byte of bytes) {
    acc = (acc << 8) | byte;
    for (bits += 8; bits >= 5; bits -= 5) text += ALPHABET[(acc >> (bits - 5)) & 31];
    acc &= 0xff;
  }
  return bits ? text + ALPHABET[(acc << (5 - bits)) & 31] : text;
}

function withChecksum(payload) {
  const sum = Buffer.alloc(2);
  sum.writeUInt16LE(crc16(payload));
  return Buffer.concat([payload, sum]);
}

/** { kind: 'G' | 'M' | 'C', account, memo }: of a muxed account the base account and its 64-bit id. Null if invalid. */
export function parseAddress(text) {
  if (!/^[A-Z2-7]{56}(?:[A-Z2-7]{13})?$/.test(text)) return null;
  const bytes = [];
  let acc = 0, bits = 0;
  for (const letter of text) {
    acc = ((acc << 5) | ALPHABET.indexOf(letter)) & 0xfff;
    bits += 5;
    if (bits >= 8) bytes.push((acc >> (bits -= 8)) & 0xff);
  }
  const raw = Buffer.from(bytes);
  const [kind, length] = KINDS[raw[0]] ?? [];
  // Encoding again settles the unused bits as well as the checksum.
  if (raw.length !== length || base32(withChecksum(raw.subarray(0, -2))) !== text) return null;
  if (kind !== 'M') return { kind, account: text, memo: null };
  const base = Buffer.concat([Buffer.from([6 << 3]), raw.subarray(1, 33)]);
  return { kind, account: base32(withChecksum(base)), memo: raw.readBigUInt64BE(33).toString() };
}
