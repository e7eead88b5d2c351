"""A trace played over a contender that runs over TCP."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from laconic_bench.model.exchanges import Reader
from laconic_bench.model.link import ModelLink
from laconic_bench.model.replay import Replay, play_out
from laconic_bench.model.tcp.carriers import tcp_carriers
from laconic_bench.model.tcp.settings import TcpSettings
from laconic_bench.radio.profiles import LinkProfile
from laconic_bench.trace import Direction, TraceRecord, Version
from laconic_bench.virtual.schedule import Schedule

VERSIONS: dict[str, Version] = {"CP-16": "1.6", "CP-21": "2.1"}


@dataclass(frozen=True)
class Said:
    """One exchange of a trace."""

    at_seconds: float
    identity: str
    action: str
    payload: object = None
    answer: object = None
    way: Direction = "up"
    think_seconds: float = 0.02


def records(said: Sequence[Said]) -> Iterator[TraceRecord]:
    """Yield the messages in the order of their times."""
    found: list[TraceRecord] = []
    for number, one in enumerate(said):
        version, back = VERSIONS[one.identity], "down" if one.way == "up" else "up"
        call = json.dumps([2, f"m{number}", one.action, one.payload or {}])
        result = json.dumps([3, f"m{number}", one.answer or {}])
        found.append(TraceRecord(one.at_seconds, one.identity, one.way, version, call))
        answered = one.at_seconds + one.think_seconds
        found.append(TraceRecord(answered, one.identity, back, version, result))  # type: ignore[arg-type]
    return iter(sorted(found, key=lambda one: one.time_seconds or 0.0))


class Play:
    """A contender with its chargers and CSMS."""

    def __init__(
        self,
        name: str,
        said: Sequence[Said],
        profile: LinkProfile,
        seed: int = 1,
        settings: TcpSettings | None = None,
    ) -> None:
        self.schedule = Schedule(seed)
        self.link = ModelLink(self.schedule, profile, seed)
        self.replay = Replay(self.schedule, Reader().exchanges(records(said)))
        self.carrier = tcp_carriers[name](self.link, self.replay, settings or TcpSettings())
        self.replay.carrier = self.carrier

    def run(self, until_seconds: float) -> None:
        """Play it all."""
        play_out(self.replay, self.schedule, until_seconds)

    def outage(self, start: float, end: float) -> None:
        """Let the network be down from one moment to another."""

        def put(is_down: bool) -> None:
            self.link.is_down = is_down

        self.schedule.at(start, lambda: put(True))
        self.schedule.at(end, lambda: put(False))


def perfect(profile: LinkProfile) -> LinkProfile:
    """Return a link that loses nothing and has no jitter."""
    return replace(profile, loss=0.0, jitter_seconds=0.0)
