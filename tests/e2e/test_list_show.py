"""`hookline list`, `show` and `tail` on a journal, in pipes and on terminals."""
import base64
import contextlib
import datetime
import fcntl
import json
import os
import pty
import re
import select
import shutil
import signal
import sqlite3
import struct
import subprocess
import tempfile
import termios
import unittest

from journal_writer import USER, JournalWriter, body, message

HOOKLINE = os.environ.get("HOOKLINE_BIN", "hookline")
PATIENCE = 60
NOON = int(datetime.datetime(2026, 11, 21, 12, tzinfo=datetime.timezone.utc).timestamp() * 1000)
DAY = 86400000
FIELDS = [["host", "mybot.example.com"], ["content-type", "application/json"],
          ["authorization", "Bearer secret-of-somebody"]]
REFUSED = {"verdict": "invalid", "status": 401, "handler": "hookline", "secret_label": "",
           "explanation": "The signature was made with another channel's secret."}
ENVIRONMENT = {**{key: value for key, value in os.environ.items()
                  if not key.startswith("HOOKLINE_") and key != "NO_COLOR"},
               "TZ": "UTC", "TERM": "xterm", "LC_ALL": "C.UTF-8"}

# No control characters but the line feed, no C1, no bidi controls, no zero width.
DANGEROUS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
OUR_SEQUENCES = re.compile("\x1b\\[[0-9;]*m")


def run(folder, *args, **options):
    return subprocess.run([HOOKLINE, *args, "--data", folder], capture_output=True,
                          env=options.pop("env", ENVIRONMENT), timeout=PATIENCE, check=False)


def run_on_terminal(folder, *args, columns=100, rows=30, env=ENVIRONMENT):
    """What a terminal of that size gets, as text with \\n."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
    with subprocess.Popen([HOOKLINE, *args, "--data", folder], stdout=slave,
                          stderr=subprocess.DEVNULL, env=env) as child:
        os.close(slave)
        text = b""
        with contextlib.suppress(OSError):  # EIO: the other end is closed
            while piece := os.read(master, 65536):
                text += piece
        os.close(master)
        assert child.wait(PATIENCE) == 0
    return text.decode().replace("\r\n", "\n")


class OneJournal(unittest.TestCase):
    """A folder for each test; setUpClass of those that need it fills one for all."""

    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp(prefix="hookline-list-")
        cls.addClassCleanup(shutil.rmtree, cls.folder)
        with JournalWriter(cls.folder) as journal:
            cls.fill(journal)

    @classmethod
    def fill(cls, journal):
        pass

    def hookline(self, *args, code=0):
        done = run(self.folder, *args)
        self.assertEqual(done.returncode, code, done.stderr.decode())
        self.assertNotIn(b"Sanitizer", done.stderr)
        return done

    def text(self, *args):
        return self.hookline(*args).stdout.decode()

    def complaint(self, *args, code=1):
        done = self.hookline(*args, code=code)
        self.assertEqual(done.stdout, b"")
        return done.stderr.decode()

    def ids(self, *args):
        return [json.loads(line)["id"] for line in self.text("list", "--json", *args).splitlines()]


class List(OneJournal):
    @classmethod
    def fill(cls, journal):
        journal.record(body=body(), arrived_ms=NOON - 2 * DAY, answer={})                    # 1
        journal.message("こんにちは", arrived_ms=NOON - DAY)                                # 2
        journal.message("請問今天有營業嗎", REFUSED, user="U9", arrived_ms=NOON - 5000)      # 3
        journal.record(body=body(message("返金"), message("二"), message("三")),
                       arrived_ms=NOON - 4000, answer={"total_us": 2300000})                # 4
        journal.record(method="GET", target="/liff?a=1", webhook=False, arrived_ms=NOON - 3000,
                       answer={"verdict": "unchecked", "status": 304})                      # 5
        journal.message("again", replay_of=2, arrived_ms=NOON - 2000)                        # 6
        journal.record(body=body({"type": "follow", "source": {"type": "user", "userId": USER}}),
                       arrived_ms=NOON - 1000, tunnel="other",
                       answer={"status": 0, "error": "connection refused"})                 # 7
        journal.message("waiting", answer=False, arrived_ms=NOON)                            # 8

    def test_newest_is_last_as_in_a_log(self):
        self.assertEqual(self.ids(), [1, 2, 3, 4, 5, 6, 7, 8])
        self.assertEqual(self.ids("--reverse"), [8, 7, 6, 5, 4, 3, 2, 1])
        self.assertEqual(self.ids("--limit", "3"), [6, 7, 8])
        self.assertEqual(self.ids("--limit", "3", "--reverse"), [8, 7, 6])

    def test_filters(self):
        for args, want in [
                (["--since", "2026-11-21"], [3, 4, 5, 6, 7, 8]),
                (["--until", "2026-11-20"], [1, 2]),
                (["--since", "2026-11-20", "--until", "2026-11-20"], [2]),
                (["--since", "2026-11-21T11:59:57Z"], [5, 6, 7, 8]),
                (["--type", "message"], [2, 3, 4, 6, 8]),
                (["--type", "message.text"], [2, 3, 4, 6, 8]),
                (["--type", "follow"], [7]),
                (["--user", "U9"], [3]),
                (["--user", "U4af*"], [2, 4, 6, 7, 8]),
                (["--status", "200"], [1, 2, 4, 6]),
                (["--status", "4xx"], [3]),
                (["--status", ">=300"], [3, 5]),
                (["--verdict", "invalid"], [3]),
                (["--text", "返金"], [4]),
                (["--text", "營業"], [3]),
                (["--tunnel", "other"], [7]),
                (["--webhooks"], [1, 2, 3, 4, 6, 7, 8]),
                (["--replays"], [6]),
                (["--failed"], [3, 5, 7]),
                (["--failed", "--user", "U9", "--text", "今天"], [3])]:
            with self.subTest(args):
                self.assertEqual(self.ids(*args), want)

    def test_lines_in_a_pipe(self):
        lines = self.text("list").splitlines()
        self.assertRegex(lines[0], r"^TIME +SIGNATURE +ID +REQUEST +EVENT +STATUS +TOOK$")
        self.assertEqual(len(lines), 9)  # one line for each, explanations are for people
        self.assertRegex(lines[2], r'^2026-11-20 12:00:00  valid +2  POST /callback +'
                                   r'message\.text "こんにちは" +200 +12 ms$')
        self.assertRegex(lines[3], r"invalid +3 ")
        self.assertIn(' +2 ', lines[4])
        self.assertRegex(lines[5], r"^2026-11-21 11:59:57 +5  GET /liff\?a=1 +304")
        self.assertIn("replay of 2", lines[6])
        self.assertRegex(lines[7], r" follow +- ")
        self.assertRegex(lines[8], r'"waiting" duplicate of 2 +\.\. +$')
        self.assertEqual(len({line.index(" ID ") if " ID " in line else 0 for line in lines}), 2)

    def test_json(self):
        first, *_, last = (json.loads(line) for line in self.text("list", "--json").splitlines())
        self.assertEqual(first["arrived"], "2026-11-19T12:00:00.000Z")
        self.assertIsNone(first["event"])
        self.assertEqual(last["type"], "exchange")
        self.assertFalse(last["answered"])
        for name in ("verdict", "status", "total_us", "handler", "replay_of"):
            self.assertIsNone(last[name])
        self.assertEqual(last["event"], {"type": "message", "message_type": "text",
                                         "user_id": USER, "text": "waiting"})
        refused = json.loads(self.text("list", "--json", "--verdict", "invalid"))
        self.assertEqual(refused["explanation"], REFUSED["explanation"])
        self.assertEqual(refused["status"], 401)

    def test_nothing_matches(self):
        done = self.hookline("list", "--text", "no such text")
        self.assertEqual(done.stdout, b"")
        self.assertIn("No exchange matches. The newest one of all has the id 8 and is of "
                      "2026-11-21 12:00:00", done.stderr.decode())
        self.assertEqual(self.hookline("list", "--json", "--text", "no such text").stdout, b"")

    def test_wrong_conditions(self):
        self.assertIn("--status: \"9xx\" is not a status: write 200, 4xx",
                      self.complaint("list", "--status", "9xx", code=2))
        self.assertIn("--since: \"soon\" is not a time: write 10m",
                      self.complaint("list", "--since", "soon", code=2))

    def test_on_a_terminal(self):
        text = run_on_terminal(self.folder, "list", columns=80)
        plain = OUR_SEQUENCES.sub("", text)
        self.assertNotEqual(text, plain)
        self.assertNotRegex(plain, DANGEROUS)
        self.assertIn("\n2026-11-20\n12:00:00  ✓ ", plain)  # a heading for each day
        self.assertIn("The signature was made with another channel's", plain)
        self.assertTrue(all(len(line) < 80 for line in plain.splitlines()))
        self.assertEqual(run_on_terminal(self.folder, "list", columns=80,
                                         env={**ENVIRONMENT, "NO_COLOR": "1"}), plain)

    def test_a_reader_that_goes_away(self):
        with subprocess.Popen([HOOKLINE, "list", "--data", self.folder], stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE, env=ENVIRONMENT) as child:
            child.stdout.close()
            self.assertEqual(child.stderr.read(), b"")
            self.assertEqual(child.wait(PATIENCE), 0)


class Unfinished(OneJournal):
    @classmethod
    def fill(cls, journal):
        def webhook(text, at, received_ms=None, **answer):
            event = message(text, webhookEventId=f"E{at}", timestamp=NOON)
            return journal.record(body=body(event), arrived_ms=NOON + at, answer=answer,
                                  received_ms=received_ms or NOON + at,
                                  answered=200 if answer.get("by") == "inbox" else 0)

        webhook("in time", 0)                                                                 # 1
        webhook("late", 1, by="guard", answered_us=1500000, total_us=3200000)                # 2
        webhook("late and wrong", 2, by="guard", answered_us=1500000, total_us=3200000,
                bot_status=500)                                                              # 3
        webhook("kept", 3, by="inbox", received_ms=NOON - 59000)                             # 4
        webhook("kept too long", 4, by="inbox", received_ms=NOON - 61000)                    # 5
        webhook("down", 5, by="guard", answered_us=3000, bot_status=0, outcome="pending",
                attempts=3, next_ms=NOON + 60000, error="connection refused",
                unreachable=True)                                                            # 6
        webhook("behind", 6, by="inbox", bot_status=0, outcome="pending", attempts=0)        # 7
        webhook("poison", 7, by="guard", answered_us=3000, bot_status=0, outcome="aside",
                attempts=3, error="it ended Hookline three times")                           # 8
        webhook("given up", 8, by="guard", answered_us=3000, bot_status=0, outcome="dropped",
                error="connection refused")                                                  # 9
        journal.record(body=body(message("again", webhookEventId="E0")), answer={
            "by": "hookline", "bot_status": 0, "attempts": 0, "handler": "hookline"})         # 10

    def test_marks(self):
        lines = self.text("list").splitlines()[1:]
        for line, want in zip(lines, [
                '"in time"  ', '"late" guard, late  ', '"late and wrong" guard, late, bot 500  ',
                '"kept" inbox  ', '"kept too long" inbox, token expired  ',
                '"down" guard, pending  ', '"behind" inbox, pending  ',
                '"poison" guard, set aside  ', '"given up" guard, dropped  ',
                '"again" duplicate of 1  '], strict=True):
            self.assertIn(want, line)
        self.assertEqual(self.ids("--failed"), [3, 8, 9])

    def test_pending(self):
        self.assertEqual(self.ids("--pending"), [6, 7, 8])
        self.assertEqual(self.ids("--pending", "--text", "poison"), [8])
        text = self.text("list", "--pending")
        for part in ("Attempt 3 failed, the next one is at 12:01:00: connection refused\n",
                     "The bot has not been called yet, it waits for its turn.\n",
                     "Set aside after 3 attempts: it ended Hookline three times\n"):
            self.assertIn(part, text)
        done = self.hookline("list", "--pending", "--text", "no such text")
        self.assertEqual((done.stdout, done.stderr), (b"", b"Nothing is pending or set aside.\n"))

    def test_json(self):
        rows = {row["id"]: row for row in map(json.loads,
                                              self.text("list", "--json").splitlines())}
        for number, by, bot_status, outcome, record, without in (
                (1, "bot", 200, "final", "OK", None),
                (2, "guard", 200, "final", "OK", "request_timeout"),
                (3, "guard", 500, "final", "OK", "request_timeout"),
                (4, "inbox", 200, "final", "OK", "could_not_connect"),
                (6, "guard", None, "pending", "OK", "could_not_connect"),
                (7, "inbox", None, "pending", "OK", "could_not_connect"),
                (8, "guard", None, "aside", "OK", "request_timeout"),
                (10, "hookline", None, "final", "OK", None)):
            row = rows[number]
            self.assertEqual((row["by"], row["bot_status"], row["outcome"], row["line_record"],
                              row["line_record_without"]),
                             (by, bot_status, outcome, record, without), number)
        self.assertEqual((rows[6]["attempts"], rows[6]["next"]), (3, "2026-11-21T12:01:00.000Z"))
        self.assertEqual([number for number, row in rows.items() if row["token_expired"]], [5])
        self.assertEqual(rows[10]["duplicate_of"], 1)

    def test_show(self):
        for number, *parts in (
                (1, "LINE got      200 from the bot after 12 ms\n"),
                (2, "200 OK in 1.5 s\n",
                 "LINE got      200 from the relay after 1.5 s: the bot was not in time\n"
                 "The bot       said 200 after 3.1 s\n"
                 "Without us    LINE would have recorded request_timeout\n",
                 "   +1.5 s   the relay has answered LINE\n"),
                (5, "     reply token   38ef843bde154d9b91c2\n"
                    "                   had expired when the bot got it: LINE took no reply to it "
                    "any more\n"),
                (6, "200 OK in 3.0 ms; the bot has not got it yet\n",
                 "Handler       http://127.0.0.1:8000/callback\n",
                 "The bot       gave no answer at 3 attempts: the next attempt is at 2026-11-21 "
                 "12:01:00\nWithout us    LINE would have recorded could_not_connect\n",
                 "                   expired: when the bot gets it, LINE takes no reply to it any "
                 "more\n", "  hookline retry 6 ", "  hookline drop 6 "),
                (8, "; set aside\n", "The bot       gave no answer at 3 attempts: set aside\n"),
                (9, "; dropped\n", "The bot       does not get it: you dropped it\n"),
                (10, "LINE got      200 from Hookline after 12 ms\n"
                     "The bot       was not called\n")):
            text = self.text("show", str(number))
            for part in parts:
                self.assertIn(part, text)
        self.assertNotIn("expired", self.text("show", "4"))
        self.assertNotIn("hookline retry", self.text("show", "9"))
        event = json.loads(self.text("show", "5", "--json"))["events"][0]
        self.assertTrue(event["token_expired"])

    def test_on_a_terminal(self):
        plain = OUR_SEQUENCES.sub("", run_on_terminal(self.folder, "list", columns=80))
        self.assertIn("                    inbox, token expired\n", plain)  # no room in the row
        self.assertTrue(all(len(line) < 80 for line in plain.splitlines()))


class Settle(OneJournal):
    """`retry`, `drop` and `status` without an agent."""

    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="hookline-settle-")
        self.addCleanup(shutil.rmtree, self.folder)
        failed = {"by": "guard", "bot_status": 0, "error": "refused"}
        with JournalWriter(self.folder) as journal:
            for outcome in ("pending", "aside", "pending"):
                journal.message(outcome, {**failed, "outcome": outcome})
            journal.message("ended", answer=False)

    def outcomes(self):
        return [json.loads(line)["outcome"] for line in self.text("list", "--json").splitlines()]

    def test_one_by_one(self):
        self.assertIn("holds 3 pending and 1 set aside", self.hookline("status",
                                                                       code=1).stdout.decode())
        self.assertEqual(self.text("retry", "2"), "2 will be tried again when `hookline up` "
                                                  "runs.\n")
        self.assertEqual(self.text("drop", "1"), "1 is dropped: the bot will not get it.\n")
        self.assertEqual(self.outcomes(), ["dropped", "pending", "pending", "pending"])
        self.assertIn("exchange 1 is neither pending nor set aside", self.complaint("retry", "1"))
        self.assertIn('no exchange "9"', self.complaint("drop", "9"))
        status = json.loads(self.hookline("status", "--json", code=1).stdout)
        self.assertEqual((status["agent"], status["pending"], status["aside"]), (False, 3, 0))

    def test_all(self):
        self.assertIn("4 deliveries will be tried again", self.text("retry", "--all"))
        self.assertEqual(self.outcomes(), ["pending"] * 4)
        self.assertEqual(json.loads(self.text("drop", "--all", "--json"))["count"], 4)
        self.assertEqual(self.outcomes(), ["dropped"] * 4)
        self.assertEqual(self.text("retry", "--all"), "Nothing is pending or set aside.\n")

    def test_wrong_words(self):
        for args in ((), ("1", "--all"), ("1", "2")):
            for command in ("retry", "drop"):
                self.complaint(command, *args, code=2)


class NoJournal(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="hookline-list-")
        self.addCleanup(shutil.rmtree, self.folder)

    def test_none_yet(self):
        for command in (["list"], ["tail"], ["show", "last"], ["retry", "--all"],
                        ["drop", "last"]):
            done = run(self.folder, *command)
            self.assertEqual(done.returncode, 1)
            self.assertIn(b"there is no journal yet", done.stderr)
            self.assertIn(b"`hookline up` starts one", done.stderr)

    def test_an_empty_one(self):
        JournalWriter(self.folder).close()
        done = run(self.folder, "list")
        self.assertEqual((done.returncode, done.stdout), (0, b""))
        self.assertIn(b"The journal is still empty. Start `hookline up`", done.stderr)
        self.assertEqual(run(self.folder, "show", "last").returncode, 1)


class Show(OneJournal):
    @classmethod
    def fill(cls, journal):
        cls.body = body(message("こんにちは\n二行目"), message("again", webhookEventId="E2"))
        journal.record(body=cls.body, fields=FIELDS, arrived_ms=NOON, received_ms=NOON - 23,
                       delivery="0123456789ABCDEFGHJKMNPQRS",
                       answer={"body": '{"ok":true}', "fields": [["content-type", "text/x"]]})  # 1
        journal.record(body=cls.body, replay_of=1, answer={})                               # 2
        journal.record(body=cls.body, replay_of=1, answer={})                               # 3
        cls.bytes = bytes(range(256))
        journal.record(body_hex=cls.bytes.hex(), answer=REFUSED)                            # 4
        journal.record(webhook=False, method="GET", target="/", answer={
            "status": 0, "error": "connection refused", "verdict": "unchecked"})            # 5
        journal.message("waiting", answer=False)                                            # 6

    def test_everything(self):
        text = self.text("show", "1")
        for part in ("Exchange 1, a webhook: 200 OK in 12 ms\n",
                     "Arrived       2026-11-21 12:00:00.000 from 203.0.113.7\n",
                     "Tunnel        mybot\n", "Delivery      0123456789ABCDEFGHJKMNPQRS\n",
                     "Signature     valid, line, secret 1\n",
                     "Answered by   http://127.0.0.1:8000/callback\n", "Replayed as   2, 3\n",
                     "arrived here, 23 ms after the relay had it", "  +1.5 ms   is on disk\n",
                     "   +12 ms   the exchange is over\n",
                     f"1  message.text  from {USER}  at 2026-11-21 19:25:00.000\n",
                     "     こんにちは\n     二行目\n", "     reply token   38ef843bde154d9b91c2\n",
                     "  POST /callback\n  host: mybot.example.com\n",
                     "  authorization: (hidden)\n", '    "destination": "U0123456789abcdef",\n',
                     ", indented here; --raw writes the exact bytes\n",
                     "Answer\n  200 OK\n  content-type: text/x\n", '    "ok": true\n',
                     "  hookline replay 1 ", "  hookline show 1 --raw ",
                     "  hookline show 1 --raw --answer ", f"  hookline list --user {USER}\n"):
            self.assertIn(part, text)
        self.assertNotIn("secret-of-somebody", text)

    def test_relatives(self):
        self.assertIn("Replay of     1\n", self.text("show", "2"))
        self.assertIn("Duplicate of  1: an event with the same webhookEventId",
                      self.text("show", "6"))

    def test_a_wrong_signature(self):
        text = self.text("show", "4")
        self.assertIn("Exchange 4, a webhook: 401 Unauthorized", text)
        self.assertIn("Signature     invalid, line\n              The signature was made", text)
        self.assertIn("  00000010  10 11 12 13 14 15 16 17 18 19 1a 1b 1c 1d 1e 1f  ...", text)

    def test_no_answer(self):
        text = self.text("show", "5")
        self.assertIn("Exchange 5, not a webhook: no answer within 12 ms\n", text)
        self.assertIn("Error         connection refused\n", text)
        self.assertNotIn("Signature", text)
        self.assertNotIn("\nAnswer\n", text)
        self.assertIn("a webhook: no answer yet\n", self.text("show", "6"))

    def test_raw_is_exact(self):
        self.assertEqual(self.hookline("show", "1", "--raw").stdout, self.body.encode())
        self.assertEqual(self.hookline("show", "4", "--raw").stdout, self.bytes)
        self.assertEqual(self.hookline("show", "1", "--raw", "--answer").stdout, b'{"ok":true}')
        self.assertIn("exchange 6 has no answer",
                      self.complaint("show", "6", "--raw", "--answer"))
        self.assertIn("--answer goes with --raw", self.complaint("show", "1", "--answer", code=2))

    def test_json(self):
        shown = json.loads(self.text("show", "1", "--json"))
        self.assertEqual(shown["request"]["body"],
                         {"len": len(self.body.encode()), "truncated": False, "text": self.body})
        self.assertEqual(shown["request"]["fields"], [*FIELDS[:2], ["authorization", None]])
        self.assertEqual(shown["answer"]["status"], 200)
        self.assertEqual(shown["replays"], [2, 3])
        self.assertEqual([event["text"] for event in shown["events"]],
                         ["こんにちは\n二行目", "again"])
        self.assertEqual(shown["events"][0]["source_id"], USER)
        shown = json.loads(self.text("show", "4", "--json"))
        self.assertEqual(base64.b64decode(shown["request"]["body"]["base64"]), self.bytes)
        self.assertIsNone(json.loads(self.text("show", "5", "--json"))["answer"])

    def test_ids(self):
        for name, want in (("1", 1), ("last", 6), ("-2", 5), ("0123456789ABCDEFGHJKMNPQRS", 1),
                           ("01234567", 1)):
            self.assertEqual(json.loads(self.text("show", name, "--json"))["id"], want)
        self.assertIn('the journal has no exchange "77"', self.complaint("show", "77"))
        self.assertIn('several deliveries begin with "0"', self.complaint("show", "0"))
        self.complaint("show", code=2)

    def test_on_a_terminal(self):
        text = run_on_terminal(self.folder, "show", "4", columns=60)
        self.assertNotRegex(OUR_SEQUENCES.sub("", text), DANGEROUS)
        self.assertIn("\x1b[31minvalid\x1b[0m", text)
        self.assertIn("another channel's\n              secret.\n", text)


class Hostile(OneJournal):
    """Whatever was recorded, nothing of it reaches the terminal as an order."""
    NASTY = ["\x1b[2J\x1b]0;title\x07", "\x9b31m", "\u202eevil\u2066", "\u200b\ufeff\u2028",
             "\x7f\b\r\x00", "日本\x1b", "\x1bP1;1|17/ab\x1b\\"]

    @classmethod
    def fill(cls, journal):
        every = "".join(cls.NASTY)
        for nasty in [*cls.NASTY, every]:
            target = "/" + nasty.replace("\x00", "")
            field = nasty.replace("\x00", "").replace("\r", "")
            journal.record(
                body=body(message(nasty, user=nasty, type=nasty, replyToken=nasty), message(every)),
                target=target, fields=[["x-field", field], ["x-second", field]], peer=field,
                tunnel=field, answer={**REFUSED, "explanation": field, "error": field,
                                      "handler": field, "body": nasty,
                                      "fields": [["x-answer", field]]})
        journal.record(body_hex=every.encode("utf-16").hex(), answer={"body_hex": "1b5b324a9b9b"})

    def test_every_command(self):
        count = len(self.NASTY) + 2
        commands = [["list"], ["list", "--json"], ["list", "--text", "\x1b[2J"],
                    ["list", "--since", "\u202e"], ["show", "\x1b[2J"]]
        for number in range(1, count + 1):
            commands += [["show", str(number)], ["show", str(number), "--json"]]
        for command in commands:
            with self.subTest(command):
                done = run(self.folder, *command)
                self.assertNotRegex(done.stdout.decode(), DANGEROUS)
                self.assertNotRegex(done.stderr.decode(), DANGEROUS)
                self.assertNotIn(b"Sanitizer", done.stderr)
        for command in (["list"], ["show", str(count - 1)]):
            self.assertNotRegex(OUR_SEQUENCES.sub("", run_on_terminal(self.folder, *command)),
                                DANGEROUS)


class Tail(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="hookline-tail-")
        self.addCleanup(shutil.rmtree, self.folder)
        self.journal = JournalWriter(self.folder)
        self.addCleanup(self.journal.close)

    def tail(self, *args, **options):
        child = subprocess.Popen([HOOKLINE, "tail", *args, "--data", self.folder],
                                 stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=ENVIRONMENT,
                                 **options)
        self.addCleanup(self.end, child)
        return child

    def end(self, child):
        if child.poll() is None:
            child.kill()
        child.wait()
        self.assertNotIn(b"Sanitizer", child.stderr.read())
        child.stdout.close()
        child.stderr.close()

    def line(self, child):
        ready, _, _ = select.select([child.stdout], [], [], PATIENCE)
        self.assertTrue(ready, "no line came")
        return child.stdout.readline().decode()

    def next_id(self, child):
        return json.loads(self.line(child))["id"]

    def stop(self, child, number=signal.SIGINT):
        child.send_signal(number)
        self.assertEqual(child.wait(PATIENCE), 0)

    def test_what_another_process_writes(self):
        for number in range(12):
            self.journal.message(f"before {number}")
        child = self.tail("--json", bufsize=0)
        self.assertEqual([self.next_id(child) for _ in range(10)], list(range(3, 13)))
        for number in range(13, 30):
            self.journal.message(f"after {number}")
            self.assertEqual(self.next_id(child), number)
        self.stop(child)

    def test_exchanges_come_when_they_are_answered(self):
        self.journal.message("first")
        child = self.tail("--json", bufsize=0)
        self.assertEqual(self.next_id(child), 1)
        slow = self.journal.message("slow", answer=False)
        fast = self.journal.message("fast")
        self.assertEqual(self.next_id(child), fast)
        self.journal.record(answer_to=slow, answer={"status": 503})
        shown = json.loads(self.line(child))
        self.assertEqual((shown["id"], shown["status"]), (slow, 503))
        self.stop(child, signal.SIGTERM)

    def test_what_was_open_before(self):
        slow = self.journal.message("slow", answer=False)
        for number in range(20):
            self.journal.message(str(number))
        child = self.tail("--json", bufsize=0)
        self.assertEqual([self.next_id(child) for _ in range(10)], list(range(12, 22)))
        self.journal.record(answer_to=slow, answer={})
        self.assertEqual(self.next_id(child), slow)
        self.stop(child)

    def test_filters(self):
        child = self.tail("--json", "--failed", "--text", "二", bufsize=0)
        for text, answer in (("一", REFUSED), ("二", {}), ("二二", REFUSED), ("三", {})):
            self.journal.message(text, answer)
        last = self.journal.message("二三", {"status": 500})
        self.assertEqual([self.next_id(child), self.next_id(child)], [3, last])
        self.stop(child)

    def test_lines(self):
        child = self.tail(bufsize=0)
        self.assertIn("SIGNATURE", self.line(child))
        self.journal.message("こんにちは", REFUSED)
        self.assertIn('message.text "こんにちは"', self.line(child))
        self.assertIn(REFUSED["explanation"], self.line(child))
        self.stop(child)

    def test_ids_far_away(self):
        """Retention removed what lay between."""
        self.journal.message("one")
        self.journal.close()
        with contextlib.closing(sqlite3.connect(f"{self.folder}/journal.db")) as database:
            database.execute("PRAGMA foreign_keys=OFF")
            for table, column, factor in (("exchange", "id", 1), ("answer", "exchange", 1),
                                          ("request", "exchange", 1), ("event", "id", 128)):
                database.execute(f"UPDATE {table} SET {column} = {column} + {100000 * factor}")
            database.commit()
        self.journal = JournalWriter(self.folder)
        self.addCleanup(self.journal.close)
        child = self.tail("--json", bufsize=0)
        self.assertEqual(self.next_id(child), 100001)
        self.assertEqual(self.journal.message("two"), 100002)
        self.assertEqual(self.next_id(child), 100002)
        self.stop(child)

    def test_a_journal_that_is_replaced(self):
        self.journal.message("old")
        child = self.tail("--json", bufsize=0)
        self.assertEqual(self.next_id(child), 1)
        self.journal.close()
        for name in os.listdir(self.folder):
            os.rename(os.path.join(self.folder, name), os.path.join(self.folder, "old-" + name))
        self.journal = JournalWriter(self.folder)
        self.addCleanup(self.journal.close)
        self.journal.message("new")
        self.assertEqual(json.loads(self.line(child))["event"]["text"], "new")
        self.stop(child)

    def test_the_reader_goes_away(self):
        self.journal.message("one")
        child = self.tail(bufsize=0)
        self.line(child)
        child.stdout.close()
        self.assertEqual(child.wait(PATIENCE), 0)
        self.assertEqual(child.stderr.read(), b"")


if __name__ == "__main__":
    unittest.main()
