"""What both play: a charger that connects and says something, on a link that loses one packet."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Final

from laconic_bench.radio.channel import Channel
from laconic_bench.radio.profiles import PROFILES, LinkProfile
from laconic_bench.trace import Direction

_SEEDS_MAX: Final = 1_000_000
_LOSS: Final = 0.05
"""Of a story that loses something; the seed is such that just the right packets are lost."""


@dataclass(frozen=True, slots=True)
class Line:
    """One question of the charger and its answer. Bytes are those that TCP carries."""

    at_seconds: float
    question_bytes: int = 200
    answer_bytes: int = 100
    """0: none."""
    think_seconds: float = 0.024
    connection: int = 0
    """Which of the story's connections; all are opened at the start."""


@dataclass(frozen=True, slots=True)
class Loss:
    """The packet that is lost, counted from 0 in its direction; all others of it arrive."""

    way: Direction
    number: int


@dataclass(frozen=True, slots=True)
class Story:
    """A conversation on a link."""

    name: str
    lines: Sequence[Line]
    losses: Sequence[Loss] = ()
    seconds: float = 8.0
    link: str = "2g"
    ends: bool = False
    """The charger closes the connection at the end."""
    is_race: bool = False
    """Timers of one second at both ends run against each other: who is first, is chance."""
    is_exact: bool = True
    """The link has no jitter and loses just `losses`; otherwise it is as bad as it is."""

    @property
    def connections(self) -> int:
        """Return how many there are."""
        return 1 + max((line.connection for line in self.lines), default=0)

    def profile(self) -> LinkProfile:
        """Return the link."""
        if not self.is_exact:
            return PROFILES[self.link]
        loss = _LOSS if self.losses else 0.0
        return replace(PROFILES[self.link], jitter_seconds=0.0, loss=loss)

    def seed(self, packets: int = 20) -> int:
        """Return the first seed with which the channel loses just these packets."""
        if not self.losses:
            return 1
        profile, wanted = self.profile(), set(self.losses)
        ways: tuple[Direction, Direction] = ("up", "down")
        for seed in range(_SEEDS_MAX):
            if all(_lost(profile, seed, way, packets, wanted) for way in ways):
                return seed
        raise ValueError(f"no seed loses {self.losses}")


def _lost(profile: LinkProfile, seed: int, way: Direction, packets: int, wanted: set[Loss]) -> bool:
    channel = Channel(profile, f"{seed} {way}")
    for number in range(packets):
        arrives = bool(channel.send(52, 1_000.0 * number).arrivals)
        if arrives == (Loss(way, number) in wanted):
            return False
    return True


_ONE: Final = (Line(2.0),)
STORIES: Final = (
    Story("connect", (), seconds=3.0),
    Story("one exchange, close", _ONE, seconds=6.0, ends=True),
    Story("three exchanges", (Line(2.0), Line(4.0), Line(6.0)), seconds=9.0),
    Story(
        "slow thinking", (Line(2.0, think_seconds=0.1), Line(4.0, think_seconds=0.3)), seconds=7.0
    ),
    Story(
        "fast thinking", (Line(2.0, think_seconds=0.0), Line(4.0, think_seconds=0.0)), seconds=7.0
    ),
    Story("two at once", (Line(2.0), Line(2.01), Line(4.0), Line(4.3)), seconds=7.0),
    Story("long answer", (Line(2.0, 200, 9_000), Line(8.0, 200, 3_000)), seconds=12.0),
    Story("long question", (Line(2.0, 20_000, 100),), seconds=11.0),
    Story("unanswered", (Line(2.0, answer_bytes=0), Line(4.0, answer_bytes=0)), seconds=7.0),
    Story("first SYN lost", _ONE, (Loss("up", 0),), seconds=6.0, is_race=True),
    Story("SYN-ACK lost", _ONE, (Loss("down", 0),), seconds=6.0, is_race=True),
    Story("last packet of the handshake lost", _ONE, (Loss("up", 1),), seconds=7.0),
    Story("first question lost", _ONE, (Loss("up", 2),)),
    Story("question lost twice", _ONE, (Loss("up", 2), Loss("up", 3)), seconds=9.0),
    Story("question lost thrice", _ONE, tuple(Loss("up", n) for n in (2, 3, 4)), seconds=12.0),
    Story("later question lost", (Line(2.0), Line(4.0), Line(6.0)), (Loss("up", 6),), seconds=10.0),
    Story("answer lost", (Line(2.0), Line(4.0)), (Loss("down", 2),), seconds=8.0),
    Story(
        "acknowledgement lost", (Line(2.0), Line(4.0), Line(6.0)), (Loss("up", 5),), seconds=10.0
    ),
    Story("first of two lost", (Line(2.0), Line(2.05), Line(5.0)), (Loss("up", 2),), seconds=9.0),
    Story("first of three lost", (Line(2.0), Line(2.05), Line(2.1)), (Loss("up", 2),), seconds=9.0),
    Story("second of two lost", (Line(2.0), Line(2.05), Line(5.0)), (Loss("up", 3),), seconds=9.0),
    Story("part of a long answer lost", (Line(2.0, 200, 9_000),), (Loss("down", 4),), seconds=10.0),
    Story("end of a long answer lost", (Line(2.0, 200, 5_000),), (Loss("down", 5),), seconds=10.0),
    Story(
        "round trip of two seconds",
        (Line(4.0), Line(8.0)),
        link="nbiot",
        seconds=14.0,
        is_race=True,
    ),
)


def traffic(seed: int, seconds: float, connections: int = 6, link: str = "2g") -> Story:
    """Return chargers that share a link and ask now and then, with sizes as in the workloads.

    The server thinks clearly less or more than the 40 ms for which an acknowledgement waits: on a
    busy machine it thinks some milliseconds longer than it should.
    """
    chance = Random(seed)
    lines: list[Line] = []
    for connection in range(connections):
        at_seconds = chance.uniform(5.0, 15.0)
        while at_seconds < seconds - 20.0:
            question = chance.choices((150, 300, 700, 1_000, 2_500), (5, 4, 4, 4, 1))[0]
            answer = chance.choices((60, 130, 200), (4, 2, 1))[0]
            think = chance.choice((0.015, 0.08)) + chance.uniform(-0.008, 0.008)
            lines.append(Line(at_seconds, question, answer, think, connection))
            at_seconds += chance.uniform(4.0, 16.0)
    lines.sort(key=lambda line: line.at_seconds)
    return Story(f"traffic {seed} on {link}", lines, (), seconds, link, is_exact=False)
