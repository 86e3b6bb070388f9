"""The bot's calls to LINE's API, where people and programs look at them: show, list, the notes of
`hookline up`, and the inspector."""
import http.client
import json
import unittest
from urllib.parse import urlsplit

import clients
import inspector
import line
import rig

HELLO = {"messages": [{"type": "text", "text": "いらっしゃいませ"}]}
TOKEN = f"{1:032x}"  # of the first event of line.text_event


class CallsShown(rig.TestCase):
    @classmethod
    def prepare(cls, r):
        r.start_relay()
        bot = r.start_bot()
        cls.agent = r.start_agent("--forward", bot.url("/callback"), "--secret-file",
                                  r.write("secret", line.SECRET), "--inspect-addr",
                                  "127.0.0.1:0")
        cls.api = inspector.Inspector(cls.agent)
        body = line.body(line.text_event())
        clients.Curl(r).post("/mybot/callback", body, headers=line.headers(body))
        cls.agent.answered("1")
        cls.stream = cls.api.stream()
        cls.port = http.client.HTTPConnection(urlsplit(cls.agent.line_api()).netloc,
                                              timeout=rig.PATIENCE)
        cls.statuses = [cls.call("/v2/bot/message/reply", {"replyToken": TOKEN, **HELLO}),
                        cls.call("/v2/bot/message/reply", {"replyToken": TOKEN, **HELLO}),
                        cls.call("/v2/bot/message/push", {"to": line.USER_ID, **HELLO})]
        cls.last = cls.stream.wait("call", lambda call: call["id"] == "3")
        cls.stream.close()
        cls.port.close()

    @classmethod
    def call(cls, target, body):
        cls.port.request("POST", target, json.dumps(body),
                         {"Authorization": "Bearer t0ken", "Content-Type": "application/json"})
        answer = cls.port.getresponse()
        answer.read()
        return answer.status

    def said(self, *command):
        done = self.agent.command(*command)
        self.assertEqual(done.code, 0, done.err)
        return done.out.decode()

    def test_the_calls(self):
        self.assertEqual(self.statuses, [200, 400, 200])
        self.assertEqual(self.last, {"id": "3", "exchange": "1", "chats": [line.USER_ID]})

    def test_show(self):
        text = self.said("show", "1")
        self.assertRegex(text, r"\nLINE API\n +\+.*  reply  emulated  200 .*\n"
                               r" +text  いらっしゃいませ\n")
        self.assertIn("the reply token was used before", text)
        self.assertRegex(text, r"push  emulated  200")
        calls = json.loads(self.said("show", "1", "--json"))["calls"]
        self.assertEqual([(call["operation"], call["status"], call["problem"], call["tied_by"])
                          for call in calls],
                         [("replyMessage", 200, None, "token"),
                          ("replyMessage", 400, "token_used", "token"),
                          ("pushMessage", 200, None, "time")])

    def test_list(self):
        row, = [line_ for line_ in self.said("list").splitlines() if "(3 calls)" in line_]
        self.assertIn("call refused", row)
        for query, count in (("api:reply", 1), ("api:multicast", 0), ("api-status:400", 1),
                             ("token:used", 1), ("has:reply", 1), ("finding:token_used", 1),
                             ("token:live", 0), ("is:simulated", 0)):
            rows = self.agent.list(query)
            self.assertEqual(len(rows), count, query)
            self.assertEqual([(row["calls_len"], row["calls_worst"]) for row in rows],
                             [(3, "refused")] * count)

    def test_note(self):
        note = self.agent.wait_json(lambda x: x["type"] == "note" and "refused" in x["text"])
        self.assertRegex(note["text"], r"^reply refused: the reply token was used before.*"
                                       r"\(exchange 1\)$")

    def test_inspector(self):
        detail = self.api.get("/api/exchanges/1").json()
        self.assertEqual(detail["events"][0]["reply_token"]["state"], "used")
        self.assertEqual(detail["events"][0]["reply_token"]["call"], "1")
        self.assertEqual(detail["worst_finding"], "token_used")
        items = self.api.get(f"/api/chats/{line.USER_ID}/items").json()["items"]
        self.assertEqual([(item["kind"], item["state"]) for item in items],
                         [("call", "emulated"), ("call", "refused"), ("call", "emulated"),
                          ("message", "received")])
        self.assertEqual([len(item["messages"][0]["errors"]) for item in items[:3]], [0, 1, 0])
        chat, = self.api.get("/api/chats").json()["items"]
        self.assertEqual((chat["last"]["out"], chat["last"]["text"]),
                         (True, "いらっしゃいませ"))


if __name__ == "__main__":
    unittest.main()
