"""What exchanges cost over one contender: played in virtual time, every byte counted."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from laconic_bench.estimate.first_handshakes import WAYS, FirstHandshakes
from laconic_bench.model.bill import HANDSHAKE, KEEPALIVE
from laconic_bench.model.carrier import CarrierFactory
from laconic_bench.model.exchanges import Exchange
from laconic_bench.model.link import ModelLink
from laconic_bench.model.replay import Replay, play_out
from laconic_bench.radio.profiles import LinkProfile
from laconic_bench.trace import Direction
from laconic_bench.virtual.schedule import Schedule
from laconic_gateway.core.site.budget.contents import Cause

TIME_CAUSES: Final = frozenset({KEEPALIVE, str(Cause.PROBE)})
"""What they cost grows with time, not with messages."""
OPENING: Final = str(Cause.OPENING)
"""A gateway opens its link once, which is in the replay and not in a month."""


@dataclass(frozen=True, slots=True)
class Radio:
    """The link that everything is played over."""

    profile: LinkProfile
    nat_seconds: float
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Cost:
    """What a part of a log has cost."""

    by_action: Mapping[Direction, Mapping[str, int]]
    """Answers are "<action> (answer)"; what is of no message is its cause in brackets."""
    seconds: float
    """How long it was played; what is sent for the sake of time was sent so long."""
    first_handshake_bytes: Mapping[Direction, float]
    """Of the handshakes: of the connection with which each charger begins, for the replay."""

    def way_bytes(self, way: Direction) -> int:
        """Return the bytes of one way."""
        return sum(self.by_action[way].values())

    @property
    def total_bytes(self) -> int:
        """Return the bytes of both ways."""
        return sum(self.way_bytes(way) for way in WAYS)


@dataclass(frozen=True, slots=True)
class MonthFactors:
    """How many times a month is what was played."""

    messages: float
    """For what has no factor of its own."""
    seconds: float
    """Length of a month; 30 days."""
    by_action: Mapping[str, float] = field(default_factory=dict[str, float])
    """Of messages with an action, and of answers: what was played may be another mix."""

    def bytes_per_month(self, cost: Cost) -> float:
        """Return what a month costs, both ways."""
        return sum(self.way_per_month(cost, way) for way in WAYS)

    def way_per_month(self, cost: Cost, way: Direction) -> float:
        """Return what one way of a month costs."""
        return sum(size for _, size in self._parts(cost, way))

    def actions_per_month(self, cost: Cost) -> dict[str, float]:
        """Return the bytes of a month by action, both ways, the most first."""
        sizes: dict[str, float] = {}
        for way in WAYS:
            for action, size in self._parts(cost, way):
                sizes[action] = sizes.get(action, 0.0) + size
        return dict(sorted(sizes.items(), key=lambda part: (-part[1], part[0])))

    def _parts(self, cost: Cost, way: Direction) -> Iterator[tuple[str, float]]:
        for action, size in cost.by_action[way].items():
            is_handshake = action == f"({HANDSHAKE})"
            recurring = size - cost.first_handshake_bytes[way] if is_handshake else size
            yield action, recurring * self._of_action(action, cost)

    def _of_action(self, action: str, cost: Cost) -> float:
        """Return the factor of an action, or of the cause that stands in its place."""
        cause = action.strip("()")
        if action in self.by_action:
            return self.by_action[action]
        if cause == OPENING:
            return 0.0
        return self.seconds / cost.seconds if cause in TIME_CAUSES else self.messages


def cost_of(
    exchanges: Sequence[Exchange], seconds: float, factory: CarrierFactory, radio: Radio
) -> Cost:
    """Play exchanges of so many seconds over a contender; return what they have cost."""
    schedule = Schedule(radio.seed)
    link = ModelLink(schedule, radio.profile, radio.seed)
    replay = Replay(schedule, iter(exchanges))
    identities = frozenset(one.identity for one in exchanges)
    first = FirstHandshakes(link, exchanges)
    replay.carrier = factory(link, replay, radio.nat_seconds, identities)
    play_out(replay, schedule, seconds)
    bill = link.bill
    by_action: dict[Direction, Mapping[str, int]] = {way: bill.by_action_of(way) for way in WAYS}
    return Cost(by_action, max(seconds, schedule.now), first.wire_bytes())
