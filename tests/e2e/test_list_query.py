"""The filter language on the command line: `hookline list QUERY` and `hookline tail QUERY`."""
import json
import os
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

from journal_writer import USER, JournalWriter, body, message
from test_list_show import ENVIRONMENT, HOOKLINE, PATIENCE, REFUSED, OneJournal, run

MINUTE = 60000


class Query(OneJournal):
    @classmethod
    def fill(cls, journal):
        now = int(time.time() * 1000)
        journal.message("I want a Refund: 返金", arrived_ms=now - 60 * MINUTE)              # 1
        journal.message("請問今天有營業嗎", REFUSED, user="U9", arrived_ms=now)              # 2
        journal.record(body=body({"type": "follow", "source": {"type": "user", "userId": USER}},
                                 message("二")), arrived_ms=now, answer={"status": 500})      # 3
        journal.record(method="GET", target="/liff?a=1", webhook=False, arrived_ms=now,
                       answer={"verdict": "unchecked", "status": 304})                      # 4
        journal.message("ＡＧＡＩＮ", replay_of=1, arrived_ms=now)                            # 5

    def test_one_argument_or_several(self):
        for args, ids in ((["type:text"], [1, 2, 3, 5]), (["type:text -is:replay"], [1, 2, 3]),
                          (["type:text", "-is:replay"], [1, 2, 3]),
                          (["-type:text"], [4]),
                          (["(type:follow OR sig:bad) -status:5xx"], [2]),
                          (["返"], [1]), (["REFUND", "返金"], [1]), (["again"], [5]),
                          (["text:\"a refund\""], [1]), (["id:2..4"], [2, 3, 4]),
                          (["path:/liff*"], [4]), (["since:30m"], [2, 3, 4, 5]),
                          (["status:5xx", "OR", "sig:invalid"], [2, 3])):
            self.assertEqual(self.ids(*args), ids, args)

    def test_with_options(self):
        self.assertEqual(self.ids("type:text", "--status", "200"), [1, 5])
        self.assertEqual(self.ids("--replays", "type:text"), [5])
        self.assertEqual(self.ids("type:text", "--limit", "2"), [3, 5])
        self.assertEqual(self.ids("type:text", "--reverse"), [5, 3, 2, 1])
        self.assertEqual(self.ids("--user", USER, "type:follow"), [3])
        self.assertEqual(self.ids("--since", "30m", "sig:bad"), [2])

    def test_nothing_matches(self):
        done = self.hookline("list", "type:beacon")
        self.assertEqual(done.stdout, b"")
        self.assertIn("fewer conditions", done.stderr.decode())

    def test_mistakes_are_shown_where_they_are(self):
        for query, lines in (
                ("late statsu:500", ["there is no such key", "    late statsu:500",
                                     "         ^~~~~~", "Did you mean: status:"]),
                ("text:返金 is:leta", ["this key has no such value", "    text:返金 is:leta",
                                     "                 ^~~~", "Did you mean: late"]),
                ("took:fast", ["this is no such number", "    took:fast", "         ^~~~",
                               "For example: >1.5s"]),
                ("(late", ["this bracket is never closed", "    (late", "    ^"])):
            self.assertEqual(self.complaint("list", query, code=2).splitlines(),
                             ["hookline: the query has a mistake: " + lines[0], *lines[1:]])

    def test_a_long_query_shows_the_mistake(self):
        text = self.complaint("list", '"' + "返 " * 300 + '" typ:x', code=2).splitlines()
        self.assertLess(len(text[1]), 100)
        self.assertTrue(text[1].endswith("typ:x"))
        self.assertEqual(self.complaint("list", "x" * 4000, "y" * 4000, code=2).splitlines()[0],
                         "hookline: the query has a mistake: it is too long: 2000 bytes and "
                         "64 conditions are the most")

    def test_hostile_arguments_are_escaped(self):
        text = self.complaint("list", "\x1b[2Jtyp:\x07x", code=2)
        self.assertNotIn("\x1b", text)
        self.assertNotIn("\x07", text)
        self.complaint("list", b"typ\xff:x", code=2)

    def test_other_commands_take_no_dash(self):
        self.assertIn("there are no short options", self.complaint("show", "-x", code=2))

    def test_help(self):
        self.assertIn("list [QUERY...] [options]", self.text("list", "--help"))
        self.assertIn("tail [QUERY...] [options]", self.text("help", "tail"))
        self.assertIn("QUERY", self.text("__man"))


class Tail(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp(prefix="hookline-query-")
        self.addCleanup(shutil.rmtree, self.folder)

    def test_follows_what_matches(self):
        with JournalWriter(self.folder) as journal:
            journal.message("apples")
            with subprocess.Popen([HOOKLINE, "tail", "--json", "text:二", "OR", "is:problem",
                                   "--data", self.folder], stdout=subprocess.PIPE,
                                  env=ENVIRONMENT) as child:
                journal.message("pears")
                wanted = [journal.message("二つ"), journal.message("bad", REFUSED)]
                got = [json.loads(child.stdout.readline())["id"] for _ in wanted]
                child.send_signal(signal.SIGINT)
                self.assertEqual(child.wait(PATIENCE), 0)
        self.assertEqual(got, wanted)

    def test_refuses_a_mistake(self):
        os.makedirs(self.folder, mode=0o700, exist_ok=True)
        done = run(self.folder, "tail", "typ:x")
        self.assertEqual(done.returncode, 2)
        self.assertIn(b"Did you mean: type:", done.stderr)
