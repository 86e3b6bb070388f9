// What the inspector's page costs in a real browser, at 10,000 exchanges. Prints a table.
//
//     node bench/inspector_page.mjs [build/release]
//
// Needs Chromium, what `scripts/test browser` installs, and the target write_journal of that build.
import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const build = resolve(process.argv[2] ?? join(ROOT, 'build/release'));
process.env.HOOKLINE_BIN = join(build, 'hookline');
process.env.HOOKLINE_RELAY_BIN = join(build, 'hookline-relay');
process.env.HOOKLINE_TEST_PROGRAMS = join(build, 'tests');
const { openStage } = await import('../tests/browser/support/stage.mjs');

const FILLED = 10_000;
const STORM = 500;
const OPENED = 5;
const figures = [];
const add = (what, value, unit) => figures.push([what, `${Math.round(value * 10) / 10} ${unit}`]);

/** The longest and the median of the frames that the page draws while `work` goes on. */
async function frames(page, name, work) {
  await page.evaluate(() => {
    window.taken = [];
    let last = performance.now();
    const next = (now) => {
      window.taken?.push(now - last);
      last = now;
      if (window.taken) requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
  });
  await work();
  const taken = await page.evaluate(() => {
    const all = window.taken.slice(1).sort((a, b) => a - b);
    window.taken = null;
    return all;
  });
  add(`${name}: longest frame`, taken[taken.length - 1], 'ms');
  add('  19 of 20 frames', taken[Math.floor(taken.length * 0.95)], 'ms');
  add('  frames', taken.length, '');
}

async function paint(stage, page) {
  const times = [];
  for (let i = 0; i < OPENED; i++) {
    const start = performance.now();
    await page.goto(stage.origin, { waitUntil: 'commit' });
    await page.locator('[aria-rowindex="1"]').waitFor();
    times.push(performance.now() - start);
  }
  add('first row to be seen, median of 5', times.sort((a, b) => a - b)[2], 'ms');
  const painted = await page.evaluate(
    () => performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0,
  );
  add('  first paint of the last', painted, 'ms');
}

const scroll = (page) =>
  page.evaluate(async () => {
    const grid = document.querySelector('[role=grid]');
    for (let i = 0; i < 240; i++) {
      grid.scrollTop += 120;
      await new Promise((drawn) => requestAnimationFrame(drawn));
    }
    grid.scrollTop = 0;
  });

async function filters(page) {
  for (const query of ['text:領収', 'is:late', 'hello 42', '']) {
    await page.getByRole('combobox').fill(query);
    await page.keyboard.press('Enter');
    await page.waitForURL((url) => (url.searchParams.get('q') ?? '') === query);
    await page.locator('[role=grid][aria-busy=false] [aria-rowindex="1"]').waitFor();
  }
}

async function storm(stage, page) {
  const { json } = await stage.api(page, '/api/exchanges?limit=1');
  const body = JSON.stringify({ times: STORM, every_ms: 2 });
  await stage.api(page, `/api/exchanges/${json.items[0].id}/replay`, { method: 'POST', body });
  const all = String(FILLED + STORM);
  await page.locator(`[role=grid][aria-rowcount="${all}"]`).waitFor();
}

/** What the first page loads, packed as the agent sends it. */
function sizes() {
  const dist = join(ROOT, 'inspector-ui/dist');
  const index = readFileSync(join(dist, 'index.html'), 'utf8');
  const packed = (kind) =>
    readdirSync(join(dist, 'assets'))
      .filter((file) => file.endsWith(kind) && index.includes(file))
      .reduce((sum, file) => sum + gzipSync(readFileSync(join(dist, 'assets', file))).length, 0);
  add('JavaScript at the start, gzip', packed('.js') / 1024, 'KiB');
  add('style sheets at the start, gzip', packed('.css') / 1024, 'KiB');
}

const stage = await openStage({ fill: FILLED, flags: ['--keep-for', '3650d'] });
try {
  const page = await stage.page();
  await page.locator('[aria-rowindex="1"]').waitFor();
  await paint(stage, page);
  await frames(page, 'scrolling', () => scroll(page));
  await frames(page, 'filtering', () => filters(page));
  await frames(page, '500 new ones, 2 ms apart', () => storm(stage, page));
  sizes();
} finally {
  await stage.close();
}
for (const [what, value] of figures) console.log(`${what.padEnd(40)}${value.padStart(12)}`);
