"""Which faults strike when: drawn from a seed, so that the same seed gives the same schedule.

A fault takes one or more lanes (a process, the road between the machines, a disk, a clock, the
bot's mood) for its time and a rest after it; faults in different lanes overlap as they like.
"""
import collections
import random

# at: seconds since the start; detail: what the one who carries it out has to know
Fault = collections.namedtuple("Fault", "at kind lanes seconds detail")

# cards: of this kind in a deck; long: how many more of them last longer than a heartbeat may;
# lanes: of each strike; needs: what the machine must permit; seconds: how long, at least and at
# most; rest: until things are again as they were.
Kind = collections.namedtuple("Kind", "cards lanes needs seconds long rest",
                              defaults=("", (0, 0), 0, 1))

LONG = (16.5, 18)  # over 15 s, after which each side must know that the link is dead
PROGRAMS = ("relay", "agent", "bot")
KINDS = {
    "kill relay": Kind(8, ("relay",), seconds=(0, 1.5), rest=1.5),
    "kill agent": Kind(8, ("agent",), seconds=(0, 1.5), rest=2),
    "kill bot": Kind(5, ("bot",), seconds=(0, 2)),
    "kill several": Kind(9, (), seconds=(0, 1), rest=2),  # lanes are drawn
    "restart relay": Kind(5, ("relay",), rest=3),
    "restart agent": Kind(5, ("agent",), rest=3),
    "take over relay": Kind(5, ("relay",), "takeover", rest=3),
    "suspend relay": Kind(3, ("relay",), seconds=(0.2, 3)),
    "suspend agent": Kind(4, ("agent",), seconds=(0.2, 4), long=1),
    "suspend bot": Kind(4, ("bot",), seconds=(0.2, 4)),
    "silence": Kind(3, ("road",), "network", (0.5, 4), 1),
    "cut": Kind(3, ("road",), "network", (0.5, 4)),
    "unplug": Kind(3, ("road",), "network", (0.5, 4)),
    "deafen agent": Kind(3, ("road",), "network", (0.5, 4), 1),
    "deafen relay": Kind(3, ("road",), "network", (0.5, 4), 1),
    "lose packets": Kind(4, ("road",), "network", (1, 6)),
    "move": Kind(4, ("road",), "network", rest=2),
    "fill inbox's disk": Kind(6, ("inbox's disk",), "mounts", (0.3, 4)),
    "fill journal's disk": Kind(6, ("journal's disk",), "mounts", (0.3, 4)),
    "relay's clock": Kind(4, ("relay's clock",), "shim"),
    "agent's clock": Kind(4, ("agent's clock",), "shim"),
    "late": Kind(3, ("mood",), seconds=(0.5, 3)),
    "error": Kind(3, ("mood",), seconds=(0.5, 2)),
    "hang": Kind(4, ("mood",), seconds=(0.5, 4)),
    "hangup": Kind(3, ("mood",), seconds=(0.5, 2)),
    "nonsense": Kind(3, ("mood",), seconds=(0.5, 2)),
}
NEEDS = {kind.needs for kind in KINDS.values()} - {""}
# Two jumps together stay below the 24 hours for which a webhook waits for the bot.
JUMP_S = 11 * 3600
WELL_S = 3  # the bot takes what it missed


def left_out(able):
    """The kinds that a machine cannot do that is `able` to do these."""
    return sorted(name for name, kind in KINDS.items() if kind.needs not in {"", *able})


class _Drawing:
    def __init__(self, seed, seconds, able):
        self.dice = random.Random(f"schedule {seed}")
        self.seconds = seconds
        self.kinds = {name: kind for name, kind in KINDS.items()
                      if kind.needs in {"", *able}}
        self.deck = []  # of (kind, is long); those that do not fit now come later
        self.busy = collections.defaultdict(float)  # lane: until
        self.killed, self.ill_until = 0, 0  # agents, while the bot is not well

    def shuffle(self):
        for name, kind in self.kinds.items():
            self.deck += [(name, False)] * kind.cards + [(name, True)] * kind.long
        self.dice.shuffle(self.deck)

    def fault(self, at):
        """The first card that fits at this time, or None."""
        if len(self.deck) < 8:
            self.shuffle()
        if at > self.ill_until + WELL_S:
            self.killed = 0
        for place, (name, is_long) in enumerate(self.deck):
            lanes = self.kinds[name].lanes or self.programs()
            if self.is_fit(lanes, at):
                del self.deck[place]
                return self.take(at, name, is_long, lanes)
        return None

    def programs(self):
        """Two or all three of them."""
        count = self.dice.choice((2, 2, 2, 3))
        return tuple(sorted(self.dice.sample(PROGRAMS, count)))

    def is_fit(self, lanes, at):
        # What was under way in three killed agents in a row is set aside: it may be to blame.
        # While the bot is out of order that would hit the innocent.
        return all(self.busy[lane] <= at for lane in lanes) and not (
            "agent" in lanes and self.killed >= 2)

    def take(self, at, name, is_long, lanes):
        kind = self.kinds[name]
        most = max(0, self.seconds - at)
        seconds = min(most, self.dice.uniform(*(LONG if is_long else kind.seconds)))
        for lane in lanes:
            self.busy[lane] = at + seconds + kind.rest
        if {"agent", "bot", "mood"} & set(lanes):
            self.ill_until = max(self.ill_until, at + seconds)
        self.killed += "agent" in lanes
        return Fault(round(at, 2), name, lanes, round(seconds, 2), self.detail(name, lanes))

    def detail(self, name, lanes):
        if name.endswith("clock"):
            return round(self.dice.uniform(-JUMP_S, JUMP_S), 1)
        if "agent" in lanes:  # how the next one is to answer
            return (self.dice.choices(("guard", "now", "bot"), (6, 3, 1))[0],
                    self.dice.choices(("keep", "refuse"), (9, 1))[0])
        return None


def draw(seed, seconds, faults, able=frozenset(NEEDS)):
    """That many faults in order, the last one about 5 seconds before the end."""
    drawing = _Drawing(seed, seconds, able)
    drawn, at = [], 2
    while len(drawn) < faults:
        left = max(1, seconds - 5 - at)
        at += left / (faults - len(drawn)) * drawing.dice.uniform(0.4, 1.6)
        while not (fault := drawing.fault(at)):
            at += 0.1
        drawn.append(fault)
    return drawn
