"""Signatures: a right one passes; a wrong one is refused, recorded and explained."""
import base64
import hashlib
import json
import time

import clients
import line
import rig

WHSEC = "whsec_" + base64.b64encode(b"a key of thirty-two bytes, or so").decode()


def flipped(body):
    return body[:-3] + bytes([body[-3] ^ 1]) + body[-2:]


class SignatureCase(rig.TestCase):
    """A relay, a bot, and agents with the secrets that a test needs."""

    @classmethod
    def prepare(cls, r):
        r.start_relay()
        cls.bot = r.start_bot()
        cls.curl = clients.Curl(r)
        cls.agent = cls.start_agent(r)

    def setUp(self):
        self.bot.forget()

    @classmethod
    def start_agent(cls, r):
        return r.start_agent("--forward", cls.bot.url("/callback"),
                             *secret_flags(r, line.SECRET, line.OTHER_SECRET))

    def post(self, body, headers, path="/mybot/callback", http="1.1"):
        return self.curl.post(path, body, headers=headers, http=http)

    def assert_accepted(self, body, headers, **members):
        self.assertEqual(self.post(body, headers).status, 200)
        self.assertEqual(self.bot.take().body, body)
        shown = self.agent.answered("last")
        self.assertEqual(shown["verdict"], "valid")
        self.assertIsNone(shown["explanation"])
        for key, value in members.items():
            self.assertEqual(shown[key], value)

    def assert_refused(self, body, headers, verdict="invalid", http="1.1"):
        """Answered 401, recorded as it came, not handed to the bot; the explanation."""
        answer = self.post(body, headers, http=http)
        self.assertEqual(answer.status, 401)
        self.assertEqual(answer.value("content-type"), "application/problem+json")
        shown = self.agent.answered("last")
        self.assertEqual((shown["verdict"], shown["status"]), (verdict, 401))
        self.assertEqual(self.agent.body(), body)
        self.assertEqual(self.bot.requests, [])
        # A stranger who guesses must not be told how near he came.
        self.assertNotIn(shown["explanation"], answer.body.decode())
        return shown["explanation"]


def secret_flags(r, *secrets):
    flags = []
    for number, secret in enumerate(secrets):
        name = f"secret-{number}-{hashlib.sha1(secret.encode()).hexdigest()[:8]}"
        flags += ["--secret-file", r.write(name, secret)]
    return flags


class LineSignatures(SignatureCase):
    def test_each_of_two_secrets_fits(self):
        body = line.body(line.text_event())
        self.assert_accepted(body, line.headers(body), provider="line", secret_label="line 1")
        self.assert_accepted(body, line.headers(body, line.OTHER_SECRET), secret_label="line 2")

    def test_the_documented_vector(self):
        """A real request of LINE's Verify button, with its published secret."""
        body = b'{"destination":"U8e742f61d673b39c7fff3cecb7536ef0","events":[]}'
        agent = self.rig.start_agent("--echo", *secret_flags(
            self.rig, "8c570fa6dd201bb328f1c1eac23a96d8"), tunnel="vector")
        self.addCleanup(agent.stop)
        signature = "GhRKmvmHys4Pi8DxkF4+EayaH0OqtJtaZxgTD9fMDLs="
        answer = self.post(body, [f"x-line-signature: {signature}"], "/vector/callback")
        self.assertEqual(answer.status, 200)
        self.assertEqual(agent.answered("last")["verdict"], "valid")

    def test_a_flipped_byte_is_refused(self):
        for name, body in line.ODD_BODIES.items():
            if len(body) < 3:
                continue
            for http in ("1.1", "2"):
                with self.subTest(name, http=http):
                    why = self.assert_refused(flipped(body), line.headers(body), http=http)
                    self.assertIn("does not fit the body", why)

    def test_the_terminal_line_says_why(self):
        body = line.body(line.text_event())
        self.assert_refused(flipped(body), line.headers(body))
        listed = self.agent.list("--limit", "1")[0]
        self.assertEqual(listed["verdict"], "invalid")
        self.assertIn("does not fit", listed["explanation"])
        text = self.agent.command("show", "last").text()
        self.assertIn("invalid", text)
        self.assertIn("does not fit", text)

    def test_a_missing_signature_on_the_webhook_path(self):
        why = self.assert_refused(line.body(), ["content-type: application/json"], "missing")
        self.assertIn("x-line-signature", why.lower())

    def test_no_way_of_writing_the_path_goes_round_the_check(self):
        for path in ("/callback/", "/CALLBACK", "//callback", "/call%62ack", "/x/../callback",
                     "/callback;a=1", "/callback?x=1"):
            with self.subTest(path):
                answer = self.post(line.body(), [], "/mybot" + path)
                self.assertEqual(answer.status, 401)
                self.assertEqual(self.agent.answered("last")["verdict"], "missing")
        self.assertEqual(self.bot.requests, [])

    def test_without_signature_elsewhere_it_is_an_ordinary_request(self):
        self.assertEqual(self.post(b"a=b", [], "/mybot/form").status, 200)
        self.assertEqual(self.bot.take().target, "/form")
        self.assertFalse(self.agent.answered("last")["webhook"])

    def test_two_signatures_are_refused_before_they_reach_anybody(self):
        body = line.body()
        count = len(self.agent.list())
        answer = self.post(body, [*line.headers(body), "X-Line-Signature: " + "A" * 43 + "="])
        self.assertEqual(answer.status, 400)
        self.assertIn(b"more than once", answer.body)
        self.assertEqual(len(self.agent.list()), count)

    def test_signatures_that_are_none(self):
        body = line.body()
        for value, words in (("", "empty"), ("!!!!", "decoded"), ("QUJD", "length"),
                             (line.mac(body).hexdigest(), "hexadecimal"),
                             (line.signature(body).rstrip("="), "padding"),
                             ("sha256=" + line.mac(body).hexdigest(), "")):
            with self.subTest(value):
                why = self.assert_refused(body, ["x-line-signature;" if not value else
                                                 f"x-line-signature: {value}"])
                self.assertIn(words, why)

    def test_known_causes_are_named(self):
        pretty = json.dumps(json.loads(line.body(line.text_event("あ"))), indent=2,
                            ensure_ascii=False).encode()
        minified = line.body(line.text_event("あ"))
        crlf = pretty.replace(b"\n", b"\r\n")
        plain = base64.b64encode(hashlib.sha256(minified).digest()).decode()
        sha1 = base64.b64encode(line.mac(minified, digest=hashlib.sha1).digest()).decode()
        for sent, signature, words in (
                (pretty, line.signature(minified), "minified"),
                (minified, line.signature(pretty), "pretty-printed"),
                (crlf, line.signature(pretty), "CR LF"),
                (minified + b"\n", line.signature(minified), "added after signing"),
                (minified, line.signature(minified + b"\n"), "cut off after signing"),
                (minified, line.signature(b""), "empty body"),
                (minified, line.signature(minified, line.SECRET + "\n"), "line break"),
                (minified, line.signature(minified, line.SECRET.upper()), "upper case"),
                (minified, plain, "plain SHA-256"), (minified, sha1, "SHA-1")):
            with self.subTest(words):
                why = self.assert_refused(sent, [f"x-line-signature: {signature}"])
                self.assertIn(words, why)


class OddSecrets(SignatureCase):
    @classmethod
    def start_agent(cls, r):
        flags = secret_flags(r, "'" + line.SECRET + "'", "m" * 172, f"github={line.OTHER_SECRET}")
        return r.start_agent("--forward", cls.bot.url("/callback"), *flags)

    def test_quotes_around_the_secret(self):
        body = line.body()
        self.assertIn("quotes", self.assert_refused(body, line.headers(body)))

    def test_a_secret_that_is_configured_for_another_provider(self):
        body = line.body()
        why = self.assert_refused(body, line.headers(body, line.OTHER_SECRET))
        self.assertIn("GitHub", why)

    def test_what_cannot_be_a_channel_secret_is_doubted_at_the_start(self):
        note = self.agent.wait_json(lambda x: x["type"] == "note")
        self.assertIn("not 32 hexadecimal digits", note["text"])

    def test_white_space_around_a_secret(self):
        """From a file it is refused at once; nobody would see it later."""
        for content in (" " + line.SECRET, line.SECRET + " \n", line.SECRET + "\n\n"):
            path = self.rig.write("spaced", content)
            done = self.rig.hookline("up", "--relay", "localhost", "--tunnel", "x", "--token-file",
                                     self.rig.token(), "--echo", "--secret-file", path)
            self.assertEqual(done.code, 2)
            self.assertRegex(done.err, "white space|several lines")


class OtherProviders(SignatureCase):
    @classmethod
    def start_agent(cls, r):
        secrets = [f"{name}={line.SECRET}" for name in ("github", "slack", "stripe", "line-works")]
        return r.start_agent("--forward", cls.bot.url("/callback"), *secret_flags(
            r, *secrets, f"standard-webhooks={WHSEC}", line.SECRET))

    def test_each_passes_and_a_flipped_byte_does_not(self):
        body = b'{"zen":"Keep it logically awesome.","n":1.0}'
        for name, headers in (("github", line.github(body)), ("slack", line.slack(body)),
                              ("stripe", line.stripe(body)), ("line-works", line.line_works(body)),
                              ("standard-webhooks", line.standard_webhooks(body, WHSEC)),
                              ("line", line.headers(body))):
            with self.subTest(name):
                self.bot.forget()
                self.assert_accepted(body, headers, provider=name)
                self.bot.forget()
                self.assert_refused(flipped(body), headers)

    def test_an_old_timestamp_is_refused(self):
        body = b"{}"
        for headers in (line.slack(body, at=time.time() - 400),
                        line.stripe(body, at=time.time() - 400)):
            why = self.assert_refused(body, headers)
            self.assertIn("old", why)

    def test_a_timestamp_that_was_not_signed(self):
        headers = line.slack(b"{}")
        self.assert_refused(b"{}", [f"X-Slack-Request-Timestamp: {int(time.time()) - 1}",
                                    headers[1]])


class NoPathForWebhooks(SignatureCase):
    """Nobody said where webhooks arrive: whatever is posted must be signed."""

    @classmethod
    def start_agent(cls, r):
        return r.start_agent("--forward", cls.bot.url(), *secret_flags(r, line.SECRET))

    def test_every_post_must_be_signed(self):
        self.assert_refused(line.body(), [], "missing")
        body = line.body(line.text_event("hello", 1))
        self.assert_accepted(body, line.headers(body), verdict="valid")

    def test_other_methods_pass(self):
        self.assertEqual(self.curl.get("/mybot/page").status, 200)
        self.assertEqual(self.bot.take().target, "/page")


class OtherBot(SignatureCase):
    """The agent learns whose secret it has from what the secret has signed."""

    @classmethod
    def start_agent(cls, r):
        return r.start_agent("--forward", cls.bot.url("/callback"), *secret_flags(r, line.SECRET))

    def test_a_url_set_in_another_channel(self):
        other = line.body().replace(line.BOT_ID.encode(), b"U" + b"d" * 32)
        headers = line.headers(other, line.OTHER_SECRET)
        self.assertNotIn("meant for the bot", self.assert_refused(other, headers))
        body = line.body(line.text_event())
        self.assert_accepted(body, line.headers(body))
        self.bot.forget()
        reason = self.assert_refused(other, headers)
        self.assertIn("meant for the bot U" + "d" * 32, reason)
        self.assertIn(line.BOT_ID, reason)


class PassInvalid(SignatureCase):
    @classmethod
    def start_agent(cls, r):
        return r.start_agent("--forward", cls.bot.url("/callback"), "--pass-invalid",
                             *secret_flags(r, line.SECRET))

    def test_the_bot_gets_it_and_the_verdict_stays(self):
        body = line.body()
        self.assertEqual(self.post(flipped(body), line.headers(body)).status, 200)
        self.assertEqual(self.bot.take().body, flipped(body))
        self.assertEqual(self.agent.answered("last")["verdict"], "invalid")
        self.assertEqual(self.post(body, []).status, 200)
        self.assertEqual(self.agent.answered("last")["verdict"], "missing")


class NoSecret(SignatureCase):
    @classmethod
    def start_agent(cls, r):
        return r.start_agent("--forward", cls.bot.url("/callback"))

    def test_nothing_is_checked_and_that_is_said(self):
        note = self.agent.wait_json(lambda x: x["type"] == "note")
        self.assertIn("not checked", note["text"])
        self.assertEqual(self.post(line.body(), line.headers(b"other")).status, 200)
        self.assertEqual(self.agent.answered("last")["verdict"], "unchecked")
