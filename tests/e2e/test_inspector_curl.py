"""Copy as cURL: what a shell and curl make of the command is what was recorded, byte for byte,
whatever stands in it; and nothing in it is ever run."""
import base64
import os
import random
import re
import subprocess

import clients
import inspector
import line
import rig

# Strings that shells, curl, terminals and parsers have stumbled over.
NAUGHTY = [
    "", " ", "'", "''", '"', "`", "$", "!", "!!", "\\", "\\\\", "%", "%s", "%%n", "%1$s", "-", "--",
    "-n", "-d", "@", "@/etc/passwd", "@-", "<", ">", "|", "||", "&", "&&", ";", ";;", "#", "#!", "~",
    "~root", "*", "?", "[a-z]", "{a,b}", "$(touch HERE)", "`touch HERE`", "${HOME}", "$((1+1))",
    "'; touch HERE; '", "\"; touch HERE; \"", "' || touch HERE || '", "\\'; touch HERE #",
    "$'\\x41'", "!-1", "!$", "^a^b", "a'b\"c`d$e!f\\g", "'\\''", "'\\'''\\''", "\\n", "\\0",
    "\\055", "\\x00", "\t", "\n", "\r\n", "\n\n", "a\nb\n", "a\n\n", "\0", "a\0b", "\x01\x02\x1b[2J",
    "\x1b]52;c;AAAA\x07", "\x7f", "\x9b31m", "﻿x", "‮txet", "​", " ",
    "あいう", "\U0001f468‍\U0001f469‍\U0001f467", "é", "é", "Ω≈ç√∫˜µ≤≥÷", "田中さん", "יִהְיֶה", "الله",
    "<script>alert(1)</script>", "&lt;", "';DROP TABLE exchange;--", "../../../etc/passwd",
    "() { :;}; touch HERE", "%(x)s", "{{7*7}}", "${jndi:ldap://x}", "NaN", "null", "undefined",
    "a" * 5000, "'" * 500, "%" * 500, "\\" * 500, "!" * 500, "\n" * 500, " leading", "trailing ",
    "key=value&other=%20", '{"a":"\\u0027"}', "EOF\ncat <<EOF", "\\c", "\\e", "x\\",
]
FIELDS = [
    "plain", "'", "it's", '"', "a\"b", "`id`", "$HOME", "$(touch HERE)", "!", "a!b !!", "\\", "\\'",
    "a\\nb", "%s%n%%", "@file", "a;b", "a,b", "a:b", ";", ":", "#", "*", "~", "{a}", "[b]", "(c)",
    "-x", "--data @/etc/passwd", "a\tb", "'\tx!", "あ", "\U0001f389", "é!'", "",
]

# What moves a terminal's cursor, or is not seen there.
UNSHOWN = re.compile("[\0-\x09\x0b-\x1f\x7f-\x9f\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
                     "\ufeff\ufff9-\ufffb]")


class Curl(rig.TestCase):
    @classmethod
    def prepare(cls, r):
        r.start_relay(domain="localhost")
        cls.bot = r.start_bot()
        cls.agent = r.start_agent(
            "--forward", cls.bot.url("/callback"), "--secret-file", r.write("secret", line.SECRET),
            "--inspect-addr", "127.0.0.1:0")
        cls.curl = clients.Curl(r)
        cls.api = inspector.Inspector(cls.agent)
        cls.stream = cls.api.stream()
        cls.addClassCleanup(cls.stream.close)
        cls.folder = r.path("shell")
        os.mkdir(cls.folder)
        body = line.body(line.text_event())
        cls.post(body, line.headers(body))
        cls.first = cls.agent.answered("last")["id"]
        cls.bot.take()

    @classmethod
    def post(cls, body, headers, path="/mybot/callback?q=1", **options):
        return cls.curl.post(path, body, headers=headers, host="localhost", **options)

    def record(self, body, headers=None):
        """A replay with this content: its id, and what the bot got."""
        wish = {"base64": base64.b64encode(body).decode(), "sign": "none"}
        if headers is not None:
            wish["headers"] = headers
        answer = self.api.post(f"/api/exchanges/{self.first}/replay", wish)
        self.assertEqual(answer.status, 202, answer.body)
        name = answer.json()["run"]
        run = self.stream.wait("run", lambda run: run["run"] == name and run["over"])
        return int(run["ids"][0]), self.bot.take()

    def command(self, number, **query):
        answer = self.api.get(f"/api/exchanges/{number}/curl", **query)
        self.assertEqual(answer.status, 200, answer.body)
        command = answer.json()["command"]
        self.assertIsNone(UNSHOWN.search(command))
        return command

    def run_shell(self, command, shell="sh"):
        script = self.rig.write("script", command)  # longer than an argument may be
        done = subprocess.run([shell, script], cwd=self.folder, capture_output=True,
                              env=self.rig.environment, timeout=rig.PATIENCE, check=False)
        self.assertEqual((done.returncode, os.listdir(self.folder)), (0, []),
                         (command[:500], done.stderr))
        return self.bot.take()

    @staticmethod
    def fields(request):
        left_out = ("host", "connection", "content-length")
        return [(name.lower(), value) for name, value in request.fields
                if name.lower() not in left_out]

    def assert_same(self, number, sent, shell="sh", **query):
        got = self.run_shell(self.command(number, **query), shell)
        self.assertEqual((got.method, got.target, got.body),
                         (sent.method, sent.target, sent.body))
        self.assertEqual(self.fields(got), self.fields(sent))
        return got

    # --- bodies ---

    def bodies(self):
        yield from (text.encode() for text in NAUGHTY)
        yield bytes(range(256))
        yield from (bytes([byte]) for byte in range(256))
        chance = random.Random(20261122)
        for length in (2, 3, 7, 50, 1000, 65536, 65537, 200000):
            yield from (chance.randbytes(length) for _ in range(3))
            yield bytes(chance.choice(b"'\"`$!\\%@ \n-a") for _ in range(length))
        yield b"x" * 65536
        yield b"y" * 1024 * 1024

    def test_every_body(self):
        for count, body in enumerate(self.bodies()):
            with self.subTest(body[:60]):
                number, sent = self.record(body)
                self.assertEqual(sent.body, body)
                self.assert_same(number, sent, ("sh", "bash")[count % 2])

    def test_no_body(self):
        for method in ("GET", "HEAD", "DELETE"):
            self.curl.request("/mybot/page?x=1", host="localhost",
                              extra=["--head"] if method == "HEAD" else ["--request", method])
            sent = self.bot.take()
            number = self.agent.answered("last")["id"]
            got = self.assert_same(number, sent)
            self.assertEqual(got.values("content-length"), [])

    # --- fields ---

    def test_every_field_value(self):
        for count, value in enumerate(FIELDS):
            with self.subTest(value):
                number, sent = self.record(b"{}", [["X-Odd", value], ["x-odd", "again"],
                                                   ["Content-Type", "text/plain"]])
                self.assertEqual([text.encode("latin-1").decode()
                                  for text in sent.values("x-odd")], [value, "again"])
                self.assert_same(number, sent, ("sh", "bash")[count % 2])

    def test_names_and_values_that_are_no_text(self):
        body = b"a=1"
        name = "x!#$%&'*+-.^_`|~9"
        self.post(body, [f"{name}: v", b"x-latin: caf\xe9 \xff\x80!'"], "/mybot/page")
        sent = self.bot.take()
        number = self.agent.answered("last")["id"]
        self.assertEqual(sent.value("x-latin").encode("latin-1"), b"caf\xe9 \xff\x80!'")
        for shell in ("sh", "bash"):
            self.assert_same(number, sent, shell)

    def test_odd_paths(self):
        for path in ("/a/../b/./c", "/a?x='$(reboot)'&y=\"`id`\"", "/%00%2f{a,b}[1-3]",
                     "/!!/$HOME/~", "/a;b|c&d", "/a?b=1&b=2&%27", "//double", "/?"):
            with self.subTest(path):
                self.curl.request("/mybot" + path, b"x", host="localhost")
                sent = self.bot.take()
                self.assertEqual(sent.target, path)
                self.assert_same(self.agent.answered("last")["id"], sent)

    def test_secrets_stay(self):
        body = line.body(line.text_event(number=7))
        self.post(body, [*line.headers(body), "authorization: Bearer secret-1",
                         "cookie: a=secret-2", "x-hub-signature-256: sha256=secret-3"])
        sent = self.bot.take()
        number = self.agent.answered("last")["id"]
        command = self.command(number)
        for secret in ("secret-1", "secret-2", "secret-3", line.signature(body)):
            self.assertNotIn(secret, command)
        signed = self.command(number, signature="true")
        self.assertNotIn("secret-1", signed)
        self.assertNotIn("secret-2", signed)
        got = self.run_shell(signed)
        self.assertEqual(got.value("x-line-signature"), sent.value("x-line-signature"))
        self.assertEqual(got.body, body)

    # --- where to ---

    def test_to_the_public_address(self):
        command = self.command(self.first, to="public", signature="true")
        self.assertIn(f"https://localhost:{self.rig.relay.port}/mybot/callback?q=1", command)
        self.assertNotIn("x-forwarded", command)
        got = self.run_shell(command.replace("curl ", f"curl --cacert {self.rig.pki.root} ", 1))
        self.assertEqual(got.body, self.agent.body(self.first))
        self.assertEqual(self.agent.answered("last")["verdict"], "valid")

    def test_what_there_is_not(self):
        answer = self.api.get("/api/exchanges/999999/curl")
        self.assertEqual((answer.status, answer.json()["code"]), (404, "not_found"))


if __name__ == "__main__":
    rig.unittest.main()
