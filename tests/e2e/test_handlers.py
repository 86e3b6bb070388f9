"""Who answers on the laptop besides a bot that listens: commands, the echo bot, HTTPS bots."""
import json
import os

import clients
import fake_bot
import line
import line_stand_in
import rig

# Prints its environment and what came on standard input.
REPORT = """import json, os, sys
body = sys.stdin.buffer.read()
print(json.dumps({"env": dict(os.environ), "body": body.decode("latin-1")}))
"""


class Commands(rig.TestCase):
    @classmethod
    def prepare(cls, r):
        r.start_relay()
        cls.curl = clients.Curl(r)

    def start(self, command, *flags, tunnel="mybot"):
        secret = self.rig.write("secret", line.SECRET)
        agent = self.rig.start_agent("--exec", command, "--secret-file", secret, *flags,
                                     tunnel=tunnel)
        self.addCleanup(agent.stop)
        return agent

    def send(self, body, tunnel="mybot", headers=()):
        return self.curl.post(f"/{tunnel}/a%20b?x=1", body,
                              headers=[*line.headers(body), *headers])

    def test_body_and_environment(self):
        agent = self.start("python3 " + self.rig.write("report.py", REPORT))
        body = line.ODD_BODIES["not UTF-8"]
        answer = self.send(body, headers=["X-Evil_Name: 1", "Proxy: evil", "Hookline-Token: x"])
        self.assertEqual(answer.status, 200)
        report = json.loads(answer.body)
        env = report["env"]
        self.assertEqual(report["body"], body.decode("latin-1"))
        for name, value in (("REQUEST_METHOD", "POST"), ("REQUEST_URI", "/a%20b?x=1"),
                            ("PATH_INFO", "/a%20b"), ("QUERY_STRING", "x=1"),
                            ("CONTENT_LENGTH", str(len(body))), ("HOOKLINE_WEBHOOK", "1"),
                            ("HOOKLINE_VERDICT", "valid"),
                            ("HTTP_X_LINE_SIGNATURE", line.signature(body))):
            self.assertEqual(env.get(name), value, name)
        self.assertEqual(env["HOOKLINE_DELIVERY"], agent.show()["delivery"])
        self.assertNotIn("HTTP_PROXY", env)
        self.assertNotIn("HTTP_X_EVIL_NAME", env)
        self.assertNotIn("HOOKLINE_TOKEN", env)

    def test_a_mebibyte_in_and_out(self):
        self.start("cat")
        body = line.padded(1024 * 1024)
        self.assertEqual(self.send(body).body, body)

    def test_a_command_that_fails(self):
        for number, (command, status, words) in enumerate((
                ("echo oops >&2; exit 3", 500, "oops"), ("kill -9 $$", 500, "signal"),
                ("exec /no/such/program", 502, "not found"), ("exec tail -f /dev/null", 504, "500"))):
            with self.subTest(command):
                tunnel = f"fails-{number}"
                agent = self.start(command, "--handler-timeout", "500ms", "--answer=bot",
                                   "--retry=off", tunnel=tunnel)
                answer = self.send(b"{}", tunnel)
                self.assertEqual(answer.status, status)
                self.assertNotIn(words, answer.body.decode().replace(str(status), ""))
                self.assertIn("hookline show last", answer.body.decode())
                shown = agent.answered("last")
                self.assertEqual(shown["status"], status)
                self.assertIn(words, shown["error"])
                self.assertEqual(agent.body(), b"{}")

    def test_a_command_that_reads_nothing(self):
        self.start("printf done")
        self.assertEqual(self.send(line.padded(1024 * 1024)).body, b"done")


    def test_a_browser_starts_nothing(self):
        """A page, its favicon, a scanner: only webhooks, and what is replayed, run the command."""
        ran = self.rig.path("ran")
        agent = self.start(f"echo x >> '{ran}'; echo it ran")
        answer = self.curl.get("/mybot/favicon.ico")
        self.assertEqual(answer.status, 404)
        self.assertIn("--exec-plain", json.loads(answer.body)["detail"])
        self.assertEqual(agent.answered("last")["status"], 404)
        self.assertFalse(os.path.exists(ran))
        self.assertEqual(agent.command("replay", "last", "--json").json()["status"], 200)
        self.assertEqual(self.send(b"{}").body, b"it ran\n")
        self.assertEqual(agent.command("replay", "last", "--json").json()["status"], 200)
        with open(ran, encoding="ascii") as file:
            self.assertEqual(len(file.readlines()), 3)

    def test_pages_made_by_a_command(self):
        self.start("printf %s \"$PATH_INFO\"", "--exec-plain", tunnel="pages")
        self.assertEqual(self.curl.get("/pages/a/b").body, b"/a/b")


class Echo(rig.TestCase):
    @classmethod
    def prepare(cls, r):
        r.start_relay()
        cls.agent = r.start_agent("--echo")
        cls.curl = clients.Curl(r)

    def test_webhooks_and_pages(self):
        body = line.body(line.text_event("こんにちは"))
        answer = self.curl.post("/mybot/callback", body, headers=line.headers(body))
        self.assertEqual(answer.status, 200)
        reply = json.loads(answer.body)["events"][0]["reply"]
        self.assertEqual(reply, {"type": "text", "text": "こんにちは"})
        self.assertEqual(self.curl.get("/mybot/").status, 200)

    def test_the_verify_button(self):
        body = line.body()
        self.assertEqual(self.curl.post("/mybot/", body, headers=line.headers(body)).status, 200)


class EchoReplies(rig.TestCase):
    """The echo bot's replies reach LINE as those of every bot."""

    @classmethod
    def prepare(cls, r):
        r.start_relay()
        cls.curl = clients.Curl(r)
        cls.line = line_stand_in.start(r)
        cls.secret = r.write("secret", line.SECRET)

    def start(self, *flags):
        self.line.forget()
        agent = self.rig.start_agent("--echo", "--secret-file", self.secret,
                                     *self.line.flags(self.rig), *flags)
        self.addCleanup(agent.stop)
        return agent

    def send(self, number):
        body = line.body(line.text_event("こんにちは", number))
        self.assertEqual(self.curl.post("/mybot/", body, headers=line.headers(body)).status, 200)

    def check_reply(self, number, token):
        request = self.line.api.take()
        self.assertEqual((request.method, request.target), ("POST", "/v2/bot/message/reply"))
        self.assertEqual(request.value("authorization"), f"Bearer {token}")
        self.assertEqual(json.loads(request.body), {
            "replyToken": f"{number:032x}", "messages": [{"type": "text", "text": "こんにちは"}]})

    def test_with_an_access_token_and_again(self):
        agent = self.start("--access-token-file", self.rig.write("access", "long-lived"))
        self.send(1)
        self.check_reply(1, "long-lived")
        self.rig.hookline("replay", "last", "--data", agent.data)
        self.send(2)
        self.check_reply(2, "long-lived")  # the replay's went nowhere

    def test_with_channel_id_and_secret(self):
        token = {"access_token": "short", "expires_in": 900, "token_type": "Bearer"}
        self.start()
        self.line.api.will(fake_bot.answer(200, json.dumps(token).encode()))
        self.send(3)
        asked = self.line.api.take()
        self.assertEqual(asked.target, "/oauth2/v3/token")
        self.assertEqual(asked.body.decode(), "grant_type=client_credentials&client_id=1234567890"
                                              f"&client_secret={line.SECRET}")
        self.check_reply(3, "short")


class HandlerChoice(rig.TestCase):
    def test_one_and_only_one(self):
        for flags in ((), ("--echo", "--exec", "true"),
                      ("--forward", "http://127.0.0.1:1", "--echo")):
            done = self.rig.hookline("up", "--relay", "localhost", "--tunnel", "x",
                                     "--token-file", self.rig.token(), *flags)
            self.assertEqual(done.code, 2)
            self.assertIn("--forward", done.err)

    def test_addresses_that_are_none(self):
        for url in ("ftp://localhost/", "http://", "localhost:3000", "http://a b/",
                    "http://user:pw@localhost/", "http://localhost:99999/"):
            done = self.rig.hookline("up", "--relay", "localhost", "--tunnel", "x", "--token-file",
                                     self.rig.token(), "--forward", url, "--data",
                                     self.rig.path("x"))
            self.assertIn(done.code, (1, 2), url)
            self.assertIn(url.split(":")[0], done.err)
