// What a page of another site does: calls as a wallet, and tries what it must not.

/** PUTs fields; `code` is the status. */
export async function put(page, url, token, fields) {
  return call(page, `${url}/sep12/customer`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(fields),
  });
}

/** Registers as many customers of the same account, by memo. */
export async function putMany(page, url, token, count) {
  await page.evaluate(async ([target, bearer, last]) => {
    const headers = { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' };
    for (let memo = 1; memo <= last; memo += 1) {
      await fetch(target, { method: 'PUT', headers, body: JSON.stringify({ memo: `${memo}`, memo_type: 'id', first_name: 'Ada' }) });
    }
  }, [`${url}/sep12/customer`, token, count]);
}

/** GETs, with a token or without. */
export async function read(page, target, token) {
  return call(page, target, token ? { headers: { authorization: `Bearer ${token}` } } : {});
}

/** Where the customer stands. */
export async function status(page, url, token) {
  return (await read(page, `${url}/sep12/customer`, token)).body.status;
}

/** Sends a form as a navigation; the status that the browser is left with. */
export async function post(page, target, pairs) {
  const [answer] = await Promise.all([
    page.waitForResponse(target),
    page.evaluate(([action, entries]) => {
      const form = Object.assign(document.createElement('form'), { method: 'post', action });
      for (const [name, value] of entries) form.append(Object.assign(document.createElement('input'), { name, value }));
      document.body.append(form);
      form.submit();
    }, [target, Object.entries(pairs)]),
  ]);
  return answer.status();
}

/** Puts a page into a frame; `blocked` unless it shows. */
export async function frameOf(page, target) {
  const [answer] = await Promise.all([
    page.waitForResponse(target).catch(() => null),
    page.evaluate((src) => document.body.append(Object.assign(document.createElement('iframe'), { src })), target),
  ]);
  return answer === null || answer.status() === 403 ? 'blocked' : 'shown';
}

function call(page, target, options) {
  return page.evaluate(async ([address, how]) => {
    const answer = await fetch(address, how);
    const text = await answer.text();
    return { code: answer.status, body: text.startsWith('{') ? JSON.parse(text) : text };
  }, [target, options]);
}
