"""The inspector answers as docs/inspector-api.yaml says, whatever it is asked: schemathesis
makes requests out of the description, good and bad ones, and checks every answer against it."""
import http.client
import json
import os
import subprocess
import unittest
from urllib.parse import urlsplit

import clients
import line
import rig

DESCRIPTION = os.path.join(rig.ROOT, "..", "..", "docs", "inspector-api.yaml")
CONFIG = os.path.join(rig.ROOT, "schemathesis.toml")
SCHEMATHESIS = os.path.join(os.environ.get("HOOKLINE_PYTHON_TOOLS", ""), "bin", "schemathesis")

# A stream that does not end is none of its business: test_inspector_stream.py.
EXCLUDED = ("getStream",)


class Schema(rig.TestCase):
    @classmethod
    def prepare(cls, r):
        if not os.path.exists(SCHEMATHESIS):
            raise AssertionError("schemathesis is missing: scripts/test installs it and says "
                                 "where in HOOKLINE_PYTHON_TOOLS")
        r.start_relay()
        bot = r.start_bot()
        cls.agent = r.start_agent("--forward", bot.url("/callback"), "--secret-file",
                                  r.write("secret", line.SECRET), "--inspect-addr",
                                  "127.0.0.1:0")
        curl = clients.Curl(r)
        for number in range(1, 6):
            body = line.body(line.text_event(f"請問 {number}", number))
            curl.post("/mybot/callback", body, headers=line.headers(body))
        curl.post("/mybot/callback", b"not json", headers=line.headers(b"other"))
        cls.call_line()
        page = urlsplit(cls.agent.wait_json(lambda x: x["type"] == "inspector")["url"])
        cls.origin = f"http://{page.netloc}"
        cls.key = page.fragment.removeprefix("key=")

    @classmethod
    def call_line(cls):
        """As the bot would: something good, something wrong, and no messages at all."""
        port = http.client.HTTPConnection(urlsplit(cls.agent.line_api()).netloc,
                                          timeout=rig.PATIENCE)
        hello = {"messages": [{"type": "text", "text": "こんにちは"}]}
        for method, target, body in (
                ("POST", "/v2/bot/message/push", {"to": line.USER_ID, **hello}),
                ("POST", "/v2/bot/message/push", {"to": line.USER_ID, "messages": [{}]}),
                ("POST", "/v2/bot/message/reply", {"replyToken": "unknown", **hello}),
                ("GET", f"/v2/bot/profile/{line.USER_ID}", None),
                ("GET", "/no/such/path", None)):
            port.request(method, target, json.dumps(body) if body else None,
                         {"Authorization": "Bearer t0ken", "Content-Type": "application/json"})
            port.getresponse().read()
        port.close()

    def test_every_answer_is_as_described(self):
        flags = [item for name in EXCLUDED for item in ("--exclude-operation-id", name)]
        done = subprocess.run(
            [SCHEMATHESIS, "--config-file", CONFIG, "run", DESCRIPTION, "--url", self.origin, "--header",
             f"Authorization: Bearer {self.key}", "--seed", "7", "--max-examples", "25",
             "--phases", "examples,coverage,fuzzing", "--no-color", "--generation-database",
             "none", "--request-timeout", "20", *flags],
            capture_output=True, check=False, timeout=380, env=self.rig.environment,
            cwd=self.rig.folder)
        self.assertEqual(done.returncode, 0, done.stdout.decode()[-20000:])
        self.assertIsNone(self.agent.child.poll(), "the agent is still there")


if __name__ == "__main__":
    unittest.main()
