"""A site and its expander at work, while others send datagrams to both.

Both ends are whole: endpoint, OSCORE context and core, the probes' second socket included. Two
plays differ in what comes to them. Strangers, who have no keys, send

- *changed*: a datagram that was on the link a while ago, with some changes, or as it was;
- *noise*: bytes by chance.

Who has the keys sends, beside these,

- *sealed*: a changed payload, or a changed sign, protected as a request or a one-way message;
- *twisted*: what the ends themselves say, with the payload changed before it is protected. Among
  these are answers, which only the end that was asked can make.

In between a charger and the CSMS talk, and time passes. Strangers leave the same world at work
until the end. Who has the keys can make one end believe what is not so, which stops it rightly;
so his play begins anew now and then.
"""

import traceback
from collections import Counter, deque
from dataclasses import dataclass, field
from random import Random
from typing import Any, Final

from laconic_bench.fuzz_link.mutations import MUTATOR, noise
from laconic_bench.virtual.nat_world import NatWorld
from laconic_codec import signs
from laconic_gateway.core.coap import messages
from laconic_gateway.core.coap.endpoint import Address

BETWEEN: Final = 100
"""Datagrams between two rounds of honest traffic."""
LIFE: Final = 2_000
"""Datagrams that a world gets of who has the keys."""
SEALED: Final = 0.5
"""Share of his datagrams that he protects."""
NOISE: Final = 0.1
"""Share of the others that are bytes by chance."""
ROUND_SECONDS: Final = 60.0
KEPT: Final = 200
"""Datagrams and payloads of each direction that are kept to be changed."""
TWISTED: Final = 0.05
"""Share of the honest payloads that are changed before they are protected."""
REPORTS_MAX: Final = 10
NAT_SECONDS: Final = 120.0
_STRANGER: Final[Address] = ("203.0.113.9", 4_000)
_SIGNS: Final = (
    b"",
    signs.encode(signs.Probe(30)),
    signs.encode(signs.Reach(True, 300)),
    *(signs.encode(notice) for notice in signs.Notice),
)


@dataclass(slots=True)
class Outcome:
    """What has happened so far."""

    datagrams: Counter[str] = field(default_factory=Counter[str])
    """By kind."""
    counters: Counter[str] = field(default_factory=Counter[str])
    """Of the two endpoints, by "site" or "expander" and reason."""
    crashes: int = 0
    reports: list[str] = field(default_factory=list[str])

    def add(self, other: "Outcome") -> None:
        """Add up."""
        self.datagrams += other.datagrams
        self.counters += other.counters
        self.crashes += other.crashes
        self.reports = [*self.reports, *other.reports][:REPORTS_MAX]


class Play:
    """One world under fire; the same seed gives the same run."""

    def __init__(self, seed: str, *, has_keys: bool) -> None:
        self._seed = seed
        self._has_keys = has_keys
        self._chance = Random(seed)
        self.outcome = Outcome()
        self._begin()

    def _begin(self) -> None:
        self._world = NatWorld("always", NAT_SECONDS, seed=1)
        self._up: deque[bytes] = deque(maxlen=KEPT)
        self._down: deque[bytes] = deque(maxlen=KEPT)
        self._payloads: deque[bytes] = deque(_SIGNS, maxlen=KEPT)
        self._source: Address = ("198.51.100.7", 40_001)
        self._talk = 0
        self._message_ids = 0
        self._world.nat.on_datagram = self._saw
        self._world.nat.twist = self._twist
        for _ in range(5):
            self._converse()

    def run(self, datagrams: int) -> None:
        """Send so many datagrams."""
        for number in range(datagrams):
            try:
                if self._has_keys and number and number % LIFE == 0:
                    self._account()
                    self._begin()
                if number % BETWEEN == 0:
                    self._converse()
                self._attack()
            except Exception:  # what must not happen
                self.outcome.crashes += 1
                if len(self.outcome.reports) < REPORTS_MAX:
                    place = f"seed {self._seed}, datagram {number}"
                    self.outcome.reports.append(f"{place}\n{traceback.format_exc()}")
                self._account()
                self._begin()

    def still_works(self) -> bool:
        """Tell whether a charger gets its answer and a command its way, when all that is over.

        It ends the play.
        """
        self._account()
        world = self._world
        world.nat.twist = lambda payload: payload
        world.run(3_600.0)
        world.says('[2,"last","Authorize",{"idTag":"A"}]')
        world.run(30.0)
        world.cloud.command('[2,"end","GetConfiguration",{}]')
        world.run(30.0)
        told = world.site.told
        is_answered = any(text.startswith('[3,"last",') for text in told)
        return is_answered and any('"GetConfiguration"' in text for text in told)

    # --- honest traffic

    def _converse(self) -> None:
        """Let charger and CSMS say something, and a minute pass."""
        world, number = self._world, self._talk
        self._talk += 1
        world.says(f'[2,"a{number}","Authorize",{{"idTag":"{number % 20:08X}"}}]')
        world.says(
            f'[2,"m{number}","MeterValues",{{"connectorId":1,"meterValue":[],"n":{number}}}]'
        )
        if number % 5 == 0:
            world.cloud.command(f'[2,"c{number}","GetConfiguration",{{"key":["k{number % 7}"]}}]')
        world.run(ROUND_SECONDS / 2)
        for text in world.site.told:
            if '"GetConfiguration"' in text:
                world.says(f'[3,{text.split(",")[1]},{{"configurationKey":[]}}]')
        world.run(ROUND_SECONDS / 2)
        for log in (
            *(world.site.told, world.site.told_at, world.cloud.csms, world.cloud.csms_at),
            *(world.cloud.changes, world.site.probes),
        ):
            log.clear()

    def _saw(self, kind: str, datagram: bytes) -> None:
        """Keep a datagram of the honest ends."""
        (self._down if kind == "down" else self._up).append(datagram)

    def _twist(self, payload: bytes) -> bytes:
        self._payloads.append(payload)
        if not self._has_keys or self._chance.random() >= TWISTED:
            return payload
        self.outcome.datagrams["twisted"] += 1
        return MUTATOR.mutated(payload, self._payloads, self._chance)[:1_024]

    # --- the others

    def _attack(self) -> None:
        chance = self._chance
        if self._has_keys and chance.random() < SEALED:
            self._attack_with_keys()
            return
        is_noise = chance.random() < NOISE
        kind, datagram = ("noise", noise(chance)) if is_noise else ("changed", self._changed())
        self.outcome.datagrams[kind] += 1
        self._deliver(datagram)

    def _changed(self) -> bytes:
        kept = self._down if self._chance.random() < 0.5 and self._down else self._up
        datagram = self._chance.choice(kept)
        if self._chance.random() < 0.05:
            return datagram  # a replay
        return MUTATOR.mutated(datagram, kept, self._chance)

    def _deliver(self, datagram: bytes) -> None:
        """Bring a datagram to one of the three sockets."""
        world = self._world
        match self._chance.randrange(8):
            case 0:
                world.site.receive(f"probe {world.site.rounds}", datagram)
            case 1 | 2 | 3:
                world.site.receive("main", datagram)
            case 4:
                world.cloud.receive(datagram, _STRANGER)
            case _:
                world.cloud.receive(datagram, self._source)

    def _attack_with_keys(self) -> None:
        """Protect a payload that the core of the other end has not made."""
        world, chance = self._world, self._chance
        payload = MUTATOR.mutated(chance.choice(self._payloads), self._payloads, chance)[:1_024]
        is_up = chance.random() < 0.6
        context: Any = world.site.context if is_up else world.cloud.context
        self._message_ids += 1
        sealed = messages.seal_request(
            context,
            payload,
            confirmable=chance.random() < 0.7,
            message_id=self._message_ids % 0x10000,
        )
        self.outcome.datagrams["sealed"] += 1
        if is_up:
            source = self._source if chance.random() < 0.9 else _STRANGER
            world.cloud.receive(sealed.datagram, source)
        else:
            world.site.receive("main", sealed.datagram)

    def _account(self) -> None:
        for name, endpoint in (
            ("site", self._world.site.endpoint),
            ("expander", self._world.cloud.endpoint),
        ):
            for reason, times in endpoint.counters.items():
                self.outcome.counters[f"{name} {reason}"] += times
