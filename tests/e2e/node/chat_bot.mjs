// A bot to chat with, as somebody would write it with the official SDK: menus, pickers, Flex Messages, pictures.
// Only the base URL is not LINE's; it comes as a line on standard input, once it is known.
//
//     CHANNEL_SECRET, CHANNEL_ACCESS_TOKEN, PORT
//
// Prints a line of JSON for each thing that happens: ready, event, failed.
import http from "node:http";
import { createInterface } from "node:readline";
import { HTTPFetchError, messagingApi, middleware } from "@line/bot-sdk";

const { CHANNEL_SECRET, CHANNEL_ACCESS_TOKEN, PORT = "0" } = process.env;
const verify = middleware({ channelSecret: CHANNEL_SECRET });
let line;
let blobs;

function report(type, members) {
  process.stdout.write(`${JSON.stringify({ type, ...members })}\n`);
}

const text = (words) => ({ type: "text", text: words });
const postback = (label, data) => ({ type: "postback", label, data, displayText: `${label} please` });

const menu = {
  type: "template",
  altText: "menu",
  template: {
    type: "buttons",
    title: "メニュー",
    text: "何をお手伝いしましょうか。",
    actions: [
      postback("Receipt", "show=receipt"),
      { type: "datetimepicker", label: "Book", data: "book", mode: "date", initial: "2026-12-24" },
      { type: "message", label: "Hours", text: "opening hours" },
      { type: "uri", label: "Site", uri: "https://example.com/shop" },
    ],
  },
};

const receipt = {
  type: "flex",
  altText: "a receipt",
  contents: {
    type: "bubble",
    size: "kilo",
    body: {
      type: "box",
      layout: "vertical",
      spacing: "sm",
      contents: [
        { type: "text", text: "領収書", weight: "bold", size: "xl" },
        {
          type: "box",
          layout: "horizontal",
          contents: [
            { type: "text", text: "合計" },
            { type: "text", text: "¥1,200", align: "end", weight: "bold" },
          ],
        },
      ],
    },
    footer: {
      type: "box",
      layout: "vertical",
      contents: [{ type: "button", style: "primary", action: postback("Pay", "pay=1200") }],
    },
  },
};

const refused = {
  type: "template",
  altText: "too long",
  template: {
    type: "confirm",
    text: "long ".repeat(60),
    actions: [postback("Yes", "y"), postback("No", "n")],
  },
};

const ask = {
  ...text("Where are you?"),
  quickReply: {
    items: [
      { type: "action", action: { type: "location", label: "Here" } },
      { type: "action", action: { type: "message", label: "Nowhere", text: "nowhere" } },
    ],
  },
};

const said = { menu: [menu], refuse: [text("fine"), refused], ask: [ask] };

async function size(id) {
  let bytes = 0;
  for await (const chunk of await blobs.getMessageContent(id)) bytes += chunk.length;
  return bytes;
}

async function answer(event) {
  if (event.type === "postback") {
    const picked = event.postback.params?.date;
    return picked ? [text(`booked for ${picked}`)] : [text(`got ${event.postback.data}`), receipt];
  }
  if (event.type !== "message") return null;
  const { message } = event;
  if (message.text === "wait")
    await line.showLoadingAnimation({ chatId: event.source.userId, loadingSeconds: 5 });
  if (message.type === "text") return said[message.text] ?? [text(`you said: ${message.text}`)];
  if (message.type === "image") return [text(`a picture of ${await size(message.id)} bytes`)];
  return [text(`a ${message.type}`)];
}

async function handle(event) {
  report("event", { event });
  const messages = await answer(event);
  if (messages) await line.replyMessage({ replyToken: event.replyToken, messages });
}

const server = http.createServer((request, response) => {
  verify(request, response, async (error) => {
    if (error) return response.writeHead(401).end();
    response.writeHead(200).end();
    try {
      for (const event of request.body.events) await handle(event);
    } catch (failure) {
      const body = failure instanceof HTTPFetchError ? failure.body : undefined;
      report("failed", { message: String(failure), body });
    }
  });
});

createInterface({ input: process.stdin }).on("line", (baseURL) => {
  const config = { channelAccessToken: CHANNEL_ACCESS_TOKEN, baseURL };
  line = new messagingApi.MessagingApiClient(config);
  blobs = new messagingApi.MessagingApiBlobClient(config);
});
server.listen(Number(PORT), "127.0.0.1", () => report("ready", { port: server.address().port }));
process.on("SIGTERM", () => {
  server.close();
  server.closeAllConnections();
  process.exit(0);
});
