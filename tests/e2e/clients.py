"""Clients of the public port that are none of ours: curl, and plain TLS sockets."""
import base64
import hashlib
import os
import socket
import ssl
import subprocess

import rig

_HTTP = {"1.1": "--http1.1", "1.0": "--http1.0", "2": "--http2"}


class Answer:
    def __init__(self, head, body, facts):
        self.head, self.body = head, body
        status, self.version = facts.split(" ")[:2]
        self.status = int(status)
        lines = head.decode("latin-1").strip().split("\r\n\r\n")[-1].split("\r\n")
        self.fields = [tuple(line.split(": ", 1)) for line in lines[1:] if ": " in line]

    def value(self, name):
        """The field's only value, or None."""
        values = [value for key, value in self.fields if key.lower() == name.lower()]
        if len(values) > 1:
            raise AssertionError(f"{name} came {len(values)} times")
        return values[0] if values else None


class Curl:
    """Requests to one relay, by host or by path, with the rig's root as the only one trusted."""

    def __init__(self, rig_, relay=None):
        self.rig, self.relay = rig_, relay or rig_.relay
        self._count = 0

    def url(self, path, host=rig.DOMAIN):
        return f"https://{host}:{self.relay.port}{path}"

    def args(self, url, host=rig.DOMAIN, http="1.1", headers=()):
        lines = [item for line in headers for item in ("--header", line)]
        return ["curl", "--silent", "--show-error", "--path-as-is", "--globoff", "--max-time",
                str(rig.PATIENCE), "--cacert", self.rig.pki.root, "--resolve",
                f"{host}:{self.relay.port}:127.0.0.1", _HTTP[http], *lines, url]

    def file(self, kind):
        self._count += 1
        return self.rig.path(f"curl-{id(self)}-{self._count}.{kind}")

    def request(self, path, body=None, host=rig.DOMAIN, http="1.1", headers=(), extra=()):
        """The whole answer; raises when curl itself fails."""
        head, out = self.file("head"), self.file("body")
        args = self.args(self.url(path, host), host, http, headers)
        if body is not None:
            sent = self.file("sent")
            with open(sent, "wb") as file:
                file.write(body)
            args += ["--data-binary", "@" + sent]
        args += ["--dump-header", head, "--output", out, "--write-out",
                 "%{http_code} %{http_version}", *extra]
        done = subprocess.run(args, capture_output=True, check=False,
                              env=self.rig.environment)
        if done.returncode != 0:
            raise AssertionError(f"curl: {done.returncode} {done.stderr.decode()}")
        return Answer(_read(head), _read(out), done.stdout.decode())

    def get(self, path, **options):
        return self.request(path, **options)

    def post(self, path, body, **options):
        return self.request(path, body, **options)


def _read(path):
    """curl makes no file for an empty body."""
    if not os.path.exists(path):
        return b""
    with open(path, "rb") as file:
        return file.read()


def tls_context(rig_, alpn=("http/1.1",)):
    context = ssl.create_default_context(cafile=rig_.pki.root)
    if alpn:
        context.set_alpn_protocols(list(alpn))
    return context


class RawTls:
    """A TLS connection whose bytes the test writes itself."""

    def __init__(self, rig_, relay=None, server_name=rig.DOMAIN, alpn=("http/1.1",)):
        port = (relay or rig_.relay).port
        plain = socket.create_connection(("127.0.0.1", port), rig.PATIENCE)
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket = tls_context(rig_, alpn).wrap_socket(plain, server_hostname=server_name)
        self.received = b""

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.socket.close()

    def send(self, data):
        """What the peer does not want any more is no mistake."""
        try:
            self.socket.sendall(data)
        except (BrokenPipeError, ConnectionResetError, ssl.SSLError):
            pass

    def read(self):
        """More bytes, b"" at the end."""
        try:
            more = self.socket.recv(65536)
        except (ConnectionResetError, ssl.SSLEOFError):
            more = b""
        self.received += more
        return more

    def read_all(self):
        """Until the peer closes."""
        while self.read():
            pass
        return self.received

    def read_until(self, words):
        while words not in self.received:
            if not self.read():
                raise AssertionError(f"closed before {words!r}: {self.received!r}")
        return self.received

    def read_answer(self):
        """Head and body of one answer that has a Content-Length (or none and no body)."""
        self.read_until(b"\r\n\r\n")
        head, _, rest = self.received.partition(b"\r\n\r\n")
        length = 0
        for line in head.split(b"\r\n")[1:]:
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
        while len(rest) < length:
            more = self.read()
            if not more:
                raise AssertionError("the answer is cut short")
            rest += more
        self.received = rest[length:]
        return head, rest[:length]


def sha256_base64(data):
    return base64.b64encode(hashlib.sha256(data).digest()).decode()
