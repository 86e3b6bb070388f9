"""The relay under a service manager: its sockets, its words, and its units."""
import os
import re
import shutil
import signal
import socket
import subprocess
import unittest

import clients
import line
import rig

SOURCE = os.path.join(rig.ROOT, "..", "..")
UNITS = os.path.join(SOURCE, "packaging", "systemd")


class Manager:
    """Opens the sockets, starts the service on them, and listens to it."""

    def __init__(self, rig_):
        self.rig = rig_
        self.sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
        self.path = rig_.path("notify")
        self.ear = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.ear.bind(self.path)
        self.ear.settimeout(rig.PATIENCE)

    def close(self):
        for one in (*self.sockets, self.ear):
            one.close()
        os.unlink(self.path)

    @property
    def port(self):
        return self.sockets[0].getsockname()[1]

    def start(self, names="https:http", count="2", wait=True):
        """`serve` on the sockets, of which it hears what LISTEN_FDS and _FDNAMES say."""
        fds = [s.fileno() for s in self.sockets]

        def give():
            # Only these, from 3 on; the numbers that they have already may be in the way.
            spare = [os.dup2(fd, 100 + i) for i, fd in enumerate(fds)]
            for i, fd in enumerate(spare):
                os.dup2(fd, 3 + i)

        leaf = self.rig.leaf
        env = {**self.rig.environment, "LISTEN_FDS": count, "LISTEN_FDNAMES": names,
               "NOTIFY_SOCKET": self.path}
        args = ["sh", "-c", 'export LISTEN_PID=$$; exec "$0" "$@"', rig.HOOKLINE_RELAY, "serve",
                "--json", "--domain", rig.DOMAIN, "--data", self.rig.path("relay"),
                "--ca-bundle", self.rig.pki.root, "--cert", leaf.chain, "--key", leaf.key]
        relay = self.rig.start("service", args, env=env, preexec_fn=give, close_fds=False)
        if wait:
            ready = relay.wait_json(lambda x: x["type"] == "ready")
            relay.port, relay.plain_port = ready["https_port"], ready["http_port"]
            self.rig.relay = relay
        else:
            relay.may_fail = True
        return relay

    def hear(self, words):
        """Waits for a message with this line; all that came until then."""
        heard = []
        while True:
            heard.append(self.ear.recv(4096).decode())
            if words in heard[-1].split("\n"):
                return heard


class Service(rig.TestCase):
    def setUp(self):
        self.manager = Manager(self.rig)
        self.addCleanup(self.manager.close)

    def test_sockets_and_words(self):
        relay = self.manager.start()
        self.assertEqual(relay.port, self.manager.port)
        self.assertEqual(relay.plain_port, self.manager.sockets[1].getsockname()[1])
        heard = self.manager.hear("READY=1")
        self.assertIn(f"STATUS=serving {rig.DOMAIN}", "\n".join(heard))
        relay.send_signal(signal.SIGHUP)
        self.manager.hear("STATUS=reading the certificates anew")
        self.manager.hear(f"STATUS=serving {rig.DOMAIN}")
        relay.send_signal(signal.SIGTERM)
        self.manager.hear("STOPPING=1")
        self.assertEqual(relay.wait_exit(), 0)

    def test_who_connects_during_a_restart_is_served(self):
        first = self.manager.start()
        agent = self.rig.start_agent("--echo")
        body = line.body(line.text_event())
        self.assertEqual(first.stop(), 0)
        with socket.create_connection(("127.0.0.1", self.manager.port)) as early:
            self.manager.start()
            context = clients.tls_context(self.rig)
            with context.wrap_socket(early, server_hostname=rig.DOMAIN) as tls:
                head = "\r\n".join([
                    "POST /mybot/callback HTTP/1.1", f"Host: {rig.DOMAIN}",
                    f"Content-Length: {len(body)}", *line.headers(body), "", ""])
                tls.sendall(head.encode() + body)
                self.assertTrue(tls.recv(100).startswith(b"HTTP/1.1 200 "))
        agent.wait_exchange(method="POST")
        agent.stop()

    def test_takeover_is_told_to_the_manager(self):
        first = self.manager.start()
        self.manager.hear("READY=1")
        second = self.rig.start_relay("--takeover")
        self.assertEqual(second.port, self.manager.port)
        self.manager.hear(f"MAINPID={second.pid}")
        self.assertEqual(first.wait_exit(), 0)
        second.stop()

    def test_wrong_names(self):
        for names, count, words in (
                ("hookline-relay.socket", "1", "FileDescriptorName=https (or http)"),
                ("", "2", 'descriptor 3 is called ""'),
                ("https:https", "2", "two sockets are called https"),
                ("https", "99", "LISTEN_FDS=99 is not a number"),
                ("https:http", "two", "LISTEN_FDS=two is not a number")):
            with self.subTest(names=names, count=count):
                relay = self.manager.start(names, count, wait=False)
                self.assertEqual(relay.wait_exit(), 1)
                self.assertIn(words.encode(), relay.log.text())


class Units(unittest.TestCase):
    def units(self, folder):
        """As they are installed."""
        for name in os.listdir(UNITS):
            with open(os.path.join(UNITS, name), encoding="utf-8") as file:
                text = file.read()
            if name.endswith((".socket", ".service.in")):
                text = text.replace("@CMAKE_INSTALL_FULL_BINDIR@/hookline-relay",
                                    rig.HOOKLINE_RELAY)
                with open(os.path.join(folder, name.removesuffix(".in")), "w",
                          encoding="utf-8") as file:
                    file.write(text)

    @unittest.skipUnless(shutil.which("systemd-analyze"), "systemd-analyze is not installed")
    def test_systemd_finds_nothing_wrong(self):
        folder = rig.tempfile.mkdtemp(prefix="hookline-units-")
        self.addCleanup(shutil.rmtree, folder)
        self.units(folder)
        units = [os.path.join(folder, name) for name in os.listdir(folder)]
        self.assertEqual(len(units), 3)
        done = subprocess.run(["systemd-analyze", "verify", "--man=no", *units],
                              capture_output=True, text=True, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def test_names_are_those_that_the_relay_knows(self):
        names = {}
        for unit in ("hookline-relay.socket", "hookline-relay-http.socket"):
            with open(os.path.join(UNITS, unit), encoding="utf-8") as file:
                text = file.read()
            port = re.search(r"^ListenStream=(\d+)$", text, re.M)[1]
            names[port] = re.search(r"^FileDescriptorName=(\w+)$", text, re.M)[1]
        self.assertEqual(names, {"443": "https", "80": "http"})


if __name__ == "__main__":
    unittest.main()
