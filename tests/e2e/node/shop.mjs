// A small shop on the official SDK, for scenarios: a menu with buttons, payments, a date.
//
//     CHANNEL_SECRET
//
// It says its port first; then the base URL of LINE's API is the first line of its input.
import { once } from "node:events";
import http from "node:http";
import { createInterface } from "node:readline";
import { messagingApi, middleware } from "@line/bot-sdk";

const server = http.createServer().listen(0, "127.0.0.1");
await once(server, "listening");
process.stdout.write(`${JSON.stringify({ type: "ready", port: server.address().port })}\n`);
const [baseURL] = await once(createInterface({ input: process.stdin }), "line");

const verify = middleware({ channelSecret: process.env.CHANNEL_SECRET });
const line = new messagingApi.MessagingApiClient({ channelAccessToken: "shop", baseURL });
const text = (words) => ({ type: "text", text: words });

const row = (name, price) => ({
  type: "box",
  layout: "baseline",
  contents: [
    { type: "text", text: name, flex: 3, color: "#555555" },
    { type: "text", text: price, flex: 2, align: "end" },
  ],
});

const menu = {
  type: "flex",
  altText: "menu",
  contents: {
    type: "bubble",
    size: "kilo",
    body: {
      type: "box",
      layout: "vertical",
      spacing: "md",
      contents: [
        { type: "text", text: "本日のおすすめ", weight: "bold", size: "lg" },
        row("抹茶ラテ", "¥520"),
        row("どら焼き", "¥680"),
        { type: "separator" },
        row("合計", "¥1,200"),
      ],
    },
    footer: {
      type: "box",
      layout: "vertical",
      spacing: "sm",
      contents: [
        {
          type: "button",
          style: "primary",
          height: "sm",
          action: { type: "postback", label: "Pay", data: "pay=1200" },
        },
        {
          type: "button",
          height: "sm",
          action: { type: "uri", label: "Open", uri: "https://example.com/" },
        },
      ],
    },
  },
};

const picker = {
  type: "template",
  altText: "when?",
  template: {
    type: "buttons",
    text: "When?",
    actions: [{ type: "datetimepicker", label: "Choose", data: "date", mode: "date" }],
  },
};

const said = {
  menu: [menu],
  when: [picker],
  "too long": [text("x".repeat(5001))],
};

async function handle(event) {
  const reply = (...messages) => line.replyMessage({ replyToken: event.replyToken, messages });
  if (event.type === "message" && said[event.message.text]) {
    await reply(...said[event.message.text]);
  } else if (event.type === "postback" && event.postback.params) {
    await reply(text(event.postback.params.date));
  } else if (event.type === "postback") {
    await reply(text(`Paid: ${event.postback.data.split("=")[1]}`));
    await line.pushMessage({ to: event.source.userId, messages: [text("Thank you")] });
  }
}

server.on("request", (request, response) => {
  verify(request, response, async (error) => {
    if (error) return response.writeHead(401).end();
    await Promise.allSettled(request.body.events.map(handle));
    response.writeHead(200).end();
  });
});
process.on("SIGTERM", () => process.exit(0));
