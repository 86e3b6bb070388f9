// An echo bot as LINE's documentation teaches it: the SDK's middleware checks the signature,
// its client replies. Nothing here knows of Hookline.
//
//     CHANNEL_SECRET, CHANNEL_ACCESS_TOKEN, LINE_API (base URL), PORT
//
// Prints a line of JSON for each thing that happens: ready, webhook, refused, reply, failed.
import http from "node:http";
import { messagingApi, middleware, SignatureValidationFailed } from "@line/bot-sdk";

const verify = middleware({ channelSecret: process.env.CHANNEL_SECRET });
const line = new messagingApi.MessagingApiClient({
  channelAccessToken: process.env.CHANNEL_ACCESS_TOKEN,
  baseURL: process.env.LINE_API,
});

function report(type, members) {
  process.stdout.write(JSON.stringify({ type, ...members }) + "\n");
}

async function handle(event) {
  if (event.type !== "message" || event.message.type !== "text") return;
  await line.replyMessage({
    replyToken: event.replyToken,
    messages: [{ type: "text", text: event.message.text }],
  });
  report("reply", { text: event.message.text });
}

const server = http.createServer((request, response) => {
  verify(request, response, async (error) => {
    if (error) {
      const refused = error instanceof SignatureValidationFailed;
      report(refused ? "refused" : "failed", { message: error.message });
      response.writeHead(refused ? 401 : 400).end();
      return;
    }
    report("webhook", { path: request.url, body: request.body });
    try {
      await Promise.all(request.body.events.map(handle));
      response.writeHead(200).end();
    } catch (failure) {
      report("failed", { message: String(failure) });
      response.writeHead(500).end();
    }
  });
});

server.listen(Number(process.env.PORT ?? 0), "127.0.0.1", () => {
  report("ready", { port: server.address().port });
});
process.on("SIGTERM", () => {
  server.close();
  server.closeAllConnections();
});
