"""The programs under torture, over all their lives: started, killed, stopped, started again.

    place = Place(folder)                    # certificates, a token, where everything is
    relay = Relay(place); relay.start()      # returns when it is ready
    relay.kill(); relay.start()

A program that ends although nobody ended it is a problem, told to `place.problem`; so is one that
does not start, stop or come ready in time.  Each program has a lock: who changes it holds it.
"""
import collections
import json
import os
import signal
import subprocess
import sys
import threading
import time

import certificates
import line
import shim
import webhooks

ROOT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../..")
HOOKLINE = os.environ.get("HOOKLINE_BIN", os.path.join(ROOT, "build/release/hookline"))
HOOKLINE_RELAY = os.environ.get("HOOKLINE_RELAY_BIN",
                                os.path.join(ROOT, "build/release/hookline-relay"))
PATIENCE = 40  # seconds for anything: an end in good order may take 30
DOMAIN = "relay.test"
BOT_PORT = 9000
HANDLER_TIMEOUT = "2s"  # of a bot that hangs


def must_be_built():
    for program in (HOOKLINE, HOOKLINE_RELAY):
        if not os.path.exists(program):
            sys.exit(f"{program} is not there: scripts/test torture builds it")


class Place:
    """A folder for one relay, one agent and one bot, and what they need."""

    def __init__(self, folder, port, relay_host="localhost"):
        self.folder, self.port, self.relay_host = folder, port, relay_host
        self.bot_port = BOT_PORT
        self.begun = time.monotonic()
        self.problems, self.notes = [], []
        for name in ("relay", "agent", "home"):
            os.makedirs(self.path(name), mode=0o700, exist_ok=True)
        self.environment = {
            "PATH": os.environ["PATH"], "HOME": self.path("home"), "TMPDIR": folder, "TZ": "UTC",
            "LC_ALL": "C.UTF-8", "TERM": "dumb"}

    def path(self, *names):
        return os.path.join(self.folder, *names)

    def furnish(self):
        """Certificates, a token, a secret."""
        self.make_certificates(self.path("pki"))
        self.write("secret", line.SECRET)
        done = subprocess.run(
            [HOOKLINE_RELAY, "token", "create", "--json", "--data", self.path("relay"),
             "--tunnel", webhooks.TUNNEL], env=self.environment, capture_output=True, check=True)
        self.write("token", json.loads(done.stdout)["token"])

    def make_certificates(self, folder):
        pki = certificates.Pki(folder)
        pki.leaf("relay", [DOMAIN, "*." + DOMAIN, "localhost", "127.0.0.1"])

    def write(self, name, text):
        with open(self.path(name), "w", encoding="ascii") as file:
            file.write(text)
        os.chmod(self.path(name), 0o600)

    def now(self):
        """Seconds since the beginning."""
        return time.monotonic() - self.begun

    def note(self, text):
        self.notes.append((self.now(), text))

    def problem(self, text):
        self.note("PROBLEM: " + text)
        self.problems.append(text)


class Life:
    """One process of a program."""

    def __init__(self, program, words, env):
        self.program = program
        self.is_ending = False  # by us
        self.status = None
        self.last = collections.deque(maxlen=5)
        self._changed = threading.Condition()
        self._is_ready = self._is_over = False
        with open(program.log, "ab") as log:
            log.write(f"--- {program.place.now():.3f} {program.name} ---\n".encode())
            self.child = subprocess.Popen(words, env=env, stdin=subprocess.DEVNULL,
                                          stdout=subprocess.PIPE, stderr=log)
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for text in self.child.stdout:
            self.last.append(text)
            if not self._is_ready and self.program.is_ready_line(text):
                with self._changed:
                    self._is_ready = True
                    self._changed.notify_all()
            if self.program.is_status_line(text):
                self._take_status(text)
        self.child.stdout.close()
        self.child.wait()
        with self._changed:
            self._is_over = True
            self._changed.notify_all()
        if not self.is_ending and self._is_ready:
            self.program.on_death(self)

    def _take_status(self, text):
        with self._changed:
            self.status = json.loads(text)
            self._changed.notify_all()

    def wait_ready(self):
        """False: it ended, or does not come."""
        with self._changed:
            self._changed.wait_for(lambda: self._is_ready or self._is_over, PATIENCE)
            return self._is_ready

    def wait_state(self, state, seconds=PATIENCE):
        """The agent's `state` in its last line of status; False: not in time, or over."""
        with self._changed:
            self._changed.wait_for(
                lambda: self._is_over or self.status and self.status.get("state") == state,
                seconds)
            return not self._is_over and self.status and self.status.get("state") == state

    def wait_over(self, seconds=PATIENCE):
        with self._changed:
            return self._changed.wait_for(lambda: self._is_over, seconds)

    def send(self, number):
        if self.child.poll() is None:
            self.child.send_signal(number)

    def end(self, number):
        """By our own will; its exit code, None: it did not end."""
        self.is_ending = True
        self.send(number)
        if self.wait_over():
            return self.child.returncode
        self.send(signal.SIGKILL)
        self.wait_over()
        return None


class Program:
    def __init__(self, place, name, state=None):
        self.place, self.name = place, name
        self.log = place.path(name + ".log")
        self.lock = threading.RLock()
        self.life = None
        self.is_wanted = False  # alive
        self.state = state  # of the shim, or None
        self.doom = {}  # for the shim: where to crash, or to fail
        self.is_dead = False  # as it was doomed to
        self.wrap = list  # of the command line
        self.may_refuse = lambda: False  # to start just now, for a good reason

    def words(self):
        raise NotImplementedError

    def is_ready_line(self, text):
        raise NotImplementedError

    def is_status_line(self, _):
        return False

    def launch(self, *more):
        """A new life, not waited for."""
        env = dict(self.place.environment)
        if self.state and shim.SHIM:
            env.update(self.state.environment(**self.doom))
        return Life(self, self.wrap([*self.words(), *more]), env)

    def is_doomed(self, code):
        """Was this the end that we planned?  It comes once."""
        if code != -signal.SIGKILL or self.is_dead or "crash_at" not in self.doom:
            return False
        self.is_dead = True
        self.place.note(f"{self.name} crashed {self.state.site}")
        return True

    def start(self, seconds=PATIENCE):
        """Until it is ready.  False, and a problem: it does not start."""
        deadline = time.monotonic() + seconds
        self.is_wanted = True
        while True:
            with self.lock:  # it may die before we know its name
                self.life = self.launch()
            if self.life.wait_ready():
                return True
            code = self.life.child.poll()
            if self.is_doomed(code):
                continue
            if code is None or code < 0 or time.monotonic() > deadline:
                self.life.end(signal.SIGKILL)
                self.place.problem(f"{self.name} does not start (exit code {code})")
                return False
            if not self.may_refuse():
                self.place.problem(f"{self.name} refuses to start (exit code {code})")
            self.life.wait_over()
            threading.Event().wait(0.1)

    def on_death(self, life):
        """Nobody ended it."""
        with self.lock:
            if life.is_ending:  # by now
                return
            if not self.is_doomed(life.child.returncode):
                self.place.problem(f"{self.name} ended by itself with {life.child.returncode}")
            if self.life is life and self.is_wanted:
                self.start()

    def kill(self):
        with self.lock:
            self.is_wanted = False
            code = self.life.end(signal.SIGKILL)
            if code != -signal.SIGKILL and not self.is_doomed(code):
                self.place.problem(f"{self.name} had ended by itself with {code}")

    def terminate(self):
        """In good order; anything else is a problem."""
        with self.lock:
            self.is_wanted = False
            code = self.life.end(signal.SIGTERM)
            if code != 0 and not self.is_doomed(code):
                self.place.problem(f"{self.name} ended with {code} after SIGTERM")

    def suspend(self):
        self.life.send(signal.SIGSTOP)

    def resume(self):
        self.life.send(signal.SIGCONT)


class Relay(Program):
    def __init__(self, place, state=None, listen="127.0.0.1"):
        super().__init__(place, "relay", state)
        self.listen = listen

    def words(self):
        place = self.place
        return [HOOKLINE_RELAY, "serve", "--json", "--domain", DOMAIN, "--listen",
                f"{self.listen}:{place.port}", "--listen-plain", "off", "--data",
                place.path("relay"), "--cert", place.path("pki/relay.chain.pem"), "--key",
                place.path("pki/relay.key"), "--ca-bundle", place.path("pki/root.pem")]

    def is_ready_line(self, text):
        return b'"ready"' in text

    def take_over(self):
        """A new process takes the place of the running one, which ends by itself.  Or it fails
        for a good reason, and the old one goes on."""
        old = self.life
        old.is_ending = True
        new = self.launch("--takeover")
        if not new.wait_ready():
            code = new.end(signal.SIGKILL)
            if code != 1 or not self.may_refuse():
                self.place.problem(f"takeover failed with {code}")
            old.is_ending = False
            return
        self.life = new
        if not old.wait_over() or old.child.returncode != 0:
            self.place.problem(f"after a takeover the old relay ended with {old.child.poll()}")
            old.end(signal.SIGKILL)


class Agent(Program):
    def __init__(self, place, state=None):
        super().__init__(place, "agent", state)
        self.answer, self.offline = "guard", "keep"

    def words(self):
        place = self.place
        return [HOOKLINE, "up", "--json", "--data", place.path("agent"), "--relay",
                f"{place.relay_host}:{place.port}", "--ca-file", place.path("pki/root.pem"),
                "--tunnel", webhooks.TUNNEL, "--token-file", place.path("token"),
                "--secret-file", place.path("secret"), "--forward",
                f"http://127.0.0.1:{place.bot_port}", "--handler-timeout", HANDLER_TIMEOUT,
                "--answer", self.answer, "--offline", self.offline, "--keep-size", "1024GiB",
                "--keep-for", "3650d"]

    def is_status_line(self, text):
        return b'"type":"status"' in text

    def is_ready_line(self, text):
        """It says what it does once the journal is open."""
        return self.is_status_line(text)


class Bot(Program):
    def __init__(self, place):
        super().__init__(place, "bot")
        self.mood = "ok"

    def words(self):
        plan = {"port": self.place.bot_port, "log": self.place.path("bot.calls"),
                "mood": self.mood, "control": self.place.path("bot.sock")}
        program = os.path.join(os.path.dirname(os.path.abspath(__file__)), "bot.py")
        return [sys.executable, "-B", program, json.dumps(plan)]

    def is_ready_line(self, text):
        return text == b"ready\n"
