"""What the delivery contract costs and keeps: the inbox, the guard, the backlog."""
import contextlib
import pathlib
import re
import sqlite3
import sys
import time

from load import Site, rate

BOT_DELAY_S = 4
GUARD_MS = 1500
UNITS_MS = {"us": 0.001, "ms": 1, "s": 1000}


def request_ms(said):
    """Shortest, longest and mean time for a request, as h2load tells them."""
    line = re.search(r"time for request: +(.*)", said).group(1)
    return [float(n) * UNITS_MS[unit] for n, unit in re.findall(r"([\d.]+)(us|ms|s)\b", line)[:3]]


def query(folder, sql):
    with contextlib.closing(sqlite3.connect(next(pathlib.Path(folder).glob("**/*.db")))) as db:
        return db.execute(sql).fetchall()


def wait_until(what, condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise SystemExit(f"{what}: not within {seconds} s")
        time.sleep(0.02)


def known_tunnel(rig):
    """A relay whose tunnel was linked once and is not now: (relay, its port, site, journal)."""
    relay, port = rig.start_relay("--inbox-tunnel-size=1GiB", "--inbox-size=2GiB")
    journal = rig.new_folder("journal")
    agent = rig.start_agent(port, rig.start_bot(), journal)
    rig.end(agent)
    return relay, port, Site(rig, port, "/bench/callback"), journal


def inbox(rig, seconds):
    """Webhooks a second into the inbox over the public port: one at a time, and many; with the
    longest answer of the latter in ms."""
    relay, _, site, _ = known_tunnel(rig)
    single, _ = rate(site, seconds, (relay,), "--h1", "-c", 1)
    many, (cpu_us,) = rate(site, seconds, (relay,), "-c", 8, "-m", 16)
    longest = request_ms(site.h2load("-n", 20000, "-c", 8, "-m", 8))[1]
    return single, many, cpu_us, longest


def guard(rig, webhooks):
    """How far from 1.5 s the answers are, in ms, with all of them in flight at a slow bot; and the
    process of the relay."""
    bot = rig.start(sys.executable, "-B", pathlib.Path(__file__).with_name("slow_bot.py"),
                    BOT_DELAY_S)
    relay, port = rig.start_relay()
    rig.start_agent(port, int(bot.line()), rig.new_folder("journal"))
    site = Site(rig, port, "/bench/callback")
    site.h2load("-n", 10, "-c", 10)
    shortest, longest, _ = request_ms(site.h2load("-n", webhooks, "-c", 10, "-m", webhooks // 10))
    return shortest - GUARD_MS, longest - GUARD_MS, relay


def backlog_s(rig, webhooks):
    """Seconds from the start of an agent until its journal has a backlog, in order."""
    _, port, site, journal = known_tunnel(rig)
    before, = query(journal, "SELECT count(*) FROM exchange")[0]
    site.h2load("-n", webhooks, "-c", 8, "-m", 8)
    start = time.monotonic()
    rig.start_agent(port, rig.start_bot(), journal)
    wait_until("the backlog", lambda: query(
        journal, "SELECT count(*) FROM exchange")[0][0] >= before + webhooks)
    spent = time.monotonic() - start
    arrived = [row[0] for row in query(journal, "SELECT delivery FROM exchange ORDER BY id")]
    if arrived != sorted(arrived) or len(arrived) != before + webhooks:
        raise SystemExit("the backlog is not in order")
    return spent
