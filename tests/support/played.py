"""A workload, or some texts, played over a carrier on a modelled link."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeAlias

from laconic_bench.model.bill import Bill
from laconic_bench.model.carrier import Carrier, CarrierFactory
from laconic_bench.model.exchanges import Reader
from laconic_bench.model.findings import Findings
from laconic_bench.model.link import ModelLink
from laconic_bench.model.replay import Replay, play_out
from laconic_bench.radio.profiles import LinkProfile
from laconic_bench.trace import Direction, TraceRecord, Version
from laconic_bench.virtual.schedule import Schedule

FAST: Final = LinkProfile()

Said: TypeAlias = tuple[float, Direction, str]
"""Time in seconds, direction, text."""


@dataclass(frozen=True, slots=True)
class Played:
    """What came out."""

    findings: Findings
    bill: Bill
    carrier: Carrier
    reader: Reader


def play(
    records: Iterable[TraceRecord],
    make: CarrierFactory,
    *,
    identities: Iterable[str] = ("CP1",),
    seconds: float = 3_600.0,
    profile: LinkProfile = FAST,
    nat_seconds: float = 120.0,
    seed: int = 1,
) -> Played:
    """Play records over a carrier."""
    schedule = Schedule(seed)
    link = ModelLink(schedule, profile, seed)
    reader = Reader()
    replay = Replay(schedule, reader.exchanges(records))
    replay.carrier = make(link, replay, nat_seconds, frozenset(identities))
    play_out(replay, schedule, seconds)
    bill = link.bill
    total = bill.total_bytes
    assert sum(bill.layers.values()) == total
    assert sum(bill.by_cause().values()) == total
    assert sum(bill.by_action().values()) == total
    assert sum(bill.days.values()) == total
    return Played(replay.findings, bill, replay.carrier, reader)


def said(*texts: Said, identity: str = "CP1", version: Version = "1.6") -> Sequence[TraceRecord]:
    """Return records of one charger."""
    return [TraceRecord(at, identity, way, version, text) for at, way, text in texts]


BOOT: Final[tuple[Said, ...]] = (
    (1.0, "up", '[2,"1","BootNotification",{"chargePointVendor":"V","chargePointModel":"M"}]'),
    (
        1.1,
        "down",
        '[3,"1",{"status":"Accepted","currentTime":"2026-03-02T00:00:01Z","interval":240}]',
    ),
)
"""A charger says hello at 1 s."""
