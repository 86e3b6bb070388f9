// A journal of 10,000 exchanges and a storm of 500: what the page keeps stays bounded, and what it shows is
// right. Times are not asserted here: bench/inspector_page.mjs measures them.
import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, test } from 'node:test';
import { PATIENCE, eventually, openStage } from './support/stage.mjs';

const FILLED = 10_000;
const STORM = 500;
const MOST_NODES = 1500;
const MOST_HEAP = 60 << 20;

let stage;
let page;
before(async () => {
  stage = await openStage({ fill: FILLED, flags: ['--keep-for', '3650d'] });
  page = await stage.page();
});
after(() => stage?.close());

const total = async () => Number(await page.getByRole('grid').getAttribute('aria-rowcount'));

async function heap() {
  const devtools = await page.context().newCDPSession(page);
  await devtools.send('HeapProfiler.collectGarbage');
  const { usedSize } = await devtools.send('Runtime.getHeapUsage');
  await devtools.detach();
  return usedSize;
}

/** Scrolls to this end, frame by frame, until that row is there; the most nodes there were. */
const scroll = (wanted, toEnd) =>
  page.evaluate(
    async ([row, down, patience]) => {
      const grid = document.querySelector('[role=grid]');
      const end = performance.now() + patience;
      let most = 0;
      do {
        if (performance.now() > end) throw new Error(`row ${row} did not come`);
        grid.scrollTop = down ? grid.scrollHeight : 0;
        await new Promise((drawn) => requestAnimationFrame(drawn));
        most = Math.max(most, document.querySelectorAll('*').length);
      } while (!grid.querySelector(`[aria-rowindex="${row}"]`));
      return most;
    },
    [wanted, toEnd, 4 * PATIENCE],
  );

test('the first rows are there, and the page knows how many there are', async () => {
  await page.locator('[aria-rowindex="1"]').waitFor();
  assert.equal(await total(), FILLED);
});

test('scrolled to its very end and back, the page stays small', async () => {
  const there = await scroll(FILLED, true);
  const back = await scroll(1, false);
  assert.ok(Math.max(there, back) < MOST_NODES, `${there} and ${back} nodes`);
  const used = await heap();
  assert.ok(used < MOST_HEAP, `${used} bytes of heap`);
});

test('a filter over all of them finds the few', async () => {
  await page.goto(`${stage.origin}/?q=${encodeURIComponent('text:こんにちは is:late')}`);
  await page.locator('[aria-rowindex="1"]').waitFor();
  const { json } = await stage.api(page, '/api/exchanges?limit=1&q=text:こんにちは is:late');
  assert.equal(await total(), json.total);
  await page.goto(stage.origin);
  await page.locator('[aria-rowindex="1"]').waitFor();
});

/** A page that asks for the stream and reads nothing. */
function stall() {
  const { host, hostname, port, hash } = new URL(stage.places.page);
  const socket = connect({ host: hostname, port: Number(port) });
  socket.pause();
  socket.on('error', () => {});
  const key = hash.replace('#key=', '');
  socket.write(`GET /api/stream HTTP/1.1\r\nHost: ${host}\r\nAuthorization: Bearer ${key}\r\n\r\n`);
  return socket;
}

test('a storm leaves the page usable and its list right, whoever else has stopped reading', async () => {
  const stalled = Array.from({ length: 4 }, stall);
  const newest = async () => (await stage.api(page, '/api/exchanges?limit=1')).json;
  const { id } = (await newest()).items[0];
  try {
    const answer = await stage.api(page, `/api/exchanges/${id}/replay`, {
      method: 'POST',
      body: JSON.stringify({ times: STORM, every_ms: 2 }),
    });
    assert.equal(answer.status, 202);
    await eventually(async () => (await total()) > FILLED, 'rows come live');
    // In the middle of it an exchange is opened, and closed.
    await page.locator('[aria-rowindex="2"]').click();
    await page.locator('[role=tabpanel]').waitFor();
    await page.keyboard.press('Escape');
    await eventually(async () => (await newest()).total === FILLED + STORM, 'all are recorded');
    await scroll(1, false);
    await eventually(async () => (await total()) === FILLED + STORM, 'all are known to the page');
    const first = (await newest()).items[0].id;
    assert.ok((await page.locator('*').count()) < MOST_NODES);
    assert.ok((await heap()) < MOST_HEAP);
    await page.locator('[aria-rowindex="1"]').click();
    await page.waitForURL((url) => url.pathname.startsWith(`/x/${first}`));
  } finally {
    for (const socket of stalled) socket.destroy();
  }
});
