"""What exchanges cost over one contender: played in virtual time, every byte counted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from laconic_bench.model.bill import HANDSHAKE, KEEPALIVE, Bill
from laconic_bench.model.carrier import CarrierFactory
from laconic_bench.model.exchanges import Exchange
from laconic_bench.model.link import ModelLink
from laconic_bench.model.replay import Replay, play_out
from laconic_bench.radio.profiles import LinkProfile
from laconic_bench.virtual.schedule import Schedule
from laconic_gateway.core.site.budget.contents import Cause

SITE: Final = "(the link itself)"
"""What the gateway's meter has no action for."""
TIME_CAUSES: Final = frozenset({KEEPALIVE, str(Cause.PROBE)})
"""What they cost grows with time, not with messages."""
CONNECTION_CAUSES: Final = frozenset({HANDSHAKE, str(Cause.OPENING)})
"""What they cost grows with the number of connections."""


@dataclass(frozen=True, slots=True)
class Radio:
    """The link that everything is played over."""

    profile: LinkProfile
    nat_seconds: float
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Cost:
    """What a part of a log has cost."""

    up_bytes: int
    down_bytes: int
    by_action: Mapping[str, int]
    """Answers are "<action> (answer)"; what is of no message is in other words."""
    by_cause: Mapping[str, int]
    seconds: float
    """How long it was played; what is sent for the sake of time was sent so long."""
    connections: int
    """How often a charger has connected because it had been switched on."""
    first_connections: int
    """Of these, the ones with which the log begins."""

    @property
    def total_bytes(self) -> int:
        """Return the bytes of both ways."""
        return self.up_bytes + self.down_bytes


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
        return sum(self.actions_per_month(cost).values())

    def actions_per_month(self, cost: Cost) -> dict[str, float]:
        """Return the bytes of a month by action, the most first."""
        parts = {
            action or SITE: size * self._of_action(action, cost)
            for action, size in cost.by_action.items()
        }
        return dict(sorted(parts.items(), key=lambda part: (-part[1], part[0])))

    def _of_action(self, action: str, cost: Cost) -> float:
        """Return the factor of an action, or of the cause that stands in its place."""
        cause = action.strip("()")
        if action in self.by_action:
            return self.by_action[action]
        if cause in CONNECTION_CAUSES:
            # The connections at the beginning were made for the replay.
            return self.messages * (1 - cost.first_connections / max(1, cost.connections))
        # What is no action and no cause is of the gateway itself: it grows with time.
        grows_with_time = cause in TIME_CAUSES or not cause[:1].isalpha()
        return self.seconds / cost.seconds if grows_with_time else self.messages


def cost_of(
    exchanges: Sequence[Exchange], seconds: float, factory: CarrierFactory, radio: Radio
) -> Cost:
    """Play exchanges of so many seconds over a contender; return what they have cost."""
    schedule = Schedule(radio.seed)
    link = ModelLink(schedule, radio.profile, radio.seed)
    replay = Replay(schedule, iter(exchanges))
    identities = frozenset(one.identity for one in exchanges)
    replay.carrier = factory(link, replay, radio.nat_seconds, identities)
    play_out(replay, schedule, seconds)
    return _cost(link.bill, max(seconds, schedule.now), *_connections(exchanges))


def _cost(bill: Bill, seconds: float, connections: int, first_connections: int) -> Cost:
    return Cost(
        bill.wire_bytes["up"],
        bill.wire_bytes["down"],
        bill.by_action(),
        bill.by_cause(),
        seconds,
        connections,
        first_connections,
    )


def _connections(exchanges: Sequence[Exchange]) -> tuple[int, int]:
    """Count how often chargers connect in a replay, and how many of these times are the first."""
    seen: set[str] = set()
    later = 0
    for one in exchanges:
        if one.identity not in seen:
            seen.add(one.identity)
        elif one.is_up and one.message.action == "BootNotification":
            later += 1
    return len(seen) + later, len(seen)
