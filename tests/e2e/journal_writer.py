"""A journal with the exchanges that a test wants, written by the agent's own code."""
import json
import os
import subprocess

WRITER = os.path.join(os.environ.get("HOOKLINE_TEST_PROGRAMS", ""), "write_journal")
USER = "U4af4980629aabbccddeeff0011223344"


class JournalWriter:
    """Keeps the journal open, as an agent does, until close()."""

    def __init__(self, folder):
        os.makedirs(folder, mode=0o700, exist_ok=True)
        self.child = subprocess.Popen([WRITER, os.path.join(folder, "journal.db")],
                                      stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._answer()  # it is open

    def _answer(self):
        return int(self.child.stdout.readline())

    def record(self, **exchange):
        """Its id, once it is on disk (tests/e2e/support/write_journal.c says what it may be)."""
        self.child.stdin.write(json.dumps(exchange) + "\n")
        self.child.stdin.flush()
        return self._answer()

    def message(self, text, answer=None, user=USER, **exchange):
        """A webhook with one text message, answered with 200 unless told otherwise."""
        return self.record(body=body(message(text, user=user)),
                           answer={} if answer is None else answer, **exchange)

    def close(self):
        self.child.stdin.close()
        self.child.stdout.close()
        if self.child.wait(60) != 0:
            raise AssertionError("write_journal failed")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()


def message(text, user=USER, **members):
    return {"type": "message", "mode": "active", "timestamp": 1795289100000,
            "source": {"type": "user", "userId": user}, "replyToken": "38ef843bde154d9b91c2",
            "webhookEventId": members.pop("webhookEventId", "01H810YECXQQZ37VAXPF6H"),
            "deliveryContext": {"isRedelivery": False},
            "message": {"type": "text", "id": "468789577898262530", "text": text}, **members}


def body(*events):
    return json.dumps({"destination": "U0123456789abcdef", "events": events},
                      ensure_ascii=False, separators=(",", ":"))
