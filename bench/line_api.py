"""The LINE API port: what a call costs that is emulated, and what passing one on adds."""
import json
import os
import re
import urllib.parse

from rig import cpu_s, run

PUSH = "/v2/bot/message/push"
CALL = json.dumps({"to": "U" + "8e742f61d673b39c" * 2,
                   "messages": [{"type": "text", "text": "hello, this is the bot"}]}).encode()
FIELDS = ["Authorization: Bearer token", "Content-Type: application/json"]


def address_of(agent):
    """From the first lines that the agent printed."""
    lines = os.pread(agent.said.fileno(), 65536, 0).splitlines()
    found = next(line for line in map(json.loads, lines) if line["type"] == "line_api")
    return urllib.parse.urlsplit(found["url"]).port


def start(rig, *flags):
    """An agent with its port; nothing is limited in rate."""
    bot = rig.start_bot()
    _, relay_port = rig.start_relay()
    return bot, rig.start_agent(relay_port, bot, rig.new_folder("line"), "--line-api-addr",
                                "127.0.0.1:0", "--strict", "off", *flags)


def rate(rig, agent, calls):
    """Calls a second of eight connections, and microseconds of processor time of each."""
    words = ["h2load", "--h1", "-c", 8, "-n", calls, f"--data={rig.file('call.json', CALL)}",
             *(f"--header={field}" for field in FIELDS),
             f"http://127.0.0.1:{address_of(agent)}{PUSH}"]
    before = cpu_s(agent.pid)
    out = run(*words)
    if int(re.search(r"status codes: (\d+) 2xx", out).group(1)) != calls:
        raise SystemExit(f"calls went wrong\n{out}")
    spent = cpu_s(agent.pid) - before
    return float(re.search(r"([\d.]+) req/s", out).group(1)), spent * 1e6 / calls


def latency_ms(rig, port, seconds, ca="-", rate_hz=200):
    """Median and 99th percentile."""
    head = "\r\n".join([f"POST {PUSH} HTTP/1.1", f"Host: localhost:{port}", *FIELDS,
                        f"Content-Length: {len(CALL)}", "", ""]).encode()
    request = rig.file("line-request", head + CALL)
    said = run(rig.build / "bench/paced", port, ca, request, rate_hz, seconds + 1)
    return [int(us) / 1000 for us in said.split()]


def emulated(rig, seconds):
    """Rate, processor time, and latency less that of a bot that only says 200."""
    bot, agent = start(rig)
    rate(rig, agent, 2000)
    hz, cpu_us = rate(rig, agent, 5000 * seconds)
    direct = latency_ms(rig, bot, seconds)
    through = latency_ms(rig, address_of(agent), seconds)
    rig.start_anew()
    return hz, cpu_us, [t - d for t, d in zip(through, direct)]


def passed_on(rig, seconds):
    """Latency less that of LINE's stand-in (nginx with TLS), asked directly."""
    bot = rig.start_bot()
    _, nginx_port = rig.start_nginx(bot)
    line = f"https://localhost:{nginx_port}"
    _, agent = start(rig, "--line-url", line, "--line-data-url", line, "--line-ca-file", rig.ca,
                     "--line-api", "pass")
    direct = latency_ms(rig, nginx_port, seconds, rig.ca)
    through = latency_ms(rig, address_of(agent), seconds)
    rig.start_anew()
    return [t - d for t, d in zip(through, direct)]


def measure(rig, table, scale):
    seconds = max(6 // scale, 2)
    hz, cpu_us, added = emulated(rig, seconds)
    table.add("emulated calls a second", hz, "/s", ">= 3,000")
    table.add("  processor time of the agent", cpu_us, "us", "<= 333")
    for i, (name, target) in enumerate((("median", "<= 1"), ("99 of 100", ""))):
        table.add(f"emulated call, added latency, {name}", added[i], "ms", target)
    added = passed_on(rig, seconds)
    for i, (name, target) in enumerate((("median", "<= 2"), ("99 of 100", ""))):
        table.add(f"call passed on, added latency, {name}", added[i], "ms", target)

