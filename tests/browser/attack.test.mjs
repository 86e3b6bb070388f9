// Pages of other sites in the browser that holds the inspector's cookie: everything that a page can send to
// it, they send. They learn nothing, nothing changes, and the user goes on as before. That the attempts are
// real is shown on a server that defends nothing.
import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { attacks } from './support/attacks.mjs';
import { openStage } from './support/stage.mjs';

const RECORDED = '秘密の伝言 only for its user';
const PATIENCE = { timeout: 240_000 };
let stage;
let user;
let site;
let assets;
let before_;

const listen = (server) =>
  new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server.address().port)));

/** A site whose pages are empty. */
async function openSite() {
  const server = createServer((_, response) => {
    response.setHeader('Content-Type', 'text/html');
    response.end('<!doctype html><title>Kittens</title><body>');
  });
  return { server, port: await listen(server) };
}

/** An inspector as one would write it without a thought of other sites. */
async function openNaive() {
  const changed = new Set();
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://x');
    if (request.method !== 'GET' && request.method !== 'OPTIONS') changed.add(`${request.method} ${request.headers['content-type']?.split(';')[0] ?? '-'}`);
    response.setHeader('Access-Control-Allow-Origin', request.headers.origin ?? '*');
    response.setHeader('Access-Control-Allow-Credentials', 'true');
    response.setHeader('Access-Control-Allow-Headers', 'content-type, hookline-token');
    response.setHeader('Access-Control-Allow-Methods', 'PUT, PATCH, DELETE');
    response.setHeader('Timing-Allow-Origin', '*');
    const type = pathname === '/api/stream' ? 'text/event-stream'
      : pathname.endsWith('.js') ? 'text/javascript'
        : pathname.endsWith('.css') ? 'text/css'
          : pathname === '/api/exchanges/1' ? 'image/svg+xml' : 'text/html';
    response.setHeader('Content-Type', type);
    const bodies = {
      'text/event-stream': 'data: secret\n\n',
      'text/javascript': 'self.secret = 1;',
      'text/css': 'body { color: red }',
      'image/svg+xml': '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
    };
    response.end(bodies[type] ?? 'secret <iframe></iframe>');
  });
  return { server, changed, port: await listen(server) };
}

/** What an attack could have changed, as the API tells its user. */
async function state() {
  const { json: list } = await stage.api(user, '/api/exchanges?limit=500');
  const { json: now } = await stage.api(user, '/api/status');
  const notes = await Promise.all(
    list.items.map(async ({ id }) => (await stage.api(user, `/api/exchanges/${id}`)).json.note_text));
  return { items: list.items, total: list.total, notes, counts: now.counts, answer: now.answer_mode };
}

before(async () => {
  stage = await openStage({}, [
    '--host-resolver-rules=MAP *.test 127.0.0.1',
    // Not every browser asks before a site may reach this machine, and users say yes.
    '--disable-features=LocalNetworkAccessChecks',
  ]);
  user = await stage.page();
  await stage.rig('text', { text: RECORDED });
  await stage.rig('text', { text: 'another' });
  await user.getByText(RECORDED).first().waitFor();
  const { json } = await stage.api(user, '/api/exchanges');
  await stage.api(user, `/api/exchanges/${json.items[0].id}/marks`, {
    method: 'POST', body: JSON.stringify({ pinned: true, note: 'of the user' }),
  });
  await stage.rig('bot_forget');
  site = await openSite();
  assets = await user.evaluate(() =>
    [...document.querySelectorAll('script[src], link[rel=stylesheet]')].map((e) => new URL(e.src || e.href).pathname));
  before_ = await state();
});

after(async () => {
  site?.server.close();
  await stage?.close();
});

/** Its own window in the user's browser: same cookies, same cache. */
async function visit(address) {
  const page = await user.context().newPage();
  await page.goto(address);
  return page;
}

/** What the frames of a page show of us; and the windows that it has opened are closed. */
async function framed(page) {
  const shown = [];
  for (const frame of page.frames().slice(1)) {
    const text = await frame.content().catch(() => '');
    if (frame.url().startsWith(stage.origin) && text.length > 40) shown.push(`${frame.url()}: ${text.slice(0, 200)}`);
  }
  for (const each of page.context().pages()) if (each !== page && each !== user) await each.close();
  return shown;
}

async function nothingLearnt(page, found, name) {
  assert.ok(found.length > 100, `${name}: ${found.length} attempts`);
  assert.deepEqual(found.filter(([, learnt]) => learnt !== ''), [], name);
  assert.deepEqual(await framed(page), [], name);
}

async function nothingChanged() {
  assert.deepEqual(await state(), before_);
  // Whatever the bot was sent before would come first.
  await stage.rig('text', { text: 'the next one' });
  const taken = Buffer.from((await stage.rig('bot_take')).body, 'base64').toString();
  assert.match(taken, /the next one/);
  before_ = await state();
}

test('the attempts bite where nothing defends', PATIENCE, async () => {
  const naive = await openNaive();
  const page = await visit(`http://127.0.0.1:${site.port}/`);
  const found = await page.evaluate(attacks, { target: `http://127.0.0.1:${naive.port}`, assets });
  const learnt = found.filter(([, what]) => what !== '').map(([name]) => name);
  for (const kind of ['fetch cors', 'fetch no-cors', 'fetch with a preflight', 'XMLHttpRequest', 'post text/plain', 'post JSON', 'DELETE',
    'EventSource', '<img> /api/exchanges/1', '<script>', '<link>', 'import', 'worker', '<iframe>', '<object>', 'window.open', 'what the network'])
    assert.ok(learnt.some((name) => name.startsWith(kind)), `${kind} learns nothing anywhere`);
  for (const change of ['POST text/plain', 'POST application/x-www-form-urlencoded', 'POST multipart/form-data', 'POST -',
    'POST application/json', 'PUT application/json', 'DELETE application/json'])
    assert.ok(naive.changed.has(change), `${change} changes nothing anywhere: ${[...naive.changed]}`);
  for (const each of user.context().pages()) if (each !== user) await each.close();
  naive.server.close();
});

for (const host of ['127.0.0.1', 'localhost', 'evil.test'])
  test(`a page of http://${host} on another port`, PATIENCE, async () => {
    const page = await visit(`http://${host}:${site.port}/`);
    const found = await page.evaluate(attacks, { target: stage.origin, assets });
    await nothingLearnt(page, found, host);
    await page.close();
    await nothingChanged();
  });

test('frames without an origin: sandboxed and data:', PATIENCE, async () => {
  const page = await visit(`http://127.0.0.1:${site.port}/`);
  for (const kind of ['sandbox', 'data']) {
    const found = await page.evaluate(async ([source, options, how]) => {
      const code = `<script>(${source})(${JSON.stringify(options)}).then((found) => parent.postMessage(found, '*'))</${'script'}>`;
      const frame = document.createElement('iframe');
      if (how === 'sandbox') {
        frame.sandbox = 'allow-scripts allow-forms allow-popups';
        frame.srcdoc = code;
      } else frame.src = `data:text/html,${encodeURIComponent(code)}`;
      const said = new Promise((resolve) => addEventListener('message', (event) => resolve(event.data), { once: true }));
      document.body.append(frame);
      return said;
    }, [attacks.toString(), { target: stage.origin, assets, alien: true }, kind]);
    await nothingLearnt(page, found, kind);
  }
  await page.close();
  await nothingChanged();
});

test('a name of the attacker that now leads here (DNS rebinding): same origin, and still nothing', PATIENCE, async () => {
  const { port } = new URL(stage.origin);
  for (const name of ['evil.test', 'evil.localhost', 'localhost.evil.test']) {
    const origin = `http://${name}:${port}`;
    const context = user.context();
    // The page came while the name still led to the attacker.
    await context.route(`${origin}/lure`, (route) =>
      route.fulfill({ contentType: 'text/html', body: '<!doctype html><body>' }));
    const page = await visit(`${origin}/lure`);
    const found = await page.evaluate(async ([where, paths]) => {
      const learnt = [];
      for (const path of paths)
        for (const init of [{}, { method: 'POST', body: '{}', headers: { 'Content-Type': 'application/json' } }])
          try {
            const answer = await fetch(where + path, init);
            learnt.push([answer.status, (await answer.json()).code, [...answer.headers.keys()].filter((key) => key.startsWith('access-'))]);
          } catch (why) {
            learnt.push(['-', String(why), []]);
          }
      return learnt;
    }, [origin, ['/', '/api/session', '/api/status', '/api/exchanges', '/api/stream', '/api/exchanges/delete', ...assets]]);
    for (const [status, code, fields] of found) {
      assert.deepEqual([status, code, fields], [403, 'bad_host', []], name);
    }
    await page.close();
    const direct = await context.newPage();
    const answer = await direct.goto(`${origin}/`).catch(() => null);
    if (answer) assert.equal(answer.status(), 403);
    assert.ok(!(await direct.content()).includes('id="app"'));
    await direct.close();
    await context.unroute(`${origin}/lure`);
  }
  await nothingChanged();
});

test('other ways to write this machine', PATIENCE, async () => {
  const { port } = new URL(stage.origin);
  const page = await visit(`http://127.0.0.1:${site.port}/`);
  for (const host of ['0.0.0.0', '[::1]', '[::ffff:127.0.0.1]', '[::]', '2130706433', '127.1', '0x7f000001', '017700000001', 'localhost', 'localhost.', 'evil.test']) {
    const learnt = await page.evaluate(async (target) => {
      const found = [];
      const init = { credentials: 'include' };
      for (const path of ['/api/status', '/api/exchanges', '/'])
        for (const more of [{}, { mode: 'no-cors' }, { mode: 'no-cors', method: 'POST', body: '{}' }])
          found.push(await fetch(target + path, { ...init, ...more }).then((answer) => answer.text(), () => ''));
      await new Promise((resolve) => {
        const image = new Image();
        image.onload = () => resolve(found.push('an image'));
        image.onerror = resolve;
        image.src = `${target}/`;
      });
      return found.filter((text) => text !== '');
    }, `http://${host}:${port}`);
    assert.deepEqual(learnt, [], host);
    const direct = await user.context().newPage();
    const answer = await direct.goto(`http://${host}:${port}/api/exchanges`).catch(() => null);
    // A number is 127.0.0.1 to the browser, before anybody else sees it: then it is the user who asks.
    if (answer && new URL(answer.url()).hostname !== '127.0.0.1') {
      assert.ok([400, 401, 403].includes(answer.status()), `${host}: ${answer.status()}`);
      assert.ok(!(await answer.text()).includes('秘密'), host);
    }
    await direct.close();
  }
  await page.close();
  await nothingChanged();
});

test('a link of another site does not act, and a window of it is not held', PATIENCE, async () => {
  const page = await visit(`http://localhost:${site.port}/`);
  const [opened] = await Promise.all([
    page.context().waitForEvent('page'),
    page.evaluate((target) => {
      window.held = open(`${target}/#key=somebody-elses`, 'held');
    }, stage.origin),
  ]);
  await opened.waitForLoadState().catch(() => {});
  assert.ok(!(await opened.content()).includes('秘密'));
  await opened.close();
  await page.close();
  await user.reload();
  await user.getByText(RECORDED).first().waitFor();
});

test('cookies of another port: ours is not readable by scripts, and one beside it does not lock the user out', PATIENCE, async () => {
  const { port } = new URL(stage.origin);
  const page = await visit(`http://127.0.0.1:${site.port}/`);
  assert.equal(await page.evaluate(() => document.cookie), '');
  await page.evaluate((name) => {
    for (const path of ['/', '/api', '/api/status', '/api/exchanges'])
      document.cookie = `${name}=${'A'.repeat(43)}; path=${path}`;
  }, `hookline-${port}`);
  await page.close();
  await user.reload();
  await user.getByText(RECORDED).first().waitFor();
  assert.equal((await stage.api(user, '/api/status')).status, 200);
});

test('after all of that a new browser signs in with the printed address', PATIENCE, async () => {
  await stage.with({}, async (page) => {
    await page.getByText(RECORDED).first().waitFor();
  });
});
