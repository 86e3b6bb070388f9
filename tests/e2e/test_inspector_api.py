"""What was recorded, as the inspector's API tells it: every byte, and what was wrong."""
import base64
import hashlib
import json
import unittest

import clients
import fake_bot
import inspector
import line
import rig

ANSWER = bytes(range(256)) + b"</script>"


class Told(rig.TestCase):
    @classmethod
    def prepare(cls, r):
        r.start_relay()
        cls.bot = r.start_bot(usual=fake_bot.answer(200, ANSWER, ["X-From: bot"]))
        cls.agent = r.start_agent("--forward", cls.bot.url("/callback"), "--secret-file",
                                  r.write("secret", line.SECRET), "--inspect-addr",
                                  "127.0.0.1:0")
        cls.curl = clients.Curl(r)
        cls.api = inspector.Inspector(cls.agent)

    def get(self, path, **query):
        """The answer's JSON; the secret is in none."""
        answer = self.api.get(path, **query)
        self.assertEqual(answer.status, 200, answer.body)
        self.assertNotIn(line.SECRET.encode(), answer.body)
        return answer.json()

    def record(self, body, headers=None):
        """Its id once the bot's answer is known, too."""
        self.curl.post("/mybot/callback", body,
                       headers=line.headers(body) if headers is None else headers)
        return str(self.agent.answered("last")["id"])

    def download(self, path):
        answer = self.api.get(path)
        self.assertEqual(answer.status, 200, answer.body)
        self.assertEqual(answer.fields["Content-Type"], "application/octet-stream")
        self.assertRegex(answer.fields["Content-Disposition"], "^attachment; filename=")
        self.assertEqual(answer.fields["X-Content-Type-Options"], "nosniff")
        self.assertIn("sandbox", answer.fields["Content-Security-Policy"])
        return answer.body

    def problem(self, path, status, code, **query):
        answer = self.api.get(path, **query)
        self.assertEqual((answer.status, answer.json()["code"]), (status, code), answer.body)
        self.assertEqual(answer.fields["Content-Type"], "application/problem+json")
        return answer.json()

    # --- bytes ---

    def check_body(self, told, body):
        self.assertEqual(told["size"], len(body))
        self.assertEqual(told["sha256"], hashlib.sha256(body).hexdigest())
        self.assertFalse(told["truncated"])
        self.assertTrue(told["recorded_whole"])
        try:
            self.assertEqual(told["text"], body.decode())
            self.assertIsNone(told["base64"])
        except UnicodeDecodeError:
            self.assertIsNone(told["text"])
            self.assertEqual(base64.b64decode(told["base64"]), body)
        self.assertEqual(self.download(told["href"]), body)

    def test_bodies_are_byte_exact(self):
        bodies = {**line.ODD_BODIES,
                  "controls": bytes(range(128)),
                  "bidi": "\u202e</script>\u2028\ufeff".encode(),
                  "surrogate": b'{"events":[],"destination":"\\ud800"}'}
        for name, body in bodies.items():
            with self.subTest(name):
                which = self.record(body)
                detail = self.get(f"/api/exchanges/{which}")
                self.assertEqual(detail["verdict"], "valid")
                self.check_body(detail["request"]["body"], body)
                self.check_body(detail["bot_response"]["body"], ANSWER)
                head, _, rest = self.download(f"/api/exchanges/{which}/request/raw").partition(
                    b"\r\n\r\n")
                self.assertEqual(rest, body)
                self.assertTrue(head.startswith(b"POST /callback HTTP/1.1\r\n"), head)
                self.assertIn(f"x-line-signature: {line.signature(body)}".encode(), head)
                head, _, rest = self.download(
                    f"/api/exchanges/{which}/response/raw").partition(b"\r\n\r\n")
                self.assertEqual(rest, ANSWER)
                self.assertTrue(head.startswith(b"HTTP/1.1 200 OK\r\n"), head)
                self.assertIn(b"x-from: bot", head.lower())

    def test_long_body(self):
        body = line.padded(1024 * 1024)
        detail = self.get(f"/api/exchanges/{self.record(body)}")
        told = detail["request"]["body"]
        self.assertEqual(told["size"], len(body))
        self.assertEqual(told["text"].encode(), body[:256 * 1024])
        self.assertTrue(told["truncated"])
        self.assertEqual(self.download(told["href"]), body)

    def test_events_stand_as_they_came(self):
        body = line.body(line.text_event("a \U0001f468 b", 301), line.event("follow", 302))
        events = self.get(f"/api/exchanges/{self.record(body)}")["events"]
        for event, sent in zip(events, json.loads(body)["events"], strict=True):
            self.assertEqual(event["raw"], sent)
            begin, end = event["raw_span"]
            self.assertEqual(json.loads(body[begin:end]), sent)
            self.assertEqual(event["webhook_event_id"], sent["webhookEventId"])
            self.assertEqual(event["reply_token"]["value"], sent["replyToken"])
            self.assertEqual(event["reply_token"]["state"], "live")

    # --- lists ---

    def test_pages(self):
        for number in range(5):
            self.record(line.body(line.text_event(f"page {number}", 400 + number)))
        seen, before = [], {}
        while True:
            page = self.get("/api/exchanges", q='"page "', limit=2, **before)
            seen += [(x["id"], x["first"]["text"]) for x in page["items"]]
            self.assertEqual(page["total"], 5)
            if page["next"] is None:
                break
            before = {"before": page["next"]}
        self.assertEqual([text for _, text in seen], [f"page {n}" for n in range(4, -1, -1)])
        newer = self.get("/api/exchanges", q='"page "', after=seen[2][0])
        self.assertEqual([x["id"] for x in newer["items"]], [seen[1][0], seen[0][0]])

    def test_what_there_is_not(self):
        error = self.problem("/api/exchanges", 400, "bad_filter", q="type:message (")["error"]
        self.assertEqual(set(error), {"offset", "length", "code", "hint"})
        self.problem("/api/exchanges", 400, "bad_request", limit="0")
        self.problem("/api/exchanges/999999", 404, "not_found")
        self.problem("/api/exchanges/x", 400, "bad_request")
        self.problem("/api/exchanges/999999/request/body", 404, "not_found")

    # --- what was wrong ---

    def test_a_rewritten_body_is_explained(self):
        signed = line.body(line.text_event("emoji \U0001f600", 501))
        sent = json.dumps(json.loads(signed), ensure_ascii=True).encode()
        before = len(self.bot.requests)
        which = self.record(sent, line.headers(signed))
        self.assertEqual(len(self.bot.requests), before)
        detail = self.get(f"/api/exchanges/{which}")
        self.assertEqual((detail["verdict"], detail["answered_by"]), ("invalid", "refused"))
        self.assertEqual(detail["worst_finding"], "sig_rewritten")
        self.assertIn("problem", detail["flags"])
        finding = detail["findings"][0]
        self.assertEqual(finding["params"]["cause"], "json_stringify")
        evidence = {item["label"]: item for item in finding["evidence"]}
        self.assertEqual(evidence["received"]["text"], line.signature(signed))
        self.assertEqual(evidence["computed"]["text"], line.signature(sent))
        diff = evidence["signed"]
        at = diff["offset"]
        self.assertEqual((sent[:at], sent[at] == signed[at]), (signed[:at], False))
        self.assertEqual((diff["before"].encode(), diff["after"].encode()), (signed, sent))
        self.assertIn({"code": "json_stringify", "fits": True}, detail["tried"])
        self.assertIsNone(detail["bot_response"])
        self.problem(f"/api/exchanges/{which}/response/body", 404, "not_found")

    def test_a_stranger(self):
        which = self.record(b"{}", ["content-type: application/json"])
        detail = self.get(f"/api/exchanges/{which}")
        self.assertEqual((detail["verdict"], detail["worst_finding"]),
                         ("missing", "sig_missing"))

    def test_compare(self):
        one = self.record(line.body(line.text_event("one", 601)))
        two = self.record(line.body(line.text_event("two", 602)))
        both = self.get("/api/compare", a=one, b=two)
        self.assertEqual((both["a"]["id"], both["b"]["id"]), (one, two))
        self.assertIn("x-line-signature", both["volatile_fields"])
        self.assertIn("/events/*/replyToken", both["volatile_pointers"])

    # --- chats ---

    def test_chats(self):
        user = "U" + "c7" * 16
        self.record(line.body(line.text_event("first", 701, user)))
        self.record(line.body(line.text_event("second", 702, user)))
        message = line.text_event("second", 702, user)["message"]["id"]
        self.record(line.body(line.event("unsend", 703, user, unsend={"messageId": message})))
        chat = next(x for x in self.get("/api/chats")["items"] if x["id"] == user)
        self.assertEqual((chat["type"], chat["count"], chat["last"]["type"]),
                         ("user", 3, "unsend"))
        page = self.get(f"/api/chats/{user}/items", limit=2)
        self.assertEqual([(x["kind"], x["state"]) for x in page["items"]],
                         [("system", "received"), ("message", "withdrawn")])
        rest = self.get(f"/api/chats/{user}/items", limit=2, before=page["next"])
        self.assertEqual([x["event"]["text"] for x in rest["items"]], ["first"])
        self.assertIsNone(rest["next"])


if __name__ == "__main__":
    unittest.main()
