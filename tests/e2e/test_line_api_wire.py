"""What bots and their libraries do on the wire to the LINE API port, well and badly: the answer is
what LINE's would be, and the journal says what was wrong."""
import contextlib
import http.client
import json
import os
import socket
import sqlite3
import ssl

import inspector
import line_account
import rig
from line_operations import MENU, TEXT, USER
from line_refusals import says

PUSH = "/v2/bot/message/push"
REPLY = "/v2/bot/message/reply"
INFO = "/v2/bot/info"
BODY = json.dumps({"to": USER, "messages": [TEXT]}).encode()
HEAD = (b"POST " + PUSH.encode() + b" HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        b"Authorization: Bearer t0ken\r\nContent-Type: application/json\r\n")
GET = b"GET " + INFO.encode() + b" HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer t\r\n\r\n"
LARGEST = 2 << 20


class Wire:
    """A connection whose bytes the test writes itself."""

    def __init__(self, port):
        self.socket = socket.create_connection((port.host, port.number), rig.PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.file = self.socket.makefile("rb")

    def send(self, data):
        """What is not wanted any more is no mistake."""
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            self.socket.sendall(data)

    def answer(self, method="POST"):
        """The next one, of those that have a length."""
        status = int(self.file.readline().split(b" ")[1])
        fields = {}
        while (field := self.file.readline().rstrip(b"\r\n")):
            name, _, value = field.decode().partition(": ")
            fields[name.lower()] = value
        length = 0 if method == "HEAD" or status < 200 else int(fields["content-length"])
        return line_account.Answer(status, fields.items(), self.file.read(length))

    def is_closed(self):
        with contextlib.suppress(ConnectionResetError):
            return self.file.read() == b""
        return True

    def close(self):
        self.file.close()
        self.socket.close()


def chunks(data, size):
    parts = [data[at:at + size] for at in range(0, len(data), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


class Port(rig.TestCase):
    @classmethod
    def prepare(cls, r):
        cls.account = line_account.Account(r)
        cls.agent = cls.account.agent
        cls.inspector = inspector.Inspector(cls.agent)

    def setUp(self):
        self.port = self.account.port()
        self.addCleanup(self.port.close)

    def wire(self):
        wire = Wire(self.port)
        self.addCleanup(wire.close)
        return wire

    # --- what the journal says ---

    def call_where(self, condition, *values):
        """The newest such call, as the inspector shows it; it is written after the answer."""
        def find():
            path = os.path.join(self.agent.data, "journal.db")
            with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as journal:
                return journal.execute(f"SELECT id FROM call WHERE {condition} "
                                       "ORDER BY id DESC LIMIT 1", values).fetchone()
        return self.inspector.get(f"/api/calls/{line_account.until(find, bool)[0]}").json()

    def check(self, answer, status, message, problem):
        """`message`: None if LINE's own words are not known."""
        self.assertEqual(answer.status, status, answer)
        self.assertEqual(answer.fields["content-type"], "application/json")
        if message:
            self.assertEqual(answer.json(), message)
        call = self.call_where("request_id = ?", answer.fields["x-line-request-id"])
        self.assertEqual((call["status"], call["problem"], call["mode"]),
                         (status, problem, "emulated"))
        self.assertEqual(call["request_id"], answer.fields["x-line-request-id"])

    def test_what_the_journal_says(self):
        event = self.account.hear()
        reply = {"replyToken": event["replyToken"], "messages": [TEXT]}
        self.assertEqual(self.port.ask("POST", REPLY, reply).status, 200)
        bad_token = says("Invalid reply token")
        missing = says("Authentication failed due to the following reason: Missing 'Authorization' "
                       "header. Confirm that the access token in the authorization header is "
                       "valid.")
        json_type = {"Content-Type": "application/json"}
        key = {"X-Line-Retry-Key": "123e4567-e89b-42d3-a456-426614174222"}
        push = {"to": USER, "messages": [TEXT]}
        self.assertEqual(self.port.ask("POST", PUSH, push, key).status, 200)
        batch = "/v2/bot/richmenu/batch"
        for _ in range(3):
            self.port.ask("POST", batch, {})
        rows = (
            ("POST", PUSH, b"{", json_type, 400, says(
                "The request body could not be parsed as JSON (line: 1, column: 2)"), "not_json"),
            ("POST", PUSH, BODY, {"Content-Type": "text/plain"}, 400, says(
                "The content type, text/plain, is not supported"), "not_json"),
            ("POST", PUSH, b"{" + b" " * LARGEST, json_type, 413, None, "too_large"),
            ("POST", PUSH, {"to": 5, "messages": [TEXT]}, None, 400, says(
                "The property, to, in the request body is invalid (line: -, column: -)"),
             "wrong_type"),
            ("POST", PUSH, {"to": USER, "messages": []}, None, 400, None, "refused"),
            ("POST", PUSH, push, key, 409, None, "retry_key"),
            ("POST", REPLY, reply, key, 400, None, "retry_key"),
            ("POST", REPLY, reply, None, 400, bad_token, "token_used"),
            ("POST", REPLY, {**reply, "replyToken": "f" * 32}, None, 400, bad_token,
             "token_foreign"),
            ("POST", REPLY, {**reply, "replyToken": "x"}, None, 400, bad_token, "token_unknown"),
            ("GET", INFO, None, {"Authorization": None}, 401, missing, "unauthorized"),
            ("GET", INFO, None, {"Authorization": "Bearer"}, 401, None, "unauthorized"),
            ("GET", "/v2/bot/nothing", None, None, 404, says("Not found"), "unknown_path"),
            ("GET", "/", None, None, 404, says("Not found"), "unknown_path"),
            ("GET", PUSH, None, None, 405, says("Method Not Allowed"), "wrong_method"),
            ("GET", "/liff/v1/apps", None, None, 501, None, "not_emulated"),
            ("POST", batch, {}, None, 429, says(
                "The API rate limit has been exceeded. Try again later."), "rate"),
        )
        for method, path, body, fields, status, message, problem in rows:
            with self.subTest(problem, path=path, body=(body or b"") if body is None else ""):
                self.check(self.port.ask(method, path, body, fields), status, message, problem)
        shown = self.agent.show(self.exchange_of(event))
        self.assertIn("token_used", [call["problem"] for call in shown["calls"]])

    def exchange_of(self, event):
        call = self.call_where("problem = 'token_used'")
        self.assertIn(event["replyToken"], json.dumps(call))
        return call["exchange"]

    def test_methods(self):
        for path, methods in ((PUSH, "POST"), ("/v2/bot/coupon", "POST, GET"),
                              ("/v2/bot/channel/webhook/endpoint", "GET, PUT")):
            for method in ("PATCH", "OPTIONS", "DELETE"):
                answer = self.port.ask(method, path)
                self.check(answer, 405, says("Method Not Allowed"), "wrong_method")
                self.assertEqual(answer.fields["allow"], methods)

    def test_head(self):
        wire = self.wire()
        wire.send(GET.replace(b"GET", b"HEAD", 1))
        answer = wire.answer("HEAD")
        self.assertEqual((answer.status, answer.fields["allow"]), (405, "GET"))
        wire.send(GET)
        self.assertEqual(wire.answer().status, 200)

    # --- what is well, if seldom ---

    def test_expect_continue(self):
        wire = self.wire()
        wire.send(HEAD + b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % len(BODY))
        self.assertEqual(wire.answer().status, 100)
        wire.send(BODY)
        self.assertEqual(wire.answer().status, 200)

    def test_expect_something_else(self):
        wire = self.wire()
        wire.send(HEAD + b"Expect: a miracle\r\nContent-Length: %d\r\n\r\n" % len(BODY) + BODY)
        self.assertEqual(wire.answer().status, 417)

    def test_http_1_0(self):
        wire = self.wire()
        wire.send(HEAD.replace(b"HTTP/1.1", b"HTTP/1.0") +
                  b"Content-Length: %d\r\n\r\n" % len(BODY) + BODY)
        self.assertEqual(wire.answer().status, 200)
        self.assertTrue(wire.is_closed())

    def test_http_1_0_kept_alive(self):
        wire = self.wire()
        for _ in range(2):
            wire.send(GET.replace(b"HTTP/1.1", b"HTTP/1.0").replace(
                b"\r\n\r\n", b"\r\nConnection: keep-alive\r\n\r\n"))
            self.assertEqual(wire.answer().status, 200)

    def test_close(self):
        wire = self.wire()
        wire.send(GET.replace(b"\r\n\r\n", b"\r\nConnection: close\r\n\r\n"))
        self.assertEqual(wire.answer().status, 200)
        self.assertTrue(wire.is_closed())

    def test_pipelined(self):
        wire, calls = self.wire(), 50
        paths = [f"/v2/bot/profile/U{number:032x}" for number in range(calls)]
        whole = HEAD + b"Content-Length: %d\r\n\r\n" % len(BODY) + BODY
        wire.send(b"".join(GET.replace(INFO.encode(), path.encode()) for path in paths) + whole +
                  GET)
        answers = [wire.answer() for _ in range(calls + 2)]
        self.assertEqual([answer.status for answer in answers], [404] * calls + [200, 200])
        for path, answer in zip(paths, answers):
            call = self.call_where("request_id = ?", answer.fields["x-line-request-id"])
            self.assertEqual(call["path"], path)
        self.assertEqual(len({answer.fields["x-line-request-id"] for answer in answers}),
                         calls + 2)

    def test_keep_alive(self):
        self.port.ask("GET", INFO)
        self.port.connection.auto_open = 0  # the same connection, or an error
        seen = set()
        for number in range(1000):
            answer = (self.port.ask("GET", INFO) if number % 2 else
                      self.port.ask("POST", PUSH, BODY, {"Content-Type": "application/json"}))
            self.assertEqual(answer.status, 200)
            seen.add(answer.fields["x-line-request-id"])
        self.assertEqual(len(seen), 1000)

    def test_chunked(self):
        for size in (1, 7, len(BODY)):
            wire = self.wire()
            wire.send(HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + chunks(BODY, size))
            self.assertEqual(wire.answer().status, 200)
            wire.send(GET)
            self.assertEqual(wire.answer().status, 200)

    def test_a_chunked_picture(self):
        menu = self.port.ask("POST", "/v2/bot/richmenu", MENU).json()["richMenuId"]
        path = f"/v2/bot/richmenu/{menu}/content"
        picture = line_account.png(2500, 1686)
        answer = self.port.ask("POST", path, iter([picture[:1], picture[1:999], picture[999:]]),
                               {"Content-Type": "image/png"})
        self.assertEqual(answer.status, 200, answer)
        self.assertEqual(self.port.ask("GET", path).raw, picture)

    def test_byte_by_byte(self):
        wire = self.wire()
        for at in range(len(GET)):
            wire.send(GET[at:at + 1])
        self.assertEqual(wire.answer().status, 200)

    def test_an_answer_is_never_compressed(self):
        """Nor is it different for who asks for a language."""
        plain = self.port.ask("GET", INFO)
        other = self.port.ask("GET", INFO, None, {"Accept-Encoding": "gzip, br", "Accept": "*/*",
                                                  "Accept-Language": "ja"})
        self.assertEqual(plain.raw, other.raw)
        self.assertNotIn("content-encoding", other.fields)

    # --- too much ---

    def test_too_large(self):
        """Exactly so much is looked at."""
        start = b'{"messages":[],"to":"'
        for size, status in ((LARGEST, 400), (LARGEST + 1, 413)):
            body = start + b"x" * (size - len(start) - 2) + b'"}'
            for framing, data in ((b"Content-Length: %d\r\n\r\n" % size, body),
                                  (b"Transfer-Encoding: chunked\r\n\r\n", chunks(body, 65536))):
                with self.subTest(size, framing=framing):
                    wire = self.wire()
                    wire.send(HEAD + framing + data)
                    answer = wire.answer()
                    self.assertEqual(answer.status, status, answer)
                    self.assertIn("message", answer.json())

    def test_too_large_and_expected(self):
        """Refused when it comes, if not before."""
        wire = self.wire()
        wire.send(HEAD + b"Expect: 100-continue\r\nContent-Length: %d\r\n\r\n" % (LARGEST * 2))
        answer = wire.answer()
        if answer.status == 100:
            wire.send(b"{" + b" " * (LARGEST * 2 - 1))
            answer = wire.answer()
        self.assertEqual(answer.status, 413)

    def test_a_huge_form(self):
        answer = self.port.ask("POST", "/v2/oauth/verify", b"access_token=" + b"x" * LARGEST, {
            "Content-Type": "application/x-www-form-urlencoded"})
        self.assertEqual(answer.status, 413)

    # --- what is no HTTP, or none that is meant well ---

    def test_tls(self):
        context = ssl.create_default_context()
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        with socket.create_connection((self.port.host, self.port.number), rig.PATIENCE) as plain:
            with self.assertRaises((ssl.SSLError, ConnectionResetError)):
                context.wrap_socket(plain)
        self.agent.wait_log("a client spoke TLS to the LINE API port")
        call = self.call_where("problem = 'tls_on_http'")
        self.assertEqual((call["mode"], call["status"]), ("failed", None))
        self.assertIn("http://", call["explanation"])
        self.assertEqual(self.port.ask("GET", INFO).status, 200)

    def test_http_2_without_tls(self):
        wire = self.wire()
        wire.send(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00")
        self.assertIn(wire.answer().status, (400, 505))

    def test_no_http(self):
        for data in (b"\x00\x01\x02\r\n\r\n", b"hello\r\n\r\n", b"GET\r\n\r\n",
                     b"GET / HTTP/9.9\r\nHost: x\r\n\r\n", b"GET / HTTP/1.1\r\n\r\n",
                     b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: localhost\r\n\r\n",
                     GET.replace(b"Host: ", b"Host : "), GET.replace(b"\r\n\r\n", b"\r\n x\r\n\r\n"),
                     GET.replace(b"Bearer t", b"Bearer \x00"),
                     HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n{}",
                     HEAD + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}",
                     HEAD + b"Content-Length: -1\r\n\r\n", HEAD + b"Content-Length: 2 2\r\n\r\n",
                     HEAD + b"Transfer-Encoding: gzip\r\n\r\n",
                     HEAD + b"Transfer-Encoding: chunked\r\n\r\nx\r\n",
                     GET.replace(INFO.encode(), b"/" + b"x" * 70000),
                     GET.replace(b"\r\n\r\n", b"\r\nX: " + b"x" * 70000 + b"\r\n\r\n")):
            with self.subTest(data[:100]):
                wire = self.wire()
                wire.send(data)
                self.assertIn(wire.answer().status, (400, 414, 431, 501, 505))
                self.assertTrue(wire.is_closed())
        self.assertEqual(self.port.ask("GET", INFO).status, 200)

    def test_who_hangs_up(self):
        """In the middle of a body nothing has happened; after it, the call is recorded."""
        before = self.port.ask("GET", "/v2/bot/message/quota/consumption").json()
        for cut in (0, 1, len(BODY) - 1):
            wire = self.wire()
            wire.send(HEAD + b"Content-Length: %d\r\n\r\n" % len(BODY) + BODY[:cut])
            wire.close()
        self.assertEqual(self.port.ask("GET", "/v2/bot/message/quota/consumption").json(), before)

    def test_odd_targets(self):
        """What another server might take for a push is none."""
        for target, status in (("/v2/bot/message/%70ush", 404), ("/v2/bot/message//push", 404),
                               ("/v2/bot/message/./push", 404), ("/V2/bot/message/push", 404),
                               ("/v2/bot/message/push/", 404), ("/v2/bot/message/push?x=1", 200),
                               ("/v2/bot/profile/..%2fx", 404), ("/v2/bot/profile/%zz", 404)):
            with self.subTest(target):
                method = "GET" if "profile" in target else "POST"
                answer = self.port.ask(method, target, BODY if method == "POST" else None,
                                       {"Content-Type": "application/json"})
                self.assertIn(answer.status, (status, 405 if status == 404 else status), answer)

    def test_absolute_form(self):
        """As a proxy is asked; SDKs behind HTTP_PROXY do that."""
        wire = self.wire()
        wire.send(GET.replace(b" /v2", b" http://api.line.me/v2"))
        self.assertIn(wire.answer().status, (200, 400, 404))

    def test_many_connections(self):
        connections = [http.client.HTTPConnection(self.port.host, self.port.number,
                                                  timeout=rig.PATIENCE) for _ in range(60)]
        for connection in connections:
            connection.request("GET", INFO, headers={"Authorization": "Bearer t"})
        for connection in connections:
            answer = connection.getresponse()
            self.assertEqual((answer.status, bool(answer.read())), (200, True))
            connection.close()


if __name__ == "__main__":
    rig.unittest.main()
