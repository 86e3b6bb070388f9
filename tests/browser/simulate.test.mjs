// Events without a phone: the Simulate screen on the real programs. What it says is sent, the bot gets as from LINE; what the
// bot then says through the LINE API port is seen beside it, and nobody else gets it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { eventually, openStage, picture } from './support/stage.mjs';

let stage;
before(async () => {
  stage = await openStage();
});
after(() => stage?.close());

const at = (name, type, work) =>
  test(name, () =>
    stage.with({ path: `/simulate/${type}` }, async (page) => {
      await page.locator('.sim .cm-content').waitFor();
      await stage.rig('bot_forget');
      await work(page);
    }),
  );

const field = (page, name) => page.getByRole('textbox', { name: new RegExp(`^${name}`) });
const send = (page) => page.getByRole('button', { name: /^Send/ }).click();
const newestRun = (page) => page.locator('.runs li').first();
const editor = (page) => page.locator('.sim .cm-content');

async function retype(page, text) {
  await editor(page).click();
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Delete');
  await page.keyboard.insertText(text);
}

/** What the bot was given: the webhook, and its signature. */
async function taken() {
  const { head, body } = await stage.rig('bot_take');
  return { head, webhook: JSON.parse(Buffer.from(body, 'base64')) };
}

/** What the bot's SDK does with a reply token. */
async function reply(page, replyToken, messages) {
  const { line_api: port } = (await stage.api(page, '/api/status')).json;
  const answer = await fetch(`${port.url}/v2/bot/message/reply`, {
    method: 'POST',
    headers: { Authorization: 'Bearer token', 'Content-Type': 'application/json' },
    body: JSON.stringify({ replyToken, messages }),
  });
  return answer.status;
}

at('a text is sent as of LINE, and the reply is seen', 'text', async (page) => {
  await field(page, 'text').fill('予約をキャンセルしたい');
  await page.keyboard.press('Control+Enter');
  const { head, webhook } = await taken();
  const [event] = webhook.events;
  assert.match(head, /^x-line-signature: \S{44}\r?$/im);
  assert.equal(event.message.text, '予約をキャンセルしたい');
  assert.match(event.webhookEventId, /^[0-9A-HJKMNP-TV-Z]{26}$/);
  assert.match(event.source.userId, /^U[0-9a-f]{32}$/);
  assert.equal(event.mode, 'active');
  assert.equal(await reply(page, event.replyToken, [{ type: 'text', text: '承りました' }]), 200);
  await newestRun(page).locator('.msg', { hasText: '承りました' }).waitFor();
  assert.equal(await reply(page, event.replyToken, [{ type: 'text', text: 'again' }]), 400);
  await newestRun(page).locator('b', { hasText: 'The reply token was used before.' }).waitFor();
  await picture(page, 'simulate-reply');
  await newestRun(page).locator('.rows-of-run a').first().click();
  await page.getByRole('heading', { name: '予約をキャンセルしたい' }).waitFor();
  await page.getByRole('row', { selected: true }).getByText('simulated').waitFor();
  await page.keyboard.press('4');
  await page.locator('.call b', { hasText: 'The reply token was used before.' }).waitFor();
  assert.equal(await page.locator('.call').count(), 2);
});

at('form and JSON are one document; what is no JSON is not sent', 'text', async (page) => {
  await field(page, 'text').fill('from the form');
  assert.match(await editor(page).innerText(), /"text": "from the form"/);
  await retype(page, '{"type":"message","message":{"type":"text","text":"from the editor"}}');
  await eventually(async () => (await field(page, 'text').inputValue()) === 'from the editor', 'it');
  await retype(page, '{"type":"message","message":{"type":"text","te');
  await page.locator('.json-bar .warn').waitFor();
  assert.equal(await field(page, 'text').inputValue(), 'from the editor');
  assert.ok(await page.getByRole('button', { name: /^Send/ }).isDisabled());
  await field(page, 'text').fill('from the form again');
  await send(page);
  assert.equal((await taken()).webhook.events[0].message.text, 'from the form again');
});

at('several events go in one webhook or one each, in any order', 'text', async (page) => {
  await field(page, 'text').fill('first');
  await page.getByRole('button', { name: 'Add to batch' }).click();
  await page.getByRole('link', { name: 'postback', exact: true }).click();
  await field(page, 'data').fill('second');
  await send(page);
  assert.deepEqual(
    (await taken()).webhook.events.map((event) => event.type),
    ['message', 'postback'],
  );
  await page.getByRole('button', { name: 'One each' }).click();
  await page.getByLabel('Order').selectOption('reversed');
  await page.getByRole('button', { name: 'Send 2 webhooks' }).click();
  assert.equal((await taken()).webhook.events[0].type, 'postback');
  assert.equal((await taken()).webhook.events[0].type, 'message');
});

at('a bot that takes a wrong signature hears of it', 'follow', async (page) => {
  await page.getByLabel('Signature').selectOption('wrong');
  await send(page);
  await newestRun(page).getByText('200, should refuse').waitFor();
  await newestRun(page).getByRole('link', { name: 'Why' }).click();
  await page.getByRole('heading', { name: 'The bot accepted a wrong signature' }).waitFor();
  await page.goto(`${stage.origin}/simulate/follow`);
  await page.getByLabel('Signature').selectOption('missing');
  await stage.rig('bot_will', { answers: [{ status: 401, body: 'no' }] });
  await send(page);
  await newestRun(page).getByText(/401|refused/).first().waitFor();
  assert.equal(await page.getByText('should refuse').count(), 0);
});

at('a test person is made on the way', 'text', async (page) => {
  await page.getByLabel('From').selectOption('new');
  await page.getByRole('dialog').getByLabel('Name').fill('王小明');
  await page.getByRole('button', { name: 'Make' }).click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await send(page);
  const { userId } = (await taken()).webhook.events[0].source;
  assert.ok((await editor(page).innerText()).includes(userId));
  await page.getByRole('link', { name: 'Exchanges' }).first().click();
  await page.getByRole('grid').getByText('王小明').first().waitFor();
});

at('a picture that was chosen is what the bot fetches', 'image', async (page) => {
  const dots = Buffer.from('not really a picture');
  await page.locator('input[type=file]').setInputFiles({ name: 'a.png', mimeType: 'image/png', buffer: dots });
  await send(page);
  const [event] = (await taken()).webhook.events;
  const { line_api: port } = (await stage.api(page, '/api/status')).json;
  const answer = await fetch(`${port.url}/v2/bot/message/${event.message.id}/content`, {
    headers: { Authorization: 'Bearer token' },
  });
  assert.equal(answer.headers.get('content-type'), 'image/png');
  assert.deepEqual(Buffer.from(await answer.arrayBuffer()), dots);
});

at('a simulation is kept under a name', 'postback', async (page) => {
  await field(page, 'data').fill('kept=1');
  await page.getByRole('button', { name: 'Save as a template' }).click();
  await page.getByRole('dialog').getByLabel('Name').fill('my postback');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.goto(`${stage.origin}/simulate/text`);
  await page.getByRole('button', { name: 'my postback', exact: true }).click();
  await eventually(async () => (await field(page, 'data').inputValue()) === 'kept=1', 'it is loaded');
  await page.getByRole('button', { name: 'Delete my postback' }).click();
  await page.reload();
  await page.locator('.sim .cm-content').waitFor();
  assert.equal(await page.getByText('my postback').count(), 0);
});

at('a copied command sends the same', 'text', async (page) => {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await field(page, 'text').fill("it's $HOME, 「引用」");
  await page.getByRole('button', { name: 'Copy as a hookline trigger command' }).click();
  const command = await page.evaluate(() => navigator.clipboard.readText());
  // As it is typed, but to the agent of this test.
  const hookline = `hookline() { '${process.env.HOOKLINE_BIN}' "$@" --data '${stage.places.data}'; }`;
  const { code, err } = await stage.rig('shell', { command: `${hookline}\n${command}` });
  assert.equal(code, 0, err);
  assert.equal((await taken()).webhook.events[0].message.text, "it's $HOME, 「引用」");
});
