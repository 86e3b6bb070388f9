// Hostile texts in every place that Hookline records or is told, and then every screen: texts are shown as
// texts, nothing of them becomes part of the page, and nothing in the page breaks.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { NAMES, STRINGS } from './support/hostile_strings.mjs';
import { openStage } from './support/stage.mjs';

const PATIENCE = { timeout: 200_000 };
const TOGETHER = 45; // strings in one of the long webhooks
const GROUP = 'C<b id=pwned>\u202e';

const hex = (text) => Buffer.from(text).toString('hex');
/** As an HTTP field may hold it. */
const field = (text) => text.replaceAll(/[\0-\x1f\x7f]/g, '?').slice(0, 2000).trim();
const fieldName = (text) => text.replaceAll(/[^A-Za-z0-9!#$%&'*+.^_`|~-]/g, '-').slice(0, 100) || 'x';

let number = 0;
const base = (s, more) => ({
  type: 'message', mode: s, timestamp: 1790000000000 + ++number, source: { type: 'user', userId: `U${s}` },
  webhookEventId: `${s}${number}`, deliveryContext: { isRedelivery: number % 9 === 0 }, replyToken: s, ...more,
});
const message = (s, members, more) => base(s, { message: { id: s, ...members }, ...more });

/** One string in another place each time. */
const SHAPES = [
  (s) => message(s, { type: 'text', text: s, quoteToken: s, quotedMessageId: s, mention: { mentionees: [{ type: 'user', userId: s, index: 0, length: 1 }] }, emojis: [{ productId: s, emojiId: s, index: 0, length: 1 }] }),
  (s) => message(s, { type: 'file', fileName: s, fileSize: 9 }),
  (s) => base(s, { type: 'postback', postback: { data: s, params: { date: s, time: s, datetime: s, newRichMenuAliasId: s, status: s } } }),
  (s) => message(s, { type: 'location', title: s, address: s, latitude: 35.6, longitude: 139.7 }, { source: { type: 'room', roomId: `R${s}`, userId: s } }),
  (s) => message(s, { type: 'sticker', packageId: s, stickerId: s, stickerResourceType: s, keywords: [s, s], text: s }),
  (s) => message(s, { type: 'image', contentProvider: { type: 'external', originalContentUrl: s, previewImageUrl: s }, imageSet: { id: s, index: 1, total: 2 } }),
  (s) => base(s, { type: s, [s]: s, source: { type: s, groupId: s, userId: s } }),
  (s) => message(s, { type: s, text: s, [s]: { [s]: s } }),
  (s) => base(s, { type: 'beacon', beacon: { type: s, hwid: s, dm: s } }),
  (s) => base(s, { type: 'accountLink', link: { result: s, nonce: s } }),
  (s) => base(s, { type: 'memberJoined', joined: { members: [{ type: 'user', userId: s }] }, source: { type: 'group', groupId: GROUP } }),
  (s) => base(s, { type: 'module', module: { type: s, botId: s, scopes: [s], reason: s } }),
  (s) => base(s, { type: 'delivery', delivery: { data: s } }),
  (s) => base(s, { type: 'videoPlayComplete', videoPlayComplete: { trackingId: s } }),
  (s) => base(s, { type: 'membership', membership: { type: s, membershipId: s } }),
];

const bodyOf = (events, s = 'x') => JSON.stringify({ destination: s, events, [s]: s });

function exchange(s, body, more = {}) {
  return {
    body_hex: hex(body), method: 'POST', target: `/callback/${encodeURIComponent(s.toWellFormed?.() ?? s).slice(0, 800)}?q=${encodeURIComponent(s).slice(0, 800)}`,
    fields: [['content-type', field(`application/json; x=${s}`)], [fieldName(s), field(s)], ['x-hostile', field(s)], ['x-line-signature', field(s)]],
    webhook: true,
    answer: { verdict: number % 3 === 0 ? 'invalid' : 'valid', explanation: s, status: 200, bot_status: number % 5 === 0 ? 500 : 200, body: s.replaceAll('\0', '?'), handler: s.replaceAll('\0', '?'), error: '', by: 1, total_us: 84_000, answered_us: 84_000 },
    ...more,
  };
}

/** Every string first in a webhook of its own, then all of them in a few long ones, in every place. */
function recorded() {
  const own = STRINGS.map((s, i) => exchange(s, bodyOf([SHAPES[i % SHAPES.length](s)], s)));
  const typed = NAMES.map((s, i) => exchange(s, bodyOf([SHAPES[6 + (i % 2)](s)], s)));
  const long = [];
  for (let at = 0; at < STRINGS.length; at += TOGETHER) {
    const some = STRINGS.slice(at, at + TOGETHER);
    const events = some.map((s, i) => ({ ...SHAPES[(i + at) % SHAPES.length](s.slice(0, 600)), source: { type: 'group', groupId: GROUP, userId: s.slice(0, 100) } }));
    long.push(exchange(some[0], bodyOf(events, some[1]), {
      fields: some.flatMap((s) => [[fieldName(s), field(s).slice(0, 300)]]),
    }));
  }
  const broken = ['', '{', 'null', '[]', '{"events":{}}', '{"events":[null,1,"x",[],{}]}', '{"events":[{"type":{"a":1},"source":[],"message":7}]}',
    '{"events":[{"type":"message","message":{"type":"text","text":"\\ud800"},"source":{"userId":"\\udc00"}}]}', `{"__proto__":{"polluted":1},"events":[{"__proto__":{"polluted":1},"type":"message"}]}`,
    `${'['.repeat(3000)}`, `${'{"a":'.repeat(900)}1${'}'.repeat(900)}`, '{"a":1e999,"b":-0,"c":12345678901234567890,"a":2}', '\ufeff{"events":[]}', '<html><script id=pwned>alert(1)</script></html>', '<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>']
    .map((body) => exchange('broken', body));
  const bytes = ['fffe3c623e', 'c080c1bfe08080edb080f4908080', '80818283', '00'.repeat(64), '3c73637269707420ff69643d70776e65643e', 'ff'.repeat(3000), [...Array(256).keys()].map((n) => n.toString(16).padStart(2, '0')).join('')]
    .map((body_hex) => exchange('bytes', '', { body_hex }));
  return { exchanges: [...own, ...typed, ...broken, ...bytes, ...long], long: long.length, odd: broken.length + bytes.length };
}

let stage;
let page;
let long;
let odd;
let own;
const foreign = [];
/** A filter or file that is wrong is answered with 400, which the browser itself writes into the console. */
let mayBeWrong = false;

before(async () => {
  const all = recorded();
  stage = await openStage({ exchanges: all.exchanges });
  page = await stage.page({ size: { width: 1440, height: 1400 } });
  page.on('request', (request) => {
    if (!request.url().startsWith(`${stage.origin}/`) && !/^(data|blob):/.test(request.url())) foreign.push(request.url());
  });
  await page.addInitScript(() => {
    window.reports = [];
    addEventListener('securitypolicyviolation', (event) => window.reports.push(`${event.violatedDirective} ${event.blockedURI}`));
  });
  await page.reload();
  const { items } = (await stage.api(page, '/api/exchanges?limit=500')).json;
  assert.equal(items.length, 500);
  long = items.slice(0, all.long).map((row) => row.id);
  odd = items.slice(all.long, all.long + all.odd).map((row) => row.id);
  own = items.slice(all.long + all.odd).map((row) => row.id);
});
after(() => stage?.close());

/** The page is its own: no element, address, handler or title comes from what was recorded. */
async function clean(where) {
  const wrong = await page.evaluate(() => {
    const found = [];
    const roots = [document];
    for (const root of roots)
      for (const node of root.querySelectorAll('*')) {
        if (node.shadowRoot) roots.push(node.shadowRoot);
        const tag = node.localName;
        if (node.id === 'pwned') found.push(`#pwned: ${node.outerHTML.slice(0, 100)}`);
        // The editor puts an image without an address beside its own marks.
        if (node.matches('img.cm-widgetBuffer:not([src])')) continue;
        if (/^(iframe|frame|object|embed|img|image|video|audio|base|applet|marquee|math|template|foreignobject|use)$/i.test(tag)) found.push(`<${tag}>`);
        if (/^(script|link)$/.test(tag) && !(node.src || node.href).match(`^${location.origin}/|^data:image/svg`)) found.push(node.outerHTML);
        if (tag === 'form' && node.getAttribute('action')) found.push(node.outerHTML);
        for (const { name, value } of node.attributes) {
          if (name.startsWith('on')) found.push(`${tag} ${name}=${value}`);
          if (name === 'style' && /url\(|expression|@import/i.test(value)) found.push(`${tag} style=${value.slice(0, 100)}`);
        }
        if (tag === 'a' && node.hasAttribute('href') && !/^(https?|tel|line):$/.test(node.protocol)) found.push(`a href=${node.getAttribute('href')}`);
        if (tag === 'a' && node.origin !== location.origin && !/noreferrer/.test(node.rel)) found.push(`a rel=${node.rel} to ${node.href}`);
      }
    const lines = [...document.querySelectorAll('[role=row], h1, h2, .chat-li, .crumb')];
    for (const line of lines) {
      // What stands in a box with its number is shown, and turns nothing outside of it.
      const copy = line.cloneNode(true);
      for (const boxed of copy.querySelectorAll('.ctl-char')) boxed.remove();
      const text = `${copy.textContent}${line.getAttribute('aria-label') ?? ''}`;
      if (/[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/.test(text))
        found.push(`not shown as a sign: ${JSON.stringify(text.trim()).slice(0, 160)} ${line.className}`);
    }
    for (const boxed of document.querySelectorAll('.ctl-char'))
      if (getComputedStyle(boxed).unicodeBidi === 'normal' && getComputedStyle(boxed.parentElement).unicodeBidi === 'normal') found.push('a box that turns what follows');
    if (!/^[\p{L} ]+ · Hookline$/u.test(document.title)) found.push(`title ${document.title}`);
    if ('pwned' in window || 'polluted' in {}) found.push('a script ran');
    return [...new Set([...found, ...(window.reports ?? [])])].slice(0, 12);
  });
  const complaints = page.complaints.splice(0).filter((line) => !mayBeWrong || !/status of 400/.test(line));
  assert.deepEqual([...wrong, ...foreign, ...complaints], [], where);
}

async function visit(path, selector = 'main *') {
  await page.goto(stage.origin + path);
  await page.locator(selector).first().waitFor();
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
  await clean(path);
}

test('the list, from its top to its end', PATIENCE, async () => {
  await visit('/', '[role=row]');
  for (let last = '', at = 0; at < 60; at++) {
    const end = await page.evaluate(async () => {
      const scroller = [...document.querySelectorAll('main *')].find((e) => e.scrollHeight > e.clientHeight + 200 && e.querySelector('[role=row]') && /auto|scroll/.test(getComputedStyle(e).overflowY));
      scroller.scrollTop += scroller.clientHeight;
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
      return `${scroller.scrollTop} ${scroller.scrollHeight}`;
    });
    await clean(`the list at ${end}`);
    if (end === last) break;
    last = end;
  }
});

const views = ['Pretty', 'Raw', 'Hex'];

async function everyTab(id, name) {
  await visit(`/x/${id}/events`, '[role=tab]');
  for (const tab of ['Request', 'Response', 'Timeline', 'Diagnosis']) {
    await page.getByRole('tab', { name: tab }).click();
    await page.getByRole('tabpanel').waitFor();
    await clean(`${name}: ${tab}`);
    if (tab !== 'Request' && tab !== 'Response') continue;
    for (const view of views)
      for (const button of await page.getByRole('button', { name: view, exact: true }).all())
        if (await button.isEnabled()) {
          await button.click();
          await clean(`${name}: ${tab} ${view}`);
        }
  }
}

test('long webhooks: every tab, every view', PATIENCE, async () => {
  for (const id of long) await everyTab(id, `long ${id}`);
});

test('bodies that are no webhooks, no JSON, no UTF-8', PATIENCE, async () => {
  for (const id of odd) await visit(`/x/${id}/request`, '[role=tab]');
  for (const id of odd.slice(-4)) await everyTab(id, `odd ${id}`);
});

test('notes, compare, edit & replay', PATIENCE, async () => {
  const pairs = long.slice(0, -1).map((id, i) => [id, long[i + 1]]);
  for (const [i, id] of long.entries()) {
    const note = STRINGS.slice(i * TOGETHER, (i + 1) * TOGETHER).join(' ').replaceAll('\0', '').slice(0, 3000);
    const { status } = await stage.api(page, `/api/exchanges/${id}/marks`, { method: 'POST', body: JSON.stringify({ note, pinned: true }) });
    assert.equal(status, 200);
  }
  await visit(`/x/${long[0]}/events`, '[role=tab]');
  await visit(`/x/${long.at(-1)}/events`, '[role=tab]');
  for (const [a, b] of pairs.slice(0, 4)) await visit(`/compare/${a}/${b}`, 'h1, h2');
  await visit(`/compare/${odd[0]}/${odd.at(-1)}`, 'h1, h2');
  for (const id of [long[0], long.at(-1), odd.at(-2)]) await visit(`/x/${id}/edit`, '.cm-content');
  for (const id of odd.slice(0, 2)) await visit(`/x/${id}/edit`);
});

test('conversations of people with such names', PATIENCE, async () => {
  await visit('/chat', '.chat-li');
  const { items } = (await stage.api(page, '/api/chats')).json;
  const step = Math.ceil(items.length / 8);
  const some = items.filter((_, i) => i % step === 0).map((chat) => chat.id);
  for (const id of [GROUP, ...some].filter((one) => !/^\.{1,2}$|^$/.test(one)))
    await visit(`/chat/${encodeURIComponent(id)}`, '.chat-li');
});

test('filters, in the address, the field and the API', PATIENCE, async () => {
  mayBeWrong = true;
  const answers = await page.evaluate(async (queries) => {
    const odd = [];
    for (const q of queries)
      for (const path of ['/api/exchanges?limit=1&total=false&q=', '/api/filter/suggest?q=', '/api/filter/explain?q='].slice(0, q.length % 4 === 0 ? 3 : 1)) {
        const answer = await fetch(path + encodeURIComponent(q));
        if (answer.status !== 200 && answer.status !== 400) odd.push([answer.status, path, q]);
        await answer.json();
      }
    return odd;
  }, STRINGS.filter((s) => s.length <= 500).map((s) => s.toWellFormed?.() ?? s));
  assert.deepEqual(answers, []);
  const errors = STRINGS.filter((s) => /^[-+a-z'")(~:&^%\\]|pwned|\u202e/.test(s) && s.length < 300).filter((_, i) => i % 6 === 0);
  await visit('/', '[role=row]');
  for (const q of errors.slice(0, 25)) {
    const input = page.getByRole('combobox', { name: /filter/i });
    await input.fill(q);
    await input.press('Enter');
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    await clean(`filter ${q}`);
  }
  await visit('/', '[role=row]');
  mayBeWrong = false;
});

test('the command menu, help and Doctor', PATIENCE, async () => {
  await visit('/doctor', 'h1, h2');
  await visit(`/x/${long[0]}/events`, '[role=tab]');
  await page.keyboard.press('Control+k');
  const input = page.getByRole('dialog').getByRole('combobox');
  for (const s of ['<b id=pwned>', '__proto__', '\u202evil', '', 're'].concat(STRINGS.filter((_, i) => i % 60 === 0).map((s) => s.slice(0, 200)))) {
    await input.fill(s);
    await clean(`menu ${s}`);
  }
  await page.keyboard.press('Escape');
});

test('an imported HAR', PATIENCE, async () => {
  const entry = (s, i) => ({
    startedDateTime: new Date(1790000000000 + i).toISOString(), time: 1, cache: {}, timings: {}, comment: s, _x: s,
    request: { method: 'POST', url: `https://x.test/${encodeURIComponent(s.toWellFormed?.() ?? s).slice(0, 500)}`, httpVersion: 'HTTP/1.1', headers: [{ name: fieldName(s), value: field(s) }], cookies: [], queryString: [{ name: s, value: s }], headersSize: -1, bodySize: s.length, postData: { mimeType: s, text: bodyOf([SHAPES[i % SHAPES.length](s)]) } },
    response: { status: 200, statusText: s, httpVersion: 'HTTP/1.1', headers: [{ name: fieldName(s), value: field(s) }], cookies: [], content: { size: s.length, mimeType: s, text: s }, redirectURL: s, headersSize: -1, bodySize: -1 },
  });
  const usable = STRINGS.filter((s) => s.length < 2000);
  const har = { log: { version: '1.2', creator: { name: '<b id=pwned>', version: '\u202e' }, entries: usable.slice(0, 200).map(entry) } };
  const answer = await stage.api(page, '/api/import', { method: 'POST', body: JSON.stringify(har) });
  assert.equal(answer.status, 200, JSON.stringify(answer));
  assert.ok(answer.json.count > 100, JSON.stringify(answer.json));
  await visit('/?q=is%3Aimported', '[role=row]');
  const { items } = (await stage.api(page, '/api/exchanges?q=is:imported&limit=3')).json;
  for (const { id } of items.slice(0, 2)) await everyTab(id, `imported ${id}`);
  mayBeWrong = true;
  for (const bad of ['{}', '[]', '{"log":{"entries":[{"__proto__":1}]}}', '{"log":{"entries":"x"}}', '<har>'])
    assert.ok([200, 400].includes((await stage.api(page, '/api/import', { method: 'POST', body: bad })).status), bad);
  await clean('import');
  mayBeWrong = false;
});

test('the whole way: a bot whose answers are hostile, webhooks that come while one looks', PATIENCE, async () => {
  await visit('/', '[role=row]');
  const some = STRINGS.filter((s) => s.length < 3000 && s.length > 3).filter((_, i) => i % 40 === 0);
  for (const s of some) {
    await stage.rig('bot_will', { answers: [{ status: 500, body: `<html>${s}`, fields: [`X-Bot: ${field(s)}`, 'Content-Type: text/html', `${fieldName(s)}: x`, 'Set-Cookie: <b id=pwned>'] }] });
    const body = bodyOf([SHAPES[0](s), SHAPES[6](s)], s);
    await stage.rig('raw', { body: Buffer.from(body).toString('base64'), path: `/callback/${encodeURIComponent(s.toWellFormed?.() ?? s).slice(0, 200)}` });
    await clean(`live ${s}`);
  }
  await stage.rig('raw', { body: Buffer.from([0xff, 0xfe, 0x3c, 0x62, 0x3e]).toString('base64') });
  const { items } = (await stage.api(page, '/api/exchanges?limit=4')).json;
  for (const { id } of items) await everyTab(id, `live ${id}`);
  assert.ok(own.length > 0);
});
