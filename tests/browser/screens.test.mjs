// Every screen at four widths, in both themes and three languages: nothing that axe finds, nothing that
// sticks out sideways, no complaint of the browser. With $HOOKLINE_SCREENS axe looks at every one of them,
// and a picture of each is kept; without, each width and each theme is looked at once a screen.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually, openStage, picture, sizes, violations } from './support/stage.mjs';

const LANGUAGES = ['en', 'ja', 'zh-Hant'];
const ROW = '[role=grid] [role=row]';
const LONG = `https://example.com/${'とても長い一つの言葉'.repeat(12)}${'x'.repeat(300)}`;

let stage;
const pages = {};
const ids = {};

before(async () => {
  stage = await openStage();
  for (const language of LANGUAGES) pages[language] = await stage.page({ language });
});
after(() => stage?.close());

const all = 'HOOKLINE_SCREENS' in process.env;
const AXE_AT = ['wide-dark', 'usual-light', 'tablet-light', 'phone-dark'];

/** What sticks out of the window. */
const outside = (page) =>
  page.evaluate(async () => {
    await new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)));
    const { scrollWidth } = document.documentElement;
    return scrollWidth > innerWidth ? [`${scrollWidth} px in a window of ${innerWidth} px`] : [];
  });

/** The screen as it stands, at every width and in both themes. */
async function look(page, name, language) {
  const found = [];
  const see = async (theme, size) => {
    await page.emulateMedia({ colorScheme: theme });
    await page.setViewportSize(sizes[size]);
    const faults = await outside(page);
    if (all || AXE_AT.includes(`${size}-${theme}`)) faults.push(...(await violations(page)));
    found.push(...faults.map((fault) => `${size}, ${theme}, ${language}: ${fault}`));
    await picture(page, `${name}-${size}-${theme}-${language}`);
  };
  // The usual size comes last: whoever enters the next screen finds it.
  const order = language === 'en' ? ['wide', 'tablet', 'phone', 'usual'] : ['usual'];
  for (const size of order) {
    if (language === 'en') await see('dark', size);
    await see('light', size);
  }
  return found;
}

/** `enter(page)` brings a page to the screen, whatever its language. */
function screen(name, enter) {
  test(name, async () => {
    const found = [];
    for (const language of LANGUAGES) {
      await enter(pages[language]);
      found.push(...(await look(pages[language], name, language)));
    }
    assert.deepEqual([...new Set(found)], []);
  });
}

/** By way of an empty page, so that nothing is left open. */
async function at(page, path, shown) {
  await page.goto(stage.origin + path);
  await page.locator(shown).first().waitFor();
}
const pressed = (keys, shown) => async (page) => {
  await at(page, '/', ROW);
  for (const key of keys) await page.keyboard.press(key);
  await page.locator(shown).waitFor();
};

async function newest(q) {
  const path = `/api/exchanges?limit=1&q=${encodeURIComponent(q)}`;
  return (await stage.api(pages.en, path)).json.items[0]?.id;
}

screen('first-run', (page) => at(page, '/', 'main h2, main h1:not(.sr)'));

test('LINE and its users do what they do', async () => {
  const user = (n) => `U${String(n).repeat(32)}`;
  const event = (number, members) => ({
    mode: 'active',
    timestamp: 1790000000000 + number,
    source: { type: 'user', userId: user(number) },
    webhookEventId: `01HZZZZZZZZZZZZZZZZZZ${number}`.padEnd(26, '0'),
    deliveryContext: { isRedelivery: number === 3 },
    replyToken: String(number).repeat(32),
    ...members,
  });
  const sticker = { type: 'sticker', id: '1', packageId: '446', stickerId: '1988', keywords: ['love'] };
  await stage.rig('text', { text: LONG });
  await stage.rig('text', { text: '請問這款還有庫存嗎？', user: user(2) });
  await stage.rig('events', [
    [
      event(3, { type: 'message', message: sticker }),
      event(4, { type: 'postback', postback: { data: 'action=buy&item=123' } }),
      event(5, { type: 'follow', follow: { isUnblocked: false } }),
    ],
  ]);
  await stage.rig('raw', { body: Buffer.from('\x00\x01 no JSON').toString('base64') });
  await stage.rig('text', { text: 'signed with another secret', secret: 'f'.repeat(32) });
  await stage.rig('bot_will', { answers: [{ status: 500, body: 'oh no' }, { after_ms: 2000 }] });
  await stage.rig('text', { text: 'the bot fails' });
  await stage.rig('text', { text: '遅い応答' });
  await eventually(() => newest('is:late'), 'the late answer');
  await stage.rig('text', { text: '領収書をください' });
  for (const [name, q] of Object.entries({
    text: 'text:領収書',
    late: 'is:late',
    invalid: 'sig:invalid',
    failed: 'status:500',
    events: 'type:postback',
  }))
    assert.ok((ids[name] = await newest(q)), `no ${name}`);
  const greeting = { type: 'text', text: '領収書をお送りします 📄' };
  await reply(ids.text, [greeting, { type: 'sticker', packageId: '446', stickerId: '1988' }]);
  await reply(ids.text, [greeting]);
  const post = (path, body) =>
    stage.api(pages.en, path, { method: 'POST', body: JSON.stringify(body) });
  assert.equal((await post(`/api/exchanges/${ids.text}/replay`, { sign: 'keep' })).status, 202);
  await eventually(() => newest('is:replay'), 'the replay');
  ids.replay = await newest('is:replay');
  await reply(ids.replay, [{ type: 'text', text: '' }, greeting]);
  await eventually(async () => (await detailOf(ids.replay)).calls.length === 1, 'its call');
});

const detailOf = async (id) => (await stage.api(pages.en, `/api/exchanges/${id}`)).json;

/** What the bot's SDK does with the reply token of an exchange. */
async function reply(id, messages) {
  const { line_api: port } = (await stage.api(pages.en, '/api/status')).json;
  const [{ reply_token: token }] = (await detailOf(id)).events;
  const answer = await fetch(`${port.url}/v2/bot/message/reply`, {
    method: 'POST',
    headers: { Authorization: 'Bearer token', 'Content-Type': 'application/json' },
    body: JSON.stringify({ replyToken: token.value, messages }),
  });
  await answer.text();
}

screen('list', (page) => at(page, '/', ROW));
for (const tab of ['events', 'request', 'response', 'line-api', 'timeline', 'diagnosis'])
  screen(`exchange-${tab}`, (page) => at(page, `/x/${ids.text}/${tab}`, '[role=tabpanel]'));
screen('three-events', (page) => at(page, `/x/${ids.events}/events`, '[role=tabpanel]'));
screen('late', (page) => at(page, `/x/${ids.late}/timeline`, '[role=tabpanel]'));
screen('invalid-signature', (page) => at(page, `/x/${ids.invalid}/diagnosis`, '[role=tabpanel]'));
screen('bot-failed', (page) => at(page, `/x/${ids.failed}/response`, '[role=tabpanel]'));
screen('calls-of-a-replay', (page) => at(page, `/x/${ids.replay}/line-api`, '.sides .call[open]'));
screen('no-calls', (page) => at(page, `/x/${ids.invalid}/line-api`, '.blank .sdk'));
screen('line-api-port', async (page) => {
  await at(page, '/', ROW);
  await page.setViewportSize(sizes.usual);
  await page.locator('.hop.api').click();
  await page.locator('.line-api-pop .sdk').waitFor();
});
screen('simulate', (page) => at(page, '/simulate/sticker', '.sim .cm-content'));
screen('edit', (page) => at(page, `/x/${ids.text}/edit`, 'dialog .cm-content'));
screen('compare', (page) => at(page, `/compare/${ids.text}/${ids.late}`, '.cmp, .compare'));
screen('conversation', (page) => at(page, '/chat', '.chat .scroll, .chat .log'));
screen('doctor', (page) => at(page, '/doctor', 'main h1:not(.sr), main h2'));
screen('no-match', (page) => at(page, '/?q=text:nobody-wrote-this', '.blank h2'));
screen('help', pressed(['?'], 'dialog[open]'));
screen('command-menu', pressed(['Control+k'], 'dialog.palette'));
screen('selected', pressed(['j', 'x'], '[role=grid].checking'));
screen('filter-error', async (page) => {
  await at(page, '/', ROW);
  await page.getByRole('combobox').fill('status:');
  await page.keyboard.press('Enter');
  await page.locator('#filter-error').waitFor();
  // That the agent refused it with 400, the browser itself writes into the console.
  page.complaints = page.complaints.filter((line) => !line.includes('/api/exchanges?q=status%3A&'));
});
screen('settings', async (page) => {
  await at(page, '/', ROW);
  await page.locator('.top-end > * > button, .top-end > button').last().click();
  await page.locator('.settings:popover-open').waitFor();
});

test('locked', async () => {
  const context = await stage.context();
  const page = await context.newPage();
  try {
    await page.goto(stage.origin);
    await page.locator('.locked h2').waitFor();
    assert.deepEqual(await look(page, 'locked', 'en'), []);
  } finally {
    await context.close();
  }
});

test('link-down', async () => {
  await at(pages.en, '/', ROW);
  await stage.rig('stop_relay');
  await pages.en.locator('.banner').waitFor();
  assert.deepEqual(await look(pages.en, 'link-down', 'en'), []);
});

test('agent-gone', async () => {
  const before = pages.en.complaints.length;
  for (const language of LANGUAGES.slice(1)) await pages[language].context().close();
  await stage.rig('stop_agent');
  await pages.en.locator('.banner.bad').waitFor();
  assert.deepEqual(await look(pages.en, 'agent-gone', 'en'), []);
  // That nobody listens any more, the browser itself writes into the console.
  const { complaints } = pages.en;
  complaints.push(...complaints.splice(before).filter((line) => !line.includes('net::ERR_')));
});
