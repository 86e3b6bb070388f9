"""Replays: the same bytes again, or changed ones, signed anew; with an agent and without."""
import json

import clients
import fake_bot
import line
import rig

ODD = line.ODD_BODIES["odd white space"]


class Replays(rig.TestCase):
    @classmethod
    def prepare(cls, r):
        r.start_relay()
        cls.bot, cls.other_bot = r.start_bot(), r.start_bot()
        cls.secret = r.write("secret", line.SECRET)
        cls.agent = r.start_agent("--forward", cls.bot.url("/callback"), "--secret-file",
                                  cls.secret, "--target", f"other={cls.other_bot.url('/hook')}")
        cls.curl = clients.Curl(r)
        cls.text = cls.record(line.body(line.text_event("hello", 1)))
        cls.odd = cls.record(ODD)

    @classmethod
    def record(cls, body, headers=None, path="/mybot/callback?q=1"):
        """The id of a new exchange."""
        cls.curl.post(path, body, headers=line.headers(body) if headers is None else headers)
        return cls.agent.answered("last")["id"]

    def setUp(self):
        self.bot.forget()

    def replay(self, which, *flags, secret=True, **options):
        if secret:
            flags = (*flags, "--secret-file", self.secret)
        return self.agent.command("replay", str(which), "--json", *flags, **options)

    def assert_replayed(self, done, of, status=200):
        """What `replay` says of it; the exchange in the journal."""
        result = done.json() if status == 200 else json.loads(done.out)
        self.assertEqual((result["type"], result["replay_of"], result["status"]),
                         ("replay", of, status))
        shown = self.agent.answered(result["id"])
        self.assertEqual(shown["replay_of"], of)
        self.assertIn(result["id"], self.agent.show(of)["replays"])
        return shown

    # --- unchanged ---

    def test_exact_bytes(self):
        for which, body in ((self.odd, ODD), (self.text, self.agent.body(self.text))):
            shown = self.assert_replayed(self.replay(which, secret=False), which)
            request = self.bot.take()
            self.assertEqual(request.body, body)
            self.assertEqual(request.target, "/callback?q=1")
            self.assertEqual(request.value("x-line-signature"), line.signature(body))
            self.assertEqual(shown["verdict"], "valid")
            self.assertEqual([name for name, _ in request.fields
                              if name.lower().startswith("hookline-")], [])

    def test_every_odd_body(self):
        for name, body in line.ODD_BODIES.items():
            with self.subTest(name):
                number = self.record(body)
                self.bot.forget()
                self.assert_replayed(self.replay(number, secret=False), number)
                self.assertEqual(self.bot.take().body, body)

    def test_a_refused_webhook_is_an_explicit_wish(self):
        number = self.record(ODD, line.headers(b"something else"))
        self.assertEqual(self.agent.show(number)["verdict"], "invalid")
        self.bot.forget()
        shown = self.assert_replayed(self.replay(number), number)
        self.assertEqual(shown["verdict"], "invalid")
        self.assertEqual(self.bot.take().body, ODD)

    def test_a_plain_request(self):
        self.curl.request("/mybot/page?x", b"a=b", extra=["--request", "PUT"])
        number = self.agent.answered("last")["id"]
        self.bot.forget()
        self.assert_replayed(self.replay(number), number)
        request = self.bot.take()
        self.assertEqual((request.method, request.target), ("PUT", "/page?x"))
        self.assertEqual(request.body, b"a=b")

    # --- changed, and signed again ---

    def assert_changed(self, flags, expected, **options):
        shown = self.assert_replayed(self.replay(self.text, *flags, **options), self.text)
        request = self.bot.take()
        self.assertEqual(request.body, expected)
        self.assertEqual(request.value("x-line-signature"), line.signature(expected))
        self.assertEqual(shown["verdict"], "valid")

    def test_set(self):
        original = self.agent.body(self.text)
        self.assert_changed(["--set", "events[0].message.text=こんにちは \"5\""], original.replace(
            b'"hello"', '"こんにちは \\"5\\""'.encode()))
        self.assert_changed(["--set", "events[0].timestamp=5", "--set", "destination=U1"],
                            original.replace(b"1790000000001", b"5").replace(
                                line.BOT_ID.encode(), b"U1"))

    def test_as_redelivery(self):
        self.assert_changed(["--as-redelivery"], self.agent.body(self.text).replace(
            b'"isRedelivery":false', b'"isRedelivery":true'))
        done = self.replay(self.odd, "--as-redelivery")
        self.assertEqual(done.code, 1)
        self.assertIn("deliveryContext", done.err)

    def test_another_body(self):
        path = self.rig.write("other-body", ODD)
        self.assert_changed(["--body", path], ODD)
        self.assert_changed(["--body", "-"], b"from a pipe", stdin=b"from a pipe")

    def test_edit(self):
        script = self.rig.write("editor", "#!/bin/sh\nsed -i 's/hello/edited/' \"$1\"\n", 0o700)
        env = {**self.rig.environment, "EDITOR": script}
        self.assert_changed(["--edit"], self.agent.body(self.text).replace(b"hello", b"edited"),
                            env=env)
        done = self.replay(self.text, "--edit", env={**env, "VISUAL": "false"})
        self.assertEqual(done.code, 1)
        self.assertIn("nothing was sent", done.err)

    def test_a_change_without_a_secret(self):
        done = self.replay(self.text, "--set", "destination=U1", secret=False)
        self.assertEqual(done.code, 1)
        self.assertIn("--secret-file", done.err)

    def test_changes_that_cannot_be_made(self):
        for flags, code in ((("--set", "events[0].nothing=1"), 1), (("--set", "no-sign"), 2),
                            (("--body", "/no/such/file"), 1), (("--set", "events=x"), 1)):
            done = self.replay(self.text, *flags)
            self.assertEqual(done.code, code, done.err)
            self.assertNotEqual(done.err, "")
        self.assertEqual(self.bot.requests, [])

    def test_other_providers_are_signed_their_way(self):
        body = b'{"n": 1}'
        self.curl.post("/mybot/callback", body, headers=line.slack(body))
        number = self.agent.answered("last")["id"]
        self.bot.forget()
        secret = self.rig.write("slack", "slack=" + line.SECRET)
        self.replay(number, "--set", "n=2", "--secret-file", secret, secret=False)
        request = self.bot.take()
        stamp = request.value("x-slack-request-timestamp")
        self.assertEqual(request.value("x-slack-signature"),
                         line.slack(b'{"n": 2}', at=stamp)[1].split(": ")[1])

    # --- to whom ---

    def test_to_a_target(self):
        self.other_bot.forget()
        self.assert_replayed(self.replay(self.odd, "--to", "other"), self.odd)
        request = self.other_bot.take()
        self.assertEqual((request.target, request.body), ("/hook?q=1", ODD))
        self.assertEqual(self.bot.requests, [])

    def test_to_an_unknown_target(self):
        done = self.replay(self.odd, "--to", "nobody")
        self.assertEqual(done.code, 1)
        self.assertEqual(self.bot.requests, [])

    def test_a_failure_is_one(self):
        self.bot.will(fake_bot.answer(500))
        done = self.replay(self.odd)
        self.assertEqual(done.code, 1)
        self.assert_replayed(done, self.odd, 500)

    def test_what_is_said(self):
        text = self.agent.command("replay", str(self.odd)).text()
        self.assertRegex(text, rf"^{self.odd} replayed as \d+: 200 in ")
        self.assertEqual(self.agent.command("replay", "999999").code, 1)

    def test_replays_are_listed_as_such(self):
        self.assert_replayed(self.replay(self.odd), self.odd)
        rows = self.agent.list("--replays")
        self.assertTrue(rows)
        self.assertTrue(all(row["replay_of"] for row in rows))


class WithoutAgent(rig.TestCase):
    def test_replay_by_itself(self):
        r = self.rig
        r.start_relay()
        agent = r.start_agent("--echo")
        body = line.body(line.text_event())
        clients.Curl(r).post("/mybot/callback", body, headers=line.headers(body))
        agent.answered(1)
        agent.stop()
        done = agent.command("replay", "1")
        self.assertEqual(done.code, 2)
        self.assertIn("--forward", done.err)
        bot = r.start_bot()
        done = agent.command("replay", "1", "--forward", bot.url("/callback"))
        self.assertEqual(done.code, 0, done.err)
        self.assertEqual(bot.take().body, body)
        self.assertEqual(agent.command("replay", "1", "--exec", "cat", "--json").json()["id"], 3)
        self.assertEqual([row["replay_of"] for row in agent.list()], [None, 1, 1])
