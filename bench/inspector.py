"""What open pages of the inspector cost a delivery: nothing that can be measured."""
import http.client
import json
import os
import socket
import threading
import time
import urllib.parse

import load

STALLED, READING = 8, 4
FILTERS = ("", "is:problem", "type:text", "-is:late")


def address_of(agent):
    """Port and key, from the first line that the agent printed."""
    lines = os.pread(agent.said.fileno(), 65536, 0).splitlines()
    found = next(line for line in map(json.loads, lines) if line["type"] == "inspector")
    url = urllib.parse.urlsplit(found["url"])
    return url.port, url.fragment.removeprefix("key=")


def open_stream(port, key, query=""):
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.connect(("127.0.0.1", port))
    connection.sendall(f"GET /api/stream?q={urllib.parse.quote(query)} HTTP/1.1\r\n"
                       f"Host: 127.0.0.1:{port}\r\nAuthorization: Bearer {key}\r\n\r\n".encode())
    return connection


class Reader(threading.Thread):
    """A page that reads, and asks for the list when it is told that there is more."""

    def __init__(self, port, key, query):
        super().__init__(daemon=True)
        self.port, self.key, self.query = port, key, query
        self.connection = open_stream(port, key, query)
        self.rows = self.lists = 0

    def run(self):
        api = http.client.HTTPConnection("127.0.0.1", self.port)
        while piece := self.read():
            self.rows += piece.count(b"event: row")
            for _ in range(piece.count(b"event: more")):
                api.request("GET", "/api/exchanges?q=" + urllib.parse.quote(self.query),
                            headers={"Authorization": f"Bearer {self.key}"})
                api.getresponse().read()
                self.lists += 1

    def read(self):
        try:
            return self.connection.recv(65536)
        except OSError:
            return b""


def pages(agent):
    """A function that closes what it has opened: pages that read, and pages that do not."""
    port, key = address_of(agent)
    readers = [Reader(port, key, FILTERS[i % len(FILTERS)]) for i in range(READING)]
    stalled = [open_stream(port, key) for _ in range(STALLED)]
    for reader in readers:
        reader.start()

    def close():
        for connection in [*stalled, *(r.connection for r in readers)]:
            with connection:
                connection.shutdown(socket.SHUT_RDWR)
        return sum(r.rows for r in readers), sum(r.lists for r in readers)
    return close


def latencies_ms(agent, site, seconds):
    """Median and 99th percentile without pages, and with them; rows and lists that they got."""
    before = load.latency_ms(site, seconds)
    close = pages(agent)
    time.sleep(0.5)
    during = load.latency_ms(site, seconds)
    return before, during, close()
