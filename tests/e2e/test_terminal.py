"""`hookline up` in a terminal: a header, a line for each exchange, and all restored at the end."""
import fcntl
import os
import pty
import re
import signal
import struct
import subprocess
import termios
import threading
import time

import clients
import line
import rig


class Terminal:
    """A pseudo terminal with a program in it; `seen` is all that it wrote."""

    def __init__(self, args, env, columns=100, rows=30):
        self._master, slave = pty.openpty()
        self.resize(columns, rows)
        self.before = termios.tcgetattr(slave)
        self.child = subprocess.Popen(args, env=env, stdin=slave, stdout=slave,
                                      stderr=subprocess.PIPE, start_new_session=True)
        self._slave = slave
        self.seen = b""
        self._changed = threading.Condition()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        while True:
            try:
                data = os.read(self._master, 65536)
            except OSError:
                return
            with self._changed:
                self.seen += data
                self._changed.notify_all()

    def resize(self, columns, rows):
        fcntl.ioctl(self._master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def wait(self, words, since=0):
        deadline = time.monotonic() + rig.PATIENCE
        with self._changed:
            while words.encode() not in self.seen[since:]:
                left = deadline - time.monotonic()
                if left <= 0:
                    raise AssertionError(f"no {words!r} in {self.seen!r}")
                self._changed.wait(left)
            return len(self.seen)

    def modes(self):
        return termios.tcgetattr(self._slave)

    def close(self):
        if self.child.poll() is None:
            self.child.kill()
        self.child.wait()
        self.child.stderr.close()
        os.close(self._slave)
        os.close(self._master)


class Up(rig.TestCase):
    @classmethod
    def prepare(cls, r):
        r.start_relay()

    def start(self, **env):
        r = self.rig
        terminal = Terminal(
            [rig.HOOKLINE, "up", "--echo", "--relay", f"localhost:{r.relay.port}", "--ca-file",
             r.pki.root, "--tunnel", "mybot", "--token-file", r.token(), "--secret-file",
             r.write("secret", line.SECRET), "--data", r.path("data")],
            {**r.environment, "TERM": "xterm-256color", **env})
        self.addCleanup(terminal.close)
        return terminal

    def send(self, text, secret=line.SECRET):
        body = line.body(line.text_event(text))
        clients.Curl(self.rig).post("/mybot/callback", body, headers=line.headers(body, secret))

    def assert_ends_well(self, terminal):
        terminal.child.send_signal(signal.SIGINT)
        self.assertEqual(terminal.child.wait(rig.PATIENCE), 0, terminal.child.stderr.read())
        self.assertEqual(terminal.modes(), terminal.before)
        # Whatever was switched on is switched off: the cursor shown, colours reset.
        self.assertEqual(terminal.seen.count(b"\x1b[?25l") > 0,
                         terminal.seen.rfind(b"\x1b[?25h") > terminal.seen.rfind(b"\x1b[?25l"))

    def test_header_lines_and_end(self):
        terminal = self.start()
        terminal.wait(f"https://mybot.relay.test:{self.rig.relay.port}")
        self.send("こんにちは")
        terminal.wait("こんにちは")
        self.send("forged", line.OTHER_SECRET)
        terminal.wait("401")
        self.assert_ends_well(terminal)

    def test_hostile_text_reaches_no_terminal(self):
        terminal = self.start(NO_COLOR="1")
        start = terminal.wait("linked")
        self.send("\x1b]0;owned\x07\x1b[2J\x9b31m")
        terminal.wait("owned", start)
        self.assertNotIn(b"\x1b]0;", terminal.seen)
        self.assertNotIn("\x9b".encode(), terminal.seen)
        self.assertIsNone(re.search(rb"\x1b\[[0-9;]*3[0-7]m", terminal.seen), "NO_COLOR")
        self.assert_ends_well(terminal)

    def test_it_may_be_resized(self):
        terminal = self.start()
        start = terminal.wait("linked")
        for columns, rows in ((20, 5), (200, 60), (1, 1), (80, 24)):
            terminal.resize(columns, rows)
            terminal.child.send_signal(signal.SIGWINCH)
            self.send(f"at {columns}")
        terminal.wait("at 80", start)
        self.assert_ends_well(terminal)
