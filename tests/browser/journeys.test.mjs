// What a bot developer does with the inspector in a day, step by step, on the real programs.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { eventually, openStage, picture } from './support/stage.mjs';

let stage;
before(async () => {
  stage = await openStage();
});
after(() => stage?.close());

const journey = (name, work) => test(name, () => stage.with({}, work));

const rows = (page) => page.getByRole('grid').getByRole('row');
const rowOf = (page, text) => rows(page).filter({ hasText: text }).first();
const tab = (page, name) => page.getByRole('tab', { name });
const said = (page, text) => page.getByRole('status').filter({ hasText: text }).first();

async function openRow(page, text) {
  // Its middle may be a badge that leads elsewhere.
  await rowOf(page, text).getByRole('gridcell').first().click();
  await page.getByRole('heading', { name: text }).first().waitFor();
}

async function filter(page, query) {
  const field = page.getByRole('combobox', { name: /filter/i });
  await field.fill(query);
  await field.press('Enter');
  await page.waitForURL((url) => url.searchParams.get('q') === query);
}

/** This row and no other. */
async function only(page, text) {
  await rowOf(page, text).waitFor();
  await eventually(async () => (await rows(page).count()) === 1, `one row, ${text}`);
}

/** The body that the bot was given, as bytes. */
const taken = async () => Buffer.from((await stage.rig('bot_take')).body, 'base64');

journey('a webhook arrives while one looks at an empty page', async (page) => {
  await page.getByRole('heading', { name: 'Ready for the first webhook' }).waitFor();
  await picture(page, 'first-run');
  assert.equal((await stage.rig('text', { text: '領収書をください' })).status, 200);
  await rowOf(page, '領収書をください').waitFor();
  assert.match(await rowOf(page, '領収書').getAttribute('aria-label'), /200/);
  await stage.rig('text', { text: '予約したい🙏' });
  await rowOf(page, '予約したい🙏').waitFor();
});

journey('one of many is found by Japanese text of two characters, in any width', async (page) => {
  await stage.rig('text', { text: 'ｶﾀｶﾅで注文' });
  await filter(page, '領収');
  await only(page, '領収書をください');
  await filter(page, 'カタカナ');
  await only(page, 'ｶﾀｶﾅで注文');
  await filter(page, 'type:');
  await page.locator('#filter-error').waitFor();
  // The browser itself notes every answer that is an error.
  page.complaints = page.complaints.filter((line) => !line.includes('400 (Bad Request)'));
  await filter(page, 'text:絶対にない');
  await page.getByText('Nothing matches').waitFor();
  await picture(page, 'no-match');
});

journey('a replay brings the bot the very same bytes', async (page) => {
  await stage.rig('bot_forget');
  await openRow(page, '予約したい🙏');
  const { json } = await stage.api(page, `/api/exchanges/${page.url().match(/\/x\/(\d+)/)[1]}`);
  await page.getByRole('button', { name: 'Replay', exact: true }).click();
  assert.equal((await taken()).toString(), json.request.body.text);
  await said(page, 'Replayed').waitFor();
  await page.getByText('Replayed once').waitFor();
  await picture(page, 'exchange');
});

journey('edited, signed again and replayed, the bot can verify it', async (page) => {
  await openRow(page, '予約したい🙏');
  await stage.rig('bot_forget');
  await page.getByRole('button', { name: 'Edit & replay' }).click();
  const editor = page.getByRole('dialog').locator('.cm-content');
  await editor.waitFor();
  await picture(page, 'edit-replay');
  await editor.click();
  await page.keyboard.press('Control+A');
  await page.keyboard.press('Delete');
  const body = '{"destination":"Ub0","events":[],"text":"ｷｬﾝｾﾙ"}';
  await page.keyboard.insertText(body);
  await page.keyboard.press('Control+Enter');
  assert.equal((await taken()).toString(), body);
  await filter(page, 'is:replay is:verify');
  await only(page, 'Verify button');
  const { json } = await stage.api(page, '/api/exchanges?q=is:replay&limit=1');
  assert.equal(json.items[0].verdict, 'valid');
});

journey('a wrong signature on purpose is for the bot to refuse', async (page) => {
  const list = (await stage.api(page, '/api/exchanges?q=-is:replay&limit=1')).json;
  const answer = await stage.api(page, `/api/exchanges/${list.items[0].id}/replay`, {
    method: 'POST',
    body: JSON.stringify({ sign: 'wrong' }),
  });
  assert.equal(answer.status, 202);
  const text = list.items[0].first.text;
  await filter(page, 'sig:invalid');
  await only(page, text);
  await openRow(page, text);
  await tab(page, 'Diagnosis').click();
  await page.getByRole('heading', { name: /signature/i }).first().waitFor();
  await picture(page, 'diagnosis');
});

journey('two exchanges are compared', async (page) => {
  const { items } = (await stage.api(page, '/api/exchanges?q=type:message -is:replay&limit=2')).json;
  await page.goto(`${stage.origin}/compare/${items[0].id}/${items[1].id}`);
  await page.getByRole('heading', { name: 'Compare two exchanges' }).waitFor();
  await page.getByText(items[0].first.text).first().waitFor();
  await page.getByText(items[1].first.text).first().waitFor();
  await picture(page, 'compare');
});

journey('what is exported as HAR comes back byte for byte', async (page) => {
  const before = (await stage.api(page, '/api/exchanges?q=領収&limit=1')).json.items[0];
  await openRow(page, '領収書をください');
  await page.getByRole('button', { name: /^More: copy/ }).click();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: 'Export HAR' }).click(),
  ]);
  const har = readFileSync(await download.path(), 'utf8');
  const other = await openStage();
  try {
    const there = await other.page();
    const answer = await other.api(there, '/api/import', { method: 'POST', body: har });
    assert.deepEqual(answer.json, { count: 1, skipped: 0 });
    const [again] = (await other.api(there, '/api/exchanges?q=is:imported')).json.items;
    const sha = async (where, on, id) =>
      (await where.api(on, `/api/exchanges/${id}`)).json.request.body.sha256;
    assert.equal(await sha(other, there, again.id), await sha(stage, page, before.id));
    assert.equal(again.received_at, before.received_at);
  } finally {
    await other.close();
  }
});

journey('pin, note, delete and undo', async (page) => {
  await filter(page, 'ｶﾀｶﾅ -is:replay');
  await only(page, 'ｶﾀｶﾅで注文');
  await openRow(page, 'ｶﾀｶﾅで注文');
  await page.getByRole('button', { name: 'Pin', exact: true }).click();
  await page.getByRole('button', { name: 'Pin', exact: true, pressed: true }).waitFor();
  await page.keyboard.press('n');
  await page.getByRole('textbox', { name: 'Note' }).fill('見積もりの例 <b>');
  await page.keyboard.press('Control+Enter');
  await page.getByText('見積もりの例 <b>').waitFor();
  await filter(page, '見積もり');
  await rowOf(page, 'ｶﾀｶﾅで注文').waitFor();
  await filter(page, 'is:pinned');
  await only(page, 'ｶﾀｶﾅで注文');
  await openRow(page, 'ｶﾀｶﾅで注文');
  await page.keyboard.press('Delete');
  await page.getByText('Nothing matches').waitFor();
  await page.keyboard.press('Control+z');
  await rowOf(page, 'ｶﾀｶﾅで注文').waitFor();
});

journey('the language is switched, and stays', async (page) => {
  await rowOf(page, '領収書をください').waitFor();
  await page.getByRole('button', { name: /Language/ }).click();
  await page.getByRole('menuitemradio', { name: '日本語' }).click();
  await page.getByRole('link', { name: '通信' }).waitFor();
  await picture(page, 'exchanges-ja');
  await page.reload();
  await page.getByRole('link', { name: '通信' }).waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.lang), 'ja');
});

journey('everything by keyboard: filter, open, replay, edit, send, compare, delete, undo', async (page) => {
  await stage.rig('text', { text: 'キーボードだけで' });
  await rowOf(page, 'キーボードだけで').waitFor();
  await page.keyboard.press('/');
  await page.keyboard.insertText('キーボード');
  await page.keyboard.press('Enter');
  await page.waitForURL(/q=/);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await filter(page, 'キーボード');
  await page.getByRole('combobox', { name: /filter/i }).blur();
  await rowOf(page, 'キーボードだけで').waitFor();
  await page.keyboard.press('j');
  await page.keyboard.press('Enter');
  await page.waitForURL(/\/x\/\d+/);
  await page.getByRole('heading', { name: 'キーボードだけで' }).first().waitFor();
  await stage.rig('bot_forget');
  await page.keyboard.press('r');
  const sent = await taken();
  await page.keyboard.press('5');
  await tab(page, 'Timeline').and(page.locator('[aria-selected=true]')).waitFor();
  await page.keyboard.press('e');
  await page.getByRole('dialog').locator('.cm-content').waitFor();
  await page.keyboard.press('Control+Enter');
  assert.deepEqual(await taken(), sent);
  await page.waitForURL(/\/x\/\d+/);
  await page.keyboard.press('?');
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Delete');
  await said(page, '1 exchange deleted').waitFor();
  await page.keyboard.press('Control+z');
  await said(page, 'back').waitFor();
  await page.keyboard.press('g');
  await page.keyboard.press('d');
  await page.waitForURL(/\/doctor$/);
  await page.keyboard.press('g');
  await page.keyboard.press('c');
  await page.waitForURL(/\/chat/);
});

journey('a late bot: the guard answers LINE, and the page says both', async (page) => {
  await stage.rig('bot_will', { answers: [{ after_ms: 2300 }] });
  assert.equal((await stage.rig('text', { text: '遅い応答' })).status, 200);
  await openRow(page, '遅い応答');
  await page.getByText(/The bot answered after 2\.\d+ s/).first().waitFor();
  await tab(page, 'Timeline').click();
  await picture(page, 'timeline');
  await filter(page, 'is:late');
  await rowOf(page, '遅い応答').waitFor();
});

journey('the relay goes and comes back; so does the agent, and the page resumes by itself', async (page) => {
  await rowOf(page, '領収書をください').waitFor();
  await stage.rig('stop_relay');
  await page.getByText(/The link to the relay is down since/).first().waitFor();
  await picture(page, 'link-down');
  await stage.rig('start_relay');
  await page.getByText(/The link to the relay is down since/).first().waitFor({ state: 'hidden' });

  const address = new URL(stage.places.page).host;
  await stage.rig('stop_agent');
  await page.getByText('Hookline is not running on this computer.').first().waitFor();
  assert.ok(await rowOf(page, '領収書をください').isVisible(), 'what was read stays');
  await picture(page, 'agent-gone');
  await stage.rig('start_agent', { address });
  await page.getByText('Hookline is not running on this computer.').first().waitFor({ state: 'hidden' });
  await stage.rig('text', { text: 'ただいま' });
  await rowOf(page, 'ただいま').waitFor();
  // While nobody listened the browser itself wrote that into the console.
  page.complaints = page.complaints.filter((line) => !/ERR_CONNECTION_REFUSED|net::ERR/.test(line));
});
