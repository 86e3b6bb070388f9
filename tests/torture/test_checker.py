"""The checker finds what it is there for: violations planted one by one in a run without any."""
import os
import sqlite3
import tempfile
import unittest

import checker
from checker import Row, Sent


def body_of(name):
    return f"body of {name}".encode()


def run(count=20):
    """Webhooks that were sent one after the other, and a journal that has them all."""
    sent = [Sent(f"w{n}", n * 1000, n * 1000 + 900, 200) for n in range(count)]
    return sent, [Row(n + 1, w.name, body_of(w.name)) for n, w in enumerate(sent)]


class Journal(unittest.TestCase):
    def kinds(self, sent, rows):
        return [v.kind for v in checker.check_journal(sent, rows, body_of)]

    def test_nothing_to_find(self):
        self.assertEqual(self.kinds(*run()), [])
        self.assertEqual(self.kinds([], []), [])

    def test_lost(self):
        for place in range(20):
            sent, rows = run()
            del rows[place]
            found = checker.check_journal(sent, rows, body_of)
            self.assertEqual([(v.kind, v.name) for v in found], [("lost", f"w{place}")])

    def test_only_what_was_accepted_can_be_lost(self):
        for status in (0, 401, 429, 500, 503):
            sent, rows = run()
            sent[5] = sent[5]._replace(status=status)
            self.assertEqual(self.kinds(sent, rows), [])
            del rows[5]
            self.assertEqual(self.kinds(sent, rows), [])

    def test_twice(self):
        sent, rows = run()
        rows.append(rows[-1]._replace(order=99))
        self.assertEqual(self.kinds(sent, rows), ["twice"])

    def test_twice_even_if_refused(self):
        sent, rows = run()
        sent[19] = sent[19]._replace(status=503)
        rows.append(rows[-1]._replace(order=99))
        self.assertEqual(self.kinds(sent, rows), ["twice"])

    def test_invented(self):
        sent, rows = run()
        self.assertEqual(self.kinds(sent, [*rows, Row(99, "stranger", b"")]), ["invented"])

    def test_altered(self):
        for body in (b"", b"body of w3 ", b"Body of w3", body_of("w4")):
            sent, rows = run()
            rows[3] = rows[3]._replace(body=body)
            self.assertEqual(self.kinds(sent, rows), ["altered"])

    def swapped(self, sent, a, b):
        rows = run()[1]
        rows[a], rows[b] = rows[b]._replace(order=a + 1), rows[a]._replace(order=b + 1)
        return checker.check_journal(sent, rows, body_of)

    def test_order(self):
        for place in range(19):
            found = self.swapped(run()[0], place, place + 1)
            self.assertEqual([(v.kind, v.name) for v in found], [("order", f"w{place + 1}")])

    def test_order_far_apart(self):
        found = self.swapped(run()[0], 2, 17)
        self.assertEqual({v.kind for v in found}, {"order"})
        self.assertIn("w17", [v.name for v in found])

    def test_order_binds_what_was_refused_too(self):
        """It came later than what was accepted before it."""
        sent = run()[0]
        sent[6] = sent[6]._replace(status=503)
        self.assertEqual([v.kind for v in self.swapped(sent, 5, 6)], ["order"])

    def test_no_order_among_those_under_way_together(self):
        sent = run()[0]
        sent[5] = sent[5]._replace(answered=sent[6].begun)
        self.assertEqual(self.swapped(sent, 5, 6), [])

    def test_no_order_behind_what_was_refused(self):
        sent = run()[0]
        sent[5] = sent[5]._replace(status=503)
        self.assertEqual(self.swapped(sent, 5, 6), [])


class Bot(unittest.TestCase):
    def kinds(self, rows, calls):
        return [v.kind for v in checker.check_bot(rows, calls, lambda name: name == "forged")]

    def test_nothing_to_find(self):
        self.assertEqual(self.kinds(["a", "b", "forged"], ["b", "a", "a"]), [])

    def test_never_handled(self):
        self.assertEqual(self.kinds(["a", "b"], ["a"]), ["never handled"])

    def test_forged(self):
        self.assertEqual(self.kinds(["forged"], ["forged"]), ["forged"])

    def test_invented(self):
        self.assertEqual(self.kinds(["a"], ["a", "b"]), ["invented"])


class Databases(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.path = os.path.join(folder.name, "test.db")

    def make(self, script):
        database = sqlite3.connect(self.path)
        database.executescript(script)
        database.close()

    INBOX = """CREATE TABLE record (seq INTEGER PRIMARY KEY);
               CREATE TABLE note (seq INTEGER PRIMARY KEY, attempts INTEGER, reason TEXT);"""

    def test_an_empty_inbox(self):
        self.make(self.INBOX)
        self.assertEqual(checker.check_inbox(self.path), [])

    def test_an_inbox_with_something_in_it(self):
        self.make(self.INBOX + """INSERT INTO record VALUES (7), (8);
                                  INSERT INTO note VALUES (8, 3, 'the link ended');""")
        found = checker.check_inbox(self.path)
        self.assertEqual([v.kind for v in found], ["stuck"] * 2)
        self.assertIn("record 7: still kept", found[0].text)
        self.assertIn("record 8: set aside: the link ended", found[1].text)

    def test_a_damaged_database(self):
        self.make(self.INBOX + "CREATE TABLE filler (a); CREATE INDEX i ON filler (a);"
                  "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n LIMIT 5000)"
                  "INSERT INTO filler SELECT x FROM n;")
        size = os.path.getsize(self.path)
        with open(self.path, "r+b") as file:
            file.seek(size - 4096)
            file.write(bytes(2048))
        self.assertIn("damaged", [v.kind for v in checker.check_inbox(self.path)])

    def test_unfinished_webhooks(self):
        self.make("""CREATE TABLE exchange (id INTEGER PRIMARY KEY, target TEXT);
                     CREATE TABLE answer (exchange INTEGER, outcome INTEGER, error TEXT);
                     INSERT INTO exchange VALUES (1, 'a'), (2, 'b'), (3, 'c'), (4, 'd');
                     INSERT INTO answer VALUES (1, 0, ''), (2, 1, 'no bot'), (3, 2, 'crashes');
                  """)
        with checker.opened(self.path) as database:
            found = checker.check_unfinished(database, str)
        self.assertEqual([(v.kind, v.name) for v in found],
                         [("unfinished", name) for name in "bcd"])

    def test_the_original_stays_as_it_is(self):
        self.make("PRAGMA journal_mode = WAL;" + self.INBOX)
        writer = sqlite3.connect(self.path)
        self.addCleanup(writer.close)
        writer.executescript("INSERT INTO record VALUES (7);")
        before = os.path.getsize(self.path + "-wal")
        self.assertEqual(len(checker.check_inbox(self.path)), 1)
        self.assertEqual(os.path.getsize(self.path + "-wal"), before)
        self.assertGreater(before, 0)


if __name__ == "__main__":
    unittest.main()
