"""A bot that records every byte of what it is sent, and answers as it is told.

    bot.will(fake_bot.answer(500), fake_bot.close)   # the next two requests, then 200 "ok" again
    bot.take()                                       # the next request, once it is complete

A behaviour is a function of the connection and the request; it returns whether the connection
may carry another request.
"""
import hashlib
import queue
import socket
import threading

PATIENCE = 30


class Request:
    """One request: the bytes of its head, and of its body with chunked framing undone."""

    def __init__(self, head, reader):
        self.head = head
        lines = head.decode("latin-1").split("\r\n")
        self.method, self.target, self.version = lines[0].split(" ")
        self.fields = [(name, value.removeprefix(" "))
                       for name, _, value in (line.partition(":") for line in lines[1:] if line)]
        self.body = b""
        self.trailers = []
        self._reader = reader

    def values(self, name):
        return [value for key, value in self.fields if key.lower() == name.lower()]

    def value(self, name):
        values = self.values(name)
        if len(values) != 1:
            raise AssertionError(f"{len(values)} fields {name}: {self.head!r}")
        return values[0]

    def pieces(self):
        """The body as it comes; `body` stays empty when it is read this way."""
        if self.values("transfer-encoding"):
            yield from self._chunks()
        left = int(self.value("content-length")) if self.values("content-length") else 0
        while left > 0:
            piece = self._reader.read1(min(left, 65536))
            if not piece:
                raise ConnectionError("the body ends early")
            left -= len(piece)
            yield piece

    def _chunks(self):
        while True:
            size = int(self._reader.readline(), 16)
            data = self._reader.read(size)
            if len(data) < size:
                raise ConnectionError("the body ends early")
            if size == 0:
                break
            self._reader.readline()
            yield data
        while (line := self._reader.readline()) not in (b"\r\n", b""):
            self.trailers.append(line)


# --- behaviours ---

def answer(status=200, body=b"ok", fields=()):
    lines = [f"HTTP/1.1 {status} Said", f"content-length: {len(body)}", *fields]
    return raw("\r\n".join(lines).encode() + b"\r\n\r\n" + body, then_close=False)


def raw(data, then_close=True):
    """Exactly these bytes."""
    def behave(connection, request):
        connection.sendall(data)
        return not then_close
    return behave


def close(connection, request):
    """Hangs up without a word."""
    return False


class Hang:
    """Says nothing until `release` is set, then answers 200; `gone` once the peer hangs up."""

    def __init__(self):
        self.asked, self.release = threading.Event(), threading.Event()

    def __call__(self, connection, request):
        self.asked.set()
        if not self.release.wait(PATIENCE):
            return False
        return answer()(connection, request)


class Stream:
    """A body that goes on as the test says: send(data) ... end()."""

    def __init__(self, fields, chunked=False):
        self._head = "\r\n".join(["HTTP/1.1 200 OK", *fields, "", ""]).encode()
        self._chunked = chunked
        self._pieces = queue.Queue()

    def send(self, data):
        self._pieces.put(data)

    def end(self):
        self._pieces.put(b"")

    def __call__(self, connection, request):
        connection.sendall(self._head)
        while data := self._pieces.get(timeout=PATIENCE):
            frame = b"%x\r\n%s\r\n" % (len(data), data) if self._chunked else data
            connection.sendall(frame)
        if self._chunked:
            connection.sendall(b"0\r\n\r\n")
        return False


class Download:
    """`size` bytes of a pattern; `sent` counts, `digest` is their SHA-256 in the end."""

    def __init__(self, size):
        self.size, self.sent = size, 0
        self.digest, self.failed = hashlib.sha256(), threading.Event()
        self.block = hashlib.sha512(b"pattern").digest() * 1024

    def __call__(self, connection, request):
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % self.size)
        try:
            while self.sent < self.size:
                piece = self.block[:self.size - self.sent]
                connection.sendall(piece)
                self.digest.update(piece)
                self.sent += len(piece)
        except OSError:
            self.failed.set()
            return False
        return True


class Upload:
    """Reads the body without keeping it; `read_first` comes before the pieces."""

    streams = True

    def __init__(self, gate=None):
        self.size, self.digest, self.ended = 0, hashlib.sha256(), threading.Event()
        self.broken = threading.Event()
        self.began = threading.Event()
        self._gate = gate

    def __call__(self, connection, request):
        self.began.set()
        if self._gate:
            self._gate.wait(PATIENCE)
        try:
            for piece in request.pieces():
                self.size += len(piece)
                self.digest.update(piece)
        except (ConnectionError, ValueError):
            self.broken.set()
            return False
        self.ended.set()
        return answer(200, self.digest.hexdigest().encode())(connection, request)


# --- the bot ---

class Bot:
    def __init__(self, port=0, usual=answer()):
        self._usual = usual
        self._listener = socket.create_server(("127.0.0.1", port), backlog=200)
        self.port = self._listener.getsockname()[1]
        self.requests = []
        self._arrived, self._scripts = queue.Queue(), queue.Queue()
        self._connections = set()
        self._lock = threading.Lock()
        threading.Thread(target=self._accept, daemon=True).start()

    def url(self, path=""):
        return f"http://127.0.0.1:{self.port}{path}"

    def will(self, *behaviours):
        for behaviour in behaviours:
            self._scripts.put(behaviour)
        return behaviours[-1]

    def take(self):
        """The next request that nobody has taken yet."""
        try:
            return self._arrived.get(timeout=PATIENCE)
        except queue.Empty:
            raise AssertionError("the bot got no request") from None

    def forget(self):
        """Whatever came so far; for the beginning of a test."""
        with self._lock:
            self.requests.clear()
            while not self._arrived.empty():
                self._arrived.get()
            while not self._scripts.empty():
                self._scripts.get()

    def close(self):
        try:
            self._listener.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self._listener.close()
        with self._lock:
            for connection in self._connections:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass

    def _accept(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                self._connections.add(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        with connection, connection.makefile("rb") as reader:
            try:
                while self._serve_one(connection, reader):
                    pass
            except OSError:
                pass
        with self._lock:
            self._connections.discard(connection)

    def _serve_one(self, connection, reader):
        head = b""
        while not head.endswith(b"\r\n\r\n"):
            line = reader.readline()
            if not line:
                return False
            head += line
        request = Request(head, reader)
        try:
            behaviour = self._scripts.get_nowait()
        except queue.Empty:
            behaviour = self._usual
        if not getattr(behaviour, "streams", False):
            request.body = b"".join(request.pieces())
        with self._lock:
            self.requests.append(request)
        self._arrived.put(request)
        return behaviour(connection, request)
