"""`hookline doctor` on the real programs: all is well, then one thing after the other breaks, and
exactly that is found, with its fix."""
import base64
import contextlib
import hashlib
import hmac
import http.client
import json
import socket
import ssl
import sys
import unittest

import certificates
import fake_bot
import inspector
import network
import rig

SECRET = "0123456789abcdef0123456789abcdef"
HOST = "localhost"  # the tunnel is in the path: names below it need not resolve
# Of every relay on a loopback port with an authority of its own.
USUAL = {"relay_name": "loopback_address", "relay_port": "port_not_443",
         "relay_chain": "chain_private_ca"}


def signature(body):
    return base64.b64encode(hmac.new(SECRET.encode(), body, hashlib.sha256).digest()).decode()


def careful(connection, request):
    """A bot that checks signatures."""
    good = request.values("x-line-signature") == [signature(request.body)]
    return fake_bot.answer(200 if good else 401)(connection, request)


class Doctor(rig.TestCase):
    @classmethod
    def prepare(cls, rig):
        cls.relay = rig.start_relay(domain=HOST)
        cls.secret = rig.write("secret", SECRET)
        cls.bot = rig.start_bot(usual=careful)

    def setUp(self):
        self.bot.forget()
        self.agents = []

    def tearDown(self):
        for agent in self.agents:
            agent.stop()

    def start_agent(self, *flags, bot=None, **options):
        forward = () if flags and flags[0] in ("--echo", "--exec") else (
            "--forward", (bot or self.bot).url("/callback"))
        agent = self.rig.start_agent(*forward, *flags, "--secret-file", self.secret, **options)
        self.agents.append(agent)
        return agent

    def relay_flags(self, relay=None):
        return ("--relay", f"{HOST}:{(relay or self.relay).port}", "--tunnel", "mybot",
                "--ca-file", self.rig.pki.root)

    def examine(self, *flags, agent=None, folder=None, secret=True):
        """The checks by id, and the exit code."""
        done = self.rig.hookline(
            "doctor", "--json", "--data", agent.data if agent else folder or self.rig.path("none"),
            *(("--secret-file", self.secret) if secret is True else ()), *flags)
        lines = [json.loads(line) for line in done.out.splitlines()]
        checks = {line["id"]: line for line in lines if line["type"] == "check"}
        self.assertEqual(len(checks), 16, done.err)
        self.assertEqual(lines[-1]["type"], "done")
        self.assertEqual(done.code, 1 if lines[-1]["fail"] else 0)
        return checks

    def assert_only(self, checks, name, state, code, fix=None):
        """This one was found; others are well, usual here, or skipped."""
        self.assertEqual((checks[name]["state"], checks[name]["code"]), (state, code), checks)
        for other, check in checks.items():
            if other != name and check["state"] not in ("pass", "skipped"):
                self.assertEqual(check["code"], USUAL.get(other), check)
        if fix:
            self.assertIn(fix, checks[name]["fix"]["value"])
        return checks[name]

    def send_webhook(self):
        body = b'{"destination":"U","events":[]}'
        context = ssl.create_default_context(cafile=self.rig.pki.root)
        relay = http.client.HTTPSConnection(HOST, self.relay.port, timeout=rig.PATIENCE,
                                            context=context)
        with contextlib.closing(relay):
            relay.request("POST", "/mybot/callback", body,
                          {"x-line-signature": signature(body)})
            relay.getresponse().read()

    # --- all is well ---

    def test_all_is_well(self):
        agent = self.start_agent()
        checks = self.examine(*self.relay_flags(), agent=agent)
        for name, check in checks.items():
            state = "warn" if name in USUAL else "pass"
            if name.startswith("line_"):  # nobody is to be asked: test_line_channel.py
                self.assertEqual(check["code"], "line_no_credentials")
                continue
            self.assertEqual((check["state"], name), (state, name), check)
            self.assertEqual(check["code"], USUAL.get(name, check["code"]))
            self.assertGreaterEqual(check["ms"], 0)
        self.assertEqual(checks["relay_http"]["code"], "http_answered")
        self.assertEqual(checks["relay_http"]["params"]["path"], "/mybot/callback")
        self.assertEqual(checks["relay_tls"]["params"]["versions"], "1.2, 1.3")
        chain = checks["relay_chain"]["evidence"]["chain"]
        self.assertEqual([c["issuer"] for c in chain], ["Test Intermediate", "Test Root"])

    def test_what_the_bot_gets(self):
        agent = self.start_agent()
        self.examine(*self.relay_flags(), agent=agent)
        requests = [self.bot.take() for _ in range(3)]
        for request in requests:
            self.assertEqual((request.method, request.target), ("POST", "/callback"))
            self.assertEqual(request.value("user-agent"), "LineBotWebhook/2.0")
            self.assertEqual(json.loads(request.body)["events"], [])
        good = [r for r in requests if r.value("x-line-signature") == signature(r.body)]
        self.assertEqual(len(good), 2)
        self.assertEqual(len(self.bot.requests), 3)
        # the one through the relay is recorded, the direct ones are not
        agent.wait_exchange(status=200)
        self.assertEqual([row["status"] for row in agent.list()], [200])

    def test_for_people(self):
        agent = self.start_agent()
        done = agent.command("doctor", "--secret-file", self.secret, *self.relay_flags())
        self.assertEqual(done.code, 0, done.err)
        text = done.text()
        groups = [line for line in text.splitlines() if line and not line.startswith(" ")]
        self.assertEqual(groups[:4], ["LINE -> relay", "relay = this machine", "LINE channel",
                                      "bot"])
        self.assertIn("  ok    Wrong signature    401 to a webhook with a wrong signature", text)
        self.assertIn("9 passed, 3 warned, 0 failed, 4 not checked", text)
        self.assertNotIn(SECRET, text)

    def test_echo_and_exec(self):
        for flags in (("--echo",), ("--exec", "cat")):
            with self.subTest(flags):
                agent = self.start_agent(*flags)
                checks = self.examine(*self.relay_flags(), agent=agent)
                self.assert_only(checks, "bot_listens", "skipped", "no_address")
                self.assertEqual(checks["relay_http"]["code"], "http_answered")
                agent.stop()

    def test_page(self):
        agent = self.start_agent("--inspect-addr", "127.0.0.1:0")
        page = inspector.Inspector(agent)
        self.assertEqual(page.get("/api/doctor").json()["state"], "never")
        answer = page.post("/api/doctor", {})
        self.assertEqual(answer.status, 202, answer.body)
        run = answer.json()["run"]
        while (told := page.get("/api/doctor").json())["state"] != "done":
            self.assertEqual(told["run"], run)
        codes = {check["id"]: check["code"] for check in told["checks"]}
        self.assertEqual(len(codes), 16)
        self.assertEqual(codes["relay_http"], "http_answered")
        self.assertEqual(codes["link"], "linked")
        for name, code in USUAL.items():
            self.assertEqual(codes[name], code)
        self.assertNotIn("fail", [check["state"] for check in told["checks"]])

    # --- the bot breaks ---

    def test_bot_is_down(self):
        agent = self.start_agent()
        with socket.create_server(("127.0.0.1", 0)) as unused:
            port = unused.getsockname()[1]
        checks = self.examine(*self.relay_flags(), "--forward", f"http://127.0.0.1:{port}/callback",
                              agent=agent)
        self.assert_only(checks, "bot_listens", "fail", "bot_down")
        self.assertEqual(checks["bot_answers"]["params"], {"check": "bot_listens"})
        self.assertEqual(checks["relay_http"]["code"], "http_relay_only")

    @unittest.skipIf(network.why_not(), network.why_not())
    def test_bot_listens_on_another_port(self):
        # in a network of its own, where the usual ports are free
        script = ("import socket, subprocess, sys\n"
                  "subprocess.run(['ip', 'link', 'set', 'lo', 'up'], check=True)\n"
                  "bot = socket.create_server(('127.0.0.1', 8000))\n"
                  "sys.exit(subprocess.run(sys.argv[1:]).returncode)\n")
        done = self.rig.run(["unshare", "--net", "--map-root-user", sys.executable, "-c", script,
                             rig.HOOKLINE, "doctor", "--json", "--data", self.rig.path("none"),
                             "--forward", "http://127.0.0.1:3000/callback?x=1"])
        checks = {line["id"]: line for line in map(json.loads, done.out.splitlines())
                  if line["type"] == "check"}
        found = checks["bot_listens"]
        self.assertEqual(found["code"], "bot_down", done.err)
        self.assertEqual(found["params"]["other_port"], 8000)
        self.assertEqual(found["fix"], {
            "kind": "command", "value": "hookline up --forward http://127.0.0.1:8000/callback?x=1"})

    def test_bot_answers_wrong(self):
        agent = self.start_agent()
        for status, fix in ((404, "bot_path"), (401, "bot_secret"), (500, "bot_log")):
            with self.subTest(status):
                bot = self.rig.start_bot(usual=fake_bot.answer(status))
                checks = self.examine(*self.relay_flags(), "--forward", bot.url("/callback"),
                                      agent=agent)
                found = self.assert_only(checks, "bot_answers", "fail", "answer_status", fix)
                self.assertEqual(found["params"]["status"], status)
                self.assertEqual(found["params"]["line"], "error_status_code")

    def test_bot_hangs(self):
        agent = self.start_agent()
        hang = fake_bot.Hang()
        self.addCleanup(hang.release.set)
        bot = self.rig.start_bot(usual=hang)
        checks = self.examine(*self.relay_flags(), "--forward", bot.url("/callback"), agent=agent)
        found = self.assert_only(checks, "bot_answers", "fail", "answer_timeout",
                                 "bot_answer_first")
        self.assertEqual(found["params"]["line"], "request_timeout")
        self.assertGreaterEqual(found["params"]["ms"], 4000)

    def test_bot_redirects(self):
        agent = self.start_agent()
        bot = self.rig.start_bot(usual=fake_bot.answer(308, fields=("location: /callback/",)))
        checks = self.examine(*self.relay_flags(), "--forward", bot.url("/callback"), agent=agent)
        found = self.assert_only(checks, "bot_answers", "fail", "answer_redirect", "bot_redirect")
        self.assertEqual(found["params"]["location"], "/callback/")

    def test_bot_accepts_everything(self):
        agent = self.start_agent()
        bot = self.rig.start_bot()
        checks = self.examine(*self.relay_flags(), "--forward", bot.url("/callback"), agent=agent)
        self.assert_only(checks, "bot_refuses", "warn", "accepts_bad_signature",
                         "bot_check_signature")

    # --- the secret ---

    def test_secrets(self):
        agent = self.start_agent()
        for secret, code in (("1655283475", "secret_is_channel_id"), ("x" * 172, "secret_is_token"),
                             (SECRET.upper(), "secret_upper_case"),
                             (SECRET[:-1], "secret_wrong_length")):
            with self.subTest(code):
                file = self.rig.write("bad-secret", secret)
                checks = self.examine(*self.relay_flags(), "--secret-file", file, agent=agent,
                                      secret=file)
                self.assertEqual((checks["secret"]["state"], checks["secret"]["code"]),
                                 ("fail", code))
                self.assertEqual(checks["secret"]["fix"]["value"], "secret_where")

    def test_no_secret(self):
        checks = self.examine("--forward", self.bot.url("/callback"), secret=None)
        self.assertEqual((checks["secret"]["state"], checks["secret"]["code"]),
                         ("warn", "secret_missing"))
        self.assertIn("--secret-file", checks["secret"]["fix"]["value"])
        self.assertEqual(checks["bot_answers"]["params"], {"check": "secret"})

    # --- the link ---

    def test_agent_with_flags_of_its_own(self):
        agent = self.start_agent()
        checks = self.examine("--ca-file", self.rig.pki.root, agent=agent, secret=None)
        self.assert_only(checks, "secret", "skipped", "secret_unknown", "--secret-file")
        self.assertEqual(checks["link"]["code"], "linked")
        self.assertEqual(checks["clock"]["code"], "clock_good")
        self.assertEqual(checks["relay_http"]["code"], "http_relay_only")

    def test_no_agent(self):
        checks = self.examine(*self.relay_flags(), "--forward", self.bot.url("/callback"))
        self.assert_only(checks, "link", "warn", "no_agent", "hookline up --forward http://127.0.0.1")
        # the relay may wait for an agent to come back
        self.assertIn(checks["relay_http"]["code"], ("http_relay_only", "needs"))
        self.assertEqual(checks["bot_refuses"]["code"], "refused")

    def test_not_logged_in(self):
        checks = self.examine("--forward", self.bot.url("/callback"))
        self.assert_only(checks, "relay_name", "fail", "not_logged_in", "hookline login")

    def test_agent_is_refused(self):
        token = self.rig.write("bad-token", "hkl_" + "a" * 43)
        agent = self.start_agent(token=token, link=False)
        agent.wait_state("refused")
        checks = self.examine(*self.relay_flags(), agent=agent)
        found = self.assert_only(checks, "link", "fail", "link_refused", "hookline login --relay")
        self.assertTrue(found["evidence"]["text"])

    def test_pending(self):
        bot = self.rig.start_bot(usual=fake_bot.close)
        agent = self.start_agent(bot=bot)
        self.send_webhook()
        bot.take()
        checks = self.examine(*self.relay_flags(), "--forward", self.bot.url("/callback"),
                              agent=agent)
        self.assert_only(checks, "inbox", "warn", "inbox_pending", "hookline list --pending")

    # --- the relay ---

    def test_port_is_closed(self):
        with socket.create_server(("127.0.0.1", 0)) as unused:
            port = unused.getsockname()[1]
        checks = self.examine("--relay", f"{HOST}:{port}", "--tunnel", "mybot")
        self.assertEqual((checks["relay_port"]["state"], checks["relay_port"]["code"]),
                         ("fail", "port_refused"))
        self.assertEqual(checks["relay_chain"]["params"], {"check": "relay_port"})
        self.assertEqual(checks["clock"]["code"], "relay_unreachable")


class BrokenRelays(rig.TestCase):
    """Relays that would never start without --insecure-cert."""

    def examine(self, leaf, *flags):
        relay = self.rig.start_relay("--insecure-cert", leaf=leaf, domain=HOST)
        done = self.rig.hookline("doctor", "--json", "--data", self.rig.path("none"), "--relay",
                                 f"{HOST}:{relay.port}", "--tunnel", "mybot", "--ca-file",
                                 self.rig.pki.root, *flags)
        return done.code, {line["id"]: line for line in map(json.loads, done.out.splitlines())
                           if line["type"] == "check"}

    def assert_chain(self, leaf, code, fix):
        exit_code, checks = self.examine(leaf)
        found = checks["relay_chain"]
        self.assertEqual((exit_code, found["state"], found["code"]), (1, "fail", code), found)
        self.assertIn(fix, found["fix"]["value"])
        self.assertEqual(found["params"]["line"], "could_not_connect")
        self.assertEqual(checks["relay_tls"]["code"], "tls_good")
        self.assertEqual(checks["relay_http"]["params"], {"check": "relay_chain"})
        self.assertEqual(checks["clock"]["code"], "clock_good")
        return found

    def test_intermediate_is_missing(self):
        leaf = self.rig.leaf
        found = self.assert_chain(certificates.Leaf(leaf.cert, leaf.key, leaf.cert),
                                  "chain_incomplete", "fullchain.pem")
        self.assertEqual(found["params"]["missing"], "Test Intermediate")
        self.assertEqual([c["state"] for c in found["evidence"]["chain"]], ["good", "missing"])

    def test_expired(self):
        day = certificates.DAY
        self.assert_chain(self.rig.pki.leaf("old", [HOST], start=-9 * day, end=-day),
                          "chain_expired", "certbot renew")

    def test_another_name(self):
        found = self.assert_chain(self.rig.pki.leaf("other", ["relay.example.com"]),
                                  "chain_wrong_name", "chain_name")
        self.assertEqual(found["params"]["names"], "relay.example.com")

    def test_self_signed(self):
        self.assert_chain(self.rig.pki.leaf("own", [HOST], issuer=None), "chain_self_signed",
                          "chain_public_ca")


if __name__ == "__main__":
    unittest.main()
