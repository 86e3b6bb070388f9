"""Webhooks as LINE and others send them: bodies and signatures, made with Python's own hmac."""
import base64
import hashlib
import hmac
import json
import time

SECRET = "0123456789abcdef0123456789abcdef"
OTHER_SECRET = "fedcba9876543210fedcba9876543210"
BOT_ID = "U" + "b0" * 16
USER_ID = "U" + "a1" * 16


def mac(body, secret=SECRET, digest=hashlib.sha256):
    return hmac.new(secret.encode(), body, digest)


def signature(body, secret=SECRET):
    return base64.b64encode(mac(body, secret).digest()).decode()


def headers(body, secret=SECRET, name="x-line-signature"):
    return [f"{name}: {signature(body, secret)}",
            "content-type: application/json; charset=utf-8",
            "user-agent: LineBotWebhook/2.0"]


def event_id(number=1):
    return f"01HZZZZZZZZZZZZZZZZZZ{number:05d}"


def text_event(text="hello", number=1, user=USER_ID):
    return {
        "type": "message", "mode": "active", "timestamp": 1790000000000 + number,
        "source": {"type": "user", "userId": user}, "webhookEventId": event_id(number),
        "deliveryContext": {"isRedelivery": False}, "replyToken": f"{number:032x}",
        "message": {"type": "text", "id": str(510000000000000000 + number),
                    "quoteToken": "q3Plxr4AgKd", "text": text},
    }


def event(kind, number=1, user=USER_ID, **members):
    base = text_event(number=number, user=user)
    del base["message"]
    return {**base, "type": kind, **members}


def body(*events):
    """As LINE prints it: no spaces, UTF-8."""
    return json.dumps({"destination": BOT_ID, "events": list(events)}, ensure_ascii=False,
                      separators=(",", ":")).encode()


def padded(size):
    """A webhook of exactly this many bytes."""
    start = body(text_event())[:-1] + b',"padding":"'
    return start + b"x" * (size - len(start) - 2) + b'"}'


# Bodies that break when anything on the way parses and prints them again.
ODD_BODIES = {
    "escapes": b'{"destination":"%s","events":[{"type":"message","message":{"type":"text",'
               b'"id":"1","text":"\\u3042\\/\\uD83D\\uDE00\\u0000\\"\\t"}}]}' % BOT_ID.encode(),
    "emoji": body(text_event("\U0001f468‍\U0001f469‍\U0001f467 \U0001f1ef\U0001f1f5 é")),
    "odd white space": b'\n\t { "events" :\t[ ] ,\r\n "destination"\n:\n"' + BOT_ID.encode() +
                       b'" } \n\n',
    "CRLF": body(text_event()).replace(b",", b",\r\n"),
    "no events": b'{"destination":"%s","events":[]}' % BOT_ID.encode(),
    "order and numbers": b'{"events":[{"z":1e2,"a":1.0,"z":-0.0,"n":12345678901234567890}],'
                         b'"destination":"%s"}' % BOT_ID.encode(),
    "not UTF-8": b'{"destination":"\xff\xfe\x80","events":[]}',
    "not JSON": b"\x00\x01\x02 payload=%7B%7D \r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n",
    "empty": b"",
}


# --- other providers: (name, body, header lines) as they send them, with SECRET ---

def github(content, secret=SECRET):
    return [f"X-Hub-Signature-256: sha256={mac(content, secret).hexdigest()}",
            "X-GitHub-Event: push", "content-type: application/json"]


def slack(content, secret=SECRET, at=None):
    stamp = str(int(at or time.time()))
    digest = mac(f"v0:{stamp}:".encode() + content, secret).hexdigest()
    return [f"X-Slack-Request-Timestamp: {stamp}", f"X-Slack-Signature: v0={digest}"]


def stripe(content, secret=SECRET, at=None):
    stamp = str(int(at or time.time()))
    digest = mac(f"{stamp}.".encode() + content, secret).hexdigest()
    return [f"Stripe-Signature: t={stamp},v1={digest},v0={'0' * 64}"]


def line_works(content, secret=SECRET):
    return headers(content, secret, "X-WORKS-Signature")


def standard_webhooks(content, secret, message_id="msg_1", at=None):
    stamp = str(int(at or time.time()))
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{message_id}.{stamp}.".encode() + content
    digest = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    return [f"webhook-id: {message_id}", f"webhook-timestamp: {stamp}",
            f"webhook-signature: v1,{digest}"]
