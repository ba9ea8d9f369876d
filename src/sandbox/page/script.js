// Keeps the page up to date: asks for the pieces that changed, and puts them where they belong. All markup comes from the
// sandbox, which has escaped it; this script makes none.
'use strict';

const MAX_REQUESTS = 200;
const REST = 250;
const LONG_REST = 2000;

const state = document.getElementById('state');
const notice = document.getElementById('notice');
const list = document.getElementById('customer-list');
const direct = document.getElementById('direct');
const none = document.getElementById('requests-none');
// Without a tag the first answer comes at once, and says that the sandbox is there.
const shown = { run: document.body.dataset.run, seen: document.body.dataset.seen, tag: '' };

const pause = (time) => new Promise((resolve) => setTimeout(resolve, time));
const parse = (markup) => {
  const template = document.createElement('template');
  template.innerHTML = markup;
  return template.content;
};

function say(name, text) {
  if (state.textContent !== text) state.textContent = text;
  state.className = name;
}

function visible() {
  return new Promise((resolve) => {
    const look = () => {
      if (document.hidden) return;
      document.removeEventListener('visibilitychange', look);
      resolve();
    };
    document.addEventListener('visibilitychange', look);
    look();
  });
}

// A page in the background asks for nothing: browsers have few connections for one host.
async function follow() {
  for (;;) {
    await visible();
    try {
      const query = new URLSearchParams({ run: shown.run, after: shown.seen, tag: shown.tag });
      const answer = await fetch(`/page/changes?${query}`);
      if (!answer.ok) throw new Error(answer.statusText);
      const news = await answer.json();
      if (news.reload) return location.reload();
      say('live', 'Live');
      show(news);
      await pause(REST);
    } catch {
      say('lost', 'The sandbox does not answer; trying again.');
      await pause(LONG_REST);
    }
  }
}

function show(news) {
  shown.seen = news.seen;
  shown.tag = news.tag;
  const groups = [...parse(`<table>${news.rows}</table>`).querySelectorAll('tbody')];
  groups.forEach((group) => group.classList.add('new'));
  none.after(...groups);
  const all = document.querySelectorAll('tbody[data-number]');
  [...all].slice(MAX_REQUESTS).forEach((group) => group.remove());
  if (news.customers === null) return;
  direct.querySelectorAll('tbody').forEach((group) => group.remove());
  direct.append(...parse(`<table>${news.direct}</table>`).querySelectorAll('tbody'));
  showCustomers(parse(news.customers));
}

// A customer that did not change stays the element that it was: somebody may be at work on it.
function showCustomers(fresh) {
  const key = (element) => `${element.tagName} ${element.dataset.key}`;
  const known = new Map([...list.children].map((element) => [key(element), element]));
  let place = list.firstElementChild;
  for (const element of [...fresh.children]) {
    const before = known.get(key(element));
    known.delete(key(element));
    if (before !== undefined && before.dataset.tag === element.dataset.tag) {
      if (before === place) place = place.nextElementSibling;
      else list.insertBefore(before, place);
      continue;
    }
    list.insertBefore(element, place);
    if (before === undefined) continue;
    carryOver(before, element);
    if (before === place) place = place.nextElementSibling;
    before.remove();
  }
  known.forEach((element) => element.remove());
}

// What the reader has opened, typed and focused goes from an element to the one that takes its place.
function carryOver(before, next) {
  const match = (selector, isIt) => [...next.querySelectorAll(selector)].find(isIt);
  for (const old of before.querySelectorAll('details')) {
    const same = match('details', (element) => element.dataset.key === old.dataset.key);
    if (same) same.open = old.open;
  }
  for (const old of before.querySelectorAll('select, input:not([type=hidden])')) {
    const same = match('select, input', (element) => element.name === old.name);
    if (same) same.value = old.value;
  }
  const focused = document.activeElement;
  if (focused !== null && before.contains(focused)) {
    const same = match(focused.tagName, (element) =>
      element.name === focused.name && element.value === focused.value && element.textContent === focused.textContent);
    same?.focus({ preventScroll: true });
  }
  const values = before.querySelector('.shown');
  if (values?.hasChildNodes()) {
    next.querySelector('.shown').append(...values.childNodes);
    showValues(next.querySelector('form.values'));
  }
}

function tell(text) {
  notice.textContent = text;
  notice.hidden = text === '';
}

function send(form, submitter) {
  const body = new URLSearchParams(new FormData(form, submitter));
  return fetch(form.action, { method: 'POST', body, redirect: 'manual' });
}

async function sentence(answer) {
  return parse(await answer.text()).querySelector('main p')?.textContent ?? answer.statusText;
}

async function showValues(form) {
  const answer = await send(form);
  const place = form.nextElementSibling;
  if (!answer.ok) return tell(await sentence(answer));
  const content = parse(await answer.text()).querySelector('main');
  place.replaceChildren(...content.querySelectorAll('dl, :scope > p:not(:last-child)'));
  form.querySelector('button').textContent = 'Hide values';
}

async function decide(form, submitter) {
  const answer = await send(form, submitter);
  tell(answer.type === 'opaqueredirect' ? '' : await sentence(answer));
}

document.addEventListener('submit', (event) => {
  const { target: form, submitter } = event;
  event.preventDefault();
  tell('');
  const unreachable = () => tell('The sandbox does not answer.');
  if (form.matches('.decision')) return decide(form, submitter).catch(unreachable);
  const place = form.nextElementSibling;
  if (!place.hasChildNodes()) return showValues(form).catch(unreachable);
  place.replaceChildren();
  submitter.textContent = 'Show values';
});

follow();
