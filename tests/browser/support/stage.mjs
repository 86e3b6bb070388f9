// Relay, agent and bot as the rig of tests/e2e starts them, and a browser before the agent's page.
//
//     const stage = await openStage({fill: 10000});
//     const page = await stage.page({theme: 'dark', language: 'ja'});
//     await stage.rig('text', {text: 'こんにちは'});
//     await stage.close();
//
// A page that logs an error, opens a dialog or breaks its content security policy fails the test that
// closes it.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';

const here = dirname(dirname(fileURLToPath(import.meta.url)));
const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

export const PATIENCE = Number(process.env.HOOKLINE_PATIENCE ?? 30_000);
export const sizes = {
  wide: { width: 1440, height: 900 },
  usual: { width: 1280, height: 800 },
  tablet: { width: 900, height: 800 },
  phone: { width: 390, height: 844 },
};

class Rig {
  #child = spawn('python3', ['-B', join(here, 'rig_bridge.py')], { stdio: ['pipe', 'pipe', 'inherit'] });
  #answers = createInterface({ input: this.#child.stdout })[Symbol.asyncIterator]();
  #last = Promise.resolve();

  /** One after the other, in the order of the calls. */
  ask(what, args = {}) {
    const answer = this.#last.then(async () => {
      this.#child.stdin.write(`${JSON.stringify({ do: what, with: args })}\n`);
      const { value, done } = await this.#answers.next();
      if (done) throw new Error(`the rig ended while asked to ${what}`);
      const said = JSON.parse(value);
      if (said.error) throw new Error(`${what}: ${said.error}`);
      return said.result;
    });
    this.#last = answer.catch(() => {});
    return answer;
  }

  async close() {
    await this.ask('close');
    this.#child.stdin.end();
  }
}

class Stage {
  constructor(rig, browser, places) {
    Object.assign(this, { browser, places, pages: [] });
    this.rigOf = rig;
  }

  rig(what, args) {
    return this.rigOf.ask(what, args);
  }

  /** Its origin, without the key. */
  get origin() {
    return new URL(this.places.page).origin;
  }

  async context(options = {}) {
    const { theme = 'light', language = 'en', size = sizes.usual, ...rest } = options;
    return this.browser.newContext({
      colorScheme: theme,
      locale: { en: 'en-GB', ja: 'ja-JP', 'zh-Hant': 'zh-TW' }[language],
      timezoneId: 'Asia/Tokyo',
      viewport: size,
      reducedMotion: 'reduce',
      ...rest,
    });
  }

  /** A page of the inspector, let in; `path` may say which. */
  async page(options = {}) {
    const context = await this.context(options);
    const page = await context.newPage();
    page.setDefaultTimeout(PATIENCE);
    page.complaints = [];
    page.on('console', (m) => m.type() === 'error' && page.complaints.push(`${m.location().url}: ${m.text()}`));
    page.on('pageerror', (e) => page.complaints.push(`error: ${page.url()}: ${e.stack || `${e.name}: ${e.message}`}`));
    page.on('dialog', (d) => {
      page.complaints.push(`dialog: ${d.message()}`);
      void d.dismiss();
    });
    this.pages.push(page);
    await page.goto(this.places.page);
    await page.waitForFunction(() => !location.hash.includes('key='));
    if (options.path) await page.goto(this.origin + options.path);
    return page;
  }

  /** With its cookie and token, from outside of the page. */
  async api(page, path, options = {}) {
    return page.evaluate(
      async ([where, init]) => {
        const { token } = await (await fetch('/api/session')).json();
        const answer = await fetch(where, {
          ...init,
          headers: { 'Content-Type': 'application/json', 'Hookline-Token': token },
        });
        const text = await answer.text();
        try {
          return { status: answer.status, json: JSON.parse(text) };
        } catch {
          return { status: answer.status, text };
        }
      },
      [path, options],
    );
  }

  /** `work(page)` on a page of its own, closed whatever comes of it. */
  async with(options, work) {
    const page = await this.page(options);
    try {
      await work(page);
    } catch (why) {
      await picture(page, `failed-${this.pages.length}`);
      throw why;
    } finally {
      await page.context().close();
    }
  }

  async close() {
    const complaints = this.pages.flatMap((page) => page.complaints);
    await this.browser.close();
    await this.rigOf.close();
    if (complaints.length > 0) throw new Error(`pages complained:\n${complaints.join('\n')}`);
  }
}

/** `options` are those of rig_bridge.py's start; `browserFlags` Chromium's. */
export async function openStage(options = {}, browserFlags = []) {
  const rig = new Rig();
  try {
    const places = await rig.ask('start', options);
    const browser = await chromium.launch({
      executablePath: process.env.HOOKLINE_CHROMIUM ?? '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-dev-shm-usage', ...browserFlags],
    });
    await openPacer(browser);
    return new Stage(rig, browser, places);
  } catch (why) {
    await rig.close();
    throw why;
  }
}

/** An empty page of each stage, whose frames say when to ask again; and what is asked. */
const pacers = [];
let asked = () => true;

async function openPacer(browser) {
  const pacer = await browser.newPage();
  pacers.push(pacer);
  await pacer.exposeFunction('holds', async () => Boolean(await asked()));
}

/** Asks, frame by frame, until it holds; for what comes by itself. One question at a time. */
export async function eventually(holds, what) {
  const pacer = pacers.findLast((page) => !page.isClosed());
  asked = holds;
  const came = await pacer.evaluate(async (patience) => {
    const end = performance.now() + patience;
    while (!(await window.holds())) {
      if (performance.now() > end) return false;
      await new Promise(requestAnimationFrame);
    }
    return true;
  }, PATIENCE);
  if (!came) throw new Error(`never came true: ${what}`);
}

/** What axe finds: WCAG 2.2 A and AA and best practices, one line each. */
export async function violations(page) {
  if (!(await page.evaluate(() => 'axe' in window))) await page.evaluate(axeSource);
  const { violations: found } = await page.evaluate(() =>
    window.axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'],
    }),
  );
  return found.flatMap((v) => v.nodes.map((n) => `${v.id}: ${n.target.join(' ')}: ${v.help}`));
}

/** Kept as an artefact in $HOOKLINE_SCREENS, if that is set. */
export async function picture(page, name) {
  const folder = process.env.HOOKLINE_SCREENS;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  // Hiding the caret would put a style sheet into the page, which its policy refuses.
  await page.screenshot({ path: join(folder, `${name}.png`), caret: 'initial' });
}
