"""`hookline scenario run`: conversations with a bot, in CI and beside a running agent."""
import json
import os
import subprocess

import line
import rig

BOT = os.path.join(rig.ROOT, "node", "shop.mjs")


def send(text, **members):
    return {"send": "text", "text": text, **members}


def reply(*messages, **members):
    return {"expect": "reply", **({"messages": list(messages)} if messages else {}), **members}


class ScenarioCase(rig.TestCase):
    @classmethod
    def prepare(cls, r):
        cls.secret = r.write("secret", line.SECRET)

    def file(self, *steps, **members):
        return self.rig.write("scenario.json", json.dumps(
            {"scenario": "test", "steps": list(steps), **members}, ensure_ascii=False))

    def steps(self, done):
        return [x for x in done.json_lines() if x["type"] == "step"]


class WithoutAnAgent(ScenarioCase):
    """The command has an agent of its own, as in CI."""

    def play(self, *steps, flags=()):
        return self.rig.hookline("scenario", "run", self.file(*steps), "--echo", "--data",
                                 self.rig.path("data"), "--secret-file", self.secret,
                                 "--line-api-addr", "127.0.0.1:0", *flags)

    def test_passes(self):
        done = self.play(send("こんにちは"), reply({"text": {"$contains": "こん"}}),
                         {"expect": "nothing", "within": "100ms"})
        self.assertEqual(done.code, 0, done.text() + done.err)
        lines = done.text().splitlines()
        self.assertEqual(lines[0], "test")
        self.assertRegex(lines[1], r'^  ok     1  send text "こんにちは" +[0-9.]+ ms$')
        self.assertEqual(lines[-1], "3 passed, 0 failed, 0 not run")

    def test_fails(self):
        done = self.play(send("a"), reply({"text": "b"}, note="it should be b"), send("c"))
        self.assertEqual(done.code, 1)
        self.assertIn('  FAIL   2  expect reply: messages[0].text is "a", wanted: "b"  it should '
                      "be b\n", done.text())
        self.assertEqual(done.text().splitlines()[-1], "1 passed, 1 failed, 1 not run")

    def test_as_json(self):
        done = self.play(send("a"), reply({"text": "b"}), flags=("--json",))
        steps = self.steps(done)
        self.assertEqual([(x["step"], x["passed"]) for x in steps], [(1, True), (2, False)])
        self.assertEqual(steps[1]["detail"], 'messages[0].text is "a", wanted: "b"')
        self.assertEqual(done.json_lines()[-1],
                         {"type": "done", "passed": 1, "failed": 1, "not_run": 0})

    def test_chats_are_apart(self):
        done = self.play(send("one", **{"as": "Alice"}), send("two", **{"as": "Bob"}),
                         send("three", **{"as": "Alice", "in": "Friends"}),
                         reply({"text": "two"}, **{"as": "Bob"}),
                         reply({"text": "three"}, **{"as": "Alice", "in": "Friends"}),
                         reply({"text": "one"}, **{"as": "Alice"}))
        self.assertEqual(done.code, 0, done.text())

    def test_a_bot_that_is_not_there(self):
        done = self.rig.hookline("scenario", "run", self.file(send("a")), "--forward",
                                 "http://127.0.0.1:1/", "--data", self.rig.path("data"),
                                 "--secret-file", self.secret, "--line-api-addr", "127.0.0.1:0")
        self.assertEqual(done.code, 1)
        self.assertIn("FAIL   1  send text \"a\": the bot answered 502", done.text())

    def test_a_file_that_is_wrong(self):
        done = self.play({"expect": "reply", "mesages": []})
        self.assertEqual((done.code, done.text()), (2, ""))
        self.assertIn('step 1: "mesages" is not known here', done.err)

    def test_no_file(self):
        done = self.rig.hookline("scenario", "run", self.rig.path("none.json"), "--echo")
        self.assertEqual(done.code, 2)
        self.assertIn("none.json: No such file or directory", done.err)

    def test_nobody_answers(self):
        done = self.rig.hookline("scenario", "run", self.file(send("a")), "--data",
                                 self.rig.path("nobody"))
        self.assertEqual(done.code, 2)
        self.assertIn("no agent runs here", done.err)

    def test_the_same_people_in_each_run(self):
        for _ in range(2):
            self.play(send("a", **{"as": "Alice"}))
        shown = self.rig.hookline("list", "--json", "--limit", "2", "--data",
                                  self.rig.path("data")).json_lines()
        users = {x["event"]["user_id"] for x in shown}
        self.assertEqual(len(users), 1)
        self.assertRegex(users.pop(), "^U[0-9a-f]{32}$")


class WithAnAgent(ScenarioCase):
    """`hookline up` runs, and plays it with a shop on the official SDK."""

    @classmethod
    def prepare(cls, r):
        super().prepare(r)
        r.start_relay()
        environment = {**r.environment, "CHANNEL_SECRET": line.SECRET}
        cls.bot = r.start("shop", ["node", BOT], env=environment, stdin=subprocess.PIPE)
        port = cls.bot.wait_json(lambda x: x["type"] == "ready")["port"]
        cls.agent = r.start_agent("--forward", f"http://127.0.0.1:{port}/callback", "--secret-file",
                                  cls.secret, "--line-api-addr", "127.0.0.1:0")
        url = cls.agent.command("status", "--json").json()["line_api"]["url"]
        cls.bot.child.stdin.write(url.encode() + b"\n")
        cls.bot.child.stdin.flush()

    def play(self, *steps, flags=()):
        return self.agent.command("scenario", "run", self.file(*steps), "--secret-file",
                                  self.secret, *flags)

    def test_an_order(self):
        done = self.play(
            send("menu"),
            reply({"type": "flex", "contents": {"$has": {"label": "Pay"}}}),
            {"tap": "Pay"},
            reply({"type": "text", "text": {"$matches": "^Paid: [0-9]+$"}}),
            {"expect": "push", "messages": [{"text": "Thank you"}]},
            send("when"), reply(), {"tap": "Choose", "value": "2026-12-24"},
            reply({"text": "2026-12-24"}))
        self.assertEqual(done.code, 0, done.text() + done.err)
        self.assertEqual(self.agent.list("-is:simulated"), [])

    def test_a_message_that_line_refuses(self):
        done = self.play(send("too long"), reply(status=400), send("too long"), reply())
        self.assertEqual(done.code, 1)
        self.assertIn("FAIL   4  expect reply: it was refused with 400: The request body has 1 "
                      "error(s): Length must be between 0 and 5000, messages[0].text",
                      done.text())

    def test_a_button_that_is_not_there(self):
        done = self.play(send("menu"), reply(), {"tap": "Buy"})
        self.assertIn('FAIL   3  tap "Buy": the bot has sent nothing to this chat with that label',
                      done.text())

    def test_a_link_sends_nothing(self):
        done = self.play(send("menu"), reply(), {"tap": "Open"})
        self.assertIn('a tap on an action of the type "uri" sends nothing to the bot', done.text())

    def test_the_bot_says_nothing(self):
        done = self.play(send("silence"), reply(within="200ms"))
        self.assertIn("FAIL   2  expect reply: there was no reply within 200 ms", done.text())

    def test_the_bot_says_too_much(self):
        done = self.play(send("menu"), {"expect": "nothing", "within": "5s"})
        self.assertIn("FAIL   2  expect nothing: the bot has called reply", done.text())

    def test_another_call_than_expected(self):
        done = self.play(send("menu"), {"expect": "push"})
        self.assertIn("FAIL   2  expect push: the bot's next call to this chat is a reply",
                      done.text())
