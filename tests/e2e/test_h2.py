"""HTTP/2 on the public port: many requests on one connection, limits, and odd frames."""
import re
import struct

import clients
import fake_bot
import line
import rig

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
DATA, HEADERS, RST_STREAM, SETTINGS, PING = 0, 1, 3, 4, 6
GOAWAY, WINDOW_UPDATE, CONTINUATION = 7, 8, 9
END_STREAM, END_HEADERS, ACK = 1, 4, 1


def frame(kind, flags=0, stream=0, payload=b""):
    return struct.pack(">I", len(payload))[1:] + struct.pack(">BBI", kind, flags, stream) + payload


def literal(name, value):
    """A field without indexing and Huffman (RFC 7541 §6.2.2)."""
    return b"\x00" + integer(name) + integer(value)


def integer(text):
    if len(text) < 127:
        return bytes([len(text)]) + text
    rest, out = len(text) - 127, b"\x7f"
    while rest >= 128:
        out += bytes([rest % 128 + 128])
        rest //= 128
    return out + bytes([rest]) + text


def head(*extra, method=b"GET", path=b"/mybot/first", authority=b"relay.test", scheme=b"https"):
    pseudo = ((b":method", method), (b":scheme", scheme), (b":path", path),
              (b":authority", authority))
    return b"".join(literal(name, value) for name, value in (*pseudo, *extra))


class H2Case(rig.TestCase):
    @classmethod
    def prepare(cls, r):
        r.start_relay()
        cls.bot = r.start_bot()
        cls.agent = r.start_agent("--forward", cls.bot.url(), "--secret-file",
                                  r.write("secret", line.SECRET))
        cls.curl = clients.Curl(r)

    def setUp(self):
        self.bot.forget()


class Clients(H2Case):
    def test_multiplexed_uploads(self):
        """Fifty requests at once on one connection; each answer belongs to its request."""
        args = ["curl", "--silent", "--show-error", "--parallel", "--parallel-max", "50",
                "--http2", "--cacert", self.rig.pki.root, "--resolve",
                f"relay.test:{self.rig.relay.port}:127.0.0.1"]
        bodies = {}
        for number in range(50):
            body = line.padded(300 + number * 4000)
            bodies[f"/{number}"] = body
            sent = self.rig.write(f"body-{number}", body)
            args += ["--next"] if number else []
            args += ["--http2", "--cacert", self.rig.pki.root, "--resolve",
                     f"relay.test:{self.rig.relay.port}:127.0.0.1", "--data-binary", "@" + sent,
                     "--header", f"x-line-signature: {line.signature(body)}", "--output",
                     self.rig.path(f"answer-{number}"), "--write-out",
                     "%{http_code} %{http_version} %{num_connects}\n",
                     self.curl.url(f"/mybot/{number}")]
        done = self.rig.run(args)
        self.assertEqual(done.code, 0, done.err)
        facts = [text.split() for text in done.text().splitlines()]
        self.assertEqual({tuple(fact[:2]) for fact in facts}, {("200", "2")})
        self.assertLess(sum(int(fact[2]) for fact in facts), 50, "none was shared")
        self.assertEqual({request.target: request.body for request in self.bot.requests}, bodies)

    def nghttp(self, *args, data=None, path="/mybot/callback"):
        """Status and body as nghttp sees them, and all the frames."""
        flags = ["--data", self.rig.write("nghttp-data", data)] if data is not None else []
        done = self.rig.run([
            "nghttp", "--verbose", "--no-dep", "--no-verify-peer", *flags, "--header",
            f":authority: relay.test:{self.rig.relay.port}", *args,
            f"https://localhost:{self.rig.relay.port}{path}"])
        status = re.search(r":status: (\d+)", done.text())
        return int(status.group(1)) if status else None, done.text()

    def test_too_large_a_webhook(self):
        status, frames = self.nghttp("--header", "x-line-signature: x",
                                     data=line.padded(1024 * 1024 + 1))
        self.assertEqual(status, 413)
        self.assertIn("1 MiB", frames)

    def test_trailers_and_continuations(self):
        body = line.body()
        status, _ = self.nghttp("--header", f"x-line-signature: {line.signature(body)}",
                                "--trailer", "x-trailer: 1", "--continuation", data=body)
        self.assertEqual(status, 200)
        request = self.bot.take()
        self.assertEqual(request.body, body)
        self.assertEqual((request.values("x-trailer"), request.trailers), ([], []))

    def test_many_requests_with_nghttp(self):
        done = self.rig.run(["h2load", "-n", "200", "-c", "4", "-m", "15", "-H",
                             f":authority: relay.test:{self.rig.relay.port}",
                             f"https://127.0.0.1:{self.rig.relay.port}/mybot/load"])
        self.assertIn("200 succeeded, 0 failed", done.text())
        self.assertIn("200 2xx", done.text())

    def test_answers_to_requests_that_nobody_reads(self):
        """Old curl forgets an answer over the reset behind it, when both come at once."""
        for _ in range(20):
            answer = self.curl.post("/nosuch/x", b"{}", http="2")
            self.assertEqual(answer.status, 404)
            self.assertIn(b"no tunnel", answer.body.lower())

    def test_a_link_needs_http_1(self):
        status, _ = self.nghttp("--header", "hookline-tunnel: mybot", path="/.hookline/link")
        self.assertIn(status, (400, 426, 505))


class Connection(clients.RawTls):
    """An HTTP/2 connection whose frames the test writes itself."""

    def __init__(self, rig_):
        super().__init__(rig_, alpn=("h2",))
        self.send(PREFACE + frame(SETTINGS))
        self._rest = b""

    def frames(self):
        """What the peer says, until it closes."""
        while True:
            while len(self._rest) >= 9:
                size = int.from_bytes(self._rest[:3], "big")
                if len(self._rest) < 9 + size:
                    break
                kind, flags, stream = struct.unpack(">BBI", self._rest[3:9])
                payload, self._rest = self._rest[9:9 + size], self._rest[9 + size:]
                yield kind, flags, stream, payload
            more = self.read()
            if not more:
                return
            self._rest += more

    def wait(self, *kinds):
        """The first frame of one of these kinds, (None, ...) when the peer closes before."""
        for kind, flags, stream, payload in self.frames():
            if kind in kinds and not (kind in (SETTINGS, PING) and not flags & ACK):
                return kind, flags, stream, payload
        return None, 0, 0, b""


class RawFrames(H2Case):
    def ask(self, payload, flags=END_HEADERS | END_STREAM, after=b""):
        """What becomes of a request: "answered", "reset", or "closed"."""
        with Connection(self.rig) as connection:
            connection.send(frame(HEADERS, flags, 1, payload) + after)
            kind = connection.wait(HEADERS, RST_STREAM, GOAWAY)[0]
            return {HEADERS: "answered", RST_STREAM: "reset"}.get(kind, "closed")

    def fence(self):
        """All that the bot has seen, when everything sent before must be there."""
        self.curl.get("/mybot/fence")
        targets = [request.target for request in self.bot.requests]
        return targets[:targets.index("/fence")]

    def test_a_good_one(self):
        self.assertEqual(self.ask(head((b"x-a", b"b"))), "answered")
        self.assertEqual(self.bot.take().value("x-a"), "b")

    def test_malformed_heads(self):
        """RFC 9113 §8.2 and §8.3: nothing of it reaches the bot."""
        good = (b"x", b"y")
        for name, payload in (
                ("upper case", head((b"X-Upper", b"y"))), ("space in name", head((b"x y", b"z"))),
                ("colon in name", head((b"x:", b"z"))), ("empty name", head((b"", b"z"))),
                ("CRLF in value", head((b"x", b"a\r\nhost: evil"))),
                ("LF in value", head((b"x", b"a\nb"))), ("NUL in value", head((b"x", b"a\x00b"))),
                ("CR in value", head((b"x", b"a\rb"))), ("CRLF in path", head(path=b"/a\r\nb")),
                ("connection", head((b"connection", b"keep-alive"))),
                ("transfer-encoding", head((b"transfer-encoding", b"chunked"))),
                ("upgrade", head((b"upgrade", b"websocket"))), ("te", head((b"te", b"gzip"))),
                ("pseudo twice", head((b":path", b"/b"))),
                ("unknown pseudo", head((b":odd", b"1"))),
                ("pseudo after fields", literal(*good) + head()),
                ("status in a request", head((b":status", b"200"))),
                ("no path", head().replace(literal(b":path", b"/mybot/first"), b"")),
                ("empty path", head(path=b"")), ("path without slash", head(path=b"mybot/x")),
                ("absolute path", head(path=b"http://evil.example/")),
                ("space in path", head(path=b"/mybot/a b")),
                ("method with a space", head(method=b"GET /x")),
                ("two lengths", head((b"content-length", b"1"), (b"content-length", b"2"))),
                ("odd length", head((b"content-length", b"+0"))),
                ("length without body", head((b"content-length", b"5"))),
                ("user in authority", head(authority=b"user@relay.test")),
                ("host is another", head((b"host", b"other.test"))),
                ("connect", head(method=b"CONNECT")), ("trace", head(method=b"TRACE"))):
            with self.subTest(name):
                outcome = self.ask(payload)
                if outcome == "answered":  # with 4xx; what counts is the bot
                    self.assertEqual(self.bot.requests, [])
        self.assertEqual(self.fence(), [])

    def test_lengths_and_bodies_must_agree(self):
        post = head((b"content-length", b"5"), method=b"PUT")
        for body, outcome in ((b"hell", "reset"), (b"hello!", "reset"), (b"hello", "answered")):
            data = frame(DATA, END_STREAM, 1, body)
            self.assertEqual(self.ask(post, END_HEADERS, data), outcome)
        self.assertEqual(self.fence(), ["/first"])

    def test_heads_beyond_the_limits(self):
        for payload, status in ((head(path=b"/mybot/" + b"x" * 9000), b"414"),
                                (head(*[(b"x", b"y")] * 150), b"431")):
            with Connection(self.rig) as connection:
                connection.send(frame(HEADERS, END_HEADERS | END_STREAM, 1, payload))
                kind, _, _, block = connection.wait(HEADERS, RST_STREAM, GOAWAY)
                self.assertEqual(kind, HEADERS)
                self.assertIn(status, block)
        self.assertEqual(self.fence(), [])

    def test_broken_frames_end_the_connection(self):
        whole = END_HEADERS | END_STREAM
        request = frame(HEADERS, whole, 1, head())
        for name, data in (
                ("data on an idle stream", frame(DATA, END_STREAM, 5, b"x")),
                ("even stream", frame(HEADERS, whole, 2, head())),
                ("stream 0", frame(HEADERS, whole, 0, head())),
                ("oversized", frame(DATA, 0, 1, b"x" * 20000)),
                ("bad HPACK", frame(HEADERS, whole, 1, b"\xff\xff\xff\xff\xff")),
                ("window overflow", frame(WINDOW_UPDATE, 0, 0, b"\x7f\xff\xff\xff") * 2),
                ("short ping", frame(PING, 0, 0, b"x")),
                ("continuation alone", frame(CONTINUATION, END_HEADERS, 1, head())),
                ("interleaved", frame(HEADERS, END_STREAM, 1, head()) +
                 frame(PING, 0, 0, b"x" * 8)),
                ("settings with odd length", frame(SETTINGS, 0, 0, b"x" * 5)),
                ("the same stream twice", request + request)):
            with self.subTest(name), Connection(self.rig) as connection:
                connection.send(data)
                kinds = [kind for kind, _, _, _ in connection.frames()]
                self.assertIn(GOAWAY, kinds)

    def test_floods_end_the_connection(self):
        reset = frame(HEADERS, END_HEADERS, 1, head(method=b"POST"))
        for name, pieces in (
                ("rapid reset", [frame(HEADERS, END_HEADERS | END_STREAM, n, head()) + frame(
                    RST_STREAM, 0, n, b"\x00\x00\x00\x08") for n in range(1, 40001, 2)]),
                ("pings", [frame(PING, 0, 0, b"x" * 8)] * 20000),
                ("settings", [frame(SETTINGS)] * 20000),
                ("empty data", [reset] + [frame(DATA, 0, 1)] * 20000),
                ("continuations", [frame(HEADERS, END_STREAM, 1, head())] +
                 [frame(CONTINUATION, 0, 1, literal(b"x", b"y" * 1000))] * 200)):
            with self.subTest(name), Connection(self.rig) as connection:
                for start in range(0, len(pieces), 500):
                    connection.send(b"".join(pieces[start:start + 500]))
                list(connection.frames())  # to its end: waiting longer is an error
        self.assertEqual(self.curl.get("/mybot/after", http="2").status, 200)

    def test_a_window_that_stays_shut(self):
        """The bot's answer waits for a window that never opens: others are not held up."""
        self.bot.will(fake_bot.answer(200, b"z" * 200000))
        with Connection(self.rig) as connection:
            connection.send(frame(SETTINGS, 0, 0, b"\x00\x04\x00\x00\x00\x00") +
                            frame(HEADERS, END_HEADERS | END_STREAM, 1, head()))
            self.assertEqual(connection.wait(HEADERS)[0], HEADERS)
            self.assertEqual(self.curl.get("/mybot/other", http="2").status, 200)
