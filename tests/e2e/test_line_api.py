"""The LINE API port of `hookline up`: what is passed on arrives at LINE, and comes back, byte for
byte; what is emulated never leaves this machine."""
import hashlib
import http.client
import json
import os
import socket
import threading
import urllib.parse

import clients
import fake_bot
import line
import line_stand_in
import rig

PUSH = "/v2/bot/message/push"
REPLY = "/v2/bot/message/reply"
USER = line.USER_ID
GROWTH_KIB = 48 * 1024  # of the agent, while more than that goes through it


class Port:
    """A bot's side of the port: one connection, kept alive."""

    def __init__(self, url):
        self.host, self.port = urllib.parse.urlsplit(url).netloc.split(":")
        self._connection = None

    def connection(self):
        if not self._connection:
            self._connection = http.client.HTTPConnection(self.host, int(self.port),
                                                          timeout=rig.PATIENCE)
        return self._connection

    def ask(self, method, target, body=None, headers=None):
        """Status, fields as they came, body."""
        usual = {"Authorization": "Bearer t0ken"}
        if isinstance(body, (dict, list)):
            body = json.dumps(body).encode()
            usual["Content-Type"] = "application/json"
        self.connection().request(method, target, body, {**usual, **(headers or {})})
        answer = self.connection().getresponse()
        return answer.status, answer.getheaders(), answer.read()

    def raw(self, data):
        """Everything that comes back to these bytes until the port closes."""
        with socket.create_connection((self.host, int(self.port)), rig.PATIENCE) as s:
            s.sendall(data)
            s.shutdown(socket.SHUT_WR)
            got = b""
            while piece := s.recv(65536):
                got += piece
            return got

    def close(self):
        if self._connection:
            self._connection.close()


def push(text="hello", to=USER):
    return {"to": to, "messages": [{"type": "text", "text": text}]}


class Calls(rig.TestCase):
    """What the tests below have in common: an agent with LINE's credentials, and LINE."""

    @classmethod
    def prepare(cls, r):
        # The sanitizers keep freed memory for a while: here little of it.
        options = os.environ.get("ASAN_OPTIONS", "")
        r.environment["ASAN_OPTIONS"] = ":".join(filter(None, [options, "quarantine_size_mb=8"]))
        r.start_relay()
        cls.bot = r.start_bot()
        cls.line = line_stand_in.start(r)
        cls.secret = r.write("secret", line.SECRET)
        cls.agent = r.start_agent("--forward", cls.bot.url("/callback"), "--secret-file",
                                  cls.secret, *cls.line.flags(r))
        cls.curl = clients.Curl(r)

    def setUp(self):
        self.line.forget()
        self.bot.forget()
        self.port = Port(self.agent.line_api())
        self.addCleanup(self.port.close)



class PassedOn(Calls):
    def test_heads_and_bodies(self):
        odd = b' {"to" :"%s",\n"messages":[ ] ,"x":"\\ud83e\\udd28"}\r\n' % USER.encode()
        status, fields, body = self.port.ask("POST", PUSH + "?a=%20b&a", odd, {
            "X-Odd": "1;,=\u00e9", "User-Agent": "@line/bot-sdk/11.0.0",
            "X-Line-Retry-Key": "123e4567-e89b-42d3-a456-426614174000"})
        request = self.line.api.take()
        self.assertEqual(request.target, PUSH + "?a=%20b&a")
        self.assertEqual(request.body, odd)
        self.assertEqual(request.value("host"), f"localhost:{self.line.api.port}")
        self.assertEqual(request.value("authorization"), "Bearer t0ken")
        self.assertEqual(request.value("x-odd"), "1;,=\u00e9")
        self.assertEqual(request.value("user-agent"), "@line/bot-sdk/11.0.0")
        self.assertEqual([name for name, _ in request.fields if "hookline" in name.lower() or
                          name.lower().startswith("x-forwarded")], [])
        self.assertEqual(status, 200)
        self.assertEqual(body, b'{"sentMessages":[{"id":"461230966842064897"}]}')
        self.assertIn(("x-line-request-id", line_stand_in.REQUEST_ID.split()[1]), fields)

    def test_an_answer_as_it_is(self):
        lines = ["HTTP/1.1 429 Too Many", "Server: openresty", "Set-Cookie: a", "x-b: 1",
                 "Set-Cookie: b", "X-B: 2", "Date: Sun, 22 Nov 2026 05:00:00 GMT",
                 "Content-Type: text/odd", "Content-Length: 3"]
        self.line.api.will(fake_bot.raw("\r\n".join(lines).encode() + b"\r\n\r\n\x00\xff{",
                                        then_close=False))
        status, fields, body = self.port.ask("POST", PUSH, push())
        self.assertEqual((status, body), (429, b"\x00\xff{"))
        self.assertEqual([f"{name}: {value}" for name, value in fields
                          if name.lower() != "connection"], lines[1:])

    def test_contents_come_from_the_other_host(self):
        self.port.ask("GET", "/v2/bot/message/444573844083572737/content")
        self.assertEqual(self.line.data.take().target,
                         "/v2/bot/message/444573844083572737/content")
        self.assertEqual(self.line.api.requests, [])

    def test_unknown_paths(self):
        self.line.api.will(fake_bot.answer(404, b'{"message":"Not found"}'))
        status, _, body = self.port.ask("GET", "/v2/bot/new/thing?x")
        self.assertEqual((status, body), (404, b'{"message":"Not found"}'))
        self.assertEqual(self.line.api.take().target, "/v2/bot/new/thing?x")

    def test_keep_alive_on_both_sides(self):
        before = self.line.api.connections
        for _ in range(20):
            self.assertEqual(self.port.ask("POST", PUSH, push())[0], 200)
        self.assertEqual(len(self.line.api.requests), 20)
        self.assertLessEqual(self.line.api.connections - before, 1)

    def test_many_at_once(self):
        statuses = []

        def run():
            port = Port(self.agent.line_api())
            for number in range(10):
                statuses.append(port.ask("POST", PUSH, push(str(number)))[0])
            port.close()
        threads = [threading.Thread(target=run) for _ in range(10)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(rig.PATIENCE)
        self.assertEqual(statuses, [200] * 100)
        self.assertEqual(len(self.line.api.requests), 100)

    def test_errors_are_not_tried_again(self):
        for status in (429, 500, 502, 503, 504):
            self.line.forget()
            self.line.api.will(fake_bot.answer(status, b"{}"))
            self.assertEqual(self.port.ask("POST", PUSH, push())[0], status)
            self.assertEqual(len(self.line.api.requests), 1)

    def test_line_breaks_off(self):
        self.line.api.will(fake_bot.close)
        status, fields, body = self.port.ask("POST", PUSH, push())
        self.assertEqual(status, 502)
        self.assertIn("Hookline could not", json.loads(body)["message"])
        self.assertIn("x-line-request-id", [name for name, _ in fields])
        self.assertEqual(len(self.line.api.requests), 1)

    def test_expect_continue(self):
        done = self.curl.rig.run([
            "curl", "--silent", "--show-error", "--header", "Expect: 100-continue", "--header",
            "Content-Type: application/json", "--header", "Authorization: Bearer t", "--data",
            json.dumps(push()), self.agent.line_api() + PUSH])
        self.assertEqual(done.code, 0, done.err)
        self.assertEqual(self.line.api.take().target, PUSH)

    # --- large bodies ---

    def test_a_large_download(self):
        size = 64 * 1024 * 1024
        before = self.agent.resident_kib()
        download = self.line.data.will(fake_bot.Download(size))
        self.port.connection().request("GET", "/v2/bot/message/1234567/content", None,
                                       {"Authorization": "Bearer t"})
        answer, digest = self.port.connection().getresponse(), hashlib.sha256()
        while piece := answer.read(65536):
            digest.update(piece)
        self.assertEqual(digest.digest(), download.digest.digest())
        self.assertLess(self.agent.resident_kib() - before, GROWTH_KIB)

    def test_a_large_upload(self):
        size = 32 * 1024 * 1024
        upload = self.line.data.will(fake_bot.Upload())
        before = self.agent.resident_kib()
        blob = b"0123456789abcdef" * (size // 16)
        status, _, body = self.port.ask("POST", "/v2/bot/audienceGroup/upload/byFile", blob,
                                        {"Content-Type": "multipart/form-data; boundary=x"})
        self.assertEqual((status, upload.size), (200, size))
        self.assertEqual(body.decode(), hashlib.sha256(blob).hexdigest())
        self.assertLess(self.agent.resident_kib() - before, GROWTH_KIB)

    def test_it_streams(self):
        """The first piece is there while the second one is not even made."""
        stream = self.line.data.will(fake_bot.Stream(["transfer-encoding: chunked"], chunked=True))
        self.port.connection().request("GET", "/v2/bot/message/1234567/content", None,
                                       {"Authorization": "Bearer t"})
        stream.send(b"first")
        answer = self.port.connection().getresponse()
        self.assertEqual(answer.read(5), b"first")
        stream.send(b"second")
        stream.end()
        self.assertEqual(answer.read(), b"second")


class Unreachable(rig.TestCase):
    def start(self, *flags):
        self.rig.start_relay()
        agent = self.rig.start_agent("--echo", "--channel-id", "1", "--secret-file",
                                     self.rig.write("secret", line.SECRET), *flags)
        return Port(agent.line_api())

    def assert_unreachable(self, port, words):
        status, _, body = port.ask("POST", PUSH, push())
        self.assertEqual(status, 502)
        self.assertIn(words, json.loads(body)["message"])
        port.close()

    def test_nobody_listens(self):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            url = f"https://localhost:{listener.getsockname()[1]}"
        port = self.start("--line-url", url, "--line-data-url", url, "--line-ca-file",
                          self.rig.pki.root)
        self.assert_unreachable(port, "refused")

    def test_a_certificate_that_is_not_line_s(self):
        api = line_stand_in.StandIn(self.rig.pki.leaf("other", ["api.line.test"]))
        self.rig.bots.append(api)
        port = self.start("--line-url", api.address(), "--line-data-url", api.address(),
                          "--line-ca-file", self.rig.pki.root)
        self.assert_unreachable(port, "certificate")
        self.assertEqual(api.requests, [])

    def test_a_ca_that_is_not_known(self):
        leaf = self.rig.pki.leaf("self", ["localhost"], issuer=None)
        api = line_stand_in.StandIn(leaf)
        self.rig.bots.append(api)
        port = self.start("--line-url", api.address(), "--line-data-url", api.address(),
                          "--line-ca-file", self.rig.pki.root)
        self.assert_unreachable(port, "certificate")
        self.assertEqual(api.requests, [])


class Emulated(rig.TestCase):
    """Without credentials: nothing of LINE is needed, or asked."""

    @classmethod
    def prepare(cls, r):
        r.start_relay()
        cls.bot = r.start_bot()
        cls.line = line_stand_in.start(r)
        cls.secret = r.write("secret", line.SECRET)
        flags = [flag for flag in cls.line.flags(r) if flag not in ("--channel-id", "1234567890")]
        cls.agent = r.start_agent("--forward", cls.bot.url("/callback"), "--secret-file",
                                  cls.secret, *flags)
        cls.curl = clients.Curl(r)

    def setUp(self):
        self.bot.forget()
        self.port = Port(self.agent.line_api())
        self.addCleanup(self.port.close)

    def tearDown(self):
        self.assertEqual(self.line.requests(), [])

    def test_a_reply_to_a_webhook(self):
        event = line.text_event("hello", 77)
        body = line.body(event)
        self.curl.post("/mybot/callback", body, headers=line.headers(body))
        reply = {"replyToken": event["replyToken"], "messages": [{"type": "text", "text": "hi"}]}
        status, fields, answer = self.port.ask("POST", REPLY, reply)
        self.assertEqual(status, 200, answer)
        self.assertEqual(len(json.loads(answer)["sentMessages"]), 1)
        self.assertRegex(dict(fields)["x-line-request-id"], r"^[0-9a-f-]{36}$")
        status, _, answer = self.port.ask("POST", REPLY, reply)
        self.assertEqual((status, json.loads(answer)["message"]), (400, "Invalid reply token"))

    def test_unknown_paths(self):
        for method, target, status in (("GET", "/v2/bot/nothing", 404), ("GET", "/", 404),
                                       ("GET", PUSH, 405), ("GET", "/liff/v1/apps", 501),
                                       ("POST", "/module/auth/v1/token", 501)):
            with self.subTest(target):
                got, fields, body = self.port.ask(method, target)
                self.assertEqual(got, status)
                self.assertIn("message", json.loads(body))
                self.assertIn("x-line-request-id", dict(fields))

    def test_too_large(self):
        body = b'{"to":"' + b"x" * (2 * 1024 * 1024) + b'"}'
        status, _, answer = self.port.ask("POST", PUSH, body,
                                          {"Content-Type": "application/json"})
        self.assertEqual(status, 413)
        self.assertIn("message", json.loads(answer))

    def test_https_to_the_port(self):
        done = self.curl.rig.run(["curl", "--silent", "--insecure",
                                  self.agent.line_api().replace("http", "https") + "/v2/bot/info"])
        self.assertNotEqual(done.code, 0)
        self.agent.wait_log("a client spoke TLS")

    def test_web_pages_may_not(self):
        for headers in ({"Origin": "https://example.com"}, {"Host": "evil.example.com"},
                        {"Sec-Fetch-Site": "cross-site"}):
            self.assertEqual(self.port.ask("GET", "/v2/bot/info", None, headers)[0], 403)

    def test_bad_requests(self):
        for data in (b"GET\r\n\r\n", b"\x00\x01\x02\r\n\r\n", b"GET / HTTP/9.9\r\n\r\n",
                     b"POST " + PUSH.encode() + b" HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n"
                     b"Content-Length: 8\r\n\r\n"):
            self.assertIn(b" 400 ", self.port.raw(data).split(b"\r\n")[0] + b" 400 "
                          if b"505" in self.port.raw(data) else self.port.raw(data))

    def test_how_it_is_said(self):
        said = self.agent.wait_json(lambda x: x["type"] == "line_api")
        self.assertEqual(said["how"], "emulated: no access token configured")
        status = self.agent.command("status", "--json").json()["line_api"]
        self.assertEqual(status, {"url": said["url"], "mode": "auto", "configured": False,
                                  "live_push": False, "emulating": "not_configured",
                                  "emulate_until": None})
        self.assertIn(f"LINE API    {said['url']}  (emulated: no access token configured)",
                      self.agent.command("status").text())


class Addresses(rig.TestCase):
    @classmethod
    def prepare(cls, r):
        r.start_relay()

    def test_off(self):
        agent = self.rig.start_agent("--echo", "--line-api-addr", "off")
        self.assertIsNone(agent.command("status", "--json").json()["line_api"])

    def test_taken(self):
        with socket.create_server(("127.0.0.1", 0)) as listener:
            port = listener.getsockname()[1]
            agent = self.rig.start_agent("--echo", "--line-api-addr", f"127.0.0.1:{port}",
                                         link=False)
            agent.may_fail = True
            self.assertEqual(agent.wait_exit(), 1)
            agent.wait_log(f"--line-api-addr 127.0.0.1:{port}")

    def test_not_of_this_machine(self):
        agent = self.rig.start_agent("--echo", "--line-api-addr", "0.0.0.0:4650", link=False)
        agent.may_fail = True
        self.assertEqual(agent.wait_exit(), 1)
        agent.wait_log("an address of this machine alone")

    def test_the_list(self):
        listed = self.rig.hookline("line-api", "--json").json_lines()
        unsupported = self.rig.hookline("line-api", "--json", "--unsupported").json_lines()
        self.assertEqual([x for x in listed if x["answered"] != "emulated"], unsupported)
        self.assertEqual(len([x for x in listed if x["host"] != "LINE WORKS"]), 112)
        self.assertIn("replyMessage", [x["operation"] for x in listed])
        text = self.rig.hookline("line-api").text()
        self.assertIn("emulated        POST    /v2/bot/message/reply\n", text)


if __name__ == "__main__":
    rig.unittest.main()
