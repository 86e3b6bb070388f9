"""What goes wrong between client and bot: each fault has an answer that says what to do."""
import json
import re

import clients
import fake_bot
import line
import rig


def problem(answer):
    """The members of a problem+json (RFC 9457)."""
    if answer.value("content-type") != "application/problem+json":
        raise AssertionError(f"no problem: {answer.head!r} {answer.body!r}")
    members = json.loads(answer.body)
    if members["status"] != answer.status or not members["title"] or not members["detail"]:
        raise AssertionError(f"odd problem: {members}")
    return members


class Tunnels(rig.TestCase):
    @classmethod
    def prepare(cls, r):
        r.start_relay()
        cls.curl = clients.Curl(r)

    def test_unknown_tunnels(self):
        for host, path in (("relay.test", "/nobody/callback"), ("nobody.relay.test", "/callback"),
                           ("relay.test", "/"), ("relay.test", "/UPPER/x"),
                           ("relay.test", "/%6dybot/callback"), ("relay.test", "//mybot/x")):
            for http in ("1.1", "2"):
                with self.subTest(host + path, http=http):
                    answer = self.curl.get(path, host=host, http=http)
                    self.assertEqual(answer.status, 404)
                    self.assertIn("hookline up", problem(answer)["detail"])

    def test_no_agent(self):
        agent = self.rig.start_agent("--echo", "--offline=refuse", tunnel="gone")
        agent.stop()
        self.rig.relay.wait_log("takes no more")
        for http in ("1.1", "2", "1.0"):
            answer = self.curl.get("/gone/callback", http=http)
            self.assertEqual(answer.status, 503)
            self.assertIn("hookline up", problem(answer)["detail"])
            self.assertEqual(answer.value("retry-after"), "30")
        answer = self.curl.post("/gone/callback", b"{}", headers=line.headers(b"{}"))
        self.assertEqual(answer.status, 503)

    def test_a_bad_name_for_a_tunnel(self):
        for name in ("My", "a_b", "-a", "a.b", "x" * 64, ""):
            done = self.rig.hookline_relay("token", "create", "--tunnel", name, "--data",
                                           self.rig.path("relay"))
            self.assertEqual(done.code, 2, done.err)


class Bots(rig.TestCase):
    """Whatever the bot does, the client gets an answer, and the journal the reason."""

    @classmethod
    def prepare(cls, r):
        r.start_relay()
        cls.bot = r.start_bot()
        cls.agent = r.start_agent("--forward", cls.bot.url(), "--handler-timeout", "500ms",
                                  "--answer=bot", "--retry=off")
        cls.curl = clients.Curl(r)

    def setUp(self):
        self.bot.forget()

    def assert_broken(self, status, pattern, path="/mybot/callback"):
        """The sender hears that it failed, the journal why."""
        answer = self.curl.post(path, line.body(), headers=line.headers(line.body()))
        self.assert_told(answer, status, pattern)
        self.assertEqual(self.agent.show("last")["status"], status)

    def assert_told(self, answer, status, pattern):
        self.assertEqual(answer.status, status)
        self.assertRegex(problem(answer)["detail"], "hookline (show last|list)|answer 200")
        self.assertNotIn("127.0.0.1", answer.body.decode())
        self.assertRegex(self.agent.answered("last")["error"], pattern)

    def assert_both_broken(self, behaviour, status, pattern):
        self.bot.will(behaviour, behaviour)
        self.assert_broken(status, pattern)
        self.assert_told(self.curl.get("/mybot/page"), status, pattern)

    def test_garbage(self):
        head = b"HTTP/1.1 200 OK\r\n"
        for data, pattern in (
                (b"hello, is this HTTP?\r\n\r\n", "not HTTP"),
                (b"\x15\x03\x01\x00\x02\x02\x46", "TLS"),
                (b"SSH-2.0-OpenSSH_9.2\r\n", "SSH"),
                (head + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\nhi", "bot"),
                (head + b"Content-Length: 2\r\nContent-Length: 3\r\n\r\nhi", "bot"),
                (head + b"Content-Length: -2\r\n\r\nhi", "bot"),
                (head + b"X: y\r\n folded\r\nContent-Length: 0\r\n\r\n", "bot"),
                (head + b"X : y\r\nContent-Length: 0\r\n\r\n", "bot"),
                (head + b"X: a\x00b\r\nContent-Length: 0\r\n\r\n", "bot"),
                (head + b"X: y\nContent-Length: 0\r\n\r\n", "bot"),
                (head + b"X: " + b"y" * 1000000 + b"\r\n\r\n", "bot"),
                (head + b"X: y\r\n" * 200 + b"\r\n", "bot"),
                (b"HTTP/1.1 999 Odd\r\nContent-Length: 0\r\n\r\n", "bot"),
                (b"HTTP/2.0 200 OK\r\nContent-Length: 0\r\n\r\n", "bot"),
                (b"HTTP/1.1 102 Processing\r\n\r\n" * 50, "bot"),
                (head, "closed the connection in the head")):
            with self.subTest(data[:60]):
                self.assert_both_broken(fake_bot.raw(data), 502, pattern)

    def test_an_answer_that_is_cut_short(self):
        for data in (b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhi",
                     b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhi"):
            self.bot.will(fake_bot.raw(data))
            self.assert_broken(502, "in the middle of its answer")

    def test_it_hangs_up(self):
        self.assert_both_broken(fake_bot.close, 502, "without an answer")

    def test_it_never_answers(self):
        hang = fake_bot.Hang()
        self.addCleanup(hang.release.set)
        self.assert_both_broken(hang, 504, "500 ?ms|0.5 ?s|--handler-timeout")

    def test_a_webhook_with_a_huge_answer(self):
        self.bot.will(fake_bot.answer(200, b"x" * (1024 * 1024 + 1)))
        self.assert_broken(502, "more than 1 MiB")

    def test_odd_answers_that_are_legal(self):
        for data, status, body in (
                (b"HTTP/1.1 200 OK\r\n\r\nuntil the end", 200, b"until the end"),
                (b"HTTP/1.0 404 No\r\n\r\n", 404, b""),
                (b"HTTP/1.1 204 No Content\r\n\r\nbody!", 204, b""),
                (b"HTTP/1.1 103 Early\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\n"
                 b"Content-Length: 2\r\n\r\nhi", 200, b"hi"),
                (b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhiHTTP/1.1 500 Second\r\n\r\n",
                 200, b"hi")):
            with self.subTest(data[:50]):
                self.bot.will(fake_bot.raw(data))
                answer = self.curl.post("/mybot/x", b"{}", headers=line.headers(b"{}"))
                self.assertEqual((answer.status, answer.body), (status, body))

    def test_the_bot_is_not_listening(self):
        bot = fake_bot.Bot()
        agent = self.rig.start_agent("--forward", bot.url(), "--answer=bot", "--retry=off",
                                     tunnel="deaf")
        self.addCleanup(agent.stop)
        bot.close()
        answer = self.curl.post("/deaf/callback", b"{}", headers=line.headers(b"{}"))
        self.assertEqual(answer.status, 502)
        self.assertNotIn(str(bot.port), answer.body.decode())
        shown = agent.answered("last")
        self.assertRegex(shown["error"], f"nothing listens on 127.0.0.1:{bot.port}")
        page = self.curl.get("/deaf/page")
        self.assertEqual(page.status, 502)
        self.assertNotIn(str(bot.port), page.body.decode())
        self.assertIn(f"127.0.0.1:{bot.port}", agent.answered("last")["error"])
        self.assertEqual(agent.body("1"), b"{}")
        with self.subTest("whoever replays it is told"):
            replayed = agent.command("replay", "1")
            self.assertIn(f"127.0.0.1:{bot.port}", replayed.text())
        again = fake_bot.Bot(bot.port)
        self.addCleanup(again.close)
        self.assertEqual(self.curl.post("/deaf/x", b"{}", headers=line.headers(b"{}")).status, 200)

    def test_no_request_chooses_where_the_agent_connects(self):
        """A15: only the path of what is asked for reaches the bot, whatever it looks like."""
        for target in ("//169.254.169.254/x", "/http://169.254.169.254/", "/@169.254.169.254/",
                       "/..//evil.example/", "/\\evil.example", "/x?url=http://evil.example/"):
            with self.subTest(target):
                self.assertEqual(self.curl.get("/mybot" + target).status, 200)
                self.assertEqual(self.bot.take().target, target)


class Bodies(rig.TestCase):
    """Bodies that are not what LINE sends are still recorded, handed on, and shown."""

    @classmethod
    def prepare(cls, r):
        r.start_relay()
        cls.agent = r.start_agent("--echo")
        cls.curl = clients.Curl(r)

    def show(self, body):
        answer = self.curl.post("/mybot/callback", body, headers=line.headers(body))
        self.assertEqual(answer.status, 200)
        shown = self.agent.answered("last")
        self.assertEqual(self.agent.body(), body)
        text = self.agent.command("show", "last").text()
        # Nothing that the terminal would take for a command (C0 but line ends, C1).
        self.assertIsNone(re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f]", text))
        return shown, text

    def test_not_json(self):
        for body in (b"<xml/>", b"{", b"\xff\xfe\x00", b"{}{}", b"null", b"5", b"[]",
                     b'{"events":' + b"[" * 20000 + b"]" * 20000 + b"}",
                     b"\x1b]0;title\x07\x1b[31mred \x9b31m " + "‮".encode()):
            with self.subTest(body[:30]):
                shown, _ = self.show(body)
                self.assertEqual(shown["events"], [])

    def test_json_that_is_not_lines(self):
        for body in (b'{"zen":1}', b'{"events":{}}', b'{"events":"x"}', b'{"events":null}',
                     b'{"events":[]}'):
            with self.subTest(body):
                self.assertEqual(self.show(body)[0]["events"], [])
        for body in (b'{"events":[1,"x",null,[]]}', b'{"events":[{}]}',
                     b'{"events":[{"type":5,"source":[],"message":"x","timestamp":"y"}]}',
                     b'{"events":[{"type":"message","message":{"type":{},"text":[]}}]}',
                     b'{"events":[{"type":"message","timestamp":1e400,"source":{"userId":7}}]}'):
            with self.subTest(body):
                self.show(body)

    def test_more_events_than_anybody_sends(self):
        body = line.body(*[line.event("follow", number) for number in range(2000)])
        shown, _ = self.show(body)
        self.assertGreater(len(shown["events"]), 0)

    def test_hostile_text_in_an_event(self):
        body = line.body(line.text_event("\x1b]52;c;aGk=\x07\x1b[2J\u202e\x9b31m\r\nforged line"))
        self.show(body)
        listed = self.agent.command("list", "--limit", "1").text()
        self.assertNotIn("\x1b", listed)
        self.assertEqual(len(listed.strip().splitlines()), 2, "one below the heading")
