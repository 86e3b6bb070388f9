"""The real programs in a folder of their own: started, listened to, and ended.

    class Round(rig.TestCase):          # one Rig for all tests of the class
        def setUp(self): ...
            self.rig.start_relay(), .start_agent(...), .start_bot()

Waiting is always for an event (a line of output, a request, an exit) with an upper bound. Every
process must end by itself after SIGTERM with exit code 0 and without a word of a sanitizer; a
failed test shows what each of them wrote.
"""
import contextlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
import unittest

import certificates
import fake_bot

HOOKLINE = os.environ.get("HOOKLINE_BIN", "hookline")
HOOKLINE_RELAY = os.environ.get("HOOKLINE_RELAY_BIN", "hookline-relay")
PATIENCE = 30  # seconds for anything to happen; a sanitized build on a busy machine is slow
DOMAIN = "relay.test"
ROOT = os.path.dirname(os.path.abspath(__file__))

_SANITIZER = (b"ERROR: AddressSanitizer", b"ERROR: LeakSanitizer", b"runtime error:",
              b"WARNING: ThreadSanitizer")


class Output:
    """What a process writes to one of its pipes, line by line as it comes."""

    def __init__(self, pipe):
        self.lines = []
        self.ended = False
        self._changed = threading.Condition()
        self._thread = threading.Thread(target=self._read, args=(pipe,), daemon=True)
        self._thread.start()

    def _read(self, pipe):
        with pipe:
            for line in pipe:
                self._add(line)
        with self._changed:
            self.ended = True
            self._changed.notify_all()

    def _add(self, line):
        with self._changed:
            self.lines.append(line)
            self._changed.notify_all()

    def wait(self, fits, since=0):
        """The first result of `fits(line)` that is true, from line number `since` on."""
        deadline = time.monotonic() + PATIENCE
        with self._changed:
            while True:
                while since < len(self.lines):
                    found = fits(self.lines[since])
                    since += 1
                    if found:
                        return found
                left = deadline - time.monotonic()
                if self.ended or left <= 0:
                    raise AssertionError("no such line " + ("came" if self.ended else "in time"))
                self._changed.wait(left)

    def text(self):
        return b"".join(self.lines)

    def join(self):
        self._thread.join(PATIENCE)


class Process:
    """One program, its standard output and its log (standard error)."""

    def __init__(self, name, args, env, **popen):
        self.name = name
        self.child = subprocess.Popen(args, env=env, stdout=subprocess.PIPE,
                                      stderr=subprocess.PIPE, **popen)
        self.pid = self.child.pid
        self.out = Output(self.child.stdout)
        self.log = Output(self.child.stderr)
        self.may_fail = False

    def wait_json(self, fits, since=0):
        def parse(line):
            value = json.loads(line)
            return value if fits(value) else None
        return self.out.wait(parse, since)

    def wait_log(self, words, since=0):
        return self.log.wait(lambda line: words.encode() in line and line, since)

    def send_signal(self, number):
        self.child.send_signal(number)

    def wait_exit(self):
        code = self.child.wait(PATIENCE)
        self.out.join()
        self.log.join()
        return code

    def stop(self, number=signal.SIGTERM):
        """Ends it; its exit code."""
        if self.child.poll() is None:
            self.send_signal(number)
        try:
            return self.wait_exit()
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.wait_exit()
            raise AssertionError(f"{self.name} did not end within {PATIENCE} s") from None

    def kill(self):
        self.may_fail = True
        self.child.kill()
        self.wait_exit()

    def resident_kib(self):
        with open(f"/proc/{self.pid}/status", encoding="ascii") as status:
            return next(int(line.split()[1]) for line in status if line.startswith("VmRSS"))

    def problems(self):
        """What is wrong with how it ended; call after stop()."""
        found = [f"{self.name}: {line.decode(errors='replace').strip()}"
                 for line in self.log.lines if any(mark in line for mark in _SANITIZER)]
        if self.child.returncode != 0 and not self.may_fail:
            found.append(f"{self.name} ended with {self.child.returncode}")
        return found


class Relay(Process):
    """`hookline-relay serve`, ready."""

    def __init__(self, rig, name, flags, domain=DOMAIN):
        args = [HOOKLINE_RELAY, "serve", "--json", "--domain", domain, "--data",
                rig.path("relay"), "--ca-bundle", rig.pki.root, *flags]
        super().__init__(name, args, rig.environment)
        ready = self.wait_json(lambda line: line["type"] == "ready")
        self.port = ready["https_port"]
        self.plain_port = ready.get("http_port")

    def log_mark(self):
        """For wait_log(..., since): what is logged from now on."""
        return len(self.log.lines)


class Agent(Process):
    """`hookline up --json`, linked unless told otherwise."""

    def __init__(self, rig, name, flags, folder, env=None, wrap=list):
        self.rig, self.data = rig, folder
        args = [HOOKLINE, "up", "--json", "--data", folder, *flags]
        super().__init__(name, wrap(args), env or rig.environment)

    def wait_state(self, state, since=0):
        return self.wait_json(lambda x: x["type"] == "status" and x["state"] == state, since)

    def wait_linked(self, since=0):
        self.url = self.wait_state("linked", since)["url"]
        return self

    def line_api(self):
        """The address of its LINE API port."""
        return self.wait_json(lambda x: x["type"] == "line_api")["url"]

    def wait_exchange(self, **expected):
        """The line about an exchange with these members, once it is over."""
        return self.wait_json(lambda x: x["type"] == "exchange" and
                              all(x[key] == value for key, value in expected.items()))

    def mark(self):
        """For `since`: what is written from now on."""
        return len(self.out.lines)

    def command(self, *args, **options):
        return self.rig.hookline(*args, "--data", self.data, **options)

    def list(self, *flags):
        return self.command("list", "--json", *flags).json_lines()

    def show(self, which="last"):
        return self.command("show", str(which), "--json").json()

    def answered(self, which):
        """Like show(), once the journal has the answer too (it comes after the exchange)."""
        deadline = time.monotonic() + PATIENCE
        while True:
            shown = self.show(which)
            if shown["answered"]:
                return shown
            if time.monotonic() > deadline:
                raise AssertionError(f"exchange {which} has no answer in the journal")

    def body(self, which="last"):
        return self.command("show", str(which), "--raw").out


def stored_body(agent):
    """The newest request's body, read past the programs out of the database itself."""
    with contextlib.closing(sqlite3.connect(f"file:{agent.data}/journal.db?mode=ro",
                                            uri=True)) as database:
        query = "SELECT body FROM request ORDER BY exchange DESC LIMIT 1"
        return database.execute(query).fetchone()[0]


class Result:
    """What a command that has ended left behind."""

    def __init__(self, done):
        self.code, self.out, self.err = done.returncode, done.stdout, done.stderr.decode()

    def text(self):
        return self.out.decode()

    def json_lines(self):
        return [json.loads(line) for line in self.out.splitlines()]

    def json(self):
        if self.code != 0:
            raise AssertionError(f"exit code {self.code}: {self.err}")
        return json.loads(self.out)


class Rig:
    """A folder, certificates, and everything that was started there."""

    def __init__(self):
        self.folder = tempfile.mkdtemp(prefix="hookline-e2e-")
        self.pki = certificates.Pki(self.path("pki"))
        self.leaf = self.pki.leaf("relay", [DOMAIN, "*." + DOMAIN, "localhost", "127.0.0.1"])
        self.environment = self._make_environment()
        self.processes, self.bots = [], []
        self.relay = None

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def _make_environment(self):
        env = {key: value for key, value in os.environ.items()
               if not key.startswith(("HOOKLINE_", "XDG_")) and key not in ("VISUAL", "EDITOR")}
        home = self.path("home")
        os.mkdir(home, 0o700)
        env.update(HOME=home, TMPDIR=self.folder, TZ="UTC", LC_ALL="C.UTF-8", TERM="dumb")
        return env

    # --- programs that run ---

    def start_relay(self, *flags, listen="127.0.0.1:0", plain="off", leaf=None, domain=DOMAIN):
        """There is one at a time on the folder of the tokens: the one before ends, unless
        this one takes over from it."""
        leaf = leaf or self.leaf
        if self.relay and self.relay.child.poll() is None and "--takeover" not in flags:
            self.relay.kill()
        self.relay = Relay(self, f"relay-{len(self.processes)}", [
            "--listen", listen, "--listen-plain", plain, "--cert", leaf.chain, "--key", leaf.key,
            *flags], domain)
        self.processes.append(self.relay)
        return self.relay

    def start_agent(self, *flags, token=None, tunnel="mybot", folder=None, env=None, link=True,
                    relay=None, wrap=list):
        """`flags` say who handles; `token` is the file of one, by default for this tunnel;
        `relay` is HOST:PORT; `wrap` makes the command line another."""
        folder = folder or self.path(f"agent-{len(self.processes)}")
        if not any(flag.startswith("--inspect") for flag in flags):
            flags += ("--inspect-addr", "127.0.0.1:0")  # other tests run beside this one
        if not any(flag.startswith("--line-api-addr") for flag in flags):
            flags += ("--line-api-addr", "127.0.0.1:0")
        agent = Agent(self, f"agent-{len(self.processes)}", [
            "--relay", relay or f"localhost:{self.relay.port}", "--ca-file", self.pki.root,
            "--tunnel", tunnel, "--token-file", token or self.token(tunnel), *flags],
            folder, env, wrap)
        self.processes.append(agent)
        self.agent = agent
        return agent.wait_linked() if link else agent

    def start_bot(self, **options):
        bot = fake_bot.Bot(**options)
        self.bots.append(bot)
        return bot

    def start(self, name, args, **popen):
        process = Process(name, args, popen.pop("env", self.environment), **popen)
        self.processes.append(process)
        return process

    # --- programs that end ---

    def run(self, args, stdin=b"", env=None, timeout=PATIENCE * 2, **popen):
        done = subprocess.run(args, input=stdin, env=env or self.environment,
                              capture_output=True, timeout=timeout, check=False, **popen)
        if any(mark in done.stderr for mark in _SANITIZER):
            raise AssertionError(f"{args[:3]}: {done.stderr.decode(errors='replace')}")
        return Result(done)

    def hookline(self, *args, **options):
        return self.run([HOOKLINE, *args], **options)

    def hookline_relay(self, *args, **options):
        return self.run([HOOKLINE_RELAY, *args], **options)

    # --- files ---

    def write(self, name, content, mode=0o600):
        path = self.path(name)
        with open(path, "wb") as file:
            file.write(content if isinstance(content, bytes) else content.encode())
        os.chmod(path, mode)
        return path

    def create_token(self, *flags, folder="relay"):
        """`token create` as JSON: id, token, ..."""
        return self.hookline_relay("token", "create", "--json", "--data", self.path(folder),
                                   *flags).json()

    def token(self, tunnel="mybot"):
        """The file of a token for this tunnel, the same one each time."""
        path = self.path(f"token-{tunnel}")
        if not os.path.exists(path):
            self.write(f"token-{tunnel}", self.create_token("--tunnel", tunnel)["token"])
        return path

    # --- the end ---

    def logs(self):
        parts = []
        for process in self.processes:
            for kind, output, most in (("log", process.log, 8000), ("out", process.out, 2000)):
                text = output.text().decode(errors="replace")[-most:]
                parts.append(f"--- {kind} of {process.name} ---\n{text}")
        return "\n".join(parts)

    def close(self):
        problems = []
        for bot in self.bots:
            bot.close()
        for process in reversed(self.processes):
            try:
                process.stop()
            except AssertionError as why:
                problems.append(str(why))
            problems += process.problems()
        if problems:
            sys.stderr.write(self.logs() + "\n")
        shutil.rmtree(self.folder, ignore_errors=True)
        if problems:
            raise AssertionError("; ".join(problems))


class TestCase(unittest.TestCase):
    """One Rig for the class; when a test fails, what its programs wrote is shown."""

    maxDiff = 4000

    @classmethod
    def setUpClass(cls):
        cls.rig = Rig()
        cls.addClassCleanup(cls.rig.close)
        try:
            cls.prepare(cls.rig)
        except Exception:
            sys.stderr.write(cls.rig.logs() + "\n")
            raise

    @classmethod
    def prepare(cls, rig):
        """Starts what all tests of the class share."""

    def run(self, result=None):
        before = len(result.failures) + len(result.errors)
        super().run(result)
        if len(result.failures) + len(result.errors) > before:
            sys.stderr.write(f"\n=== {self.id()}\n{self.rig.logs()}\n")
        return result
