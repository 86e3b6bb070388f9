"""Secrets stay where they were put: not in logs, output, journals or anybody's process list."""
import os

import clients
import line
import rig

CHANNEL_SECRET = "c0ffee" + "ab" * 13
AUTHORIZATION = "Bearer canary-in-a-request"


class Secrets(rig.TestCase):
    def test_no_secret_leaves_its_file(self):
        r = self.rig
        relay = r.start_relay("--log-level", "debug")
        token = r.create_token("--tunnel", "mybot")["token"]
        files = [r.write("the-token", token), r.write("the-secret", CHANNEL_SECRET)]
        flags = ("--echo", "--log-level", "debug", "--secret-file", files[1])
        agent = r.start_agent(*flags, token=files[0])
        self.exercise(agent, files)
        command_lines = b"".join(self.command_line(process) for process in (relay, agent))
        agent.stop()
        relay.stop()
        written = [("command lines", command_lines)]
        for process in r.processes:
            written.append((process.name, process.out.text() + process.log.text()))
        written += self.files_but(files)
        for secret in (CHANNEL_SECRET, token, token.split("_")[2]):
            for name, content in written:
                self.assertNotIn(secret.encode(), content, f"{name} holds a secret")

    def exercise(self, agent, files):
        curl = clients.Curl(self.rig)
        body = line.body(line.text_event())
        for secret in (CHANNEL_SECRET, line.OTHER_SECRET):
            curl.post("/mybot/callback", body, headers=[
                *line.headers(body, secret), "Authorization: " + AUTHORIZATION])
        agent.answered("last")
        for command in (("list",), ("show", "1"), ("show", "1", "--json"),
                        ("replay", "1", "--as-redelivery", "--secret-file", files[1])):
            done = agent.command(*command)
            self.assertEqual(done.code, 0, done.err)
            for secret in (CHANNEL_SECRET, AUTHORIZATION):
                self.assertNotIn(secret, done.text() + done.err)

    @staticmethod
    def command_line(process):
        with open(f"/proc/{process.pid}/cmdline", "rb") as file:
            return file.read()

    def files_but(self, secret_files):
        found = []
        for folder, _, names in os.walk(self.rig.folder):
            for path in (os.path.join(folder, name) for name in names):
                if path in secret_files or not os.path.isfile(path):
                    continue
                with open(path, "rb") as file:
                    found.append((path, file.read()))
        return found
