"""Who may open the inspector (threats E1-E6, E8, E9): raw requests to the real agent, as other
sites in the same browser, other machines and other users would send them."""
import http.client
import json
import os
import re
import socket
import stat

import rig

JSON = "application/json"


class Answer:
    def __init__(self, raw):
        head, _, self.body = raw.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        self.status = int(lines[0].split(" ")[1]) if len(lines[0].split(" ")) > 1 else 0
        self.fields = [tuple(line.split(": ", 1)) for line in lines[1:]]

    def value(self, name):
        return next((value for key, value in self.fields if key.lower() == name), None)

    def code(self):
        return json.loads(self.body)["code"]


def say(port, data):
    """Sends these bytes over a connection of their own, and reads to its end."""
    with socket.create_connection(("127.0.0.1", port), timeout=rig.PATIENCE) as connection:
        connection.sendall(data)
        connection.shutdown(socket.SHUT_WR)
        received = b""
        while True:
            try:
                piece = connection.recv(65536)
            except ConnectionResetError:
                return received
            if not piece:
                return received
            received += piece


class Inspector:
    """The inspector of one agent, as scripts and pages talk to it."""

    def __init__(self, agent):
        self.url = agent.wait_json(lambda line: line["type"] == "inspector")["url"]
        match = re.fullmatch(r"http://([\d.]+):(\d+)/#key=([A-Za-z0-9_-]{43})", self.url)
        self.host, self.port, self.key = match[1], int(match[2]), match[3]

    def ask(self, method, target, body=None, host=None, version="1.1", **fields):
        """Only these fields, and Host and Content-Length; `_` stands for `-`."""
        lines = [f"{method} {target} HTTP/{version}", f"Host: {host or self.authority()}",
                 "Connection: close"]
        lines += [f"{name.replace('_', '-')}: {value}" for name, value in fields.items()]
        if body is not None:
            lines.append(f"Content-Length: {len(body)}")
        head = "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=rig.PATIENCE)
        connection.connect()
        connection.sock.sendall(head + (body or b""))
        received = b""
        while piece := connection.sock.recv(65536):
            received += piece
        connection.close()
        return Answer(received)

    def authority(self):
        return f"127.0.0.1:{self.port}"

    def bearer(self):
        return {"Authorization": f"Bearer {self.key}"}

    def sign_in(self, **secret):
        return self.ask("POST", "/api/session", json.dumps(secret or {"key": self.key}).encode(),
                        Content_Type=JSON)

    def session(self):
        """Cookie and token, as the page has them."""
        answer = self.sign_in()
        return answer.value("set-cookie").split(";")[0], json.loads(answer.body)["token"]


class Gate(rig.TestCase):
    @classmethod
    def prepare(cls, r):
        r.start_relay()
        before = os.umask(0)
        try:
            cls.agent = r.start_agent("--echo")
        finally:
            os.umask(before)
        cls.inspector = Inspector(cls.agent)
        cls.port = cls.inspector.port

    def check_refused(self, answer, status, code):
        self.assertEqual(answer.status, status, answer.body)
        self.assertEqual(answer.code(), code)
        self.check_fields(answer)

    def check_fields(self, answer):
        names = [name.lower() for name, _ in answer.fields]
        self.assertFalse([name for name in names if name.startswith("access-control")])
        self.assertEqual(answer.value("x-content-type-options"), "nosniff")
        self.assertEqual(answer.value("cross-origin-resource-policy"), "same-origin")
        self.assertIn("frame-ancestors 'none'", answer.value("content-security-policy"))

    # --- E1, E4, E5 ---

    def test_hosts(self):
        port = self.port
        for host in (f"127.0.0.1:{port}", f"localhost:{port}", f"[::1]:{port}"):
            self.assertEqual(self.inspector.ask("GET", "/", host=host).status, 200, host)
        for host in (f"evil.test:{port}", "evil.test", f"0.0.0.0:{port}", f"[::]:{port}",
                     f"[::ffff:127.0.0.1]:{port}", f"[::ffff:7f00:1]:{port}",
                     f"2130706433:{port}", f"127.1:{port}", "127.0.0.1", "localhost",
                     f"127.0.0.1:{port + 1}", f"localhost.evil.test:{port}",
                     f"127.0.0.1.evil.test:{port}"):
            for target in ("/", "/api/status", "/api/stream", "/assets/x.js"):
                with self.subTest(host, target=target):
                    answer = self.inspector.ask("GET", target, host=host,
                                                **self.inspector.bearer())
                    self.check_refused(answer, 403, "bad_host")

    def test_malformed_hosts(self):
        for host in ("", "a b", "127.0.0.1:99999", "[::1", "x\x00y", "\xff", "127.0.0.1:",
                     "http://127.0.0.1", "a," * 9000):
            with self.subTest(host[:20]):
                answer = Answer(say(self.port, f"GET / HTTP/1.1\r\nHost: {host}\r\n\r\n"
                                    .encode("latin-1")) or b"HTTP/1.1 400 \r\n\r\n")
                self.assertIn(answer.status, (400, 403, 431))
        twice = say(self.port, f"GET / HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n"
                    f"Host: evil.test\r\n\r\n".encode())
        self.assertEqual(Answer(twice).status, 400)
        self.assertEqual(self.inspector.ask("GET", "/").status, 200)

    # --- E3 ---

    def test_origins(self):
        own = f"http://127.0.0.1:{self.port}"
        key = self.inspector.bearer()
        self.assertEqual(self.inspector.ask("GET", "/api/session", Origin=own, **key).status, 200)
        for origin in ("null", "http://evil.test", f"http://localhost:{self.port}",
                       f"http://localhost.evil:{self.port}", f"https://127.0.0.1:{self.port}",
                       f"{own}.evil.test", f"{own}/", "http://127.0.0.1", "", "\xff"):
            for target in ("/api/session", "/api/stream", "/"):
                with self.subTest(origin, target=target):
                    answer = self.inspector.ask("GET", target, Origin=origin, **key)
                    self.check_refused(answer, 403, "bad_origin")

    def test_fetch_metadata(self):
        cookie, _ = self.inspector.session()
        for site in ("same-site", "cross-site", "nonsense"):
            answer = self.inspector.ask("GET", "/api/status", Cookie=cookie, Sec_Fetch_Site=site)
            self.check_refused(answer, 403, "bad_origin")
        answer = self.inspector.ask("GET", "/api/status", Cookie=cookie,
                                    Sec_Fetch_Site="same-origin")
        self.assertEqual(answer.status, 200)

    # --- E2 ---

    def test_forms_of_other_sites(self):
        cookie, token = self.inspector.session()
        body = b'{"decision":"drop","id":null}'
        forms = ({"Content_Type": "text/plain"}, {"Content_Type": "text/plain;application/json"},
                 {"Content_Type": "application/x-www-form-urlencoded"},
                 {"Content_Type": "multipart/form-data; boundary=x"}, {})
        for fields in forms:
            with self.subTest(fields):
                answer = self.inspector.ask("POST", "/api/pending", body, Cookie=cookie,
                                            Hookline_Token=token, **fields)
                self.check_refused(answer, 415, "not_json")

    def test_the_token_is_needed(self):
        cookie, token = self.inspector.session()
        for fields in ({}, {"Hookline_Token": ""}, {"Hookline_Token": token[:-1]},
                       {"Hookline_Token": self.inspector.key}):
            for method, target in (("POST", "/api/pending"), ("POST", "/api/undo"),
                                   ("POST", "/api/exchanges/delete"), ("DELETE", "/api/x")):
                answer = self.inspector.ask(method, target, b"{}", Cookie=cookie,
                                            Content_Type=JSON, **fields)
                self.check_refused(answer, 403, "bad_token")
        answer = self.inspector.ask("POST", "/api/session", b"{}", Cookie=cookie,
                                    Content_Type=JSON, Origin="null", Hookline_Token=token)
        self.check_refused(answer, 403, "bad_origin")

    def test_no_preflight(self):
        answer = self.inspector.ask("OPTIONS", "/api/pending", Origin="http://evil.test",
                                    Access_Control_Request_Method="POST")
        self.assertIn(answer.status, (403, 405))
        self.check_fields(answer)
        answer = self.inspector.ask("OPTIONS", "/api/pending")
        self.check_refused(answer, 405, "method")

    def test_get_changes_nothing(self):
        """What changes something is not to be had with GET, and what is to be had changes
        nothing."""
        key = self.inspector.bearer()
        for target in ("/api/exchanges/delete", "/api/undo", "/api/pending", "/api/import",
                       "/api/exchanges/1/replay", "/api/exchanges/1/marks"):
            answer = self.inspector.ask("GET", target + "?decision=drop&ids=1", **key)
            self.assertIn(answer.status, (400, 404, 405), target)
        for _ in range(2):
            answer = self.inspector.ask("GET", "/api/status", **key)
            self.assertEqual(answer.status, 200)

    # --- E8 ---

    def test_never_a_cors_field(self):
        for target in ("/", "/api/session", "/api/status", "/api/nothing", "/nothing"):
            for method in ("GET", "HEAD", "POST", "OPTIONS", "PUT"):
                for fields in ({}, self.inspector.bearer()):
                    self.check_fields(self.inspector.ask(method, target, **fields))

    # --- E9 ---

    def test_no_key_no_answer(self):
        for target in ("/api/session", "/api/status", "/api/stream", "/api/exchanges",
                       "/api/nothing", "/api/"):
            self.check_refused(self.inspector.ask("GET", target), 401, "no_session")
            answer = self.inspector.ask("GET", target, Authorization="Bearer " + "A" * 43)
            self.check_refused(answer, 401, "no_session")
        answer = self.inspector.sign_in(key="A" * 43)
        self.check_refused(answer, 401, "no_session")

    def test_files(self):
        path = os.path.join(self.agent.data, "inspector.key")
        mode = stat.S_IMODE(os.stat(path).st_mode)
        self.assertEqual(mode, 0o600)
        with open(path, encoding="ascii") as file:
            self.assertEqual(file.read(), self.inspector.key + "\n")

    def test_the_key_is_told_to_its_user_only(self):
        status = self.agent.command("status", "--json").json()
        self.assertEqual(status["inspector"], self.inspector.url)
        self.assertIn(self.inspector.url, self.agent.command("status").text())
        log = b"".join(self.agent.log.lines)
        self.assertNotIn(self.inspector.key.encode(), log)
        with open(f"/proc/{self.agent.pid}/cmdline", "rb") as file:
            self.assertNotIn(self.inspector.key.encode(), file.read())


class Settings(rig.TestCase):
    @classmethod
    def prepare(cls, r):
        r.start_relay()

    def free_port(self):
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            return listener.getsockname()[1]

    def fails(self, *flags):
        done = self.rig.hookline("up", "--data", self.rig.path("none"), "--relay", "127.0.0.1:1",
                                 "--tunnel", "mybot", "--token-file", self.token(), *flags)
        self.assertEqual(done.code, 1, done.out + done.err.encode())
        return done.err

    def token(self):
        return self.rig.write("some-token", "hkl_secret\n")

    def test_off(self):
        agent = self.rig.start_agent("--echo", "--inspect=off", tunnel="off")
        self.assertIsNone(agent.command("status", "--json").json()["inspector"])
        self.assertFalse(os.path.exists(os.path.join(agent.data, "inspector.key")))

    def test_a_taken_port(self):
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            port = other.getsockname()[1]
            said = self.fails("--echo", f"--inspect-addr=127.0.0.1:{port}")
            self.assertIn(f"--inspect-addr 127.0.0.1:{port}", said)
            self.assertIn("in use", said)

    def test_two_agents(self):
        first = Inspector(self.rig.start_agent("--echo", tunnel="one"))
        second = Inspector(self.rig.start_agent("--echo", tunnel="two"))
        self.assertNotEqual(first.port, second.port)
        self.assertNotEqual(first.key, second.key)
        answer = second.ask("GET", "/api/session", Authorization=f"Bearer {first.key}")
        self.assertEqual(answer.status, 401)

    def test_the_key_stays_and_the_token_does_not(self):
        agent = self.rig.start_agent("--echo", tunnel="again")
        inspector = Inspector(agent)
        cookie, token = inspector.session()
        agent.stop()
        agent = self.rig.start_agent("--echo", f"--inspect-addr=127.0.0.1:{inspector.port}",
                                     tunnel="again", folder=agent.data)
        again = Inspector(agent)
        self.assertEqual(again.key, inspector.key)
        self.assertEqual(again.ask("GET", "/api/session", Cookie=cookie).status, 200)
        answer = again.ask("POST", "/api/undo", b"{}", Cookie=cookie, Content_Type=JSON,
                           Hookline_Token=token)
        self.assertEqual(answer.code(), "bad_token")

    # --- E5 ---

    def test_open_to_others_needs_a_password(self):
        for address in ("0.0.0.0:0", "[::]:0", ":0"):
            said = self.fails("--echo", f"--inspect-addr={address}")
            self.assertIn("--inspect-password-file", said)

    def test_a_password(self):
        secret = self.rig.write("password", "open sesame\n")
        agent = self.rig.start_agent("--echo", "--inspect-addr=0.0.0.0:0",
                                     "--inspect-password-file", secret, tunnel="secret")
        inspector = Inspector(agent)
        for host in (f"0.0.0.0:{inspector.port}", f"evil.test:{inspector.port}"):
            self.assertEqual(inspector.ask("GET", "/", host=host).code(), "bad_host")
        answer = inspector.sign_in(password="open sesame")
        self.assertEqual(answer.status, 200)
        self.assertTrue(json.loads(answer.body)["password"])
        for _ in range(5):
            self.assertEqual(inspector.sign_in(password="guess").code(), "bad_password")
        answer = inspector.sign_in(password="open sesame")
        self.assertEqual((answer.status, answer.code()), (429, "too_many"))
        self.assertEqual(inspector.sign_in().status, 200)  # the key still opens it
        log = b"".join(agent.log.lines)
        self.assertNotIn(b"sesame", log)

    # --- E6 ---

    def test_not_to_itself(self):
        port = self.free_port()
        for host in ("127.0.0.1", "localhost", "[::1]", "127.0.0.2", "0.0.0.0"):
            for flags in ([f"--forward=http://{host}:{port}/callback"],
                          ["--echo", f"--target=other=http://{host}:{port}/"]):
                with self.subTest(flags):
                    said = self.fails(f"--inspect-addr=127.0.0.1:{port}", *flags)
                    self.assertIn("that is the inspector itself", said)
