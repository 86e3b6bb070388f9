"""An unmodified bot on the official Node SDK: its own middleware accepts what arrives.

The client of the SDK replies to a fake of LINE's API on this machine; nobody calls the real one.
"""
import json
import os

import clients
import fake_bot
import line
import rig

NODE = os.path.join(rig.ROOT, "node")


class NodeSdk(rig.TestCase):
    @classmethod
    def prepare(cls, r):
        if not os.path.isdir(os.path.join(NODE, "node_modules")):
            raise AssertionError("run `npm ci` in tests/e2e/node, as scripts/test does")
        r.start_relay()
        cls.line_api = r.start_bot(usual=fake_bot.answer(
            200, b'{"sentMessages":[{"id":"1"}]}', ["content-type: application/json"]))
        cls.bot = cls.start_bot(r)
        port = cls.bot.wait_json(lambda x: x["type"] == "ready")["port"]
        cls.flags = ("--forward", f"http://127.0.0.1:{port}/callback", "--secret-file",
                     r.write("secret", line.SECRET))
        cls.agent = r.start_agent(*cls.flags)
        cls.curl = clients.Curl(r)

    @classmethod
    def start_bot(cls, r):
        env = {**r.environment, "CHANNEL_SECRET": line.SECRET, "CHANNEL_ACCESS_TOKEN": "token",
               "LINE_API": cls.line_api.url(), "PORT": "0"}
        return r.start("node-bot", ["node", os.path.join(NODE, "bot.mjs")], env=env)

    def setUp(self):
        self.mark = len(self.bot.out.lines)
        self.line_api.forget()

    def heard(self):
        """What the bot says next."""
        return self.bot.wait_json(lambda x: True, self.mark)

    def send(self, body, http="1.1", headers=None, tunnel="mybot"):
        self.mark = len(self.bot.out.lines)
        return self.curl.post(f"/{tunnel}/callback", body, http=http,
                              headers=line.headers(body) if headers is None else headers)

    def assert_accepted(self, body, http):
        self.assertEqual(self.send(body, http).status, 200)
        webhook = self.heard()
        self.assertEqual(webhook["type"], "webhook")
        self.assertEqual(webhook["body"], json.loads(body))
        self.assertEqual(self.agent.body(), body)
        self.assertEqual(rig.stored_body(self.agent), body)
        self.assertEqual(self.agent.answered("last")["verdict"], "valid")

    def test_accepts_what_line_sends(self):
        start = b'{"destination":"' + line.BOT_ID.encode() + b'",'
        emoji = line.text_event("\U0001f389 \U0001f468‍\U0001f469‍\U0001f467 é あ")
        bodies = {
            "no events": start + b'"events":[]}',
            "emoji": line.body(emoji),
            "escapes": line.body(emoji).replace("\U0001f389".encode(),
                                                b"\\ud83c\\uDF89\\u3042\\/"),
            "white space": b'\r\n {\t"events" : [ ] ,\n\n "destination"\r\n:"U0" }  \n',
            "line ends": line.body(emoji).replace(b",", b",\r\n\t "),
            "odd numbers": start + b'"events":[{"type":"beacon","timestamp":1.79E12,"n":-0.0}]}',
            "large": line.padded(1024 * 1024),
        }
        for name, body in bodies.items():
            for http in ("1.1", "2"):
                with self.subTest(name, http=http):
                    self.assert_accepted(body, http)

    def test_replies(self):
        body = line.body(line.text_event("こんにちは \U0001f600", 7))
        self.assertEqual(self.send(body, "2").status, 200)
        call = self.line_api.take()
        self.assertEqual((call.method, call.target), ("POST", "/v2/bot/message/reply"))
        self.assertEqual(call.value("authorization"), "Bearer token")
        self.assertEqual(json.loads(call.body)["messages"],
                         [{"type": "text", "text": "こんにちは \U0001f600"}])
        self.assertEqual(self.bot.wait_json(lambda x: x["type"] == "reply", self.mark)["text"],
                         "こんにちは \U0001f600")

    def test_a_flipped_byte_is_refused_before_the_bot(self):
        body = line.body(line.text_event())
        for http in ("1.1", "2"):
            answer = self.send(body.replace(b"hello", b"hellp"), http, line.headers(body))
            self.assertEqual(answer.status, 401)
            shown = self.agent.answered("last")
            self.assertEqual(shown["verdict"], "invalid")
            self.assertIn("does not fit the body", shown["explanation"])
        self.assert_accepted(body, "1.1")  # and is the only one that the bot has heard of

    def test_a_flipped_byte_is_refused_by_the_sdk_too(self):
        agent = self.rig.start_agent(*self.flags, "--pass-invalid", tunnel="lenient")
        self.addCleanup(agent.stop)
        body = line.body(line.text_event())
        for http in ("1.1", "2"):
            answer = self.send(body[:-3] + b" ]}", http, line.headers(body), "lenient")
            self.assertEqual(answer.status, 401)
            self.assertEqual(self.heard(), {"type": "refused",
                                            "message": "signature validation failed"})
            self.assertEqual(agent.answered("last")["verdict"], "invalid")
        answer = self.send(body, headers=[], tunnel="lenient")
        self.assertEqual((answer.status, self.heard()["message"]), (401, "no signature"))

    def test_a_replay_is_accepted(self):
        body = line.body(line.text_event("again"))
        self.send(body)
        self.heard()
        self.agent.answered("last")
        mark = len(self.bot.out.lines)
        done = self.agent.command("replay", "last", "--set", "events[0].message.text=changed あ",
                                  "--secret-file", self.rig.path("secret"))
        self.assertEqual(done.code, 0, done.err)
        webhook = self.bot.wait_json(lambda x: x["type"] == "webhook", mark)
        self.assertEqual(webhook["body"]["events"][0]["message"]["text"], "changed あ")
