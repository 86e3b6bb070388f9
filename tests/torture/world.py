"""The machines of a run, and how each fault of the schedule is done to them."""
import contextlib
import os
import signal
import socket
import subprocess
import threading

import network
import programs
import shim

_DISK_PAGES = 1 << 22  # 16 GiB: what is used counts, not what is allowed


class Disk:
    """A file system of its own, that can be made exactly as large as it is full."""

    def __init__(self, folder):
        self.folder = folder
        self.is_full = False
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"nr_blocks={_DISK_PAGES},mode=0700",
                        "torture", folder], check=True)

    def _resize(self, pages):
        return subprocess.run(["mount", "-o", f"remount,nr_blocks={pages}", self.folder],
                              capture_output=True, check=False).returncode == 0

    def fill(self):
        self.is_full = True
        while True:  # it may grow meanwhile
            usage = os.statvfs(self.folder)
            if self._resize(usage.f_blocks - usage.f_bfree):
                return

    def drain(self):
        self._resize(_DISK_PAGES)
        self.is_full = False


class World:
    def __init__(self, place, able):
        self.place, self.able = place, able
        self.stopped = threading.Event()
        self.disks = {}
        if "mounts" in able:
            self.disks = {name: Disk(place.path(folder)) for name, folder in
                          (("inbox's disk", "relay"), ("journal's disk", "agent"))}
        place.furnish()
        self.laptop = network.Laptop() if "network" in able else None
        self.clocks = {name: shim.State(place.path(name + ".shim"))
                       for name in ("relay", "agent")}
        self.relay = programs.Relay(place, self.clocks["relay"],
                                    "0.0.0.0" if self.laptop else "127.0.0.1")
        self.agent = programs.Agent(place, self.clocks["agent"])
        self.bot = programs.Bot(place)
        self.programs = {"relay": self.relay, "agent": self.agent, "bot": self.bot}
        if self.laptop:
            self.agent.wrap = self.bot.wrap = self.laptop.command
        self.relay.may_refuse = lambda: self._is_full("inbox's disk")
        self.agent.may_refuse = lambda: self._is_full("journal's disk")
        self.lanes = {name: threading.RLock() for name in
                      ("road", "inbox's disk", "journal's disk", "relay's clock",
                       "agent's clock", "mood")}
        self.lanes.update((name, program.lock) for name, program in self.programs.items())

    def _is_full(self, name):
        return name in self.disks and self.disks[name].is_full

    def start(self):
        for program in (self.relay, self.bot, self.agent):
            program.start()
        if not self.agent.life.wait_state("linked"):
            raise SystemExit("torture: the agent does not link; see agent.log")

    # --- faults ---

    def strike(self, fault):
        """Does it, waits as long as it lasts, and repairs; its lanes are ours meanwhile."""
        with contextlib.ExitStack() as held:
            for lane in sorted(fault.lanes):
                held.enter_context(self.lanes[lane])
            if self.stopped.is_set():
                return
            extra = "" if fault.detail is None else f" {fault.detail}"
            self.place.note(f"{fault.kind} {'+'.join(fault.lanes)} {fault.seconds} s{extra}")
            if "agent" in fault.lanes and fault.detail:
                self.agent.answer, self.agent.offline = fault.detail
            self._perform(fault)
            self.place.note(f"  over: {fault.kind}")

    def _perform(self, fault):
        verb, what = fault.kind.split(" ", 1) if " " in fault.kind else (fault.kind, "")
        if verb == "kill":
            self._kill([self.programs[lane] for lane in fault.lanes], fault.seconds)
        elif verb == "restart":
            self.programs[what].terminate()
            self.programs[what].start()
        elif verb == "take":
            self.relay.take_over()
        elif verb == "suspend":
            self._for_a_while(fault, self.programs[what].suspend, self.programs[what].resume)
        elif verb == "fill":
            self._for_a_while(fault, self.disks[what].fill, self.disks[what].drain)
        elif what == "clock":
            self.clocks[verb.removesuffix("'s")].set_clock(fault.detail)
        elif "mood" in fault.lanes:
            self._for_a_while(fault, lambda: self.feel(verb), lambda: self.feel("ok"))
        elif verb == "move":
            self.laptop.move()
        else:
            self._for_a_while(fault, self._road_fault(fault.kind), self.laptop.heal)

    def _road_fault(self, kind):
        laptop = self.laptop
        return {"silence": laptop.silence, "cut": laptop.cut, "unplug": laptop.unplug,
                "deafen agent": lambda: laptop.deafen("agent"),
                "deafen relay": lambda: laptop.deafen("relay"),
                "lose packets": lambda: laptop.lose(30)}[kind]

    def _for_a_while(self, fault, begin, end):
        begin()
        self.stopped.wait(fault.seconds)
        end()

    def _kill(self, victims, seconds):
        for victim in victims:
            victim.life.is_ending = True
        for victim in victims:
            victim.life.send(signal.SIGKILL)
        for victim in victims:
            victim.kill()
        self.stopped.wait(seconds)
        for victim in victims:
            victim.start()

    def feel(self, mood):
        """The bot hears of it when it lives, and begins with it otherwise."""
        self.bot.mood = mood
        control = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        with contextlib.suppress(OSError), control:
            control.sendto(mood.encode(), self.place.path("bot.sock"))

    # --- the end ---

    def repair(self):
        """Everything is as it should be; clocks stay where they are."""
        self.stopped.set()  # of those that wait
        with contextlib.ExitStack() as held:
            for lane in sorted(self.lanes):
                held.enter_context(self.lanes[lane])
            self.feel("ok")

    def stop(self):
        self.agent.terminate()
        self.relay.terminate()
        self.bot.kill()
        if self.laptop:
            self.laptop.close()
