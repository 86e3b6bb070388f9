"""A network of the test's own: the relay's side, and laptops at the other ends of cables.

    network.enter()             # this process, its threads and programs leave the machine's
    laptop = network.Laptop()   # there may be several
    laptop.command([...])       # a command line that runs on the laptop
    laptop.silence(), .cut(), .unplug(), .deafen("agent"), .lose(30), .move()
    laptop.heal()               # the address stays the new one

Namespaces of the kernel: nobody else's network is touched, and what was made vanishes with the
processes in it.  Needs root or user namespaces; iproute2; nftables for all but cut, unplug, move.
"""
import ctypes
import os
import shutil
import subprocess
import sys
import tempfile

RELAY_HOST = "relay.test"
RELAY_ADDRESS = "10.77.0.1"

_CLONE_NEWNS, _CLONE_NEWUSER, _CLONE_NEWNET = 0x00020000, 0x10000000, 0x40000000
_libc = ctypes.CDLL(None, use_errno=True)
_CHAIN = "add table inet faults\nadd chain inet faults %s { type filter hook input priority 0; }\n"


def _run(*words, stdin=""):
    done = subprocess.run(words, input=stdin, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise OSError(f"{' '.join(words)}: {done.stderr.strip()}")
    return done.stdout


def why_not():
    """What is missing to make networks of our own; "" when nothing is."""
    for tool, package in (("unshare", "util-linux"), ("nsenter", "util-linux"),
                          ("ip", "iproute2"), ("nft", "nftables")):
        if not shutil.which(tool):
            return f"{tool} is not installed (package {package})"
    flags = ["--net", "--mount"] + ([] if os.geteuid() == 0 else ["--map-root-user"])
    done = subprocess.run(["unshare", *flags, "true"], capture_output=True, text=True,
                          check=False)
    return "" if done.returncode == 0 else f"no namespaces: {done.stderr.strip()}"


def _write(path, text):
    with open(path, "w", encoding="ascii") as file:
        file.write(text)


def enter():
    """Call it before there are threads.  There is no way back."""
    user, group = os.geteuid(), os.getegid()
    flags = _CLONE_NEWNS | _CLONE_NEWNET | (_CLONE_NEWUSER if user else 0)
    if _libc.unshare(flags) != 0:
        raise OSError(ctypes.get_errno(), "no namespaces")
    if user:
        _write("/proc/self/setgroups", "deny")
        _write("/proc/self/uid_map", f"0 {user} 1")
        _write("/proc/self/gid_map", f"0 {group} 1")
    furnish()


_INSIDE = "HOOKLINE_TEST_ISOLATED"


def isolate():
    """For a program: starts it anew, with namespaces of processes too, so that whatever it has
    started ends with it.  Comes back in the new one with "", or with what is missing."""
    if os.environ.get(_INSIDE):
        furnish()
        return ""
    missing = why_not()
    if missing:
        return missing
    flags = [] if os.geteuid() == 0 else ["--map-root-user"]
    os.environ[_INSIDE] = "yes"
    os.execvp("unshare", ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child",
                          "--mount-proc", *flags, sys.executable, "-B", *sys.argv])
    raise AssertionError


def furnish():
    """In fresh namespaces of network and mounts: a loopback, and a name for the relay."""
    _run("mount", "--make-rprivate", "/")
    _run("ip", "link", "set", "lo", "up")
    _run("ip", "address", "add", RELAY_ADDRESS + "/32", "dev", "lo")
    with tempfile.NamedTemporaryFile("w", prefix="hosts-", delete=False) as hosts:
        hosts.write(f"127.0.0.1 localhost\n{RELAY_ADDRESS} {RELAY_HOST}\n")
    os.chmod(hosts.name, 0o644)
    _run("mount", "--bind", hosts.name, "/etc/hosts")
    os.unlink(hosts.name)


class Laptop:
    _count = 0

    def __init__(self):
        Laptop._count += 1
        self._net = f"10.77.{Laptop._count}"
        self._road = f"road{Laptop._count}"
        self._number = 2
        self._holder = subprocess.Popen(["unshare", "--net", "cat"], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE)
        self._holder.stdin.write(b"\n")
        self._holder.stdin.flush()
        self._holder.stdout.read(1)  # it has its namespace now
        _run("ip", "link", "add", "name", self._road, "type", "veth", "peer", "name", "wlan",
             "netns", str(self._holder.pid))
        _run("ip", "address", "add", self._net + ".1/24", "dev", self._road)
        _run("ip", "link", "set", self._road, "up")
        self._there("ip", "link", "set", "lo", "up")
        self._there("ip", "address", "add", self.address + "/24", "dev", "wlan")
        self._there("ip", "link", "set", "wlan", "up")
        self._route()
        _run("nft", "-f", "-", stdin=_CHAIN % self._road)
        self._there("nft", "-f", "-", stdin=_CHAIN % "wlan")

    @property
    def address(self):
        return f"{self._net}.{self._number}"

    def command(self, words):
        """A command line that runs there; the process stays the same."""
        return ["nsenter", f"--net=/proc/{self._holder.pid}/ns/net", "--", *words]

    def _there(self, *words, stdin=""):
        return _run(*self.command(words), stdin=stdin)

    def _route(self):
        self._there("ip", "route", "replace", "default", "via", self._net + ".1")

    # --- faults ---

    def silence(self):
        """Nothing arrives on either side, and nobody is told."""
        self.deafen("relay")
        self.deafen("agent")

    def deafen(self, who):
        """What is sent to the "relay" or the "agent" does not arrive."""
        self._drop(who, "")

    def lose(self, percent):
        """This share of all packets."""
        for who in ("relay", "agent"):
            self._drop(who, f"numgen random mod 100 < {percent} ")

    def _drop(self, who, which):
        port = self._road if who == "relay" else "wlan"
        rule = f"add rule inet faults {port} iifname {port} {which}drop\n"
        (_run if who == "relay" else self._there)("nft", "-f", "-", stdin=rule)

    def cut(self):
        """The cable breaks beyond the laptop's sight: its own interface stays up."""
        _run("ip", "link", "set", self._road, "down")

    def unplug(self):
        """The laptop's interface goes down, and with it all routes."""
        self._there("ip", "link", "set", "wlan", "down")

    def move(self):
        """Another address: what was connected stays connected to nothing."""
        self._there("ip", "address", "del", self.address + "/24", "dev", "wlan")
        self._number = self._number % 200 + 2
        self._there("ip", "address", "add", self.address + "/24", "dev", "wlan")
        self._route()

    def heal(self):
        _run("ip", "link", "set", self._road, "up")
        self._there("ip", "link", "set", "wlan", "up")
        self._route()
        _run("nft", "flush", "chain", "inet", "faults", self._road)
        self._there("nft", "flush", "chain", "inet", "faults", "wlan")

    def close(self):
        self._holder.stdin.close()
        self._holder.wait()
        self._holder.stdout.close()
