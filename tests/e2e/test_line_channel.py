"""LINE's side of the tunnel: `hookline webhook`, `hookline up --line`, the doctor's checks of it."""
import json
import os

import line
import line_channel
import rig

PRODUCTION = "https://bot.example.com/callback"
TEST = "/v2/bot/channel/webhook/test"


class LineChannel(rig.TestCase):
    @classmethod
    def prepare(cls, r):
        cls.secret = r.write("secret", line.SECRET)
        r.start_relay()

    def setUp(self):
        self.line = line_channel.Channel(line.SECRET)
        self.addCleanup(self.line.close)
        self.flags = ("--line-url", self.line.url, "--channel-id", line_channel.CHANNEL_ID,
                      "--secret-file", self.secret)

    def webhook(self, *args, flags=None):
        return self.rig.hookline("webhook", *args, *(self.flags if flags is None else flags))

    def up(self, *flags):
        agent = self.rig.start_agent("--echo", "--webhook-path", "/callback", "--line",
                                     "--line-api-addr", "off", *self.flags, *flags)
        self.addCleanup(agent.stop)
        return agent

    @staticmethod
    def note(agent, words):
        return agent.wait_json(lambda x: x["type"] == "note" and words in x["text"])["text"]


class Webhook(LineChannel):
    def test_none_is_set(self):
        done = self.webhook("get")
        self.assertEqual(done.code, 1)
        self.assertIn("LINE answers 404: Webhook endpoint not found. `hookline webhook set URL` "
                      "sets one.", done.err)

    def test_set_and_get(self):
        done = self.webhook("set", PRODUCTION)
        self.assertEqual((done.code, done.err), (0, ""))
        self.assertIn("LINE says: OK (200)", done.text())
        self.assertEqual(self.line.endpoint, PRODUCTION)
        self.assertEqual(self.webhook("get", "--json").json(),
                         {"type": "webhook", "url": PRODUCTION, "active": True})

    def test_use_webhook_is_off(self):
        self.line.endpoint, self.line.active = PRODUCTION, False
        self.assertIn('"Use webhook" is off', self.webhook("get").text())

    def test_another_address_stays(self):
        self.line.endpoint = PRODUCTION
        done = self.webhook("set", "https://other.example.com/")
        self.assertEqual(done.code, 1)
        self.assertIn("With --yes it is replaced", done.err)
        self.assertEqual(self.line.endpoint, PRODUCTION)
        self.assertEqual(self.webhook("set", "https://other.example.com/", "--yes").code, 0)
        self.assertEqual(self.line.endpoint, "https://other.example.com/")

    def test_a_bad_address(self):
        done = self.webhook("set", "http://bot.example.com/")
        self.assertEqual(done.code, 1)
        self.assertIn("LINE answers 400: Invalid webhook endpoint URL. It must be https", done.err)

    def test_a_failed_test_is_explained(self):
        self.line.endpoint = PRODUCTION
        self.line.verdict = {"success": False, "statusCode": 0, "reason": "COULD_NOT_CONNECT",
                             "detail": "TLS handshake failure: " + PRODUCTION}
        done = self.webhook("test")
        self.assertEqual(done.code, 1)
        self.assertIn("LINE says: COULD_NOT_CONNECT (TLS handshake failure", done.text())
        self.assertIn("hookline-relay check-cert", done.text())
        self.assertEqual(self.line.heard("POST", TEST), ["{}"])
        told = self.webhook("test", "https://x.example/", "--json")
        self.assertEqual(json.loads(told.out)["reason"], "COULD_NOT_CONNECT")
        self.assertEqual(self.line.heard("POST", TEST)[1], '{"endpoint":"https://x.example/"}')

    def test_wrong_credentials(self):
        other = self.rig.write("other", line.OTHER_SECRET)
        done = self.webhook("get", flags=(*self.flags[:4], "--secret-file", other))
        self.assertEqual(done.code, 1)
        self.assertIn("LINE answers 400: Invalid 'client_credentials'.", done.err)
        self.assertIn("Are channel id and channel secret", done.err)

    def test_no_credentials(self):
        done = self.webhook("get", flags=("--line-url", self.line.url))
        self.assertEqual(done.code, 2)
        self.assertIn("--channel-id ID", done.err)
        self.assertEqual(self.line.calls, [])

    def test_an_access_token(self):
        self.line.tokens.add("long-lived")
        self.line.endpoint = PRODUCTION
        token = self.rig.write("token", "long-lived\n")
        done = self.webhook("get", flags=("--line-url", self.line.url, "--access-token-file",
                                          token))
        self.assertEqual((done.code, done.text()), (0, PRODUCTION + "\n"))
        self.assertEqual(self.line.heard("POST", "/oauth2/v3/token"), [])

    def test_there_is_no_way_to_line(self):
        flags = ("--line-url", "https://api.line.invalid", *self.flags[2:])
        for args in (("get",), ("set", PRODUCTION), ("test",)):
            done = self.webhook(*args, flags=flags)
            self.assertEqual((done.code, done.text()), (1, ""))
            self.assertIn("LINE could not be asked: its name could not be looked up; is this "
                          "machine online?", done.err)

    def test_line_is_away(self):
        self.line.is_away = True
        done = self.webhook("get")
        self.assertEqual(done.code, 1)
        self.assertIn("LINE could not be asked: ", done.err)


class UpLine(LineChannel):
    def test_a_new_channel(self):
        agent = self.up()
        self.line.wait_endpoint(agent.url + "/callback")
        self.assertIn("フックライン (@hookline)", self.note(agent, "LINE's channel is"))
        self.note(agent, "LINE's webhook address is now " + agent.url + "/callback")
        self.assertEqual(self.line.heard("POST", TEST),
                         [json.dumps({"endpoint": agent.url + "/callback"}, separators=(",", ":"))])
        agent.stop()
        self.assertEqual(self.line.endpoint, agent.url + "/callback")  # there is nothing to restore

    def test_production_stays(self):
        self.line.endpoint = PRODUCTION
        agent = self.up()
        self.assertIn("hookline up --line --yes", self.note(agent, "stays so"))
        agent.stop()
        self.assertEqual(self.line.heard("PUT", "/v2/bot/channel/webhook/endpoint"), [])

    def test_it_comes_back_at_the_end(self):
        self.line.endpoint = PRODUCTION
        agent = self.up("--yes")
        self.line.wait_endpoint(agent.url + "/callback")
        self.note(agent, "is now")
        agent.stop()
        self.assertEqual(self.line.endpoint, PRODUCTION)
        self.note(agent, f"is {PRODUCTION} again. For up to a minute")
        self.assertFalse(os.path.exists(os.path.join(agent.data, "line-webhook.json")))

    def test_what_somebody_else_has_set_stays(self):
        self.line.endpoint = PRODUCTION
        agent = self.up("--yes")
        self.note(agent, "is now")
        self.line.endpoint = "https://new.example.com/"
        agent.stop()
        self.assertEqual(self.line.endpoint, "https://new.example.com/")
        self.assertIn(PRODUCTION, self.note(agent, "changed meanwhile, to https://new.example.com/"))
        self.assertFalse(os.path.exists(os.path.join(agent.data, "line-webhook.json")))

    def test_it_comes_back_after_a_crash(self):
        self.line.endpoint = PRODUCTION
        agent = self.up("--yes")
        self.line.wait_endpoint(agent.url + "/callback")
        self.note(agent, "is now")
        agent.kill()
        again = self.rig.start_agent(
            "--echo", "--webhook-path", "/callback", "--line", "--line-api-addr", "off",
            *self.flags, folder=agent.data)  # without --yes: what stands there is ours
        self.addCleanup(again.stop)
        self.note(again, "at the end it will be " + PRODUCTION)
        again.stop()
        self.assertEqual(self.line.endpoint, PRODUCTION)

    def test_an_address_that_does_not_work_is_not_set(self):
        self.line.endpoint = PRODUCTION
        self.line.verdict = {"success": False, "statusCode": 0, "reason": "COULD_NOT_CONNECT",
                             "detail": "Unknown host"}
        agent = self.up("--yes")
        self.assertIn("LINE's address was not changed", self.note(agent, "Unknown host"))
        self.assertEqual(self.line.endpoint, PRODUCTION)

    def test_use_webhook_is_off(self):
        self.line.endpoint, self.line.active = PRODUCTION, False
        self.note(self.up("--yes"), "Only the console can switch it on")

    def test_line_does_not_answer_at_the_end(self):
        self.line.endpoint = PRODUCTION
        agent = self.up("--yes")
        self.note(agent, "is now")
        self.line.is_away = True
        agent.stop()
        self.note(agent, "is still this tunnel's")
        self.assertTrue(os.path.exists(os.path.join(agent.data, "line-webhook.json")))

    def test_no_credentials(self):
        done = self.rig.hookline("up", "--echo", "--line", "--relay", "localhost:1", "--tunnel",
                                 "t", "--token-file", self.rig.token(), "--inspect", "off",
                                 "--line-api-addr", "off", "--data", self.rig.path("none"))
        self.assertEqual(done.code, 1)
        self.assertIn("--line: LINE wants to know who asks", done.err)


class Doctor(LineChannel):
    def examine(self, *flags):
        done = self.rig.hookline("doctor", "--json", "--data", self.rig.path("data"),
                                 *(flags or self.flags))
        checks = {x["id"]: x for x in done.json_lines() if x["type"] == "check"}
        return {name: checks["line_" + name] for name in ("account", "webhook", "test",
                                                          "redelivery")}

    def codes(self, *flags):
        return {name: (x["state"], x["code"]) for name, x in self.examine(*flags).items()}

    def test_no_credentials(self):
        self.assertEqual(set(self.codes("--line-url", self.line.url).values()),
                         {("skipped", "line_no_credentials")})
        self.assertEqual(self.line.calls, [])

    def test_all_is_well(self):
        self.line.endpoint = PRODUCTION
        self.assertEqual(self.codes(), {
            "account": ("pass", "line_account_good"), "webhook": ("pass", "line_webhook_ours"),
            "test": ("pass", "line_ok"), "redelivery": ("skipped", "line_redelivery_unknown")})

    def test_nothing_is_set(self):
        found = self.examine()["webhook"]
        self.assertEqual((found["state"], found["code"]), ("fail", "line_webhook_none"))
        self.assertIn("hookline webhook set", found["fix"]["value"])

    def test_switched_off(self):
        self.line.endpoint, self.line.active = PRODUCTION, False
        self.assertEqual(self.codes()["webhook"], ("fail", "line_webhook_off"))

    def test_line_cannot_reach_it(self):
        self.line.endpoint = PRODUCTION
        for reason, detail, code in (
                ("COULD_NOT_CONNECT", "Unknown host", "line_unknown_host"),
                ("REQUEST_TIMEOUT", "Request timeout", "line_timeout"),
                ("ERROR_STATUS_CODE", "404", "line_status_404"),
                ("UNCLASSIFIED", "Stream closed unexpectedly", "line_closed_stream")):
            self.line.verdict = {"success": False, "statusCode": 0, "reason": reason,
                                 "detail": detail}
            found = self.examine()["test"]
            self.assertEqual((found["state"], found["code"]), ("fail", code))
            self.assertEqual(found["evidence"]["text"], f"{reason}: {detail}")

    def test_wrong_credentials(self):
        other = self.rig.write("other", line.OTHER_SECRET)
        codes = self.codes(*self.flags[:4], "--secret-file", other)
        self.assertEqual(codes["account"], ("fail", "line_denied"))
        self.assertEqual(codes["webhook"], ("skipped", "needs"))
