// JSON objects member by member, each value as it was written: 1.0 and twenty digits survive.

const STRING = /"[^"\\]*(?:\\.[^"\\]*)*"/y;
const SCALAR = /[^\s,}\]]+/y;

/** [[name, text of the value], ...] of a JSON object; null of anything else. Throws if it is no JSON. */
export function members(text) {
  const whole = JSON.parse(text);
  if (whole === null || typeof whole !== 'object' || Array.isArray(whole)) return null;
  const found = [];
  let at = text.indexOf('{') + 1;
  const take = (pattern) => {
    pattern.lastIndex = at;
    const [token] = pattern.exec(text);
    at += token.length;
    return token;
  };
  const skip = () => take(/[\s,:]*/y);
  for (skip(); text[at] !== '}'; skip()) {
    const name = JSON.parse(take(STRING));
    skip();
    const start = at;
    if (text[at] === '"') take(STRING);
    else if (text[at] !== '{' && text[at] !== '[') take(SCALAR);
    else {
      let depth = 0;
      do {
        if (text[at] === '"') take(STRING);
        else depth += { '{': 1, '[': 1, '}': -1, ']': -1 }[text[at++]] ?? 0;
      } while (depth);
    }
    found.push([name, text.slice(start, at)]);
  }
  return found;
}
