"""Marks, deletions, their undoing, and decisions on what the bot has not got."""
import clients
import fake_bot
import inspector
import line
import rig


class Case(rig.TestCase):
    @classmethod
    def prepare(cls, r):
        r.start_relay()
        cls.bot = r.start_bot(usual=fake_bot.answer(200))
        cls.agent = r.start_agent("--forward", cls.bot.url("/callback"),
                                  "--inspect-addr", "127.0.0.1:0")
        cls.curl = clients.Curl(r)
        cls.api = inspector.Inspector(cls.agent)
        cls.stream = cls.api.stream()
        cls.addClassCleanup(cls.stream.close)
        cls.number = 0

    def record(self, text):
        """The id of a new exchange that the bot has answered."""
        type(self).number += 1
        body = line.body(line.text_event(text, self.number))
        self.assertEqual(self.curl.post("/mybot/callback", body, headers=line.headers(body)).status,
                         200)
        return str(self.agent.answered("last")["id"])

    def ids(self, query):
        return [row["id"] for row in self.api.items(q=query)]

    def post(self, path, body, status=200):
        answer = self.api.post(path, body)
        self.assertEqual(answer.status, status, answer.body)
        return answer.json()


class Marks(Case):
    def test_pin_and_note(self):
        one = self.record("to be marked")
        row = self.post(f"/api/exchanges/{one}/marks", {"pinned": True, "note": "ＬＯＯＫ 返品"})
        self.assertEqual((row["id"], row["pinned"], row["note"]), (one, True, True))
        self.assertIn("pinned", row["flags"])
        self.stream.wait("row", lambda news: news["id"] == one and news["pinned"])
        self.assertEqual(self.ids("is:pinned"), [one])
        self.assertEqual(self.ids("look"), [one])
        self.assertEqual(self.api.get(f"/api/exchanges/{one}").json()["note_text"], "ＬＯＯＫ 返品")
        row = self.post(f"/api/exchanges/{one}/marks", {"note": ""})
        self.assertEqual((row["pinned"], row["note"]), (True, False))
        row = self.post(f"/api/exchanges/{one}/marks", {"pinned": False})
        self.assertEqual((row["pinned"], row["note"]), (False, False))
        self.assertEqual(self.ids("look"), [])

    def test_wrong_ones(self):
        one = self.record("never marked")
        for body in ({"pinned": 1}, {"note": 7}, {"note": "x" * 4001}, [], b"{"):
            with self.subTest(body):
                self.assertEqual(self.post(f"/api/exchanges/{one}/marks", body, 400)["code"],
                                 "bad_request")
        self.post(f"/api/exchanges/{one}/marks", {"note": "返" * 4000})
        self.post(f"/api/exchanges/{one}/marks", {"note": ""})
        self.assertEqual(self.post("/api/exchanges/999999/marks", {"pinned": True}, 404)["code"],
                         "not_found")
        self.post("/api/exchanges/x/marks", {"pinned": True}, 400)


class Deletions(Case):
    def test_named(self):
        ids = [self.record(f"one of several {i}") for i in range(3)]
        done = self.post("/api/exchanges/delete", {"ids": ids[:2] + ["999999"]})
        self.assertEqual((done["count"], done["left"]), (2, 0))
        self.stream.wait("gone", lambda news: ids[0] in news["ids"])
        self.assertEqual(self.ids("several"), [ids[2]])
        self.assertEqual(self.api.get(f"/api/exchanges/{ids[0]}").status, 404)
        self.assertEqual([x["id"] for x in self.agent.list("--text", "several")], [int(ids[2])])
        self.assertEqual(self.post("/api/undo", {"undo": done["undo"]}), {"count": 2})
        self.stream.wait("row", lambda news: news["id"] == ids[1])
        self.assertEqual(self.ids("several"), ids[::-1])
        self.assertEqual(self.post("/api/undo", {"undo": done["undo"]}, 404)["code"], "not_found")

    def test_matching(self):
        ids = [self.record(f"peculiar {i}") for i in range(3)]
        kept = self.record("ordinary")
        done = self.post("/api/exchanges/delete", {"q": "ＰＥＣＵＬＩＡＲ"})
        self.assertEqual((done["count"], done["left"]), (3, 0))
        self.assertEqual(self.ids("peculiar"), [])
        self.assertEqual(self.ids(f"id:{kept}"), [kept])
        self.assertEqual(self.post("/api/undo", {"undo": done["undo"]}), {"count": len(ids)})
        self.assertEqual(self.post("/api/exchanges/delete", {"q": "text:nobody-says-this"}),
                         {"undo": None, "count": 0, "left": 0})

    def test_wrong_ones(self):
        for body in ({}, {"ids": "1"}, {"ids": [1]}, {"ids": ["x"]}, {"ids": ["1"], "q": "a"},
                     {"q": 1}, {"ids": ["1"] * 1001}):
            with self.subTest(body):
                self.assertEqual(self.post("/api/exchanges/delete", body, 400)["code"],
                                 "bad_request")
        self.assertEqual(self.post("/api/exchanges/delete", {"q": "nokey:x ("}, 400)["code"],
                         "bad_filter")
        for body in ({}, {"undo": 1}, {"undo": "x"}, {"undo": "0"}):
            with self.subTest(body):
                self.post("/api/undo", body, 400)


class Decisions(rig.TestCase):
    def test_retry_and_drop(self):
        r = self.rig
        r.start_relay()
        bot = r.start_bot()
        bot.close()
        agent = r.start_agent("--forward", bot.url("/callback"), "--inspect-addr", "127.0.0.1:0")
        curl, api = clients.Curl(r), inspector.Inspector(agent)
        for i in range(3):
            body = line.body(line.text_event(f"message {i}", i))
            self.assertEqual(curl.post("/mybot/callback", body, headers=line.headers(body)).status,
                             200)
        ids = [row["id"] for row in api.items(q="is:pending")]
        self.assertEqual(len(ids), 3)
        left = api.post("/api/exchanges/delete", {"ids": ids}).json()
        self.assertEqual(left, {"undo": None, "count": 0, "left": 3})
        answer = api.post("/api/pending", {"decision": "drop", "id": ids[0]})
        self.assertEqual((answer.status, answer.json()), (200, {"count": 1}))
        answer = api.post("/api/pending", {"decision": "drop", "id": ids[0]})
        self.assertEqual((answer.status, answer.json()["code"]), (409, "not_finished"))
        self.assertEqual(api.post("/api/pending", {"decision": "retry", "id": "999999"}).status, 404)
        for body in ({}, {"decision": "keep"}, {"decision": "drop", "id": 7}):
            self.assertEqual(api.post("/api/pending", body).status, 400)
        answer = api.post("/api/pending", {"decision": "drop", "id": None})
        self.assertEqual((answer.status, answer.json()), (200, {"count": 2}))
        self.assertEqual([row["state"] for row in api.items()], ["dropped"] * 3)
        self.assertEqual(agent.list("--pending"), [])
