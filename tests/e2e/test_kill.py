"""kill -9 of the agent at any moment: what was answered with 200 is in the journal, once."""
import contextlib
import itertools
import random
import sqlite3
import threading
import time

import clients
import line
import rig

ROUNDS = 5
SENDERS = 4


class Sender(threading.Thread):
    """Sends webhooks over one connection until it is told to stop; keeps what was accepted."""

    def __init__(self, r, number):
        super().__init__()
        self._rig, self._number, self._ended = r, number, threading.Event()
        self.sent, self.accepted, self.statuses, self.failed = set(), set(), set(), None

    def run(self):
        try:
            with clients.RawTls(self._rig) as connection:
                for count in itertools.count():
                    if self._ended.is_set():
                        return
                    self._send(connection, f"/{self._number}-{count}")
        except (AssertionError, OSError) as why:
            self.failed = why

    def _send(self, connection, target):
        body = line.body(line.text_event(target))
        self.sent.add(target)
        connection.send(f"POST /mybot{target} HTTP/1.1\r\nHost: relay.test\r\n"
                        f"Content-Length: {len(body)}\r\nX-Line-Signature: "
                        f"{line.signature(body)}\r\n\r\n".encode() + body)
        status = int(connection.read_answer()[0].split(b" ")[1])
        self.statuses.add(status)
        if status == 200:
            self.accepted.add(target)

    def finish(self):
        self._ended.set()
        self.join()


class Kill(rig.TestCase):
    def test_nothing_that_was_accepted_is_lost(self):
        self.rig.start_relay()
        agent = self.rig.start_agent("--echo")
        senders = [Sender(self.rig, number) for number in range(SENDERS)]
        for sender in senders:
            sender.start()
        try:
            for _ in range(ROUNDS):
                self.wait_exchanges(agent, random.randint(1, 60))
                agent.kill()
                agent = self.rig.start_agent("--echo", folder=agent.data)
            self.wait_exchanges(agent, 1)
        finally:
            for sender in senders:
                sender.finish()
        self.wait_drained()
        self.check(agent, senders)

    def wait_drained(self):
        """What was accepted while no agent was there is brought to it."""
        mark = time.monotonic()
        while self.rig.hookline_relay("inbox", "list", "--json", "--data",
                                      self.rig.path("relay")).out:
            self.assertLess(time.monotonic(), mark + rig.PATIENCE)

    @staticmethod
    def wait_exchanges(agent, wanted):
        count = itertools.count(1)
        agent.out.wait(lambda text: b'"exchange"' in text and next(count) >= wanted)

    def check(self, agent, senders):
        self.assertEqual([sender.failed for sender in senders], [None] * SENDERS)
        for sender in senders:
            self.assertLessEqual(sender.statuses, {200, 502, 503})
        agent.stop()
        with contextlib.closing(sqlite3.connect(f"{agent.data}/journal.db")) as database:
            self.assertEqual(database.execute("PRAGMA integrity_check").fetchall(), [("ok",)])
            rows = database.execute(
                "SELECT target, body FROM exchange JOIN request ON exchange = id").fetchall()
        targets = [target for target, _ in rows]
        self.assertEqual(len(targets), len(set(targets)), "a delivery is there twice")
        self.assertLessEqual(set.union(*(sender.accepted for sender in senders)), set(targets))
        self.assertLessEqual(set(targets), set.union(*(sender.sent for sender in senders)))
        for target, body in rows:
            self.assertEqual(body, line.body(line.text_event(target)))
