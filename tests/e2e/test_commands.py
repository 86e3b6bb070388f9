"""list, show, tail and the rules that every command keeps."""
import json
import re
import signal

import clients
import fake_bot
import line
import rig

CLIENT_COMMANDS = ("demo", "login", "up", "list", "show", "replay", "tail")
RELAY_COMMANDS = ("serve", "token create", "token list", "token revoke", "check-cert")


class Recorded(rig.TestCase):
    """Six exchanges that differ in what the filters look at."""

    @classmethod
    def prepare(cls, r):
        r.start_relay()
        cls.curl = clients.Curl(r)
        cls.bot = r.start_bot()
        cls.agent = r.start_agent("--forward", cls.bot.url(), "--secret-file",
                                  r.write("secret", line.SECRET))
        other = "U" + "cc" * 16
        cls.send(line.body(line.text_event("返金してください", 1)))
        cls.send(line.body(line.event("follow", 2, other, follow={"isUnblocked": False})))
        cls.send(line.body(line.event("message", 3, message={
            "type": "image", "id": "9", "contentProvider": {"type": "line"}})))
        cls.send(line.body(line.text_event("forged", 4)), secret=line.OTHER_SECRET)
        cls.bot.will(fake_bot.answer(500))
        cls.send(line.body(line.text_event("100% of it", 5)))
        cls.curl.get("/mybot/page?q=hello")
        for number in range(1, 7):
            cls.agent.answered(number)

    @classmethod
    def send(cls, body, secret=line.SECRET):
        cls.curl.post("/mybot/callback", body, headers=line.headers(body, secret))

    def ids(self, *flags):
        return [row["id"] for row in self.agent.list(*flags)]

    # --- list ---

    def test_filters(self):
        other = "U" + "cc" * 16
        for flags, expected in (
                ((), [1, 2, 3, 4, 5, 6]), (("--type", "message"), [1, 3, 4, 5]),
                (("--type", "message.image"), [3]), (("--type", "follow"), [2]),
                (("--user", other), [2]), (("--user", "Ucc*"), [2]), (("--text", "返金"), [1]),
                (("--text", "100%"), [5]), (("--text", "HELLO"), [6]), (("--status", "200"),
                [1, 2, 3, 6]), (("--status", "4xx"), [4]), (("--status", ">=500"), [5]),
                (("--status", "400-599"), [4, 5]), (("--verdict", "invalid"), [4]),
                (("--webhooks",), [1, 2, 3, 4, 5]), (("--failed",), [4, 5]), (("--replays",), []),
                (("--since", "10m"), [1, 2, 3, 4, 5, 6]), (("--until", "2026-01-01"), []),
                (("--tunnel", "mybot", "--limit", "2"), [5, 6]), (("--tunnel", "other"), []),
                (("--limit", "2", "--reverse"), [6, 5]),
                (("--type", "message", "--failed", "--status", "401"), [4])):
            with self.subTest(flags):
                self.assertEqual(self.ids(*flags), expected)

    def test_wrong_filters(self):
        for flags, words in ((("--status", "6xx"), "status"), (("--since", "soon"), "10m"),
                             (("--verdict", "good"), "valid"), (("--limit", "0"), "less than 1"),
                             (("--since", "2026-02-01", "--until", "2026-01-01"), "before"),
                             (("--limt", "5"), "--limit"), (("typ:message",), "type:")):
            with self.subTest(flags):
                done = self.agent.command("list", *flags)
                self.assertEqual(done.code, 2)
                self.assertEqual(done.out, b"")
                self.assertIn(words, done.err)

    def test_nothing_found_is_no_failure(self):
        done = self.agent.command("list", "--text", "nowhere to be found")
        self.assertEqual((done.code, done.out), (0, b""))
        self.assertIn("No exchange matches", done.err)

    def test_the_table(self):
        text = self.agent.command("list").text()
        self.assertEqual(len(text.splitlines()), 7, "a heading and six")
        for words in ("返金してください", "follow", "message.image", "invalid", "GET /page?q=hello"):
            self.assertIn(words, text)
        self.assertNotIn("\x1b", text)

    # --- show ---

    def test_show_by_number_delivery_and_place(self):
        delivery = self.agent.show(2)["delivery"]
        for which, number in ((delivery, 2), (delivery[:25], None), ("-1", 6), ("-6", 1)):
            done = self.agent.command("show", which, "--json")
            if number:
                self.assertEqual(json.loads(done.out)["id"], number)
            else:
                self.assertIn(done.code, (0, 1))
        for which in ("99", "-7", "nonsense", "0"):
            done = self.agent.command("show", which)
            self.assertEqual((done.code, done.out), (1, b""))
            self.assertIn("hookline list", done.err)

    def test_show_json_has_everything(self):
        shown = self.agent.show(1)
        self.assertEqual(shown["request"]["method"], "POST")
        self.assertIn(["x-forwarded-for", "127.0.0.1"], shown["request"]["fields"])
        self.assertEqual(shown["request"]["body"]["text"].encode(), self.agent.body(1))
        self.assertEqual(shown["answer"]["status"], 200)
        self.assertEqual(shown["answer"]["body"]["text"], "ok")
        self.assertEqual(shown["provider"], "line")
        self.assertEqual(shown["peer"], "127.0.0.1")
        self.assertLessEqual(shown["stored_us"], shown["handler_us"])
        self.assertLessEqual(shown["handler_us"], shown["total_us"])

    def test_show_text(self):
        text = self.agent.command("show", "1").text()
        for words in ("返金してください", "Exchange 1, a webhook: 200", "valid", "is on disk",
                      "hookline replay 1", line.USER_ID, "x-line-signature"):
            self.assertIn(words, text)

    def test_show_raw(self):
        self.assertEqual(self.agent.command("show", "5", "--raw", "--answer").out, b"ok")
        self.assertEqual(self.agent.command("show", "5", "--answer").code, 2)
        self.assertEqual(self.agent.body(6), b"")

    def test_a_reader_that_goes_away(self):
        done = self.rig.run(["sh", "-c", '"$0" list --data "$1" | head -n 1', rig.HOOKLINE,
                             self.agent.data])
        self.assertEqual((done.code, done.err), (0, ""))


class Followed(rig.TestCase):
    def test_tail(self):
        r = self.rig
        r.start_relay()
        agent = r.start_agent("--echo")
        self.send(line.body(line.text_event("before")))
        tail = r.start("tail", [rig.HOOKLINE, "tail", "--json", "--type", "join", "--data",
                                agent.data])
        plain = r.start("tail-plain", [rig.HOOKLINE, "tail", "--data", agent.data])
        plain.out.wait(lambda text: b"before" in text)
        self.send(line.body(line.event("join", 77)))
        row = tail.wait_json(lambda x: x["type"] == "exchange")
        self.assertEqual((row["event"]["type"], row["status"]), ("join", 200))
        plain.out.wait(lambda text: b"join" in text)
        for process in (tail, plain):
            self.assertEqual(process.stop(signal.SIGINT), 0)

    def send(self, body):
        clients.Curl(self.rig).post("/mybot/callback", body, headers=line.headers(body))


class Rules(rig.TestCase):
    """Help, exit codes, suggestions, the order in which settings win."""

    def both(self, *args):
        return self.rig.hookline(*args), self.rig.hookline_relay(*args)

    def test_help_of_everything(self):
        for run, commands in ((self.rig.hookline, CLIENT_COMMANDS),
                              (self.rig.hookline_relay, RELAY_COMMANDS)):
            overview = run("--help")
            self.assertEqual((overview.code, overview.err), (0, ""))
            for command in commands:
                with self.subTest(command):
                    self.assertIn(command, overview.text())
                    asked = run(*command.split(), "--help")
                    self.assertEqual((asked.code, asked.err), (0, ""))
                    self.assertEqual(run("help", *command.split()).out, asked.out)
                    for words in ("Usage:", "Options:", "Examples:", "--json"):
                        self.assertIn(words, asked.text())
                    self.assertLessEqual(max(map(len, asked.text().splitlines())), 96)

    def test_version(self):
        for done in self.both("--version"):
            self.assertEqual(done.code, 0)
            self.assertRegex(done.text(), r"^hookline(-relay)? \d+\.\d+\.\d+")

    def test_usage_mistakes(self):
        for done in (*self.both("frobnicate"), *self.both(), self.rig.hookline("shw", "1"),
                     self.rig.hookline("show"), self.rig.hookline_relay("token"),
                     self.rig.hookline("up", "--ecoh"), self.rig.hookline_relay("serve")):
            self.assertEqual((done.code, done.out), (2, b""))
            self.assertRegex(done.err, "--help|^Usage: ")
        self.assertIn("did you mean --echo", self.rig.hookline("up", "--ecoh").err)
        self.assertIn('"show"', self.rig.hookline("shw", "1").err)

    def test_all_mistakes_are_told_at_once(self):
        done = self.rig.hookline("up", "--keep-for", "soon", "--keep-size", "huge", "--ecoh")
        self.assertEqual(done.code, 2)
        for words in ("--keep-for", "--keep-size", "--ecoh"):
            self.assertIn(words, done.err)

    def test_flag_environment_file(self):
        config = self.rig.write("config.json", '{"tunnel": "from-file", "relay": "from.file"}')
        command = ["up", "--config", config, "--echo", "--token-file", self.rig.token(), "--data",
                   self.rig.path("data"), "--json"]
        for env, flags, expected in (({}, [], "from-file"),
                                     ({"HOOKLINE_TUNNEL": "from-env"}, [], "from-env"),
                                     ({"HOOKLINE_TUNNEL": "from-env"}, ["--tunnel", "from-flag"],
                                      "from-flag")):
            process = self.rig.start("settings", [rig.HOOKLINE, *command, "--relay",
                                                  "127.0.0.1:1", *flags],
                                     env={**self.rig.environment, **env})
            status = process.wait_json(lambda x: x["type"] == "status")
            self.assertEqual(status["tunnel"], expected)
            self.assertEqual(process.stop(), 0)

    def test_not_logged_in(self):
        done = self.rig.hookline("up", "--echo")
        self.assertEqual(done.code, 2)
        self.assertIn("hookline login", done.err)

    def test_tokens(self):
        data = ("--data", self.rig.path("relay"))
        made = self.rig.hookline_relay("token", "create", "--tunnel", "one", "--label", "Aiko's",
                                       "--expires", "90d", *data)
        self.assertRegex(made.text(), r"^hkl_[0-9A-Za-z]{8}_[0-9A-Za-z]+\n$")
        token_id, secret = made.text().strip().split("_")[1:]
        listed = self.rig.hookline_relay("token", "list", *data)
        for words in (token_id, "one", "Aiko's"):
            self.assertIn(words, listed.text())
        self.assertNotIn(secret, listed.text())
        with open(self.rig.path("relay", "tokens.json"), encoding="utf-8") as file:
            self.assertNotIn(secret, file.read())
        for already in (False, True):
            done = self.rig.hookline_relay("token", "revoke", token_id, "--json", *data)
            self.assertEqual(done.json(), {"revoked": True, "already": already})
        done = self.rig.hookline_relay("token", "revoke", "nobody00", *data)
        self.assertEqual(done.code, 1)
        self.assertIn("token list", done.err)
        rows = self.rig.hookline_relay("token", "list", "--json", *data).json_lines()
        self.assertTrue(rows)

    def test_man_pages(self):
        for done in self.both("__man"):
            self.assertEqual(done.code, 0)
            self.assertTrue(re.match(r'\.TH |\.\\"', done.text()))
