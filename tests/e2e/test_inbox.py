"""The relay's inbox by its commands: while the relay runs, when it has stopped, and when its file
was damaged meanwhile."""
import contextlib
import glob
import os
import signal
import sqlite3

import clients
import line
import rig


class Inbox(rig.TestCase):
    """Each test has a relay that knows the tunnel, and nobody linked to it."""

    def setUp(self):
        self.relay = self.rig.start_relay()
        self.rig.start_agent("--echo").stop()

    def tearDown(self):
        self.relay.kill()
        for file in glob.glob(self.rig.path("relay", "inbox.db*")):
            os.unlink(file)

    def post(self, *numbers):
        for number in numbers:
            body = line.body(line.text_event(number=number))
            reply = clients.Curl(self.rig).post("/mybot/callback", body,
                                                headers=line.headers(body))
            self.assertEqual(reply.status, 200)

    def inbox(self, *words):
        return self.rig.hookline_relay("inbox", *words, "--data", self.rig.path("relay"))

    def seqs(self):
        return [row["seq"] for row in self.inbox("list", "--json").json_lines()]

    def stop_relay(self):
        self.relay.send_signal(signal.SIGTERM)
        self.assertEqual(self.relay.wait_exit(), 0)

    def change(self, sql):
        path = self.rig.path("relay", "inbox.db")
        with contextlib.closing(sqlite3.connect(path)) as db:
            db.execute(sql)
            db.commit()

    def check_delivered(self, *numbers):
        """To an agent that links now, in this order."""
        agent = self.rig.start_agent("--echo")
        self.addCleanup(agent.stop)
        for i, number in enumerate(numbers, 1):
            agent.wait_exchange(id=i)
            self.assertEqual(agent.body(i), line.body(line.text_event(number=number)))
        self.assertEqual(len(agent.list()), len(numbers))

    def test_while_the_relay_runs(self):
        self.post(1, 2, 3)
        first, second, third = self.seqs()
        self.assertTrue(self.inbox("check", "--json").json()["ok"])
        refused = self.inbox("retry", str(second))
        self.assertEqual(refused.code, 1)
        self.assertIn("goes out by itself", refused.err)
        self.assertEqual(self.inbox("drop", str(second), "--json").json(), {"changed": 1})
        self.assertEqual(self.seqs(), [first, third])
        busy = self.inbox("repair")
        self.assertEqual(busy.code, 1)
        self.assertIn(f"in use by process {self.relay.child.pid}", busy.err)
        self.check_delivered(1, 3)

    def test_while_it_does_not(self):
        self.post(1, 2, 3)
        self.stop_relay()
        first, second, third = self.seqs()
        self.assertEqual(self.inbox("drop", str(second), "--json").json(), {"changed": 1})
        self.assertIn("nothing was changed", self.inbox("repair").text())
        self.assertEqual(self.seqs(), [first, third])
        self.relay = self.rig.start_relay()
        self.check_delivered(1, 3)

    def test_a_damaged_delivery(self):
        """It is set aside and said; the others go out; a repair leaves it out."""
        self.post(1, 2, 3)
        self.stop_relay()
        self.change("UPDATE content SET body = zeroblob(4) WHERE seq = 2")
        checked = self.inbox("check")
        self.assertEqual(checked.code, 1)
        self.assertIn("delivery 2: the checksum of its content does not fit", checked.text())
        self.relay = self.rig.start_relay()
        self.check_delivered(1, 3)
        row, = self.inbox("list", "--json").json_lines()
        self.assertEqual((row["seq"], row["aside"]), (2, True))
        self.assertIn("damaged", row["reason"])
        self.stop_relay()
        repaired = self.inbox("repair", "--json").json()
        self.assertEqual((repaired["repaired"], repaired["kept"]), (True, 0))
        self.assertTrue(os.path.exists(repaired["damaged_file"]))
        self.assertEqual(self.seqs(), [])

    def test_a_torn_file(self):
        """The relay does not start with it, and says what to do; then nothing is lost."""
        self.post(1, 2, 3)
        self.stop_relay()
        with open(self.rig.path("relay", "inbox.db"), "r+b") as file:
            file.write(bytes(100))
        started = self.rig.hookline_relay(
            "serve", "--domain", rig.DOMAIN, "--data", self.rig.path("relay"), "--listen",
            "127.0.0.1:0", "--listen-plain", "off", "--ca-bundle", self.rig.pki.root, "--cert",
            self.rig.leaf.chain, "--key", self.rig.leaf.key)
        self.assertEqual(started.code, 1)
        self.assertIn("hookline-relay inbox repair", started.err)
        repaired = self.inbox("repair", "--json").json()
        self.assertEqual((repaired["kept"], repaired["salvaged"]), (3, 3))
        self.relay = self.rig.start_relay()
        self.check_delivered(1, 2, 3)
