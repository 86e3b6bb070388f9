"""The exercises of node/workbench.mjs with the official Python SDK."""
import base64
import hashlib
import json
import os
import signal
import sys
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from linebot.v3 import WebhookParser
from linebot.v3.oauth import ApiClient as TokenApiClient
from linebot.v3.oauth import ChannelAccessToken
from linebot.v3.oauth import Configuration as TokenConfiguration
from linebot.v3.messaging import (ApiClient, ApiException, Configuration, FlexMessage,
                                  MessagingApi, MessagingApiBlob, PushMessageRequest,
                                  ReplyMessageRequest, RichMenuRequest, TextMessage)
from linebot.v3.webhooks import ImageMessageContent, MessageEvent, TextMessageContent



def report(**members):
    sys.stdout.write(json.dumps(members) + "\n")
    sys.stdout.flush()


server = ThreadingHTTPServer(("127.0.0.1", 0), None)
report(type="ready", port=server.server_address[1])
BASE = sys.stdin.readline().strip()
parser = WebhookParser(os.environ["CHANNEL_SECRET"])
client = ApiClient(Configuration(access_token=os.environ["CHANNEL_ACCESS_TOKEN"], host=BASE))
line, blobs = MessagingApi(client), MessagingApiBlob(client)
tokens = ChannelAccessToken(TokenApiClient(TokenConfiguration(host=BASE)))

FLEX = {
    "type": "flex", "altText": "a receipt",
    "contents": {"type": "bubble", "body": {
        "type": "box", "layout": "vertical",
        "contents": [{"type": "text", "text": "合計 ¥1,200"}]}}}
MENU = {
    "size": {"width": 800, "height": 540}, "selected": True, "name": "workbench",
    "chatBarText": "Menu",
    "areas": [{"bounds": {"x": 0, "y": 0, "width": 800, "height": 540},
               "action": {"type": "postback", "data": "menu", "label": "menu"}}]}


def refusal(call):
    """What the SDK makes of a refusal."""
    try:
        call()
        return {"status": 200}
    except ApiException as error:
        body = json.loads(error.body)
        return {"status": error.status, "message": body["message"],
                "details": body.get("details", []),
                "accepted": error.headers.get("x-line-accepted-request-id")}


def reply_with(event, *messages):
    return line.reply_message(ReplyMessageRequest(
        reply_token=event.reply_token, messages=list(messages)))


def push_to(event, text, key):
    request = PushMessageRequest(to=event.source.user_id, messages=[TextMessage(text=text)])
    return line.push_message(request, x_line_retry_key=key)


def reply(event):
    sent = reply_with(event, TextMessage(text="one"), FlexMessage.from_dict(FLEX)).sent_messages
    return {"sent": len(sent), "quoted": bool(sent[0].quote_token)}


def twice(event):
    reply_with(event, TextMessage(text="twice"))
    return refusal(lambda: reply_with(event, TextMessage(text="twice")))


def long(event):
    message = TextMessage.construct(type="text", text="x" * 5001)
    return refusal(lambda: reply_with(event, message))


def push(event):
    return {"sent": len(push_to(event, "pushed", str(uuid.uuid4())).sent_messages)}


def retry(event):
    key = str(uuid.uuid4())
    push_to(event, "once", key)
    return refusal(lambda: push_to(event, "once", key))


def profile(event):
    found = line.get_profile(event.source.user_id)
    return {"same": found.user_id == event.source.user_id, "named": bool(found.display_name)}


def stranger(_event):
    return refusal(lambda: line.get_profile("Unobody"))


def menu(event):
    created = line.create_rich_menu(RichMenuRequest.from_dict(MENU)).rich_menu_id
    image = base64.b64decode(os.environ["MENU_PNG"])
    blobs.set_rich_menu_image(created, body=bytearray(image),
                              _headers={"Content-Type": "image/png"})
    line.link_rich_menu_id_to_user(event.source.user_id, created)
    linked = line.get_rich_menu_id_of_user(event.source.user_id).rich_menu_id
    back = blobs.get_rich_menu_image(created)
    line.delete_rich_menu(created)
    return {"linked": linked == created, "image": bytes(back) == image}


def token(_event):
    issued = tokens.issue_stateless_channel_token(
        grant_type="client_credentials", client_id=os.environ["CHANNEL_ID"],
        client_secret=os.environ["CHANNEL_SECRET"])
    fresh = ApiClient(Configuration(access_token=issued.access_token, host=BASE))
    return {"expires": issued.expires_in,
            "works": bool(MessagingApi(fresh).get_bot_info().user_id)}


def info(_event):
    return {"user": line.get_bot_info().user_id}


def content(event):
    data = bytes(blobs.get_message_content(event.message.id))
    return {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}


EXERCISES = {f.__name__: f for f in (reply, twice, long, push, retry, profile, stranger, menu,
                                     token, info)}


def handle(event):
    if not isinstance(event, MessageEvent):
        return
    if isinstance(event.message, TextMessageContent):
        name, exercise = event.message.text, EXERCISES[event.message.text]
    elif isinstance(event.message, ImageMessageContent):
        name, exercise = "content", content
    else:
        return
    try:
        report(type="done", name=name, outcome=exercise(event))
    except Exception as error:  # whatever the SDK throws is what the test wants to see
        report(type="failed", name=name, message=repr(error))


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self):
        body = self.rfile.read(int(self.headers["content-length"])).decode()
        for event in parser.parse(body, self.headers["x-line-signature"]):
            handle(event)
        self.send_response(200)
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_):
        """What there is to say stands in standard output."""


signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
server.RequestHandlerClass = Handler
server.serve_forever()
