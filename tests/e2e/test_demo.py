"""`hookline demo`: the whole job on one machine, with nothing to configure."""
import json
import os
import re
import signal

import rig


class Demo(rig.TestCase):
    def assert_tidy(self):
        left = [name for name in os.listdir(self.rig.folder) if name.startswith("hookline-demo")]
        self.assertEqual(left, [])

    def test_once_and_again(self):
        for _ in range(2):
            done = self.rig.hookline("demo", "--once")
            self.assertEqual(done.code, 0, done.err)
            text = done.text()
            for words in ("a webhook: 200 OK", "valid", "message.text", "こんにちは、Hookline!",
                          "is on disk", "Answered by   echo"):
                self.assertIn(words, text)
            self.assert_tidy()

    def test_once_as_json(self):
        """One object per line, named as `up` and `show` name their members."""
        done = self.rig.hookline("demo", "--once", "--json")
        self.assertEqual((done.code, done.err), (0, ""))
        lines = done.json_lines()
        self.assertEqual([line["type"] for line in lines if line["type"] != "note"],
                         ["ready", "exchange", "done"])
        self.assertEqual((lines[0]["type"], lines[-1]["type"]), ("note", "done"))
        for line in lines:
            if line["type"] != "exchange":
                self.assertRegex(line["time"], r"^\d{4}-\d\d-\d\dT")
        ready, exchange = (next(line for line in lines if line["type"] == type)
                           for type in ("ready", "exchange"))
        self.assertEqual(ready["url"], f"https://localhost:{ready['https_port']}/demo")
        self.assertEqual((ready["relay"], ready["tunnel"]),
                         (f"localhost:{ready['https_port']}", "demo"))
        self.assertEqual(os.path.dirname(ready["ca_file"]), ready["data"])
        self.assertEqual((exchange["verdict"], exchange["status"], exchange["webhook"]),
                         ("valid", 200, True))
        self.assertIn("こんにちは、Hookline!", exchange["events"][0]["text"])
        self.assert_tidy()

    def test_json_for_a_script_that_plays_on(self):
        demo = self.rig.start("demo", [rig.HOOKLINE, "demo", "--json"])
        ready = demo.wait_json(lambda line: line["type"] == "ready")
        demo.wait_json(lambda line: line["type"] == "exchange" and "request" in line)
        again = self.rig.run(["curl", "-sS", "--cacert", ready["ca_file"], "-H",
                              f"x-line-signature: {ready['signature']}", "--data-binary",
                              f"@{ready['body_file']}", f"{ready['url']}/callback"])
        self.assertEqual(again.code, 0, again.err)
        demo.wait_json(lambda line: line["type"] == "exchange" and line["id"] == 2)
        self.assertEqual(demo.stop(signal.SIGINT), 0)
        self.assertEqual(json.loads(demo.out.lines[-1])["type"], "done")
        self.assert_tidy()

    def test_it_stays_up_until_interrupted(self):
        demo = self.rig.start("demo", [rig.HOOKLINE, "demo"])
        invitation = demo.out.wait(lambda text: re.search(rb"hookline list --data (\S+)", text))
        folder = invitation.group(1).decode()
        listed = self.rig.hookline("list", "--json", "--data", folder).json_lines()
        self.assertEqual([row["verdict"] for row in listed], ["valid"])
        curl = re.search(rb"  (curl --cacert .*?)\n\n", demo.out.text(), re.DOTALL).group(1)
        self.assertEqual(self.rig.run(["sh", "-c", curl.decode()]).code, 0)
        demo.out.wait(lambda text: b"POST /callback" in text)
        self.assertEqual(demo.stop(signal.SIGINT), 0)
        self.assert_tidy()

    def assert_gone(self):
        """No folder, and no program that was told of it."""
        self.assert_tidy()
        mark = os.path.join(self.rig.folder, "hookline-demo").encode()
        for pid in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{pid}/cmdline", "rb") as file:
                    self.assertNotIn(mark, file.read())
            except OSError:
                pass  # it has ended meanwhile

    def test_interrupted_in_the_middle(self):
        folder = self.rig.path("programs")
        os.mkdir(folder)
        curl = self.rig.write("programs/curl", "#!/bin/sh\nexec tail -f /dev/null\n")
        os.chmod(curl, 0o700)
        env = {**self.rig.environment, "PATH": f"{folder}:{os.environ['PATH']}"}
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            for step in (b"a token for", b"a relay with", b"an agent with", b"a signed LINE"):
                with self.subTest(step, signal=number):
                    demo = self.rig.start("demo", [rig.HOOKLINE, "demo"], env=env)
                    demo.may_fail = True
                    demo.out.wait(lambda text, step=step: step in text)
                    self.assertEqual(demo.stop(number), 1)
                    self.assert_gone()

    def test_the_terminal_is_closed(self):
        demo = self.rig.start("demo", [rig.HOOKLINE, "demo"])
        demo.out.wait(lambda text: b"Ctrl-C ends it" in text)
        self.assertEqual(demo.stop(signal.SIGHUP), 0)
        self.assert_gone()

    def test_without_curl(self):
        """It says what is missing, and leaves the logs to look at."""
        env = {**self.rig.environment, "PATH": "/nowhere"}
        done = self.rig.hookline("demo", "--once", env=env)
        self.assertEqual(done.code, 1)
        self.assertIn("curl is not installed", done.err)
        log = re.search(r"The logs are (\S+)", done.err).group(1)
        self.assertTrue(os.path.exists(log))
        done = self.rig.hookline("demo", "--once", "--json", env=env)
        self.assertEqual(done.code, 1)
        self.assertIn("curl is not installed", done.err)
        self.assertEqual({line["type"] for line in done.json_lines()}, {"note", "ready"})
