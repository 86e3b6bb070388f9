"""One relay after the other takes over while senders send: not one request may fail, and every
webhook that was answered 200 is in the journal exactly once.

    python3 test_takeover.py             8 takeovers, a second each, as scripts/test does
    python3 test_takeover.py --long      20 takeovers in 20 s under 150 new connections/s

HOOKLINE_BIN, HOOKLINE_RELAY_BIN and HOOKLINE_TEST_PROGRAMS say where the programs are.
"""
import contextlib
import json
import os
import signal
import sqlite3
import sys
import threading
import time
import unittest

import rig

LONG = "--long" in sys.argv
TAKEOVERS = 20 if LONG else 8
RATE = 150 if LONG else 40  # new TLS connections a second
STREAMS = 20
PROGRAMS = os.environ.get("HOOKLINE_TEST_PROGRAMS", ".")


def journal_numbers(agent):
    """The number of each webhook in the journal, as often as it is there."""
    query = "SELECT body FROM request WHERE length(body) > 0"
    with contextlib.closing(sqlite3.connect(f"file:{agent.data}/journal.db?mode=ro",
                                            uri=True)) as database:
        return [json.loads(body)["n"] for (body,) in database.execute(query)]


class Takeovers(rig.TestCase):
    @classmethod
    def prepare(cls, rig):
        rig.start_relay()
        rig.start_agent("--echo")

    def start_load(self):
        load = self.rig.start("load", [
            os.path.join(PROGRAMS, "takeover_load"), str(self.rig.relay.port),
            self.rig.pki.root, rig.DOMAIN, str(RATE), str(STREAMS)])
        load.wait_json(lambda line: line.get("type") == "ready")
        return load

    def take_over(self, times):
        """A second for each; how long each new process took to serve, in ms."""
        took = []
        begin = time.monotonic()
        for i in range(times):
            wait_until(begin + i)
            start = time.monotonic()
            self.rig.start_relay("--takeover")
            took.append((time.monotonic() - start) * 1000)
        wait_until(begin + times)
        return took

    def test_nothing_fails(self):
        load = self.start_load()
        took = self.take_over(TAKEOVERS)
        self.assertEqual(load.stop(), 0, load.out.text()[-3000:])
        counts = json.loads(load.out.lines[-1])
        webhooks = counts.pop("webhooks")
        self.rig.agent.command("list")  # the journal is readable
        in_journal = wait_for_journal(self.rig.agent, set(webhooks))
        print(f"\n{TAKEOVERS} takeovers, {max(took):.0f} ms at most: {counts['asked']} requests on "
              f"{counts['h1_connections']} HTTP/1 and {counts['h2_connections']} HTTP/2 "
              f"connections, {counts['failed']} failed, slowest {counts['slowest_ms']} ms; "
              f"{len(webhooks)} webhooks answered 200, {len(in_journal)} in the journal",
              file=sys.stderr)
        self.assertEqual(counts["failed"], 0, counts["failures"])
        self.assertEqual(sorted(in_journal), sorted(webhooks))
        self.assertEqual(len(self.relays()), TAKEOVERS + 1)
        for relay in self.relays()[:-1]:
            self.assertEqual(relay.wait_exit(), 0)

    def relays(self):
        return [p for p in self.rig.processes if isinstance(p, rig.Relay)]


def wait_until(moment):
    """The pace of the takeovers is the test's subject."""
    threading.Event().wait(max(0, moment - time.monotonic()))


def wait_for_journal(agent, numbers):
    """A webhook that went to the inbox gets there when it was delivered."""
    deadline = time.monotonic() + rig.PATIENCE
    while True:
        found = journal_numbers(agent)
        if numbers <= set(found) or time.monotonic() > deadline:
            return found


if __name__ == "__main__":
    unittest.main(argv=[word for word in sys.argv if word != "--long"])
