"""Replays of the inspector: the same bytes, or changed ones, to the bot or by the relay."""
import base64
import json

import clients
import fake_bot
import inspector
import line
import rig

HOST = "localhost"  # a public address that this machine can resolve


def strict(connection, request):
    """A bot that refuses what is not signed."""
    signed = request.values("x-line-signature") == [line.signature(request.body)]
    return fake_bot.answer(200 if signed else 401)(connection, request)


class Replays(rig.TestCase):
    @classmethod
    def prepare(cls, r):
        r.start_relay(domain=HOST)
        cls.bot = r.start_bot(usual=strict)
        cls.other_bot = r.start_bot()
        cls.agent = r.start_agent(
            "--forward", cls.bot.url("/callback"), "--secret-file", r.write("secret", line.SECRET),
            "--target", f"other={cls.other_bot.url('/hook')}", "--inspect-addr", "127.0.0.1:0")
        cls.curl = clients.Curl(r)
        cls.api = inspector.Inspector(cls.agent)
        cls.stream = cls.api.stream()
        cls.addClassCleanup(cls.stream.close)
        cls.text = cls.record(line.body(line.text_event("hello", 1)))

    @classmethod
    def record(cls, body, headers=None, **options):
        """The id of a new exchange."""
        cls.curl.post("/mybot/callback?q=1", body, host=HOST,
                      headers=line.headers(body) if headers is None else headers, **options)
        return cls.agent.answered("last")["id"]

    def setUp(self):
        self.bot.forget()
        self.other_bot.forget()

    def begin(self, which, **wish):
        answer = self.api.post(f"/api/exchanges/{which}/replay", wish)
        self.assertEqual(answer.status, 202, answer.body)
        run = answer.json()
        self.assertEqual((run["parent"], run["sent"], run["over"]), (str(which), 0, False))
        return run["run"]

    def replay(self, which, **wish):
        """The last word of the run."""
        name = self.begin(which, **wish)
        return self.stream.wait("run", lambda run: run["run"] == name and run["over"])

    def refused(self, which, status, code, **wish):
        answer = self.api.post(f"/api/exchanges/{which}/replay", wish)
        self.assertEqual((answer.status, answer.json()["code"]), (status, code), answer.body)
        self.assertEqual(self.bot.requests, [])
        return answer.json()["detail"]

    def assert_good(self, run, times=1):
        self.assertEqual({key: run[key] for key in ("times", "sent", "done", "failed", "error")},
                         {"times": times, "sent": times, "done": times, "failed": 0,
                          "error": None})

    # --- as it was ---

    def test_byte_exact(self):
        first = self.agent.body(self.text)
        run = self.replay(self.text)
        self.assert_good(run)
        request = self.bot.take()
        self.assertEqual((request.method, request.target), ("POST", "/callback?q=1"))
        self.assertEqual(request.body, first)
        self.assertEqual(request.value("x-line-signature"), line.signature(first))
        self.assertEqual(len(run["ids"]), 1)
        shown = self.agent.answered(run["ids"][0])
        self.assertEqual((shown["replay_of"], shown["verdict"]), (self.text, "valid"))
        self.assertEqual(self.agent.body(run["ids"][0]), first)

    def test_every_odd_body(self):
        for name, body in line.ODD_BODIES.items():
            with self.subTest(name):
                number = self.record(body)
                self.bot.forget()
                self.assert_good(self.replay(number))
                self.assertEqual(self.bot.take().body, body)

    # --- changed ---

    def test_another_body(self):
        for wish, body in (({"body": "ä\u0000\n"}, "ä\0\n".encode()),
                           ({"base64": base64.b64encode(b"\xff\0").decode()}, b"\xff\0")):
            self.assert_good(self.replay(self.text, **wish))
            self.assertEqual(self.bot.take().body, body)  # it was signed again, or 401

    def test_fresh(self):
        first = json.loads(self.agent.body(self.text))["events"][0]
        run = self.replay(self.text, fresh=True, times=3)
        self.assert_good(run, 3)
        seen = set()
        for _ in range(3):
            event = json.loads(self.bot.take().body)["events"][0]
            self.assertEqual(event["message"], first["message"])
            self.assertGreater(event["timestamp"], first["timestamp"])
            seen |= {event["webhookEventId"], event["replyToken"]}
        self.assertEqual(len(seen), 6)

    def test_redelivery(self):
        self.assert_good(self.replay(self.text, redelivery=True))
        self.assertEqual(self.bot.take().body, self.agent.body(self.text).replace(
            b'"isRedelivery":false', b'"isRedelivery":true'))
        number = self.record(line.ODD_BODIES["no events"])
        self.bot.forget()
        self.assertIn("deliveryContext", self.refused(number, 400, "bad_request",
                                                      redelivery=True))

    def test_headers(self):
        body = self.agent.body(self.text)
        self.assert_good(self.replay(self.text, headers=[
            ["X-Odd", "$HOME `id` 'x' \"y\" ü"], ["x-odd", ""],
            ["x-line-signature", line.signature(body)], ["Host", "elsewhere.example"],
            ["content-length", "7"], ["connection", "close"]]))
        request = self.bot.take()
        self.assertEqual([value.encode("latin-1").decode()
                          for value in request.values("x-odd")],
                         ["$HOME `id` 'x' \"y\" ü", ""])
        self.assertEqual(request.body, body)
        self.assertNotIn("elsewhere.example", request.values("host"))

    # --- the signature ---

    def test_wrong_and_none_are_refused_by_the_bot(self):
        for sign in ("wrong", "none"):
            run = self.replay(self.text, sign=sign)
            self.assertEqual((run["failed"], run["error"]), (1, "answered 401"))
            request = self.bot.take()
            self.assertEqual(len(request.values("x-line-signature")), sign == "wrong")
        self.assertEqual(self.replay(self.text, sign="keep", body="{}")["failed"], 1)
        self.assert_good(self.replay(self.text, sign="again", body="{}"))

    def test_without_a_secret(self):
        body = b'{"n": 1}'
        number = self.record(body, line.slack(body))
        self.bot.forget()
        self.assertIn("Slack", self.refused(number, 409, "no_secret", body="{}"))

    # --- several ---

    def test_times(self):
        run = self.replay(self.text, times=5)
        self.assert_good(run, 5)
        self.assertEqual(len(set(run["ids"])), 5)
        self.assertEqual({self.bot.take().body for _ in range(5)}, {self.agent.body(self.text)})

    def test_in_a_rhythm_eight_are_under_way(self):
        gate = self.bot.will(*[fake_bot.Hang()] * 8)
        name = self.begin(self.text, times=10, every_ms=1)
        for _ in range(8):
            self.bot.take()
        self.assertEqual(len(self.bot.requests), 8)
        gate.release.set()
        self.assert_good(self.stream.wait("run", lambda x: x["run"] == name and x["over"]), 10)

    def test_ten_runs_at_once(self):
        gates = [self.bot.will(fake_bot.Hang()) for _ in range(10)]
        names = [self.begin(self.text) for _ in range(10)]
        for _ in range(10):
            self.bot.take()
        answer = self.api.post(f"/api/exchanges/{self.text}/replay", {})
        self.assertEqual((answer.status, answer.json()["code"]), (429, "too_many"))
        for gate in gates:
            gate.release.set()
        for name in names:
            self.stream.wait("run", lambda run: run["run"] == name and run["over"])
        self.assert_good(self.replay(self.text))

    # --- where it goes ---

    def test_to_a_target(self):
        self.assert_good(self.replay(self.text, target="other"))
        self.assertEqual(self.other_bot.take().target, "/hook?q=1")
        self.assertEqual(self.bot.requests, [])

    def test_nothing_else_can_be_reached(self):
        trap = self.rig.start_bot()
        address = trap.url("/")
        self.refused(self.text, 400, "bad_request", target=address)
        self.refused(self.text, 400, "bad_request", target="nobody")
        self.refused(self.text, 400, "bad_request", target="other", way="relay")
        for field in ("hookline-target", "Hookline-Replay-Of"):
            self.refused(self.text, 400, "bad_request", headers=[[field, "other"]])
        for value in ("a\r\nX: y", "a\nb", "a\0b", "a\rb"):
            self.refused(self.text, 400, "bad_request", headers=[["x-odd", value]])
            self.refused(self.text, 400, "bad_request", headers=[[value, "x"]])
        self.bot.will(fake_bot.answer(307, fields=[f"location: {address}"]))
        run = self.replay(self.text, url=address, forward=address, host=address,
                          headers=[["Host", address.split("/")[2]]])
        self.assertEqual(run["error"], "answered 307")
        self.assertEqual(trap.requests, [])

    def test_by_the_relay(self):
        body = self.agent.body(self.text)
        run = self.replay(self.text, way="relay", times=2)
        self.assert_good(run, 2)
        self.assertEqual(len(run["ids"]), run["done"])  # they were announced
        for _ in range(2):
            request = self.bot.take()
            self.assertEqual((request.target, request.body), ("/callback?q=1", body))
        newest = self.agent.answered("last")
        self.assertEqual(newest["replay_of"], self.text)
        self.assertEqual(newest["verdict"], "valid")

    def test_by_the_relay_a_wrong_signature_is_an_explicit_wish(self):
        for sign in ("wrong", "none"):
            run = self.replay(self.text, way="relay", sign=sign)
            self.assertEqual((run["failed"], run["error"]), (1, "answered 401"))
            right = line.signature(self.agent.body(self.text))
            self.assertNotEqual(self.bot.take().values("x-line-signature"), [right])

    # --- what cannot be ---

    def test_not_understood(self):
        for wish in ({"times": 0}, {"times": 1001}, {"every_ms": -1}, {"every_ms": 60001},
                     {"sign": "maybe"}, {"way": "pigeon"}, {"fresh": 1}, {"body": 7},
                     {"base64": "?"}, {"body": "", "base64": ""}, {"headers": {}},
                     {"headers": [["a"]]}, {"headers": [["a", 1]]},
                     {"headers": [["a", "b"]] * 91}):
            with self.subTest(wish):
                self.refused(self.text, 400, "bad_request", **wish)
        self.refused(999999, 404, "not_found")
        self.refused(self.text, 413, "too_large", body="x" * (1024 * 1024 + 1))
        answer = self.api.post(f"/api/exchanges/{self.text}/replay", b"[]")
        self.assertEqual(answer.status, 400)

    def test_the_largest_body(self):
        body = "x" * (1024 * 1024)
        self.assert_good(self.replay(self.text, body=body))
        self.assertEqual(self.bot.take().body, body.encode())


class TheEnd(rig.TestCase):
    def test_a_run_ends_with_the_agent(self):
        r = self.rig
        r.start_relay()
        bot = r.start_bot()
        agent = r.start_agent("--forward", bot.url("/callback"), "--inspect-addr", "127.0.0.1:0")
        body = line.body(line.text_event())
        clients.Curl(r).post("/mybot/callback", body, headers=line.headers(body))
        agent.answered(1)
        bot.forget()
        api = inspector.Inspector(agent)
        answer = api.post("/api/exchanges/1/replay", {"times": 1000, "every_ms": 60000})
        self.assertEqual(answer.status, 202)
        bot.take()
        self.assertEqual(agent.stop(), 0)


if __name__ == "__main__":
    rig.unittest.main()
