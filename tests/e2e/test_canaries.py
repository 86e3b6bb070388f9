"""Secrets of a whole day of work: nowhere but in the files they were put into (threat F2).

Each canary goes through everything once, with the log at its most talkative: deliveries, wrong
signatures, replays, calls to LINE's API, the inspector, Doctor, every export.  Then every file, log, output, answer
of the API and command line is searched for it, also as base64 and hex."""
import base64
import http.client
import json
import os
import socket
import urllib.parse

import clients
import inspector
import line
import rig

CHANNEL_SECRET = "cafe0dd5" * 4
OTHER_SECRET = "0ddba115" * 4
PASSWORD = "canary password: パスワード 7f3a"
ACCESS_TOKEN = "canaryAccessToken+9c2e/" + "B" * 40
CLIENT_SECRET = "c1ie47dd" * 4
ASSERTION = "eyJhbGciOiJSUzI1NiJ9.Y2FuYXJ5.c2lnbmF0dXJlLWI3ZTI"
OF_A_REQUEST = {"Authorization": "canary-of-a-request-5b1e",
                "Cookie": "canary-of-a-cookie-c77d",
                "Proxy-Authorization": "canary-of-a-proxy-41aa"}
SCREENS = ("/api/status", "/api/session", "/api/exchanges", "/api/exchanges/1",
           "/api/exchanges/2", "/api/exchanges/1/curl", "/api/exchanges/1/curl?to=public",
           "/api/exchanges/1/har", "/api/exchanges/1/request/raw",
           "/api/exchanges/1/request/body",
           "/api/exchanges/1/response/raw", "/api/compare?a=1&b=2", "/api/chats", "/api/doctor",
           "/api/filter/suggest?q=header.", "/api/filter/explain?q=canary",
           "/api/export?kind=har", "/api/export?kind=jsonl", "/api/export?kind=webhook_log",
           "/api/export?kind=api_log", *(f"/api/calls/{number}{part}" for number in range(1, 8)
                                         for part in ("", "/request/body", "/response/body")),
           "/api/chats/Ucanary/items", "/", "/api/nothing", "/api/exchanges/999")


def spellings(secret):
    """As it is, and as what a careless program makes of it."""
    raw = secret.encode()
    yield from (raw, raw.hex().encode(), base64.b64encode(raw).rstrip(b"="),
                json.dumps(secret).strip('"').encode(), urllib.parse.quote(secret).encode())


class Canaries(rig.TestCase):
    @classmethod
    def prepare(cls, r):
        cls.relay = r.start_relay("--log-level", "debug")
        cls.token = r.create_token("--tunnel", "mybot")["token"]
        cls.files = {name: r.write(name, secret) for name, secret in (
            ("the-token", cls.token), ("the-secret", CHANNEL_SECRET),
            ("other-secret", OTHER_SECRET), ("the-password", PASSWORD + "\n"))}
        cls.bot = r.start_bot()
        cls.agent = r.start_agent(
            "--forward", cls.bot.url("/callback"), "--log-level", "debug", "--secret-file",
            cls.files["the-secret"], "--secret-file", cls.files["other-secret"],
            "--inspect-addr", "127.0.0.1:0", "--inspect-password-file",
            cls.files["the-password"], token=cls.files["the-token"])
        cls.api = inspector.Inspector(cls.agent)
        cls.secrets = {"channel secret": CHANNEL_SECRET, "other secret": OTHER_SECRET,
                       "token": cls.token, "token's secret part": cls.token.split("_")[-1],
                       "password": PASSWORD, "access token": ACCESS_TOKEN,
                       "client secret": CLIENT_SECRET, "assertion": ASSERTION}
        cls.written = {}

    def test_canaries(self):
        self.deliver()
        self.call_line()
        self.sign_in()
        self.look_around()
        self.use_commands()
        for name, process in (("relay", self.relay), ("agent", self.agent)):
            for what in ("cmdline", "environ"):
                with open(f"/proc/{process.pid}/{what}", "rb") as file:
                    self.written[f"{what} of the {name}"] = file.read()
        self.agent.stop()
        self.relay.stop()
        for process in self.rig.processes:
            self.written[f"log of {process.name}"] = process.log.text()
            self.written[f"output of {process.name}"] = process.out.text()
        self.read_files()
        self.check_key()
        self.assertGreater(len(self.written), 40)
        for name, secret in self.secrets.items():
            with self.subTest(name):
                self.assertEqual(self.places_of(secret), [])
        for name, secret in OF_A_REQUEST.items():
            with self.subTest(name):
                self.assertEqual([place for place in self.places_of(secret)
                                  if not place.endswith(("/journal.db", "/journal.db-wal"))], [])

    def places_of(self, secret):
        return [place for place, content in self.written.items()
                if any(spelling in content for spelling in spellings(secret))]

    # --- a day of work ---

    def deliver(self):
        curl = clients.Curl(self.rig)
        body = line.body(line.text_event())
        other = line.body(line.text_event("another", 2))
        private = [f"{name}: {value}" for name, value in OF_A_REQUEST.items()]
        for content, secret in ((body, CHANNEL_SECRET), (other, OTHER_SECRET),
                                (other, "no such secret")):
            curl.post("/mybot/callback", content,
                      headers=[*line.headers(content, secret), *private])
        self.assertIn(OF_A_REQUEST["Authorization"].encode(), self.bot.take().head)
        self.agent.answered("1")

    def call_line(self):
        """As a bot's SDK does, right and wrong."""
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        port = http.client.HTTPConnection(urllib.parse.urlsplit(self.agent.line_api()).netloc,
                                          timeout=rig.PATIENCE)

        def ask(method, target, fields=None, headers=None):
            body = urllib.parse.urlencode(fields) if isinstance(fields, dict) else fields
            port.request(method, target, body, headers or form)
            return port.getresponse().read()

        issued = ask("POST", "/v2/oauth/accessToken",
                     {"grant_type": "client_credentials", "client_id": "1234567890",
                      "client_secret": CHANNEL_SECRET})
        self.secrets["issued token"] = json.loads(issued)["access_token"]
        ask("POST", "/oauth2/v2.1/token", {"client_assertion": ASSERTION})
        ask("GET", "/oauth2/v2.1/verify?" + urllib.parse.urlencode({"access_token": ACCESS_TOKEN}))
        ask("POST", "/%6fauth2/v3/token", {"client_secret": CLIENT_SECRET})
        ask("POST", "/no/such/path", {"client_secret": CLIENT_SECRET})
        ask("POST", "/v2/oauth/revoke", {"access_token": ACCESS_TOKEN})
        ask("POST", "/v2/bot/message/push",
            json.dumps({"to": "Ucanary", "messages": [{"type": "text", "text": "hello"}]}),
            {"Authorization": "Bearer " + ACCESS_TOKEN, "Content-Type": "application/json"})
        port.close()

    def sign_in(self):
        """Over raw HTTP: the password right and wrong, the key, and what comes back."""
        for said in ({"password": PASSWORD}, {"password": PASSWORD + "x"}, {"key": self.api.key},
                     {"key": "x" * 43}, {"password": [PASSWORD]}):
            connection = http.client.HTTPConnection(self.api.netloc, timeout=rig.PATIENCE)
            connection.request("POST", "/api/session", json.dumps(said).encode(),
                               {"Content-Type": "application/json"})
            answer = connection.getresponse()
            self.written[f"signing in with {sorted(said)} {len(self.written)}"] = answer.read()
            connection.close()

    def look_around(self):
        answer = self.api.ask("POST", "/api/exchanges/1/replay", {"sign": "again"})
        self.assertEqual(answer.status, 202)
        self.bot.take()
        self.api.ask("POST", "/api/exchanges/1/replay", {"sign": "wrong"})
        self.api.ask("POST", "/api/exchanges/1/marks", {"note": "seen", "pinned": True})
        self.api.ask("POST", "/api/doctor", {})
        for path in SCREENS:
            answer = self.api.ask("GET", path)
            self.written[path] = answer.body + repr(answer.fields).encode()
        self.written["stream"] = self.first_of_the_stream()

    def first_of_the_stream(self):
        host, port = self.api.netloc.split(":")
        with socket.create_connection((host, int(port)), timeout=rig.PATIENCE) as connection:
            connection.sendall(f"GET /api/stream HTTP/1.1\r\nHost: {self.api.netloc}\r\n"
                               f"Authorization: Bearer {self.api.key}\r\n\r\n".encode())
            data = b""
            while b"event: status" not in data:
                piece = connection.recv(65536)
                self.assertTrue(piece, data)
                data += piece
        return data

    def use_commands(self):
        for command in (("list",), ("list", "--json"), ("show", "1"), ("show", "1", "--json"),
                        ("show", "2"), ("show", "1", "--raw"), ("list", "--text", "canary"),
                        ("replay", "1", "--secret-file", self.files["the-secret"],
                         "--as-redelivery")):
            done = self.agent.command(*command)
            self.assertEqual(done.code, 0, f"{command} {done.err}")
            self.written[" ".join(command[:3])] = done.out + done.err.encode()

    def read_files(self):
        """Everything that any program has left behind, but the secrets' own files."""
        own = {os.path.realpath(path) for path in self.files.values()}
        for folder, _, names in os.walk(self.rig.folder):
            for path in (os.path.join(folder, name) for name in names):
                if os.path.realpath(path) in own or not os.path.isfile(path):
                    continue
                with open(path, "rb") as file:
                    self.written[path] = file.read()
                if path.startswith(self.agent.data):
                    self.assertEqual(os.stat(path).st_mode & 0o077, 0, path)

    def check_key(self):
        """The inspector's key is in its file, and in the address printed for its user."""
        places = self.places_of(self.api.key)
        self.assertEqual(sorted(places), [os.path.join(self.agent.data, "inspector.key"),
                                          f"output of {self.agent.name}"])
        lines = [line_ for line_ in self.agent.out.lines if self.api.key.encode() in line_]
        self.assertEqual([json.loads(line_)["type"] for line_ in lines], ["inspector"])
