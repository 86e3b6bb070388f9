#!/usr/bin/env python3
"""How long a webhook's answer takes while something large passes through the same thin link.

    bench/thin_link.py [--build FOLDER] [--bulk N] [--seconds S]
                       [--mbit M] [--delay MS] [--queue KB]

Relay and agent run in network namespaces of their own. Between them lies a link made of two TUN
devices: 10 Mbit/s each way, 20 ms of delay each way, and 64 KB of buffer before packets are
dropped, as a router at home has it. Needs root, because of the namespaces. Nothing else is
touched.

Rows: without anything else; while N pages download (the agent sends them); while N uploads run.
"""
import argparse
import collections
import contextlib
import ctypes
import fcntl
import heapq
import http.client
import multiprocessing
import os
import pathlib
import select
import socket
import ssl
import statistics
import struct
import subprocess
import threading
import time

from rig import Rig, run

ROOT = pathlib.Path(__file__).resolve().parent.parent
RELAY, AGENT = "10.213.7.1", "10.213.7.2"
LIBC = ctypes.CDLL(None, use_errno=True)
TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000


class Namespace:
    """A network of its own; it is gone when its last process is."""

    def __init__(self):
        keeper = "ip link set lo up && echo ok && exec cat"
        self.keeper = subprocess.Popen(["unshare", "--net", "sh", "-c", keeper],
                                       stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.keeper.stdout.readline()
        self.file = os.open(f"/proc/{self.keeper.pid}/ns/net", os.O_RDONLY)

    def enter(self):
        if LIBC.setns(self.file, 0) != 0:
            raise OSError(ctypes.get_errno(), "setns")

    def run(self, *words):
        run("nsenter", f"--net=/proc/{self.keeper.pid}/ns/net", *words)

    def open_tun(self, address):
        """A device with this address inside; its packets are read and written here."""
        def work(pipe):
            self.enter()
            tun = os.open("/dev/net/tun", os.O_RDWR)
            fcntl.ioctl(tun, TUNSETIFF, struct.pack("16sH22x", b"thin", IFF_TUN | IFF_NO_PI))
            socket.send_fds(pipe, [b"x"], [tun])
        ours, theirs = socket.socketpair()
        child = multiprocessing.Process(target=work, args=(theirs,))
        child.start()
        _, (tun,), _, _ = socket.recv_fds(ours, 1, 1)
        child.join()
        self.run("ip", "addr", "add", f"{address}/24", "dev", "thin")
        self.run("ip", "link", "set", "thin", "up")
        return tun

    def close(self):
        os.close(self.file)
        self.keeper.stdin.close()
        self.keeper.wait()


class Way:
    """One direction: a queue of bytes that leaves at a rate, then takes its time."""

    def __init__(self, to, options):
        self.to = to
        self.rate = options.mbit * 1e6 / 8
        self.delay = options.delay / 2000
        self.room = options.queue * 1000
        self.free_at = 0.0

    def arrives_at(self, size, now):
        """When the packet comes out; None: it is dropped."""
        backlog = max(0.0, self.free_at - now) * self.rate
        if backlog + size > self.room:
            return None
        self.free_at = max(self.free_at, now) + size / self.rate
        return self.free_at + self.delay


def carry(tuns, options):
    """The link, until the process is ended."""
    ways = {tuns[0]: Way(tuns[1], options), tuns[1]: Way(tuns[0], options)}
    under_way = []
    count = 0
    while True:
        timeout = max(0.0, under_way[0][0] - time.monotonic()) if under_way else None
        ready, _, _ = select.select(tuns, [], [], timeout)
        now = time.monotonic()
        for tun in ready:
            packet = os.read(tun, 65536)
            at = ways[tun].arrives_at(len(packet), now)
            if at is not None:
                count += 1
                heapq.heappush(under_way, (at, count, ways[tun].to, packet))
        while under_way and under_way[0][0] <= now:
            os.write(under_way[0][2], under_way[0][3])
            heapq.heappop(under_way)


def bot(listener):
    """Pages without an end, uploads into nothing, and an answer to each webhook."""
    def serve(s):
        reader = s.makefile("rb", 1 << 20)
        while line := reader.readline():
            fields = {}
            while (field := reader.readline().strip()):
                name, _, value = field.partition(b":")
                fields[name.lower()] = value.strip()
            if line.startswith(b"GET"):
                s.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
                page = bytes(65536)
                while True:
                    s.sendall(page)
            left = int(fields.get(b"content-length", b"0"))
            while left > 0:
                left -= len(reader.read(min(left, 65536)))
            s.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")

    def quietly(s):
        try:
            serve(s)
        except OSError:
            pass

    while True:
        threading.Thread(target=quietly, args=(listener.accept()[0],), daemon=True).start()


class Site(collections.namedtuple("Site", "port ca")):
    def connect(self):
        context = ssl.create_default_context(cafile=self.ca)
        return http.client.HTTPSConnection("localhost", self.port, context=context, timeout=60)


def bulk(site, kind, moved, index):
    """Downloads or uploads for ever; `moved` counts its bytes."""
    c = site.connect()
    if kind == "download":
        c.request("GET", "/bench/page")
        answer = c.getresponse()
        while data := answer.read1(65536):
            moved[index] += len(data)
    else:
        c.putrequest("POST", "/bench/upload")
        c.putheader("content-length", str(1 << 40))
        c.endheaders()
        data = bytes(65536)
        while True:
            c.send(data)
            moved[index] += len(data)


def webhooks(site, rig, seconds, out):
    """One every 100 ms, as far as the answers allow; how long each took."""
    body = pathlib.Path(rig.body).read_bytes()
    headers = {"x-line-signature": rig.signature, "content-type": "application/json"}
    c = site.connect()
    end = time.monotonic() + seconds
    times = []
    while time.monotonic() < end:
        start = time.monotonic()
        c.request("POST", "/bench/callback", body, headers)
        answer = c.getresponse()
        answer.read()
        if answer.status != 200:
            raise SystemExit(f"a webhook was answered {answer.status}")
        times.append((time.monotonic() - start) * 1000)
        time.sleep(max(0.0, 0.1 - (time.monotonic() - start)))
    out.put(times)


def inside(namespace, target, *args):
    def work():
        namespace.enter()
        target(*args)
    child = multiprocessing.Process(target=work, daemon=True)
    child.start()
    return child


def measure(rig, namespace, site, options, kind):
    moved = multiprocessing.Array("q", options.bulk)
    busy = [inside(namespace, bulk, site, kind, moved, i)
            for i in range(options.bulk if kind else 0)]
    if busy:
        time.sleep(3)  # until the congestion window has grown
    before = sum(moved)
    out = multiprocessing.Queue()
    probe = inside(namespace, webhooks, site, rig, options.seconds, out)
    times = out.get(timeout=options.seconds + 60)
    probe.join()
    rate = (sum(moved) - before) * 8 / options.seconds / 1e6
    for child in busy:
        child.terminate()
        child.join()
    times.sort()
    figures = (statistics.median(times), times[len(times) * 19 // 20], times[-1])
    print(f"{kind or 'nothing else':>13}  {len(times):4}  "
          + "  ".join(f"{x:6.0f}" for x in figures) + f"  {rate:6.2f}", flush=True)


def start(namespace, rig, *words):
    return rig.start("nsenter", f"--net=/proc/{namespace.keeper.pid}/ns/net", *words)


def measure_all(rig, relay_side, agent_side, options):
    ready = multiprocessing.Queue()

    def run_bot():
        s = socket.create_server(("127.0.0.1", 0))
        ready.put(s.getsockname()[1])
        bot(s)
    inside(agent_side, run_bot)
    bot_port = ready.get(timeout=10)
    relay = start(relay_side, rig, rig.build / "hookline-relay", "serve", "--domain=localhost",
                  "--listen=0.0.0.0:0", "--listen-plain=off", "--tunnel-address=path", "--cert",
                  rig.cert, "--key", rig.key, "--ca-bundle", rig.ca, "--data", rig.folder,
                  "--json")
    port = relay.wait_for(type="ready")["https_port"]
    token = rig.file("token", rig.create_token("bench").encode())
    (rig.folder / "journal").mkdir(mode=0o700)
    agent = start(agent_side, rig, rig.build / "hookline", "up", "--relay", f"{RELAY}:{port}",
                  "--tunnel=bench", "--token-file", token, "--secret-file", rig.secret,
                  "--ca-file", rig.ca, "--data", rig.folder / "journal", "--json", "--forward",
                  f"http://127.0.0.1:{bot_port}/callback")
    agent.wait_for(type="status", state="linked")
    site = Site(port, str(rig.ca))
    print(f"{options.mbit} Mbit/s, {options.delay} ms there and back, {options.queue} KB of buffer; "
          f"{options.bulk} at a time")
    print("milliseconds:     n  median  95/100     max  Mbit/s")
    for kind in (None, "download", "upload"):
        measure(rig, relay_side, site, options, kind)


class ThinRig(Rig):
    def make_certificates(self):
        super().make_certificates()
        extensions = self.file("leaf.ext", "basicConstraints=CA:FALSE\n"
                               "extendedKeyUsage=serverAuth\n"
                               f"subjectAltName=DNS:localhost,IP:{RELAY}\n".encode())
        run("openssl", "x509", "-req", "-in", self.folder / "leaf.csr", "-CA", self.ca, "-CAkey",
            self.folder / "ca.key", "-CAcreateserial", "-days", "60", "-extfile", extensions,
            "-out", self.cert)


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--build", type=pathlib.Path, default=ROOT / "build/release")
    parser.add_argument("--bulk", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=15)
    parser.add_argument("--mbit", type=float, default=10)
    parser.add_argument("--delay", type=float, default=40)
    parser.add_argument("--queue", type=float, default=64)
    options = parser.parse_args()
    with contextlib.ExitStack() as stack:
        relay_side, agent_side = (stack.enter_context(contextlib.closing(Namespace()))
                                  for _ in range(2))
        tuns = [relay_side.open_tun(RELAY), agent_side.open_tun(AGENT)]
        link = multiprocessing.Process(target=carry, args=(tuns, options), daemon=True)
        link.start()
        with ThinRig(options.build.resolve()) as rig:
            measure_all(rig, relay_side, agent_side, options)
        link.terminate()
        link.join()


if __name__ == "__main__":
    main()
