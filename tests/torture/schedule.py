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
                              defaults=("", (0, 0), 0, 0.5))

LONG = (16.5, 18)  # over 15 s, after which each side must know that the link is dead
PROGRAMS = ("relay", "agent", "bot")
KINDS = {
    "kill relay": Kind(6, ("relay",), seconds=(0, 1.5), rest=1.5),
    "kill agent": Kind(9, ("agent",), seconds=(0, 1), rest=2),
    "kill bot": Kind(7, ("bot",), seconds=(0, 2)),
    "kill several": Kind(8, (), seconds=(0, 1), rest=2),  # lanes are drawn
    "restart relay": Kind(3, ("relay",), rest=3),
    "restart agent": Kind(5, ("agent",), rest=3),
    "take over relay": Kind(4, ("relay",), rest=3),
    "suspend relay": Kind(2, ("relay",), seconds=(0.2, 3)),
    "suspend agent": Kind(4, ("agent",), seconds=(0.2, 4), long=1),
    "suspend bot": Kind(5, ("bot",), seconds=(0.2, 4)),
    "silence": Kind(2, ("road",), "network", (0.5, 4), 1),
    "cut": Kind(2, ("road",), "network", (0.5, 4)),
    "unplug": Kind(2, ("road",), "network", (0.5, 4)),
    "deafen agent": Kind(2, ("road",), "network", (0.5, 4), 1),
    "deafen relay": Kind(2, ("road",), "network", (0.5, 4), 1),
    "lose packets": Kind(4, ("road",), "network", (1, 5)),
    "move": Kind(3, ("road",), "network", rest=2),
    "fill inbox's disk": Kind(6, ("inbox's disk",), "mounts", (0.3, 4)),
    "fill journal's disk": Kind(6, ("journal's disk",), "mounts", (0.2, 2), rest=2),
    "relay's clock": Kind(4, ("relay's clock",), "shim"),
    "agent's clock": Kind(4, ("agent's clock",), "shim"),
    "late": Kind(4, ("mood",), seconds=(0.5, 3)),
    "error": Kind(3, ("mood",), seconds=(0.5, 2)),
    "hang": Kind(5, ("mood",), seconds=(0.5, 4)),
    "hangup": Kind(4, ("mood",), seconds=(0.5, 2)),
    "nonsense": Kind(3, ("mood",), seconds=(0.5, 2)),
}
# These break the link. Two storms let them strike as they like, also together; in between each
# leaves time for the link to be used, or most webhooks would only ever see the inbox.
BREAKERS = {"relay", "road"}
CALM_S = 5
STORMS = ((0.25, 0.37), (0.7, 0.82))  # of the whole time
NEEDS = {kind.needs for kind in KINDS.values()} - {""}
# Two jumps together stay below the 24 hours for which a webhook waits for the bot.
JUMP_S = 11 * 3600
WELL_S = 3  # the bot takes what it missed
DECK_MIN = 40  # cards to choose from


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
        self.has_begun = False
        self.busy = collections.defaultdict(float)  # lane: until
        self.killed, self.ill_until = 0, 0  # agents, while the bot is not well
        self.calm_until = 0

    def shuffle(self):
        """Another deck; the very first one begins with the long ones, for the rest to fit."""
        if not self.has_begun:
            self.deck = [(name, True) for name, kind in self.kinds.items() if kind.long]
            self.dice.shuffle(self.deck)
        deck = [(name, is_long) for name, kind in self.kinds.items()
                for is_long in [False] * kind.cards + [True] * (kind.long * self.has_begun)]
        self.dice.shuffle(deck)
        self.deck += deck
        self.has_begun = True

    def fault(self, at):
        """The first card that fits at this time, or None."""
        if len(self.deck) < DECK_MIN:
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
            "agent" in lanes and self.killed >= 2) and not (
            BREAKERS & set(lanes) and at < self.calm_until and not self.is_storm(at))

    def is_storm(self, at):
        return any(begin <= at / self.seconds < end for begin, end in STORMS)

    def take(self, at, name, is_long, lanes):
        kind = self.kinds[name]
        most = max(0, self.seconds - at)
        seconds = min(most, self.dice.uniform(*(LONG if is_long else kind.seconds)))
        for lane in lanes:
            self.busy[lane] = at + seconds + kind.rest
        if {"agent", "bot", "mood"} & set(lanes):
            self.ill_until = max(self.ill_until, at + seconds)
        if BREAKERS & set(lanes):
            self.calm_until = max(self.calm_until, at + seconds + CALM_S)
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
