// A bot that does what it is told by text, with the official SDK and nothing else: only the base
// URL is not LINE's. What came of each exercise it prints as a line of JSON, and so do
// python/workbench.py and go/workbench.go.
//
//     CHANNEL_ID, CHANNEL_SECRET, CHANNEL_ACCESS_TOKEN, MENU_PNG (Base64)
//
// It says its port first; then the base URL is the first line of its input.
import { createHash, randomUUID } from "node:crypto";
import { once } from "node:events";
import http from "node:http";
import { createInterface } from "node:readline";
import { channelAccessToken, HTTPFetchError, messagingApi, middleware } from "@line/bot-sdk";

function report(members) {
  process.stdout.write(`${JSON.stringify(members)}\n`);
}

const server = http.createServer().listen(0, "127.0.0.1");
await once(server, "listening");
report({ type: "ready", port: server.address().port });
const [baseURL] = await once(createInterface({ input: process.stdin }), "line");

const { CHANNEL_ID, CHANNEL_SECRET, CHANNEL_ACCESS_TOKEN, MENU_PNG } = process.env;
const verify = middleware({ channelSecret: CHANNEL_SECRET });
const config = { channelAccessToken: CHANNEL_ACCESS_TOKEN, baseURL };
const line = new messagingApi.MessagingApiClient(config);
const blobs = new messagingApi.MessagingApiBlobClient(config);
const tokens = new channelAccessToken.ChannelAccessTokenClient({ baseURL });

const text = (words) => ({ type: "text", text: words });

// What the SDK makes of a refusal.
async function refusal(call) {
  try {
    await call();
    return { status: 200 };
  } catch (error) {
    if (!(error instanceof HTTPFetchError)) throw error;
    const body = JSON.parse(error.body);
    return {
      status: error.status,
      message: body.message,
      details: body.details ?? [],
      accepted: error.headers.get("x-line-accepted-request-id"),
    };
  }
}

async function read(stream) {
  const chunks = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

const flex = {
  type: "flex",
  altText: "a receipt",
  contents: {
    type: "bubble",
    body: { type: "box", layout: "vertical", contents: [{ type: "text", text: "合計 ¥1,200" }] },
    footer: {
      type: "box",
      layout: "vertical",
      contents: [
        { type: "button", action: { type: "postback", label: "Pay", data: "pay=1200" } },
      ],
    },
  },
};

const menu = {
  size: { width: 800, height: 540 },
  selected: true,
  name: "workbench",
  chatBarText: "Menu",
  areas: [
    {
      bounds: { x: 0, y: 0, width: 800, height: 540 },
      action: { type: "postback", data: "menu", label: "menu" },
    },
  ],
};

const exercises = {
  async reply(event) {
    const answer = await line.replyMessage({
      replyToken: event.replyToken,
      messages: [text("one"), flex],
    });
    return { sent: answer.sentMessages.length, quoted: Boolean(answer.sentMessages[0].quoteToken) };
  },
  async twice(event) {
    const reply = () =>
      line.replyMessage({ replyToken: event.replyToken, messages: [text("twice")] });
    await reply();
    return refusal(reply);
  },
  async long(event) {
    const messages = [text("x".repeat(5001))];
    return refusal(() => line.replyMessage({ replyToken: event.replyToken, messages }));
  },
  async push(event) {
    const message = { to: event.source.userId, messages: [text("pushed")] };
    const answer = await line.pushMessage(message, randomUUID());
    return { sent: answer.sentMessages.length };
  },
  async retry(event) {
    const key = randomUUID();
    const push = () =>
      line.pushMessage({ to: event.source.userId, messages: [text("once")] }, key);
    await push();
    return refusal(push);
  },
  async profile(event) {
    const profile = await line.getProfile(event.source.userId);
    return { same: profile.userId === event.source.userId, named: profile.displayName.length > 0 };
  },
  async stranger() {
    return refusal(() => line.getProfile("Unobody"));
  },
  async menu(event) {
    const { richMenuId } = await line.createRichMenu(menu);
    const image = Buffer.from(MENU_PNG, "base64");
    await blobs.setRichMenuImage(richMenuId, new Blob([image], { type: "image/png" }));
    await line.linkRichMenuIdToUser(event.source.userId, richMenuId);
    const linked = await line.getRichMenuIdOfUser(event.source.userId);
    const back = await read(await blobs.getRichMenuImage(richMenuId));
    await line.deleteRichMenu(richMenuId);
    return { linked: linked.richMenuId === richMenuId, image: back.equals(image) };
  },
  async token() {
    const issued = await tokens.issueStatelessChannelTokenByClientSecret(
      CHANNEL_ID,
      CHANNEL_SECRET,
    );
    const fresh = new messagingApi.MessagingApiClient({
      channelAccessToken: issued.access_token,
      baseURL,
    });
    return { expires: issued.expires_in, works: Boolean((await fresh.getBotInfo()).userId) };
  },
  async info() {
    return { user: (await line.getBotInfo()).userId };
  },
};

async function content(event) {
  const data = await read(await blobs.getMessageContent(event.message.id));
  return { bytes: data.length, sha256: createHash("sha256").update(data).digest("hex") };
}

async function handle(event) {
  if (event.type !== "message") return;
  const name = event.message.type === "text" ? event.message.text : "content";
  const exercise = name === "content" ? content : exercises[name];
  try {
    report({ type: "done", name, outcome: await exercise(event) });
  } catch (error) {
    report({ type: "failed", name, message: `${error}`, body: error.body });
  }
}

server.on("request", (request, response) => {
  verify(request, response, async (error) => {
    if (error) return response.writeHead(401).end();
    await Promise.all(request.body.events.map(handle));
    response.writeHead(200).end();
  });
});
process.on("SIGTERM", () => process.exit(0));
