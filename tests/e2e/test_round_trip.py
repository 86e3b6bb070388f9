"""What is sent arrives, byte for byte: at the bot and in the journal, over every HTTP."""
import clients
import fake_bot
import line
import rig

VERSIONS = ("1.1", "2", "1.0")


class RoundTrip(rig.TestCase):
    @classmethod
    def prepare(cls, r):
        r.start_relay()
        cls.bot = r.start_bot()
        cls.agent = r.start_agent("--forward", cls.bot.url(), "--secret-file",
                                  r.write("secret", line.SECRET))
        cls.curl = clients.Curl(r)

    def setUp(self):
        self.bot.forget()

    def send(self, body, path="/mybot/callback", **options):
        headers = [*line.headers(body), *options.pop("headers", ())]
        answer = self.curl.post(path, body, headers=headers, **options)
        self.assertEqual(answer.status, 200)
        return answer

    def check_body(self, body, **options):
        self.send(body, **options)
        self.assertEqual(self.bot.take().body, body)
        self.assertEqual(self.agent.body(), body)
        self.assertEqual(rig.stored_body(self.agent), body)

    def test_bodies_are_untouched(self):
        for name, body in line.ODD_BODIES.items():
            for http in VERSIONS:
                with self.subTest(name, http=http):
                    self.check_body(body, http=http)

    def test_a_body_of_exactly_one_mebibyte(self):
        body = line.padded(1024 * 1024)
        for http in VERSIONS:
            with self.subTest(http=http):
                self.check_body(body, http=http)

    def test_a_chunked_webhook(self):
        body = line.ODD_BODIES["CRLF"]
        self.check_body(body, headers=["transfer-encoding: chunked"])
        self.check_body(body, http="2", headers=["content-length:"])

    def test_one_byte_more_is_refused(self):
        body = line.padded(1024 * 1024 + 1)
        for http in ("1.1", "1.0"):  # HTTP/2: test_h2, because curl 7.88 does not see it
            with self.subTest(http=http):
                answer = self.curl.post("/mybot/callback", body, http=http,
                                        headers=line.headers(body))
                self.assert_too_large(answer)
        answer = self.curl.post("/mybot/callback", body, headers=[
            *line.headers(body), "transfer-encoding: chunked"])
        self.assert_too_large(answer)
        self.assertEqual(self.bot.requests, [])

    def assert_too_large(self, answer):
        self.assertEqual(answer.status, 413)
        self.assertEqual(answer.value("content-type"), "application/problem+json")
        self.assertIn(b"1 MiB", answer.body)

    def test_versions_are_what_they_say(self):
        for http in VERSIONS:
            answer = self.send(b"{}", http=http)
            self.assertIn(answer.version, (http, "1.1" if http == "1.0" else http))

    def test_by_path_and_by_host(self):
        body = line.body(line.text_event())
        for http in VERSIONS:
            with self.subTest(http=http):
                self.send(body, "/mybot/callback?x=1", http=http)
                by_path = self.bot.take()
                self.send(body, "/callback?x=1", host="mybot.relay.test", http=http)
                by_host = self.bot.take()
                self.assertEqual(by_path.target, "/callback?x=1")
                self.assertEqual(by_host.target, "/callback?x=1")
                self.assertEqual(by_path.value("x-forwarded-prefix"), "/mybot")
                self.assertEqual(by_host.values("x-forwarded-prefix"), [])

    def test_targets_are_untouched(self):
        for target in ("/", "/?", "/?a=b&a=%20+", "/a//b/../c/./", "/%2e%2e/%2F%00", "/%E3%81%82",
                       "/a;b=c,d:e@f!$&'()*", "/a?b?c/d=[]{}|^`", "//other.example/x",
                       "/http://169.254.169.254/", "/" + "x" * 7000):
            with self.subTest(target[:40]):
                self.send(b"{}", "/mybot" + target)
                self.assertEqual(self.bot.take().target, target)
                self.assertEqual(self.agent.list("--limit", "1")[0]["target"], target)

    def test_a_tunnel_without_anything_behind_it_is_the_root(self):
        for target, expected in (("/mybot", "/"), ("/mybot?x=%41", "/?x=%41")):
            self.send(b"{}", target)
            self.assertEqual(self.bot.take().target, expected)

    def test_fields_reach_the_bot_as_they_came(self):
        self.send(b"{}", headers=["X-Twice: a", "X-Odd:  b \t", "X-Twice: c", "Connection: X-Hop",
                                  "X-Hop: 1", "X-Forwarded-For: 6.6.6.6", "Forwarded: for=6.6.6.6",
                                  "Hookline-Delivery: forged", "Hookline-Replay-Of: 1"])
        request = self.bot.take()
        self.assertEqual(request.values("x-twice"), ["a", "c"])
        self.assertEqual(request.values("x-odd"), ["b"])
        self.assertEqual(request.values("forwarded"), [])
        self.assertEqual(request.value("x-forwarded-for"), "127.0.0.1")
        self.assertEqual(request.value("x-forwarded-proto"), "https")
        self.assertEqual(request.value("host"), f"relay.test:{self.rig.relay.port}")
        self.assertEqual([name for name, _ in request.fields if name.startswith("hookline-")], [])

    def test_the_answer_comes_back_as_it_was(self):
        self.bot.will(fake_bot.answer(201, b"\x00made\xff", [
            "X-Answer: 1", "Set-Cookie: a=b", "Set-Cookie: c=d"]))
        answer = self.curl.post("/mybot/callback", b"{}", headers=line.headers(b"{}"))
        self.assertEqual((answer.status, answer.body), (201, b"\x00made\xff"))
        cookies = [value for name, value in answer.fields if name.lower() == "set-cookie"]
        self.assertEqual(cookies, ["a=b", "c=d"])
        shown = self.agent.answered("last")
        self.assertEqual(shown["answer"]["status"], 201)

    def test_no_bot_speaks_for_the_agent(self):
        """Hookline's own fields end at the agent, whoever writes them; the record has them."""
        for path in ("/mybot/callback", "/mybot/page"):
            self.bot.will(fake_bot.answer(418, b"no", ["Hookline-Unanswered: 1", "X-Answer: 1"]))
            answer = self.curl.post(path, b"{}", headers=line.headers(b"{}")) \
                if path.endswith("callback") else self.curl.get(path)
            self.assertEqual((answer.status, answer.body), (418, b"no"))
            self.assertEqual([name for name, _ in answer.fields
                              if name.lower().startswith("hookline-")], [])

    def test_stored_stays_between_relay_and_agent(self):
        """The interim 102 is the agent's word to the relay; no client ever sees it."""
        for http in VERSIONS:
            with self.subTest(http=http):
                answer = self.send(b"{}", http=http)
                self.assertNotIn(b" 102", answer.head)
                answer = self.curl.get("/mybot/page", http=http)
                self.assertNotIn(b" 102", answer.head)

    def test_plain_requests_pass_too(self):
        for method in ("GET", "PUT", "DELETE", "PATCH", "OPTIONS"):
            for http in ("1.1", "2"):
                with self.subTest(method, http=http):
                    answer = self.curl.request("/mybot/page?q", http=http,
                                               extra=["--request", method])
                    request = self.bot.take()
                    self.assertEqual((answer.status, answer.body), (200, b"ok"))
                    self.assertEqual((request.method, request.target), (method, "/page?q"))
        self.assertFalse(self.agent.answered("last")["webhook"])

    def test_the_path_of_forward_takes_webhooks(self):
        agent = self.rig.start_agent("--forward", self.bot.url("/line/hook"), tunnel="other")
        self.addCleanup(agent.stop)
        body = line.body()
        self.curl.post("/other/callback?x=1", body, headers=line.headers(body))
        self.assertEqual(self.bot.take().target, "/line/hook?x=1")
        self.curl.get("/other/page")
        self.assertEqual(self.bot.take().target, "/page")

    def test_events_are_decoded_one_by_one(self):
        self.send(line.body(line.text_event("最初", 1), line.event("follow", 2, follow={
            "isUnblocked": False}), line.event("brandNewKind", 3, novelty=[1])))
        events = self.agent.show()["events"]
        self.assertEqual([event["type"] for event in events],
                         ["message", "follow", "brandNewKind"])
        self.assertEqual(events[0]["text"], "最初")
        self.assertEqual(events[1]["webhook_event_id"], line.event_id(2))
