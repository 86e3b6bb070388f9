"""The link between agent and relay: who may have one, and how it ends and comes back."""
import concurrent.futures
import json
import os
import signal

import clients
import fake_bot
import line
import rig

HELLO = (b"GET /.hookline/link HTTP/1.1\r\nHost: relay.test\r\nConnection: Upgrade\r\n"
         b"Upgrade: %s\r\nAuthorization: Bearer %s\r\nHookline-Tunnel: %s\r\n\r\n")


class Refusals(rig.TestCase):
    """The handshake with raw bytes. A good link in between forgets the failures before it."""

    @classmethod
    def prepare(cls, r):
        r.start_relay()
        cls.good = r.create_token("--tunnel", "mybot", "--tunnel", "team-*")

    def setUp(self):
        self.assertEqual(self.hello(self.good["token"])[0], 101)

    def hello(self, token, tunnel="mybot", protocol=b"hookline/1"):
        with clients.RawTls(self.rig) as connection:
            connection.send(HELLO % (protocol, token.encode(), tunnel.encode()))
            head, body = connection.read_answer()
            status = int(head.split(b" ")[1])
            return status, head, body

    def assert_refused(self, status, *args, **options):
        got, head, body = self.hello(*args, **options)
        self.assertEqual(got, status)
        self.assertIn(b"application/problem+json", head)
        problem = json.loads(body)
        self.assertEqual(problem["status"], status)
        return head, problem["detail"]

    def set_in_file(self, token_id, **members):
        path = self.rig.path("relay", "tokens.json")
        with open(path, encoding="utf-8") as file:
            content = json.load(file)
        next(t for t in content["tokens"] if t["id"] == token_id).update(members)
        self.rig.write("relay/tokens.new", json.dumps(content))
        os.rename(self.rig.path("relay", "tokens.new"), path)

    def test_wrong_expired_and_revoked_tokens_look_alike(self):
        expired = self.rig.create_token("--tunnel", "mybot", "--expires", "60s")
        self.set_in_file(expired["id"], expires_ms=1)
        revoked = self.rig.create_token("--tunnel", "mybot")
        self.rig.hookline_relay("token", "revoke", revoked["id"], "--data", self.rig.path("relay"))
        unknown = self.rig.create_token("--tunnel", "mybot", folder="elsewhere")
        answers = {self.assert_refused(401, token["token"]) for token in (
            expired, revoked, unknown)}
        answers.add(self.assert_refused(401, "hkl_nonsense"))
        self.assertEqual(len(answers), 1, "a stranger learns what became of a token")
        self.assertIn("token create", answers.pop()[1])
        self.rig.relay.wait_log(f"token={expired['id']}: expired")
        self.rig.relay.wait_log(f"token={revoked['id']}: revoked")
        self.rig.relay.wait_log(f"token={unknown['id']}: unknown")

    def test_the_name_of_another_token(self):
        detail = self.assert_refused(403, self.good["token"], "other")[1]
        self.assertIn("--tunnel", detail)
        self.assert_refused(403, self.good["token"], "team")
        self.assertEqual(self.hello(self.good["token"], "team-a")[0], 101)

    def test_malformed_hellos(self):
        for tunnel in ("My", "a.b", "", "../x", "a" * 64):
            self.assert_refused(400, self.good["token"], tunnel)
        self.assert_refused(426, self.good["token"], protocol=b"hookline/2")
        self.assert_refused(426, self.good["token"], protocol=b"websocket")

    def test_guessing_is_slowed_down(self):
        for _ in range(5):
            self.assert_refused(401, "hkl_nonsense")
        statuses = [self.hello("hkl_nonsense")[0] for _ in range(3)]
        self.assertIn(429, statuses)
        head, _ = self.assert_refused(429, self.good["token"])
        self.assertIn(b"retry-after:", head.lower())
        self.rig.start_relay()  # for the next test's setUp: nobody waits for the penalty

    def test_the_agent_says_why(self):
        agent = self.rig.start_agent("--echo", tunnel="other", token=self.rig.write(
            "good-token", self.good["token"]), link=False)
        status = agent.wait_state("refused")
        self.assertIn("not for the tunnel", status["detail"])
        self.assertGreater(status["attempt"], 0)
        agent.stop()


class Tunnel(rig.TestCase):
    @classmethod
    def prepare(cls, r):
        r.start_relay()
        cls.curl = clients.Curl(r)
        cls.pool = concurrent.futures.ThreadPoolExecutor(8)
        cls.addClassCleanup(cls.pool.shutdown)

    def start(self, tunnel, *flags, **options):
        bot = self.rig.start_bot()
        agent = self.rig.start_agent("--forward", bot.url(), *flags, tunnel=tunnel, **options)
        self.addCleanup(agent.stop)
        return agent, bot

    def post(self, tunnel, body=b"{}"):
        return self.curl.post(f"/{tunnel}/callback", body, headers=line.headers(body))

    def post_later(self, tunnel, body=b"{}"):
        return self.pool.submit(self.post, tunnel, body)

    def test_takeover_with_the_same_token(self):
        """The laptop with the first agent sleeps; what is under way there still finishes."""
        first, first_bot = self.start("taken")
        hang = first_bot.will(fake_bot.Hang())
        slow = self.post_later("taken", b'{"slow": 1}')
        self.assertTrue(hang.asked.wait(rig.PATIENCE))
        first.send_signal(signal.SIGSTOP)
        self.addCleanup(first.send_signal, signal.SIGCONT)
        second, second_bot = self.start("taken")
        self.assertEqual(self.post("taken", b'{"new": 1}').status, 200)
        self.assertEqual(second_bot.take().body, b'{"new": 1}')
        first.send_signal(signal.SIGCONT)
        detail = first.wait_state("replaced")["detail"]
        self.assertIn("start `hookline up` again", detail)
        hang.release.set()
        self.assertEqual(slow.result(rig.PATIENCE).status, 200)
        self.assertEqual(self.post("taken", b'{"newer": 1}').status, 200)  # no fight
        self.assertEqual(second_bot.take().body, b'{"newer": 1}')

    def test_another_token_while_the_first_is_linked(self):
        first, bot = self.start("mine")
        other = self.rig.create_token("--tunnel", "mine")
        second = self.rig.start_agent("--echo", tunnel="mine", link=False,
                                      token=self.rig.write("other-token", other["token"]))
        self.addCleanup(second.stop)
        self.assertIn("another token", second.wait_state("refused")["detail"].lower())
        self.assertEqual(self.post("mine").status, 200)
        self.assertEqual(bot.take().body, b"{}")

    def test_revoke_ends_the_link(self):
        token = self.rig.create_token("--tunnel", "revoked")
        agent = self.rig.start_agent("--echo", tunnel="revoked",
                                     token=self.rig.write("revoked-token", token["token"]))
        self.addCleanup(agent.stop)
        done = self.rig.hookline_relay("token", "revoke", token["id"], "--data",
                                       self.rig.path("relay"))
        self.assertEqual(done.code, 0)
        self.rig.relay.wait_log(f"token {token['id']} was revoked")
        agent.wait_state("refused")
        self.assertEqual(self.post("revoked").status, 503)

    def test_a_rotated_token_goes_on_for_a_while(self):
        old = self.rig.create_token("--tunnel", "rotated")
        new = self.rig.create_token("--rotate", old["id"])
        self.assertEqual(new["id"], old["id"])
        for number, token in enumerate((old, new)):
            agent = self.rig.start_agent("--echo", tunnel="rotated", token=self.rig.write(
                f"rotated-{number}", token["token"]))
            agent.stop()

    def test_the_agent_stops_gracefully(self):
        agent, bot = self.start("leaving", "--answer=bot", "--offline=refuse")
        hang = bot.will(fake_bot.Hang())
        slow = self.post_later("leaving")
        self.assertTrue(hang.asked.wait(rig.PATIENCE))
        mark = self.rig.relay.log_mark()
        agent.send_signal(signal.SIGTERM)
        self.rig.relay.wait_log("tunnel=leaving agent takes no more requests", mark)
        self.assertEqual(self.post("leaving").status, 503)
        hang.release.set()
        self.assertEqual(slow.result(rig.PATIENCE).status, 200)
        self.assertEqual(agent.wait_exit(), 0)

    def test_the_agent_dies(self):
        """After *stored*: 502, and the webhook is in the journal."""
        agent, bot = self.start("dying", "--answer=bot")
        hang = bot.will(fake_bot.Hang())
        slow = self.post_later("dying", b'{"last": "words"}')
        self.assertTrue(hang.asked.wait(rig.PATIENCE))
        agent.kill()
        answer = slow.result(rig.PATIENCE)
        self.assertEqual(answer.status, 502)
        self.assertIn(b"in its journal", answer.body)
        self.assertEqual(agent.body(), b'{"last": "words"}')
        self.assertFalse(agent.show()["answered"])
        hang.release.set()
        again, _ = self.start("dying", folder=agent.data)
        self.assertEqual(self.post("dying").status, 200)
        self.assertEqual(len(again.list()), 2)

    def test_pins_and_strangers(self):
        public = self.rig.run(["openssl", "pkey", "-in", self.rig.leaf.key, "-pubout", "-outform",
                               "DER"]).out
        pin = "sha256/" + clients.sha256_base64(public)
        agent, _ = self.start("pinned", "--relay-pin", pin)
        agent.stop()
        wrong, _ = self.start("pinned", "--relay-pin", "sha256/" + "A" * 43 + "=", link=False)
        self.assertIn("pin", wrong.wait_state("waiting")["detail"])
        stranger = self.rig.hookline(
            "login", "--relay", f"localhost:{self.rig.relay.port}", "--tunnel", "pinned",
            "--token-file", self.rig.token("pinned"))
        self.assertEqual(stranger.code, 1)
        self.assertIn("not signed by a trusted authority", stranger.err)
