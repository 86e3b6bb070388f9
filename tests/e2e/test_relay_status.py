"""`hookline-relay status`, two relays on one folder, and takeovers that come to nothing."""
import signal
import unittest

import clients
import line
import rig


class Status(rig.TestCase):
    def status(self, *flags):
        return self.rig.hookline_relay("status", "--data", self.rig.path("relay"), *flags)

    def tunnel(self):
        return self.status("--json").json()["tunnels"][0]

    def test_status(self):
        result = self.status()
        self.assertEqual(result.code, 1)
        self.assertIn("no relay runs on this folder", result.err)
        relay = self.rig.start_relay()
        self.assertIn("No agent has linked yet.", self.status().text())
        agent = self.rig.start_agent("--echo")
        seen = self.status("--json").json()
        self.assertEqual((seen["state"], seen["process"], seen["links"]),
                         ("serving", relay.pid, 1))
        self.assertEqual(seen["tunnels"][0]["linked"], True)
        self.assertRegex(self.status().text(), r"mybot +linked 20\d\d-\d\d-\d\d ")
        agent.stop()
        relay.wait_log("tunnel=mybot lost")
        body = line.body(line.text_event())
        curl = clients.Curl(self.rig)
        for _ in range(3):
            answer = curl.post("/mybot/callback", body, headers=line.headers(body))
            self.assertEqual(answer.status, 200)
        tunnel = self.tunnel()
        self.assertEqual((tunnel["linked"], tunnel["kept"], tunnel["aside"]), (False, 3, 0))
        self.assertGreater(tunnel["bytes"], 3 * len(body))
        self.assertRegex(self.status().text(),
                         r"mybot +no agent 20.* guard +keep +3 +[\d.]+ K?B +20")
        agent = self.rig.start_agent("--echo")
        for _ in range(3):
            agent.wait_exchange(method="POST")
        self.assertEqual((self.tunnel()["kept"], self.tunnel()["delivered"]), (0, 3))
        agent.stop()
        relay.stop()


class OneFolder(rig.TestCase):
    def setUp(self):
        self.relay = self.rig.start_relay()
        self.addCleanup(self.relay.stop)

    def serve(self, *flags):
        """A second relay that will not come to serve."""
        leaf = self.rig.leaf
        return self.rig.hookline_relay(
            "serve", "--domain", rig.DOMAIN, "--data", self.rig.path("relay"), "--ca-bundle",
            self.rig.pki.root, "--listen", "127.0.0.1:0", "--listen-plain", "off", "--cert",
            leaf.chain, "--key", leaf.key, *flags)

    def check_serves(self):
        status = self.rig.hookline_relay("status", "--json", "--data", self.rig.path("relay"))
        self.assertEqual(status.json()["process"], self.relay.pid)

    def test_second_relay_is_refused(self):
        result = self.serve()
        self.assertEqual(result.code, 1)
        self.assertIn(f"another relay (process {self.relay.pid}) runs on this folder", result.err)
        self.assertIn("--takeover", result.err)
        self.check_serves()

    def test_takeover_with_a_bad_certificate_changes_nothing(self):
        bad = self.rig.write("bad.pem", "no certificate")
        result = self.serve("--takeover", "--cert", bad, "--key", bad)
        self.assertNotEqual(result.code, 0)
        self.check_serves()

    def test_the_old_one_does_not_answer(self):
        self.relay.send_signal(signal.SIGSTOP)
        result = self.serve("--takeover")
        self.relay.send_signal(signal.SIGCONT)
        self.assertEqual(result.code, 1)
        self.assertIn(f"(process {self.relay.pid}) does not answer, and goes on", result.err)
        self.check_serves()

    def test_the_old_one_was_killed(self):
        self.relay.kill()
        second = self.rig.start_relay("--takeover")
        self.assertIn(b"there is no relay to take over from", second.log.text())
        second.stop()


if __name__ == "__main__":
    unittest.main()
