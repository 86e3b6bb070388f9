"""One channel at LINE, as far as a tool that looks after its webhook needs it: tokens, the bot, the
webhook's address and its test.  On this machine, with a memory; nobody calls the real one.
"""
import json
import threading
import urllib.parse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

CHANNEL_ID = "1650000000"
BOT = {"userId": "U" + "b0" * 16, "basicId": "@hookline", "displayName": "フックライン",
       "chatMode": "bot", "markAsReadMode": "auto"}


class Channel:
    def __init__(self, secret, endpoint=None, active=True):
        self.secret, self.endpoint, self.active = secret, endpoint, active
        self.verdict = {"success": True, "statusCode": 200, "reason": "OK", "detail": "200"}
        self.calls = []  # (method, path, body)
        self.tokens = set()
        self.is_away = False  # hangs up on every call
        self._changed = threading.Condition()
        channel = self

        class Handler(_Handler):
            line = channel

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def close(self):
        self._server.shutdown()
        self._server.server_close()

    def heard(self, method, path):
        """The bodies of such calls so far."""
        return [body for m, p, body in self.calls if (m, p) == (method, path)]

    def wait_endpoint(self, wanted, patience=30):
        with self._changed:
            if not self._changed.wait_for(lambda: self.endpoint == wanted, patience):
                raise AssertionError(f"the address is {self.endpoint}, not {wanted}")

    # --- answers: status and JSON ---

    def answer(self, method, path, body, token):
        self.calls.append((method, path, body))
        if path == "/oauth2/v3/token":
            return self._issue(body)
        if token not in self.tokens:
            return 401, {"message": "Authentication failed due to the following reason: invalid "
                                    "token. Confirm that the access token in the authorization "
                                    "header is valid."}
        if path == "/v2/bot/info":
            return 200, BOT
        if path == "/v2/bot/channel/webhook/test":
            return 200, {**self.verdict, "timestamp": "2026-11-22T05:00:00.000Z"}
        return self._get() if method == "GET" else self._put(json.loads(body)["endpoint"])

    def _issue(self, body):
        form = dict(urllib.parse.parse_qsl(body))
        wanted = {"grant_type": "client_credentials", "client_id": CHANNEL_ID,
                  "client_secret": self.secret}
        if form != wanted:
            return 400, {"error": "invalid_request",
                         "error_description": "Invalid 'client_credentials'."}
        token = f"token-{len(self.tokens)}"
        self.tokens.add(token)
        return 200, {"token_type": "Bearer", "access_token": token, "expires_in": 900}

    def _get(self):
        if not self.endpoint:
            return 404, {"message": "Webhook endpoint not found"}
        return 200, {"endpoint": self.endpoint, "active": self.active}

    def _put(self, endpoint):
        if not endpoint.startswith("https://") or len(endpoint) > 500:
            return 400, {"message": "Invalid webhook endpoint URL"}
        with self._changed:
            self.endpoint = endpoint
            self._changed.notify_all()
        return 200, {}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def _serve(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0))).decode()
        if self.line.is_away:
            self.close_connection = True
            return
        token = self.headers.get("authorization", "").removeprefix("Bearer ")
        status, answer = self.line.answer(self.command, self.path, body, token)
        text = json.dumps(answer, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    do_GET = do_POST = do_PUT = _serve

    def log_message(self, *_):
        """`calls` has it."""
