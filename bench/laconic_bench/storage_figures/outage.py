"""Three days without a link: 50 chargers go on, and then all of it goes through a narrow link.

Journal and outbox are real files, cores, codec, endpoints and contexts the real ones; link, time
and CSMS are virtual. The chargers go on while the journal is drained, and every 30 s somebody
shows a card that nobody has seen before.
"""

import json
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import Final

from laconic_bench.storage_figures.many_csms import MARK, Taken
from laconic_bench.storage_figures.meter_values import Samples
from laconic_bench.storage_figures.site_world import SiteWorld, opened
from laconic_bench.storage_figures.slow_link import LinkRate

NARROW: Final = LinkRate(32_000.0, 0.6)
CHARGERS: Final = 50
HOURS: Final = 72.0
SEED: Final = 1
MINUTE_SECONDS: Final = 60.0
AUTHORIZE_SECONDS: Final = 30.0
_AT_ONCE: Final = 25
"""So many chargers speak at the same moment."""
_WARM_SECONDS: Final = 900.0
_SETTLE_SECONDS: Final = 900.0
_LONGEST_SECONDS: Final = 6 * 3_600.0
_BOOT: Final = '[2,"boot","BootNotification",{"chargePointVendor":"V","chargePointModel":"M"}]'


@dataclass(frozen=True, slots=True)
class Drain:
    """What the link carried until the backlog was gone."""

    seconds: float
    """Virtual time from the link's return until the CSMS has the last message of the outage."""
    noticed_seconds: float
    """Of these, until the site had noticed that the link is back."""
    up_bytes: int
    """IPv4 bytes from the site."""
    down_bytes: int
    datagrams: int
    """Of the site."""
    cpu_seconds: float
    """Of everything: both ends, their files, and what is virtual."""

    def share_of(self, rate: LinkRate) -> float:
        """Return in which part of the time the way up was carrying something."""
        return 8 * self.up_bytes / rate.bits_per_second / self.seconds


@dataclass(frozen=True, slots=True)
class Outage:
    """What became of an outage."""

    messages: int
    """That were said during the outage."""
    text_bytes: float
    """Mean length of one."""
    unanswered: int
    """Of them: without an answer of the gateway."""
    lost: int
    doubled: int
    misplaced: int
    """Came to the CSMS when another one of their charger was the next."""
    journal_bytes: int
    """With its log, at the end of the outage."""
    drain: Drain
    authorize_seconds: tuple[float, ...]
    """From each card until the answer of the CSMS, for cards that were shown during the drain."""
    substitute_seconds: tuple[float, ...]
    """From each of the other cards until the gateway answered itself."""
    unanswered_cards: int

    def quantile(self, percent: int) -> float | None:
        """Return when so many percent had the answer of the CSMS, in seconds; None: never."""
        ordered = sorted(self.authorize_seconds)
        cards = len(ordered) + len(self.substitute_seconds) + self.unanswered_cards
        place = -(-cards * percent // 100) - 1
        return ordered[place] if 0 <= place < len(ordered) else None


class _Chargers:
    """What the chargers do, and what the CSMS gets of it."""

    def __init__(self, world: SiteWorld, seed: int) -> None:
        count = len(world.identities)
        self._world = world
        self._chance = Random(f"{seed} cards")
        self._samples = [Samples(Random(f"{seed} {number}")) for number in range(count)]
        self._expected: dict[str, deque[int]] = {name: deque() for name in world.identities}
        """Digests of what the CSMS has to get, by charger."""
        self._backlogs: Counter[str] = Counter()
        """How many messages of the outage the CSMS has not; below 0 when it has newer ones."""
        self._cards: dict[str, float] = {}
        """When a card was shown, by message id."""
        self.said = self.said_bytes = self.answered = 0
        self.misplaced = self.doubled = 0
        self.authorize_seconds: list[float] = []
        self.substitute_seconds: list[float] = []
        """Until the gateway answered itself, because the CSMS did not."""
        self._is_silent = False
        world.csms.on_taken = self._taken
        world.site.on_told = self._told

    @property
    def waiting(self) -> int:
        """Return how many messages the CSMS has not."""
        return sum(len(one) for one in self._expected.values())

    @property
    def backlog(self) -> bool:
        """Tell whether the CSMS lacks something that was said before `mark_backlog`."""
        return any(left > 0 for left in self._backlogs.values())

    def mark_backlog(self) -> None:
        """Take note of what is waiting now."""
        for identity, expected in self._expected.items():
            self._backlogs[identity] = len(expected)

    @property
    def cards_waiting(self) -> int:
        """Return how many cards have no answer."""
        return len(self._cards)

    def begin(self) -> None:
        """Boot all, and let each say its values once a minute, some at a time."""
        count = len(self._world.identities)
        firsts = range(0, count, _AT_ONCE)
        for number, first in enumerate(firsts):
            group = range(first, min(first + _AT_ONCE, count))
            for charger in group:
                self._world.says(charger, _BOOT)
            self._later(number * MINUTE_SECONDS / len(firsts), partial(self._talk, group))

    def end(self) -> None:
        """Let nobody say anything more."""
        self._is_silent = True

    def show_card(self) -> None:
        """Have somebody show a card that nobody has seen, and the next one a little later."""
        if self._is_silent:
            return
        number = self._chance.randrange(len(self._world.identities))
        message_id, tag = f"card{len(self._cards)}-{self.said}", self._chance.getrandbits(56)
        self._cards[message_id] = self._world.schedule.now
        text = f'[2,"{message_id}","Authorize",{{"idTag":"{tag:014X}"}}]'
        self._world.says(number, text)
        self._later(AUTHORIZE_SECONDS, self.show_card)

    def _later(self, seconds: float, event: Callable[[], None]) -> None:
        self._world.schedule.after(seconds, event)

    def _talk(self, group: range) -> None:
        if self._is_silent:
            return
        for charger in group:
            text = self._samples[charger].call(self._world.schedule.now)
            self.said += 1
            self.said_bytes += len(text)
            self._expected[self._world.identities[charger]].append(_digest(text))
            self._world.says(charger, text)
        self._later(MINUTE_SECONDS, partial(self._talk, group))

    def _taken(self, identity: str, taken: Taken) -> None:
        if taken.action != "MeterValues":
            return
        expected, digest = self._expected[identity], hash(taken.payload)
        self._backlogs[identity] -= 1  # in order: a new message comes after all of the backlog
        if expected and expected[0] == digest:
            expected.popleft()
        elif digest in expected:
            expected.remove(digest)
            self.misplaced += 1
        else:
            self.doubled += 1

    def _told(self, connection: int, text: str) -> None:
        message_id = json.loads(text)[1]
        if not message_id.startswith("card"):
            self.answered += 1
        elif (shown := self._cards.pop(message_id, None)) is not None:
            seconds = self._world.schedule.now - shown
            (self.authorize_seconds if MARK in text else self.substitute_seconds).append(seconds)


def measure(
    hours: float = HOURS, chargers: int = CHARGERS, rate: LinkRate = NARROW, seed: int = SEED
) -> Outage:
    """Let the link be away for some hours, and come back."""
    with opened(chargers, rate, seed) as world:
        playing = _Chargers(world, seed)
        playing.begin()
        world.run(_WARM_SECONDS)
        world.set_link(is_down=True)
        said, said_bytes, answered = playing.said, playing.said_bytes, playing.answered
        for _ in range(round(60 * hours)):
            world.run(MINUTE_SECONDS)
        messages = playing.said - said
        journal_bytes = sum(one.stat().st_size for one in world.journal_files())
        unanswered = messages - (playing.answered - answered)
        text_bytes = (playing.said_bytes - said_bytes) / messages
        drain = _drain(world, playing)
        playing.end()
        world.run(_SETTLE_SECONDS)
        return Outage(
            messages,
            text_bytes,
            unanswered,
            playing.waiting,
            playing.doubled,
            playing.misplaced,
            journal_bytes,
            drain,
            tuple(playing.authorize_seconds),
            tuple(playing.substitute_seconds),
            playing.cards_waiting,
        )


def _drain(world: SiteWorld, playing: _Chargers) -> Drain:
    """Mend the link, and wait until the CSMS has everything that was said before."""
    site, cloud = world.site.pipe, world.cloud.pipe
    before = site.carried_bytes, cloud.carried_bytes, site.carried
    began, cpu_began = world.schedule.now, time.process_time()
    playing.mark_backlog()
    world.set_link(is_down=False)
    noticed = 0.0
    while playing.backlog and world.schedule.now < began + _LONGEST_SECONDS:
        world.run(1.0)
        if not noticed and world.site.core.link_up:
            noticed = world.schedule.now - began
            playing.show_card()
    return Drain(
        world.schedule.now - began,
        noticed,
        site.carried_bytes - before[0],
        cloud.carried_bytes - before[1],
        site.carried - before[2],
        time.process_time() - cpu_began,
    )


def _digest(text: str) -> int:
    return hash(text.partition('"MeterValues",')[2].removesuffix("]"))
