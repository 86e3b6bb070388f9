"""The bot: takes webhooks in any mood, and notes which ones reached it.

    bot.py '{"port", "log", "mood", "control"}'

As a program it prints "ready" and does what it is told through the datagram socket `control`:
its mood.  `log` gets a line "NAME MOOD" for each whole request, before it is answered.
"""
import json
import os
import socket
import sys
import threading

sys.path.insert(1, os.path.join(os.path.dirname(os.path.abspath(__file__)), "../e2e"))
import webhooks  # noqa: E402

MOODS = ("ok", "late", "error", "hang", "hangup", "nonsense")
LATE = 1.0


class Bot:
    """Serves until close(); every connection has a thread."""

    def __init__(self, log, port=0, mood="ok"):
        self.mood, self._log = mood, log
        self._changed = threading.Condition()
        self._closed = False
        self._connections = set()
        self._listener = socket.create_server(("127.0.0.1", port), backlog=512)
        self.port = self._listener.getsockname()[1]
        self._acceptor = threading.Thread(target=self._accept, daemon=True)
        self._acceptor.start()

    def feel(self, mood):
        """From now on; who hangs is released, without an answer."""
        with self._changed:
            self.mood = mood
            self._changed.notify_all()

    def close(self):
        """Again: nothing."""
        with self._changed:
            if self._closed:
                return
            self._closed = True
            self._changed.notify_all()
            connections = list(self._connections)
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for connection in connections:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
        self._acceptor.join()

    def _accept(self):
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with self._changed:
                self._connections.add(connection)
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection):
        try:
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with connection.makefile("rb") as reader:
                while self._serve_one(connection, reader):
                    pass
        except OSError:
            pass
        with self._changed:
            self._connections.discard(connection)
        connection.close()

    def _serve_one(self, connection, reader):
        head = []
        while (text := reader.readline()) not in (b"\r\n", b""):
            head.append(text)
        if not head or not text:
            return False
        length = next(int(field.split(b":")[1]) for field in head[1:]
                      if field.lower().startswith(b"content-length:"))
        if len(reader.read(length)) < length:
            return False
        mood = self.mood
        name = webhooks.name_of(head[0].split(b" ")[1].decode("latin-1"))
        os.write(self._log, f"{name} {mood}\n".encode())
        return self._answer(connection, mood)

    def _answer(self, connection, mood):
        if mood == "hang":
            with self._changed:
                self._changed.wait_for(lambda: self._closed or self.mood != "hang")
            return False
        if mood == "hangup":
            return False
        if mood == "nonsense":
            connection.sendall(b"220 mail.example.com ESMTP\r\n")
            return False
        if mood == "late":
            with self._changed:
                self._changed.wait_for(lambda: self._closed, LATE)
        status = b"500 Broken" if mood == "error" else b"200 OK"
        connection.sendall(b"HTTP/1.1 %s\r\nContent-Length: 2\r\n\r\nok" % status)
        return True


def open_log(path):
    return os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)


def main():
    plan = json.loads(sys.argv[1])
    if os.path.exists(plan["control"]):
        os.unlink(plan["control"])
    control = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    control.bind(plan["control"])
    bot = Bot(open_log(plan["log"]), plan["port"], plan["mood"])
    print("ready", flush=True)
    while True:
        bot.feel(control.recv(64).decode())


if __name__ == "__main__":
    main()
