"""Exports and imports: what goes out comes back byte for byte; what others write is understood;
secrets stay here."""
import base64
import http.client
import json
import urllib.parse

import clients
import inspector
import line
import rig

def entry(**members):
    """As a browser writes it."""
    return {
        "startedDateTime": "2026-11-21T19:24:05.123+09:00", "time": 12.5,
        "request": {"method": "POST", "url": "https://bot.example.com/callback?a=1",
                    "httpVersion": "h2", "cookies": [], "queryString": [], "headersSize": -1,
                    "bodySize": 3, "headers": [{"name": ":path", "value": "/callback?a=1"},
                                               {"name": "x-odd", "value": "ä"}],
                    "postData": {"mimeType": "text/plain", "text": "héy"}},
        "response": {"status": 201, "statusText": "Created", "httpVersion": "h2", "cookies": [],
                     "headers": [{"name": "x-said", "value": "1"}], "redirectURL": "",
                     "headersSize": -1, "bodySize": 2,
                     "content": {"size": 2, "mimeType": "text/plain",
                                 "text": base64.b64encode(b"\xff\0").decode(),
                                 "encoding": "base64"}},
        "cache": {}, "timings": {"send": 0, "wait": 12.5, "receive": 0}, **members}


def har(*entries):
    return {"log": {"version": "1.2", "creator": {"name": "x", "version": "1"},
                    "entries": list(entries)}}


class Exports(rig.TestCase):
    @classmethod
    def prepare(cls, r):
        r.start_relay()
        cls.bot = r.start_bot()
        cls.agent = cls.start()
        cls.api = inspector.Inspector(cls.agent)
        cls.curl = clients.Curl(r)
        for body in line.ODD_BODIES.values():
            cls.record(body, line.headers(body))
        body = line.body(line.text_event())
        cls.record(body, [*line.headers(body), "authorization: Bearer secret-1",
                          "cookie: a=secret-2", "x-slack-signature: secret-3",
                          b"x-latin: \xe9\xff"])
        cls.curl.request("/mybot/page?x=%20&y", extra=["--request", "DELETE"])
        cls.agent.answered("last")
        cls.api.post("/api/exchanges/1/replay", {})
        cls.agent.answered(cls.count() + 1)

    @classmethod
    def start(cls, tunnel="mybot"):
        return cls.rig.start_agent("--forward", cls.bot.url("/callback"), "--secret-file",
                                   cls.rig.write("secret", line.SECRET), "--inspect-addr",
                                   "127.0.0.1:0", tunnel=tunnel)

    @classmethod
    def record(cls, body, headers):
        cls.curl.post("/mybot/callback?q=1", body, headers=headers)
        return cls.agent.answered("last")["id"]

    @classmethod
    def count(cls):
        return len(line.ODD_BODIES) + 2

    def export(self, kind, api=None, **query):
        answer = (api or self.api).get("/api/export", kind=kind, **query)
        self.assertEqual(answer.status, 200, answer.body)
        self.assertEqual(answer.fields["Content-Type"], "application/octet-stream")
        self.assertTrue(answer.fields["Content-Disposition"].startswith("attachment"))
        self.assertEqual(answer.fields["X-Content-Type-Options"], "nosniff")
        return answer.body

    # --- HAR ---

    def test_har_there_and_back(self):
        there = self.export("har", signature="true")
        entries = json.loads(there)["log"]["entries"]
        self.assertEqual(len(entries), self.count() + 1)
        other = self.start("other")
        api = inspector.Inspector(other)
        answer = api.post("/api/import", there)
        self.assertEqual((answer.status, answer.json()),
                         (200, {"count": len(entries), "skipped": 0}))
        self.assertEqual(self.export("har", api, signature="true"), there)
        self.assertEqual({row["kind"] for row in api.items()}, {"imported"})
        mine, theirs = self.agent.list(), other.list()
        for key in ("received", "status", "verdict", "total_us", "method", "target", "by"):
            self.assertEqual([row[key] for row in theirs], [row[key] for row in mine], key)
        for number in range(1, len(entries) + 1):
            self.assertEqual(other.body(number), self.agent.body(number))
        self.assertEqual(api.post("/api/import", there).json(),
                         {"count": 0, "skipped": len(entries)})
        self.assertEqual(len(api.items()), len(entries))
        other.stop()

    def test_nobody_is_called_by_an_import(self):
        before = len(self.bot.requests)
        other = self.start("quiet")
        api = inspector.Inspector(other)
        self.assertEqual(api.post("/api/import", self.export("har")).json()["skipped"], 0)
        self.assertEqual(other.list("--pending"), [])
        self.assertEqual(other.stop(), 0)
        self.assertEqual(len(self.bot.requests), before)

    def test_of_one(self):
        answer = self.api.get("/api/exchanges/1/har")
        self.assertIn('filename="exchange-1.har"', answer.fields["Content-Disposition"])
        only, = answer.json()["log"]["entries"]
        self.assertEqual(only, json.loads(self.export("har"))["log"]["entries"][0])

    def test_secrets_stay(self):
        for kind in ("har", "jsonl", "webhook_log"):
            for query in ({}, {"signature": "true"}):
                text = self.export(kind, **query)
                for secret in (b"secret-1", b"secret-2", line.SECRET.encode()):
                    self.assertNotIn(secret, text)
                self.assertEqual(b"secret-3" in text, bool(query) and kind != "webhook_log")
                signed = line.signature(line.ODD_BODIES["no events"]).encode()
                self.assertEqual(signed in text.replace(b"\\/", b"/"),
                                 bool(query) and kind != "webhook_log")

    # --- the others ---

    def test_json_lines(self):
        lines = [json.loads(text) for text in self.export("jsonl", signature="true").splitlines()]
        self.assertEqual([one["id"] for one in lines],
                         [str(number) for number in range(1, self.count() + 2)])
        for one, body in zip(lines, line.ODD_BODIES.values()):
            request = one["request"]
            text = request["text"]
            got = base64.b64decode(text) if request.get("encoding") else text.encode()
            self.assertEqual(got, body)
            self.assertIn(["x-line-signature", line.signature(body)], request["headers"])
            self.assertEqual(one["response"]["text"], "ok")
        fields = lines[len(line.ODD_BODIES)]["request"]["headers"]
        self.assertIn(["authorization", None], fields)

    def test_webhook_log(self):
        head, *rows = self.export("webhook_log").decode().splitlines()
        self.assertEqual(head.split("\t"), ["sender_ip", "time", "method", "path", "status"])
        self.assertEqual(len(rows), len(line.ODD_BODIES) + 1)  # neither the page nor the replay
        for row in rows:
            address, time, *rest = row.split("\t")
            self.assertEqual((address, rest), ("127.0.0.1", ["POST", "/callback", "200"]))
            self.assertRegex(time, r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")

    def test_api_log(self):
        stream = self.api.stream()
        port = http.client.HTTPConnection(urllib.parse.urlsplit(self.agent.line_api()).netloc,
                                          timeout=rig.PATIENCE)
        for method, target in (("GET", "/v2/bot/info"), ("POST", "/v2/no\tsuch?a=secret-1")):
            port.request(method, urllib.parse.quote(target, "/?="),
                         headers={"Authorization": "Bearer x"})
            port.getresponse().read()
        port.close()
        stream.wait("call", lambda call: call["id"] == "2")
        stream.close()
        head, *rows = self.export("api_log").decode().splitlines()
        self.assertEqual(head.split("\t"), ["request_id", "time", "method", "endpoint", "status"])
        for row, rest in zip(rows, (["GET", "/v2/bot/info", "200"],
                                    ["POST", "/v2/no%09such", "404"])):
            request_id, time, *other = row.split("\t")
            self.assertEqual(other, rest)
            self.assertRegex(request_id, r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")
            self.assertRegex(time, r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
        # they belong to none of the exchanges
        self.assertEqual(self.export("api_log", q="-is:replay").count(b"\n"), 1)

    def test_filter(self):
        lines = self.export("jsonl", q="is:replay").splitlines()
        self.assertEqual([json.loads(one)["kind"] for one in lines], ["replay"])
        self.assertEqual(json.loads(self.export("har", q="text:nobody-said-this"))["log"]
                         ["entries"], [])
        answer = self.api.get("/api/export", kind="har", q="is:")
        self.assertEqual((answer.status, answer.json()["code"]), (400, "bad_filter"))
        self.assertIn("offset", answer.json()["error"])
        for kind in ({}, {"kind": "pdf"}):
            answer = self.api.get("/api/export", **kind)
            self.assertEqual((answer.status, answer.json()["code"]), (400, "bad_request"))


class Imports(rig.TestCase):
    @classmethod
    def prepare(cls, r):
        r.start_relay()
        # A sanitizer keeps what is freed for a while; here memory is counted.
        env = {**r.environment,
               "ASAN_OPTIONS": r.environment.get("ASAN_OPTIONS", "") + ":quarantine_size_mb=1"}
        cls.agent = r.start_agent("--echo", "--inspect-addr", "127.0.0.1:0", env=env)
        cls.api = inspector.Inspector(cls.agent)

    def post(self, content):
        answer = self.api.post("/api/import", content)
        self.assertEqual(answer.status, 200, answer.body)
        return answer.json()

    def refused(self, content, words, status=400):
        answer = self.api.post("/api/import", content)
        self.assertEqual(answer.status, status, answer.body)
        self.assertIn(words, answer.json()["detail"])

    def test_of_a_browser(self):
        one = entry()
        one["request"] = {**one["request"], "url": "https://bot.example.com/browser?a=1#b"}
        self.assertEqual(self.post(har(one)), {"count": 1, "skipped": 0})
        row, = (row for row in self.api.items() if row["path"].startswith("/browser"))
        self.assertEqual((row["kind"], row["method"], row["bot_status"], row["took_ms"]),
                         ("imported", "POST", 201, 12))
        self.assertEqual(row["received_at"], 1795256645123)
        number = row["id"]
        self.assertEqual(self.api.get(f"/api/exchanges/{number}/request/body").body,
                         "héy".encode())
        self.assertEqual(self.api.get(f"/api/exchanges/{number}/response/body").body, b"\xff\0")
        detail = self.api.get(f"/api/exchanges/{number}").json()
        self.assertEqual(detail["request"]["headers"], [["x-odd", "ä"]])

    def test_what_is_no_exchange(self):
        broken = entry()
        broken["request"] = {**broken["request"], "url": "wss://x/"}
        self.assertEqual(self.post(har(1, None, {}, broken, entry(startedDateTime="soon"))),
                         {"count": 0, "skipped": 5})
        self.assertEqual(self.post(har()), {"count": 0, "skipped": 0})

    def test_what_is_no_har(self):
        self.refused(b"", "no JSON")
        self.refused(b'{"log":\n{"entries":[}}', "at byte 20, in line 2")
        self.refused({}, "`log`")
        self.refused({"log": {"entries": 7}}, "`entries`")
        self.refused(b"[" * 100, "no JSON")

    def test_many(self):
        entries = [entry(time=number) for number in range(3000)]
        self.assertEqual(self.post(har(*entries)), {"count": 3000, "skipped": 0})
        exported = self.api.get("/api/export", kind="har").body
        self.assertGreaterEqual(len(json.loads(exported)["log"]["entries"]), 3000)

    def test_a_slow_reader_costs_no_memory(self):
        big = "x" * 900_000
        entries = []
        for number in range(40):
            one = entry(time=100000 + number)
            one["request"] = {**one["request"], "postData": {"text": big}}
            entries.append(one)
        self.assertEqual(self.post(har(*entries)), {"count": 40, "skipped": 0})
        before = self.agent.resident_kib()
        connection = http.client.HTTPConnection(self.api.netloc, timeout=rig.PATIENCE)
        connection.request("GET", "/api/export?kind=har",
                           headers={"Authorization": f"Bearer {self.api.key}"})
        answer = connection.getresponse()
        size = len(answer.read(1))
        self.api.get("/api/exchanges/1")  # the reader's thread is free again
        self.assertLess(self.agent.resident_kib() - before, 24 * 1024)
        while piece := answer.read(65536):
            size += len(piece)
        self.assertGreater(size, 40 * 900_000)
        connection.close()

    def test_too_large(self):
        try:
            answer = self.api.post("/api/import", b'{"x":"' + b"x" * (64 * 1024 * 1024) + b'"}')
            self.assertEqual(answer.status, 413)
        except (BrokenPipeError, ConnectionResetError):
            pass  # it was refused before all of it was sent
        self.assertEqual(self.api.get("/api/status").status, 200)


if __name__ == "__main__":
    rig.unittest.main()
