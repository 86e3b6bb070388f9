"""The public port against raw bytes: what is malformed is refused, and nothing of it goes on.

Every case is followed, on the same connection and in the same write, by a good request. It may
reach the bot only when the case itself was good.
"""
import re

import clients
import line
import rig
from raw_http1_table import CASES, GET, GOOD, HIDDEN, HOST, POST

CLOSING = b"Connection: close\r\n"


def follower(name):
    return b"GET /mybot/" + name + b" HTTP/1.1\r\n" + HOST + CLOSING + b"\r\n"


def statuses(received):
    """Of all final answers in what was received."""
    found = [int(status) for status in re.findall(rb"HTTP/1\.1 (\d{3}) ", received)]
    return [status for status in found if status >= 200]


class RawHttp1(rig.TestCase):
    @classmethod
    def prepare(cls, r):
        r.start_relay()
        cls.bot = r.start_bot()
        cls.agent = r.start_agent("--forward", cls.bot.url())
        cls.curl = clients.Curl(r)

    def setUp(self):
        self.bot.forget()

    def talk(self, data):
        with clients.RawTls(self.rig) as connection:
            connection.send(data)
            return connection.read_all()

    def seen(self):
        """The targets that the bot has seen, once all that was sent before must be there."""
        self.curl.get("/mybot/fence")
        targets = [request.target for request in self.bot.requests]
        return targets[:targets.index("/fence")]

    def test_the_table_is_large_enough(self):
        self.assertGreaterEqual(len(CASES), 100)
        self.assertGreaterEqual(len({row for row, _, _ in CASES}), 15)

    def test_malformed_requests_and_their_followers(self):
        expected = []
        for number, (row, request, allowed) in enumerate(CASES):
            name = b"follower-%d" % number
            with self.subTest(row, request=request[:120]):
                answers = statuses(self.talk(request + follower(name)))
                if allowed == GOOD:
                    self.assertEqual(answers, [200, 200])
                    expected += ["/first", "/" + name.decode()]
                else:
                    self.assertEqual(len(answers), 1)
                    self.assertIn(answers[0], allowed)
        self.assertEqual(self.seen(), expected)

    def test_refusals_are_problems(self):
        head, body = self.talk(b"GET / HTTP/1.1\r\n\r\n").split(b"\r\n\r\n", 1)
        self.assertIn(b"content-type: application/problem+json", head.lower())
        self.assertIn(b"connection: close", head.lower())
        self.assertIn(b'"status":400', body)

    def test_answers_before_the_body_leave_nothing_behind(self):
        """A5: where nobody reads the body it is consumed, or the connection ends."""
        paths = [b"/nobody/x", b"/mybot-offline/x", b"/.hookline/link", b"/"]
        for method in (b"GET", b"HEAD", b"POST", b"OPTIONS", b"PUT"):
            for path in paths:
                for framing, body in ((b"Content-Length: %d\r\n\r\n" % len(HIDDEN), HIDDEN),
                                      (b"Transfer-Encoding: chunked\r\n\r\n",
                                       b"%x\r\n%s\r\n0\r\n\r\n" % (len(HIDDEN), HIDDEN))):
                    with self.subTest(path, method=method):
                        request = method + b" " + path + b" HTTP/1.1\r\n" + HOST + framing + body
                        answers = statuses(self.talk(request + follower(b"after")))
                        self.assertIn(answers[0], (400, 404, 426, 503))
                        self.assertLessEqual(len(answers), 2)
        self.assertEqual([target for target in self.seen() if target != "/after"], [])

    def test_a_body_where_none_is_usual(self):
        """A5: it belongs to the request, whatever it looks like, and is no second one."""
        for method in (b"GET", b"HEAD", b"DELETE", b"OPTIONS"):
            with self.subTest(method):
                self.bot.forget()
                request = method + b" /mybot/first HTTP/1.1\r\n" + HOST + \
                    b"Content-Length: %d\r\n\r\n" % len(HIDDEN) + HIDDEN
                self.assertEqual(statuses(self.talk(request + follower(b"after"))), [200, 200])
                self.assertEqual(self.bot.take().body, HIDDEN)
                self.assertEqual(self.seen(), ["/first", "/after"])

    def test_pipelined_requests_are_answered_in_order(self):
        """A16"""
        for count in (2, 100):
            with self.subTest(count):
                self.bot.forget()
                requests = b"".join(b"GET /mybot/%d HTTP/1.1\r\n%s\r\n" % (i, HOST)
                                    for i in range(count))
                answers = statuses(self.talk(requests + follower(b"last")))
                self.assertEqual(answers, [200] * (count + 1))
                self.assertEqual(self.seen(), [f"/{i}" for i in range(count)] + ["/last"])

    def test_good_bad_good(self):
        """A16: after the bad one nothing is read any more."""
        received = self.talk(GET + b"\r\n" + GET + b"X : y\r\n\r\n" + follower(b"never"))
        self.assertEqual(statuses(received), [200, 400])
        self.assertEqual(self.seen(), ["/first"])

    def test_expect_100_continue(self):
        """A17: told to go on, or the body came at once: it is a body either way."""
        request = POST + b"Expect: 100-continue\r\nContent-Length: 5\r\n\r\n"
        with clients.RawTls(self.rig) as connection:
            connection.send(request)
            connection.read_until(b"HTTP/1.1 100 ")
            connection.send(b"hello" + follower(b"after"))
            self.assertEqual(statuses(connection.read_all()), [200, 200])
        self.assertEqual(self.bot.take().body, b"hello")
        self.assertEqual(statuses(self.talk(request + b"hello" + follower(b"after"))), [200, 200])
        self.assertEqual(self.seen(), ["/first", "/after"] * 2)

    def test_upgrades_are_taken_out(self):
        """A18: the bot is never asked to change the protocol behind the relay's back."""
        for upgrade in (b"Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\n"
                        b"HTTP2-Settings: AA",
                        b"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13"):
            with self.subTest(upgrade[-20:]):
                self.bot.forget()
                received = self.talk(GET + upgrade + b"\r\n\r\n" + follower(b"after"))
                self.assertEqual(statuses(received), [200, 200])
                request = self.bot.take()
                self.assertEqual(request.values("upgrade"), [])
                self.assertNotIn("upgrade", " ".join(request.values("connection")).lower())

    def test_connection_cannot_nominate_content_fields(self):
        """A19"""
        body = line.body()
        fields = "\r\n".join(line.headers(body)).encode() + b"\r\nContent-Length: %d" % len(body)
        received = self.talk(POST + b"Connection: X-Line-Signature, Content-Length, Host, "
                             b"X-Forwarded-For, close\r\n" + fields + b"\r\n\r\n" + body)
        self.assertEqual(statuses(received), [200])
        request = self.bot.take()
        self.assertEqual(request.value("x-line-signature"), line.signature(body))
        self.assertEqual(request.value("x-forwarded-for"), "127.0.0.1")
        self.assertEqual(request.body, body)

    def test_limits_at_their_edges(self):
        """A21"""
        target = b"/mybot/" + b"x" * (8192 - 7)
        for request, expected in (
                (b"GET " + target + b" HTTP/1.1\r\n" + HOST + CLOSING + b"\r\n", 200),
                (b"GET " + target + b"x HTTP/1.1\r\n" + HOST + CLOSING + b"\r\n", 414),
                (GET + CLOSING + b"X: y\r\n" * 80 + b"\r\n", 200),
                (GET + b"X: y\r\n" * 97 + CLOSING + b"\r\n", 431),
                (GET + b"X: y\r\n" * 101 + b"\r\n", 431),
                (GET + CLOSING + b"X: " + b"y" * 31000 + b"\r\n\r\n", 200),
                (GET + b"X: " + b"y" * 33000 + b"\r\n\r\n", 431),
                (GET + (b"X: " + b"y" * 1000 + b"\r\n") * 40 + b"\r\n", 431)):
            with self.subTest(request[:30], expected=expected):
                self.assertEqual(statuses(self.talk(request)), [expected])

    def test_every_cut_gives_the_same(self):
        """A23: in two writes, wherever they are divided, and byte by byte."""
        body = line.body()
        request = POST + f"x-line-signature: {line.signature(body)}\r\n".encode() + \
            b"Transfer-Encoding: chunked\r\n\r\n%x;a=b\r\n%s\r\n0\r\nT: u\r\n\r\n" % (
                len(body), body)
        with clients.RawTls(self.rig) as connection:
            for cut in range(1, len(request)):
                connection.send(request[:cut])
                connection.send(request[cut:])
                head, _ = connection.read_answer()
                self.assertIn(b" 200 ", head.split(b"\r\n")[0] + b" ")
            for at in range(len(request)):
                connection.send(request[at:at + 1])
            connection.read_answer()
        self.assertEqual({request.body for request in self.bot.requests}, {body})
        self.assertEqual(len(self.bot.requests), len(request))

    def test_the_host_of_the_request_is_the_one_of_the_connection(self):
        """A14: 421 when TLS was opened for another name."""
        with clients.RawTls(self.rig, server_name="localhost") as connection:
            connection.send(GET + CLOSING + b"\r\n")
            self.assertEqual(statuses(connection.read_all()), [421])
        self.assertEqual(self.seen(), [])
