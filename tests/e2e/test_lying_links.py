"""Links that lie: connected by the look of them, but nothing gets through.

Each end must notice within 15 seconds, nothing that was sent meanwhile may be lost, and the link
must be there again a second after the network is. The network is one of namespaces (network.py).
"""
import concurrent.futures
import contextlib
import os
import signal
import socket
import sqlite3
import struct
import threading
import time
import unittest

import clients
import line
import network
import rig

NOTICED_S, BACK_S = 15, 1
WAITS = 0.05  # between two looks


def setUpModule():
    missing = network.why_not()
    if missing and os.geteuid() == 0:
        raise AssertionError(missing)
    if missing:
        raise unittest.SkipTest(missing)
    network.enter()


class Tunnel:
    """An agent on a laptop of its own, and one sender of its webhooks."""

    def __init__(self, r, name, *flags, relay=None):
        self.rig, self.name, self.sent = r, name, []
        self.laptop = network.Laptop()
        self.flags = ["--echo", *flags]
        self.relay = relay or f"{network.RELAY_HOST}:{r.relay.port}"
        self.agent = self.start_agent()
        self.sender = clients.RawTls(r)

    def start_agent(self, folder=None):
        return self.rig.start_agent(*self.flags, tunnel=self.name, folder=folder,
                                    relay=self.relay, wrap=self.laptop.command)

    def close(self):
        self.sender.__exit__()
        self.agent.stop()
        self.laptop.close()

    def send(self):
        """One webhook, which must be accepted; how long that took."""
        target = f"/{self.name}/{len(self.sent)}"
        self.sent.append(f"/{len(self.sent)}")
        body = line.body(line.text_event(target, number=len(self.sent)))
        begun = time.monotonic()
        self.sender.send(f"POST {target} HTTP/1.1\r\nHost: relay.test\r\nContent-Length: "
                         f"{len(body)}\r\nX-Line-Signature: {line.signature(body)}\r\n\r\n"
                         .encode() + body)
        head = self.sender.read_answer()[0]
        if not head.startswith(b"HTTP/1.1 200"):
            raise AssertionError(f"{self.name}{target}: {head!r}")
        return time.monotonic() - begun

    def arrived(self):
        path = f"file:{self.agent.data}/journal.db?mode=ro"
        with contextlib.closing(sqlite3.connect(path, uri=True)) as database:
            return [row[0] for row in
                    database.execute("SELECT target FROM exchange ORDER BY id")]

    def wait_arrived(self):
        """All that was sent, once and in order."""
        deadline = time.monotonic() + rig.PATIENCE
        while len(self.arrived()) < len(self.sent) and time.monotonic() < deadline:
            threading.Event().wait(WAITS)
        if self.arrived() != self.sent:
            raise AssertionError(f"{self.name}: sent {self.sent}, arrived {self.arrived()}")

    def relay_lost_it(self, since):
        """The relay's log says so."""
        words = f"tunnel={self.name} lost".encode()
        self.rig.relay.log.wait(lambda text: words in text, since)

    def agent_lost_it(self, since):
        self.agent.wait_json(lambda x: x["type"] == "status" and x["state"] != "linked", since)


def since(begun):
    return time.monotonic() - begun


class Silence(rig.TestCase):
    """All kinds at once: each takes as long as a heartbeat."""

    KINDS = {
        "silent": lambda laptop: laptop.silence(),
        "deaf-agent": lambda laptop: laptop.deafen("agent"),
        "deaf-relay": lambda laptop: laptop.deafen("relay"),
        "cut": lambda laptop: laptop.cut(),
        "unplugged": lambda laptop: laptop.unplug(),
        "moved": lambda laptop: laptop.move(),
    }

    @classmethod
    def prepare(cls, r):
        r.start_relay(listen="0.0.0.0:0")

    def test_noticed_in_time_and_nothing_swallowed(self):
        tunnels = [Tunnel(self.rig, name) for name in (*self.KINDS, "asleep")]
        for tunnel in tunnels:
            self.addCleanup(tunnel.close)
        with concurrent.futures.ThreadPoolExecutor(3 * len(tunnels)) as pool:
            done = {tunnel.name: pool.submit(
                self.asleep if tunnel.name == "asleep" else self.silent, tunnel, pool)
                for tunnel in tunnels}
            for name, result in done.items():
                with self.subTest(name):
                    result.result()

    def silent(self, tunnel, pool):
        tunnel.send()
        marks = self.rig.relay.log_mark(), tunnel.agent.mark()
        self.KINDS[tunnel.name](tunnel.laptop)
        begun = time.monotonic()
        lost = pool.submit(lambda: (tunnel.relay_lost_it(marks[0]), since(begun))[1])
        self.check_guard(tunnel.send())
        tunnel.agent_lost_it(marks[1])
        self.report(tunnel, agent=since(begun), relay=lost.result())
        if tunnel.name != "moved":  # whose network has been back for long
            self.check_guard(tunnel.send())
            mark = tunnel.agent.mark()
            tunnel.laptop.heal()
            begun = time.monotonic()
            tunnel.agent.wait_linked(mark)
            self.report(tunnel, back=since(begun))
        tunnel.agent.wait_linked(marks[1])
        tunnel.send()
        tunnel.wait_arrived()

    def asleep(self, tunnel, pool):
        """A suspended laptop: its kernel answers, its agent does not."""
        tunnel.send()
        marks = self.rig.relay.log_mark(), tunnel.agent.mark()
        tunnel.agent.send_signal(signal.SIGSTOP)
        begun = time.monotonic()
        self.check_guard(tunnel.send())
        tunnel.relay_lost_it(marks[0])
        self.report(tunnel, relay=since(begun))
        tunnel.send()
        tunnel.agent.send_signal(signal.SIGCONT)
        begun = time.monotonic()
        tunnel.agent_lost_it(marks[1])
        tunnel.agent.wait_linked(tunnel.agent.mark() - 1)
        self.report(tunnel, back=since(begun))
        tunnel.send()
        tunnel.wait_arrived()

    def check_guard(self, seconds):
        self.assertLess(seconds, 2, "LINE would have given up")

    def report(self, tunnel, **measured):
        for who, seconds in measured.items():
            print(f"{tunnel.name}: {who} {seconds:.2f} s", flush=True)
            self.assertLessEqual(seconds, BACK_S if who == "back" else NOTICED_S)


class HalfOpen(rig.TestCase):
    """One end is gone, and the other was not told."""

    @classmethod
    def prepare(cls, r):
        r.start_relay(listen="0.0.0.0:0")

    def tunnel(self, name, *flags, **options):
        tunnel = Tunnel(self.rig, name, *flags, **options)
        self.addCleanup(tunnel.close)
        return tunnel

    def test_the_agent_crashes_unheard(self):
        tunnel = self.tunnel("crashed")
        tunnel.send()
        tunnel.laptop.silence()
        tunnel.agent.kill()
        tunnel.send()
        tunnel.laptop.heal()
        tunnel.agent = tunnel.start_agent(tunnel.agent.data)  # takes the tunnel over at once
        tunnel.send()
        tunnel.wait_arrived()

    def test_the_relay_crashes_unheard(self):
        tunnel = self.tunnel("relay-crashed")
        tunnel.send()
        marks = tunnel.agent.mark()
        tunnel.laptop.silence()
        port = self.rig.relay.port
        self.rig.relay.kill()
        self.rig.start_relay(listen=f"0.0.0.0:{port}")
        begun = time.monotonic()
        tunnel.laptop.heal()
        tunnel.sender.__exit__()
        tunnel.sender = clients.RawTls(self.rig)
        tunnel.send()  # kept
        tunnel.agent_lost_it(marks)
        self.assertLessEqual(since(begun), NOTICED_S)
        tunnel.agent.wait_linked(marks)
        tunnel.send()
        tunnel.wait_arrived()

    def test_a_nap(self):
        """Too short for the link to be given up."""
        tunnel = self.tunnel("nap")
        tunnel.send()
        tunnel.agent.send_signal(signal.SIGSTOP)
        self.assertLess(tunnel.send(), 2)
        tunnel.send()
        tunnel.agent.send_signal(signal.SIGCONT)
        tunnel.wait_arrived()
        tunnel.send()
        tunnel.wait_arrived()


class Proxy:
    """Between agent and relay; it ends each connection after `seconds`."""

    def __init__(self, port, seconds, end):
        self._port, self._seconds, self._end = port, seconds, end
        self._listener = socket.create_server(("0.0.0.0", 0))
        self.port = self._listener.getsockname()[1]
        self.cuts = 0
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                agent, _ = self._listener.accept()
                relay = socket.create_connection(("127.0.0.1", self._port))
            except OSError:
                return
            for pair in ((agent, relay), (relay, agent)):
                threading.Thread(target=self._pass_on, args=pair, daemon=True).start()
            timer = threading.Timer(self._seconds, self._cut, (agent, relay))
            timer.daemon = True
            timer.start()

    @staticmethod
    def _pass_on(source, target):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)

    def _cut(self, *both):
        self.cuts += 1
        for connection in both:
            with contextlib.suppress(OSError), connection:
                self._end(connection)

    def close(self):
        with contextlib.suppress(OSError), self._listener:
            self._listener.shutdown(socket.SHUT_RDWR)


def fin(connection):
    connection.shutdown(socket.SHUT_RDWR)


def reset(connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.shutdown(socket.SHUT_RD)  # who reads it lets go


class Proxies(rig.TestCase):
    """A proxy that lets no connection live, like one with a limit of 60 seconds."""

    SECONDS, CUTS = 0.7, 5

    @classmethod
    def prepare(cls, r):
        r.start_relay(listen="0.0.0.0:0")

    def check(self, name, end):
        proxy = Proxy(self.rig.relay.port, self.SECONDS, end)
        self.addCleanup(proxy.close)
        tunnel = Tunnel(self.rig, name, relay=f"{network.RELAY_HOST}:{proxy.port}")
        self.addCleanup(tunnel.close)
        while proxy.cuts < self.CUTS:
            self.assertLess(tunnel.send(), 2)
        tunnel.wait_arrived()

    def test_one_that_closes(self):
        self.check("closes", fin)

    def test_one_that_resets(self):
        self.check("resets", reset)


if __name__ == "__main__":
    unittest.main()
