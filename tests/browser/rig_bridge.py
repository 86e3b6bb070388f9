"""The rig of tests/e2e for programs in another language: a JSON object per line, in and out.

    {"do": "start", "with": {...}}  ->  {"result": ...} or {"error": "..."}

What can be done are the methods of Bridge; standard input's end closes everything.
"""
import base64
import json
import os
import sys
import threading
import traceback

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "e2e"))

import clients  # noqa: E402
import fake_bot  # noqa: E402
import journal_writer  # noqa: E402
import line  # noqa: E402
import rig  # noqa: E402


def _later(seconds, status, body, fields):
    """An answer that takes its time."""
    def behave(connection, request):
        threading.Event().wait(seconds)
        return fake_bot.answer(status, body, fields)(connection, request)
    return behave


class Bridge:
    def __init__(self):
        self.rig = rig.Rig()
        self.agent = self.relay = self.bot = None
        self._numbers = 0

    # --- programs ---

    def start(self, flags=(), answer="guard", secret=line.SECRET, exchanges=(), fill=0,
              forward=None):
        """Relay, bot and agent; the journal may hold something before.  `forward`: another bot."""
        folder = self.rig.path("agent")
        if exchanges or fill:
            self._write(folder, exchanges, fill)
        self.relay = self.rig.start_relay()
        self.bot = self.rig.start_bot()
        self._flags = ["--forward", forward or self.bot.url("/callback"), "--answer", answer,
                       "--inspect-addr", "127.0.0.1:0", *flags]
        if secret:
            self._flags += ["--secret-file", self.rig.write("secret", secret)]
        return self.start_agent()

    def _write(self, folder, exchanges, fill):
        with journal_writer.JournalWriter(folder) as writer:
            for number in range(fill):
                writer.record(**_filler(number))
            for exchange in exchanges:
                writer.record(**exchange)

    def start_agent(self, address=None):
        """Where its page is; `address`: the one to take again."""
        flags = list(self._flags)
        if address:
            flags[flags.index("--inspect-addr") + 1] = address
        self.agent = self.rig.start_agent(*flags, folder=self.rig.path("agent"))
        page = self.agent.wait_json(lambda x: x["type"] == "inspector")["url"]
        return {"page": page, "public": self.agent.url, "bot": self.bot.url("/callback"),
                "data": self.agent.data}

    def stop_agent(self):
        self.agent.stop()

    def stop_relay(self):
        self.port = self.relay.port
        self.relay.kill()

    def start_relay(self):
        self.relay = self.rig.start_relay(listen=f"127.0.0.1:{self.port}")
        self.agent.wait_linked(self.agent.mark())

    # --- what LINE does ---

    def _next(self):
        self._numbers += 1
        return self._numbers

    def text(self, text="hello", user=line.USER_ID, secret=line.SECRET):
        """A signed text message; LINE's answer."""
        return self.events([line.text_event(text, 100000 + self._next(), user)], secret)

    def events(self, events, secret=line.SECRET):
        return self._post(line.body(*events), line.SECRET if secret is None else secret)

    def raw(self, body, headers=None, path="/callback"):
        """These bytes (base64), signed unless `headers` says otherwise."""
        data = base64.b64decode(body)
        sent = line.headers(data) if headers is None else headers
        return self._send(path, data, sent)

    def _post(self, body, secret):
        return self._send("/callback", body, line.headers(body, secret))

    def _send(self, path, body, headers):
        answer = clients.Curl(self.rig, self.relay).post("/mybot" + path, body, headers=headers)
        return {"status": answer.status}

    # --- the bot ---

    def bot_will(self, answers):
        for a in answers:
            body = a.get("body", "ok").encode()
            self.bot.will(fake_bot.close if a.get("close") else
                          _later(a.get("after_ms", 0) / 1000, a.get("status", 200), body,
                                 a.get("fields", ())))

    def bot_take(self):
        r = self.bot.take()
        return {"head": r.head.decode("latin-1"), "target": r.target,
                "body": base64.b64encode(r.body).decode()}

    def bot_forget(self):
        self.bot.forget()

    # --- commands ---

    def command(self, *args):
        done = self.agent.command(*args)
        return {"code": done.code, "out": done.text(), "err": done.err}

    def shell(self, command):
        """What a user pastes into a terminal."""
        done = self.rig.run(["sh", "-c", command])
        return {"code": done.code, "out": base64.b64encode(done.out).decode(), "err": done.err}

    def close(self):
        self.rig.close()


def _filler(number):
    texts = ("こんにちは", "領収書をください", "請問這款還有庫存嗎？", "hello there", "สวัสดีครับ")
    event = line.text_event(f"{texts[number % 5]} {number}", number + 1,
                            f"U{number % 50:032x}")
    body = line.body(event).decode()
    late = number % 40 == 0
    return {"body": body, "arrived_ms": 1790000000000 + number * 1000, "webhook": True,
            "fields": [["content-type", "application/json"]],
            "answer": {"verdict": "valid", "status": 200, "bot_status": 200, "body": "ok",
                       "by": 3 if late else 1, "total_us": 1_900_000 if late else 84_000,
                       "answered_us": 1_500_000 if late else 84_000}}


def main():
    bridge = Bridge()
    out = sys.stdout
    sys.stdout = sys.stderr
    for text in sys.stdin:
        asked = json.loads(text)
        try:
            args = asked.get("with", {})
            method = getattr(bridge, asked["do"])
            result = method(*args) if isinstance(args, list) else method(**args)
            answer = {"result": result}
        except Exception as why:  # told to who asked, with where
            answer = {"error": f"{why}\n{traceback.format_exc()}"}
        out.write(json.dumps(answer) + "\n")
        out.flush()
        if asked["do"] == "close":
            return
    bridge.close()


if __name__ == "__main__":
    main()
