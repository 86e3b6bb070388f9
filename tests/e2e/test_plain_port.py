"""The plain port: redirects to https, and serves the challenges of an ACME client."""
import http.client
import os

import clients
import rig

TOKEN = "Ab0_-" * 8
PREFIX = "/.well-known/acme-challenge/"


class PlainPort(rig.TestCase):
    @classmethod
    def prepare(cls, r):
        cls.folder = r.path("acme")
        os.mkdir(cls.folder)
        r.write("acme/" + TOKEN, TOKEN + ".thumbprint")
        r.write("secret", "not for the world")
        os.mkdir(r.path("acme", "folder"))
        os.symlink(r.path("secret"), r.path("acme", "link"))
        os.mkfifo(r.path("acme", "fifo"))
        r.write("acme/large", b"x" * 100000)
        cls.relay = r.start_relay("--acme-folder", cls.folder, plain="127.0.0.1:0")

    def ask(self, method, target, host="relay.test", body=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.relay.plain_port,
                                                timeout=rig.PATIENCE)
        self.addCleanup(connection.close)
        connection.putrequest(method, target, skip_host=True, skip_accept_encoding=True)
        connection.putheader("Host", host)
        if body is not None:
            connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        response = connection.getresponse()
        return response, response.read()

    def test_redirects(self):
        for method, target, body in (("GET", "/", None), ("POST", "/mybot/callback?a=%20b", b"{}"),
                                     ("HEAD", "//x/../y", None), ("DELETE", "/z", None)):
            for host in ("relay.test", "mybot.relay.test:80", "other.example"):
                with self.subTest(method, host=host):
                    response, _ = self.ask(method, target, host, body)
                    name = host.split(":")[0]
                    self.assertEqual(response.status, 308)
                    self.assertEqual(response.getheader("location"),
                                     f"https://{name}:{self.relay.port}{target}")

    def test_the_redirect_leads_somewhere(self):
        self.rig.start_agent("--echo")
        done = self.rig.run(["curl", "--silent", "--location", "--cacert", self.rig.pki.root,
                             "--resolve", f"relay.test:{self.relay.plain_port}:127.0.0.1",
                             "--resolve", f"relay.test:{self.relay.port}:127.0.0.1", "--output",
                             "/dev/null", "--write-out", "%{http_code} %{scheme}",
                             f"http://relay.test:{self.relay.plain_port}/mybot/"])
        self.assertEqual(done.text().upper(), "200 HTTPS")

    def test_a_challenge(self):
        response, body = self.ask("GET", PREFIX + TOKEN)
        self.assertEqual((response.status, body), (200, TOKEN.encode() + b".thumbprint"))
        self.rig.write("acme/later", "made while it runs")
        self.assertEqual(self.ask("GET", PREFIX + "later")[1], b"made while it runs")

    def test_nothing_but_challenges(self):
        for name in ("unknown", "../secret", "..%2fsecret", "%2e%2e/secret", "..", ".", "", "link",
                     "fifo", "folder", "large", "folder/x", TOKEN + "%00", TOKEN + "/", TOKEN +
                     "?x", "//" + TOKEN, "x" * 129, "..\\secret", "%2e%2e%2fsecret"):
            with self.subTest(name):
                response, body = self.ask("GET", PREFIX + name)
                self.assertEqual(response.status, 404)
                self.assertEqual(response.getheader("content-type"), "application/problem+json")
                self.assertNotIn(b"not for the world", body)

    def test_the_https_port_has_no_challenges(self):
        answer = clients.Curl(self.rig).get(PREFIX + TOKEN)
        self.assertEqual(answer.status, 404)
