"""Was anything lost?  Compares what the senders were told with what the journal holds.

It knows nothing of how the programs work: only what was sent, what was answered and when, and the
two databases as they are when everything has been started again, drained, and stopped.
"""
import collections
import contextlib
import os
import shutil
import sqlite3
import tempfile

# begun, answered: monotonic µs, its first byte leaving and its answer having come; status 0: none
Sent = collections.namedtuple("Sent", "name begun answered status")
# order: the place in the journal
Row = collections.namedtuple("Row", "order name body")
# name: of the webhook, or ""
Violation = collections.namedtuple("Violation", "kind name text")

FINAL = 0  # journal_outcome


def is_accepted(sent):
    return 200 <= sent.status < 300


def check_journal(sent, rows, body_of):
    """Violations of the contract; `rows` in the journal's order, `body_of(name)` as it was sent."""
    sent = {webhook.name: webhook for webhook in sent}
    found, names = [], []
    seen = set()
    for row in rows:
        if row.name not in sent:
            found.append(Violation("invented", row.name, f"row {row.order} was never sent"))
        elif row.name in seen:
            found.append(Violation("twice", row.name, f"row {row.order} is not the first"))
        elif row.body != body_of(row.name):
            found.append(Violation("altered", row.name, f"row {row.order} has another body"))
        seen.add(row.name)
        names.append((row.order, row.name))
    found += [Violation("lost", webhook.name, f"answered {webhook.status}, not in the journal")
              for webhook in sent.values() if is_accepted(webhook) and webhook.name not in seen]
    return found + _check_order([(order, sent[name]) for order, name in names if name in sent])


def _check_order(rows):
    """What was accepted before another was sent must stand before it."""
    found = []
    first = None  # accepted, of those that stand behind
    for order, webhook in reversed(rows):
        if first and first[1].answered < webhook.begun:
            found.append(Violation(
                "order", webhook.name, f"row {order} stands before row {first[0]} "
                f"({first[1].name}), which had its answer "
                f"{(webhook.begun - first[1].answered) / 1000:.1f} ms before this one was sent"))
        if is_accepted(webhook) and (not first or webhook.answered < first[1].answered):
            first = (order, webhook)
    return found


def check_bot(rows, calls, is_forged):
    """`calls`: names in the order in which they reached the bot, `rows`: names in the journal."""
    rows, calls = set(rows), set(calls)
    found = [Violation("never handled", name, "in the journal, but never reached the bot")
             for name in sorted(rows - calls) if not is_forged(name)]
    found += [Violation("forged", name, "reached the bot without a valid signature")
              for name in sorted(calls) if is_forged(name)]
    found += [Violation("invented", name, "reached the bot, but is not in the journal")
              for name in sorted(calls - rows)]
    return found


# --- databases ---

UNFINISHED = ("SELECT (SELECT count(*) FROM exchange) -"
              f" (SELECT count(*) FROM answer WHERE outcome = {FINAL})")


def count(path, query):
    """Out of the database of a program that runs; -1: not now."""
    try:
        with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
            return database.execute(query).fetchone()[0]
    except sqlite3.OperationalError:
        return -1


@contextlib.contextmanager
def opened(path):
    """A copy, so that the original stays as it was left."""
    with tempfile.TemporaryDirectory() as folder:
        for end in ("", "-wal", "-shm"):
            if os.path.exists(path + end):
                shutil.copy(path + end, os.path.join(folder, "copy.db" + end))
        database = sqlite3.connect(os.path.join(folder, "copy.db"))
        database.text_factory = lambda data: data.decode(errors="replace")
        with contextlib.closing(database):
            yield database


def _check_integrity(database, what):
    try:
        said = [row[0] for row in database.execute("PRAGMA integrity_check")]
    except sqlite3.DatabaseError as why:
        said = [str(why)]
    return [] if said == ["ok"] else [Violation("damaged", "", f"{what}: {'; '.join(said[:5])}")]


def check_inbox(path):
    """Intact and empty."""
    with opened(path) as database:
        found = _check_integrity(database, "inbox")
        for seq, attempts, reason in database.execute(
                "SELECT record.seq, attempts, reason FROM record LEFT JOIN note"
                " ON note.seq = record.seq ORDER BY record.seq LIMIT 20"):
            what = f"set aside: {reason}" if reason else f"still kept, {attempts or 0} attempts"
            found.append(Violation("stuck", "", f"inbox record {seq}: {what}"))
    return found


def check_unfinished(database, name_of):
    """Nothing in the journal is pending or set aside, and every webhook has an outcome."""
    return [Violation("unfinished", name_of(target) or "", f"row {row}: " + (
                f"outcome {outcome}: {error}" if outcome is not None else "no answer"))
            for row, target, outcome, error in database.execute(
                "SELECT id, target, outcome, error FROM exchange LEFT JOIN answer"
                " ON exchange = id WHERE outcome IS NULL OR outcome <> ? LIMIT 20", (FINAL,))]


def journal_rows(database, name_of):
    for order, target, body in database.execute(
            "SELECT id, target, body FROM exchange JOIN request ON exchange = id ORDER BY id"):
        yield Row(order, name_of(target) or target, body)


_ANSWERERS = ("nobody", "the bot", "the agent", "the guard", "the inbox")  # journal_answerer


def answerers(folder):
    """Who answered how many webhooks, by the journal's own account."""
    with opened(os.path.join(folder, "agent", "journal.db")) as database:
        return {_ANSWERERS[who or 0]: count for who, count in database.execute(
            "SELECT answered_by, count(*) FROM answer GROUP BY answered_by ORDER BY 2 DESC")}


def check_all(folder, sent, calls, webhooks, seed):
    """The folder of a run (relay/inbox.db, agent/journal.db); violations, and rows in all."""
    names = []

    def noted(rows):
        for row in rows:
            names.append(row.name)
            yield row

    def check_files():
        yield from check_inbox(os.path.join(folder, "relay", "inbox.db"))
        with opened(os.path.join(folder, "agent", "journal.db")) as database:
            yield from _check_integrity(database, "journal")
            yield from check_unfinished(database, webhooks.name_of)
            yield from check_journal(sent, noted(journal_rows(database, webhooks.name_of)),
                                     lambda name: webhooks.body(seed, name))

    found = []
    try:
        found += check_files()
    except sqlite3.DatabaseError as why:
        found.append(Violation("damaged", "", str(why)))
    return found + check_bot(names, calls, webhooks.is_forged), len(names)
