// Somebody chats with a bot on the official SDK, in the Conversation screen: types, taps, picks, sends a picture, and sees
// what the bot answers. Nothing of it leaves this computer.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { startBot } from './support/chat_bot.mjs';
import { eventually, openStage, picture, sizes, violations } from './support/stage.mjs';

const SECRET = '0123456789abcdef0123456789abcdef';
/** A picture of one dot. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
);

let bot;
let stage;
let page;
let chat;

before(async () => {
  bot = await startBot(SECRET);
  stage = await openStage({
    forward: bot.address,
    secret: SECRET,
    flags: ['--line-api-addr', '127.0.0.1:0'],
  });
  page = await stage.page({ path: '/chat' });
  const { json } = await stage.api(page, '/api/status');
  bot.use(json.line_api.url);
});
after(async () => {
  await stage?.close();
  bot?.stop();
});

const log = () => page.getByRole('log');
const field = () => page.getByRole('textbox', { name: 'Message text' });
const inBubble = (text) => log().locator('.msg.in', { hasText: text }).last();
const outBubble = (text) => log().locator('.msg.out', { hasText: text }).last();
const button = (name) => log().getByRole('button', { name, exact: true }).last();

async function say(text) {
  await field().fill(text);
  await field().press('Enter');
  await outBubble(text).waitFor();
}

test('a test user is made, and may write at once', async () => {
  await page.getByRole('button', { name: 'New test user or group' }).first().click();
  const dialog = page.getByRole('dialog');
  assert.deepEqual(await violations(page), []);
  await dialog.getByRole('textbox', { name: 'Name' }).fill('アリス');
  await dialog.getByRole('button', { name: 'Create' }).click();
  await page.getByRole('navigation', { name: 'Chats' }).getByText('アリス').waitFor();
  await page.getByText('Replies stay here; nobody gets a message.').waitFor();
  chat = decodeURIComponent(new URL(page.url()).pathname.split('/').at(-1));
  assert.match(chat, /^U[0-9a-f]{32}$/);
});

test('while somebody writes here, the agent keeps back what the bot sends', async () => {
  await eventually(async () => {
    const { json } = await stage.api(page, '/api/status');
    return json.line_api.emulating !== null;
  }, 'emulating');
});

test('what is typed reaches the bot as of LINE, and its reply is a bubble', async () => {
  await say('こんにちは 🙏');
  await inBubble('you said: こんにちは 🙏').waitFor();
  const [event] = bot.events('message');
  assert.equal(event.source.userId, chat);
  assert.match(event.replyToken, /^[0-9a-f]{32}$/);
  assert.match(event.webhookEventId, /^[0-9A-HJKMNP-TV-Z]{26}$/);
  assert.match(event.message.id, /^\d{18}$/);
  assert.ok(event.message.quoteToken);
  assert.equal(await field().inputValue(), '');
});

test('a line break is written with Shift, and Enter of an input method sends nothing', async () => {
  await field().fill('one');
  await field().press('Shift+Enter');
  await field().pressSequentially('two');
  await field().dispatchEvent('keydown', { key: 'Enter', isComposing: true, bubbles: true });
  assert.equal(await field().inputValue(), 'one\ntwo');
  await field().press('Enter');
  await inBubble('you said: one').waitFor();
});

test('a button is tapped: the postback arrives, its words are shown, the Flex reply is drawn', async () => {
  await say('menu');
  await button('Receipt').click();
  await eventually(() => bot.events('postback').length === 1, 'the postback');
  assert.equal(bot.events('postback')[0].postback.data, 'show=receipt');
  await outBubble('Receipt please').waitFor();
  const flex = log().locator('.flexb').last();
  await flex.getByText('領収書').waitFor();
  const bold = await flex.getByText('領収書').evaluate((one) => getComputedStyle(one).fontWeight);
  assert.equal(bold, '700');
  await picture(page, 'chat-flex');
  await button('Pay').click();
  await outBubble('Pay please').waitFor();
  await inBubble('got pay=1200').waitFor();
});

test('a date is picked, and sent as LINE sends it', async () => {
  await button('Book').click();
  const dialog = page.getByRole('dialog');
  assert.equal(await dialog.locator('input').inputValue(), '2026-12-24');
  assert.deepEqual(await violations(page), []);
  await dialog.locator('input').fill('2026-12-31');
  await dialog.getByRole('button', { name: 'Send' }).click();
  await inBubble('booked for 2026-12-31').waitFor();
  assert.deepEqual(bot.events('postback').at(-1).postback.params, { date: '2026-12-31' });
});

test('a button with words says them', async () => {
  await button('Hours').click();
  await inBubble('you said: opening hours').waitFor();
});

test('an address is shown before it is opened, and does not learn where one comes from', async () => {
  await button('Site').click();
  const open = page.getByRole('dialog').getByRole('link', { name: 'Open' });
  assert.equal(await open.getAttribute('href'), 'https://example.com/shop');
  assert.match(await open.getAttribute('rel'), /noreferrer/);
  await page.getByRole('dialog').getByText('https://example.com/shop').waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
});

test('quick replies are there until something is said', async () => {
  await say('ask');
  const replies = page.getByRole('group', { name: 'Quick replies' });
  await replies.getByRole('button', { name: 'Nowhere' }).click();
  await inBubble('you said: nowhere').waitFor();
  await replies.waitFor({ state: 'detached' });
});

test('a loading animation is a grey line', async () => {
  await say('wait');
  await inBubble('you said: wait').waitFor();
  await log().locator('.sys').getByText('The bot shows a loading animation, 5 s at most').waitFor();
});

test('a refused message says why, on the message that caused it', async () => {
  await say('refuse');
  const bubble = inBubble('long long');
  await bubble.getByText('messages[1].template.text').waitFor();
  await bubble.getByText('240').waitFor();
  await bubble.locator('.meta').getByText('not delivered').waitFor();
  assert.equal(await inBubble('fine').locator('.faults').count(), 0);
  await bot.saw((one) => one.type === 'failed', 'the SDK throws');
  await bubble.getByRole('button', { name: 'Details of the message' }).click();
  await page.getByRole('complementary', { name: 'Details' }).getByRole('heading', { name: 'not delivered' }).waitFor();
  assert.deepEqual(await violations(page), []);
  await picture(page, 'chat-refused');
});

test('the time of a bubble leads to its call', async () => {
  await inBubble('long long').locator('.meta a').click();
  await page.waitForURL(/\/x\/\d+\/line-api/);
  await page.goBack();
  await log().waitFor();
});

test('a picture is sent, fetched by the bot, and shown from the journal', async () => {
  const tools = page.getByRole('toolbar');
  await tools.getByRole('button', { name: 'Image, video, file' }).click();
  await page.locator('.composer input[type=file]').setInputFiles({ name: 'dot.png', mimeType: 'image/png', buffer: PNG });
  await page.locator('.composer').getByRole('button', { name: 'Send' }).click();
  await inBubble(`a picture of ${PNG.length} bytes`).waitFor();
  const shown = log().locator('.msg.out img.content');
  await shown.waitFor();
  assert.match(await shown.getAttribute('src'), /^blob:/);
  assert.equal(await shown.evaluate((one) => one.decode().then(() => one.naturalWidth)), 1);
});

test('a sticker and a place are sent', async () => {
  const composer = page.locator('.composer');
  const tools = page.getByRole('toolbar');
  await tools.getByRole('button', { name: 'Sticker' }).click();
  await composer.getByRole('button', { name: 'Send' }).click();
  await inBubble('a sticker').waitFor();
  await tools.getByRole('button', { name: 'Location' }).click();
  await composer.getByRole('button', { name: 'Send' }).click();
  await inBubble('a location').waitFor();
  assert.equal(bot.events('message').at(-1).message.latitude, 35.681236);
});

test('to block the bot is a grey line', async () => {
  await page.getByRole('button', { name: 'More events' }).click();
  await page.getByRole('menuitem', { name: 'Blocked the bot' }).click();
  await log().locator('.sys').getByText('Blocked the bot').waitFor();
  assert.equal(bot.events('unfollow').length, 1);
});

test('who only watches sends nothing, and the lease ends', async () => {
  await page.getByRole('group', { name: 'Mode' }).getByRole('button', { name: 'Watch' }).click();
  await field().waitFor({ state: 'detached' });
  const { json } = await stage.api(page, '/api/status');
  assert.notEqual(json.line_api.emulating, 'lease');
  const before = bot.reports.length;
  await button('Pay').click();
  await page.getByText('This sends something: switch to Simulate first').first().waitFor();
  assert.equal(bot.reports.length, before);
});

test('in a group somebody speaks', async () => {
  await page.getByRole('button', { name: 'New test user or group' }).first().click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('combobox', { name: 'Kind' }).selectOption('group');
  await dialog.getByRole('textbox', { name: 'Name' }).fill('チーム');
  await dialog.getByRole('button', { name: 'Create' }).click();
  await page.getByRole('combobox', { name: 'as' }).selectOption({ label: 'アリス' });
  await say('hello everybody');
  await inBubble('you said: hello everybody').waitFor();
  const { source } = bot.events('message').at(-1);
  assert.match(source.groupId, /^C[0-9a-f]{32}$/);
  assert.equal(source.userId, chat);
  await outBubble('hello everybody').locator('.who').getByText('アリス').waitFor();
  assert.deepEqual(await violations(page), []);
});

for (const language of ['en', 'ja', 'zh-Hant']) {
  test(`it can be used by everybody, ${language}`, async () => {
    const path = `/chat/${chat}`;
    await stage.with({ language, theme: language === 'ja' ? 'dark' : 'light', path }, async (other) => {
      for (const size of ['wide', 'tablet', 'phone', 'usual']) {
        await other.setViewportSize(sizes[size]);
        await other.getByRole('log').locator('.msg').first().waitFor();
        assert.deepEqual(await violations(other), [], size);
        const wider = await other.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        assert.ok(wider <= 0, `${wider} px stick out, ${size}`);
        await picture(other, `chat-${size}-${language}`);
      }
    });
  });
}
