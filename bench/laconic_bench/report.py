"""The result of a demo: one set of figures for the JSON file, the view and the summary."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Final

from laconic_bench.baselines import Cost, conversation_cost
from laconic_bench.judge import Verdict, judge
from laconic_bench.link import Link
from laconic_bench.notebook import Timing
from laconic_bench.percentiles import percentile
from laconic_bench.transcript import Transcript
from laconic_bench.units import MONTH_SECONDS

LOSS_RECOVERY_SECONDS: Final = 5.0
"""How long after a lost datagram others may still wait for its repetition, since frames are
taken in order: the first comes after 3 to 4 s."""
MONTH_TARGET_BYTES: Final = 25_000_000
"""Target of the Open Charge Alliance for OCPP 2.Lite markets, here for a whole site."""


@dataclass(frozen=True, slots=True)
class Report:
    """Figures of a run so far. All counts begin when the services start."""

    ocpp_messages: int
    delivered: int
    lost: int
    """During a run: not there yet."""
    duplicated: int
    reordered: int
    payload_mismatches: int
    wire_bytes_up: int
    """IPv4 packets on the emulated link, everything included."""
    wire_bytes_down: int
    ocppj_tls_bytes: int
    """The same messages as OCPP-J over TLS, both directions; see `baselines`."""
    ratio: float | None
    """`ocppj_tls_bytes` over the wire bytes of both directions; None before the first byte."""
    interactive_ms_p50: float | None
    """Authorize, StartTransaction, StopTransaction, TransactionEvent with a token and
    BatterySwap, from the request to its answer at the charger; None without any."""
    interactive_ms_p95: float | None
    added_ms_p50: float | None
    """The same without the link's own delay of its datagrams, over exchanges that no lost datagram
    delayed."""
    interactive_messages: int
    seconds: float
    seed: int
    link_delay_ms: float
    link_loss_percent: float
    gateway_rss_mb: float | None = None
    gateway_cpu_percent: float | None = None
    """Of one core, on average."""
    expander_rss_mb: float | None = None

    @property
    def wire_bytes(self) -> int:
        """Both directions."""
        return self.wire_bytes_up + self.wire_bytes_down

    @property
    def defects(self) -> int:
        """Sum of the four defect counts."""
        return self.lost + self.duplicated + self.reordered + self.payload_mismatches

    @property
    def month_bytes(self) -> float:
        """What 30 days at this pace would cost."""
        return self.wire_bytes / self.seconds * MONTH_SECONDS if self.seconds else 0.0

    @property
    def month_target_messages(self) -> int:
        """How many messages like those of this run the month's target would carry."""
        wire_bytes = max(1, self.wire_bytes)
        return round(self.ocpp_messages * MONTH_TARGET_BYTES // wire_bytes, -3)

    def to_json(self) -> dict[str, float | int | None]:
        """Returns the keys and values of the JSON file."""
        return asdict(self)


def measure(
    chargers: Mapping[str, Transcript],
    csms: Mapping[str, Transcript],
    timings: Sequence[Timing],
    link: Link,
    seconds: float,
    seed: int,
) -> Report:
    """Judges and measures what has happened so far, in `seconds`."""
    verdict: Verdict = judge(chargers, csms)
    costs = (conversation_cost(one.entries, seconds) for one in chargers.values())
    tls_bytes = sum(costs, Cost()).total_bytes
    wire_bytes = link.up.wire_bytes + link.down.wire_bytes
    taken = [timing.taken_seconds for timing in timings]
    return Report(
        ocpp_messages=verdict.ocpp_messages,
        delivered=verdict.delivered,
        lost=verdict.lost,
        duplicated=verdict.duplicated,
        reordered=verdict.reordered,
        payload_mismatches=verdict.payload_mismatches,
        wire_bytes_up=link.up.wire_bytes,
        wire_bytes_down=link.down.wire_bytes,
        ocppj_tls_bytes=tls_bytes,
        ratio=round(tls_bytes / wire_bytes, 2) if wire_bytes else None,
        interactive_ms_p50=_milliseconds(percentile(taken, 50)),
        interactive_ms_p95=_milliseconds(percentile(taken, 95)),
        added_ms_p50=_milliseconds(percentile(_added_seconds(timings, link), 50)),
        interactive_messages=len(taken),
        seconds=round(seconds, 1),
        seed=seed,
        link_delay_ms=link.settings.delay_seconds * 1_000,
        link_loss_percent=link.settings.loss * 100,
    )


def _added_seconds(timings: Sequence[Timing], link: Link) -> list[float]:
    added: list[float] = []
    for timing in timings:
        ended_seconds = timing.started_seconds + timing.taken_seconds
        if link.lost_between(timing.started_seconds - LOSS_RECOVERY_SECONDS, ended_seconds):
            continue
        # The request leaves with the next datagram; the answer came with the one before it.
        up = link.up.delay_of_first_after(timing.started_seconds)
        down = link.down.delay_of_last_before(ended_seconds)
        if up is not None and down is not None:
            added.append(timing.taken_seconds - up - down)
    return added


def _milliseconds(seconds: float | None) -> float | None:
    return None if seconds is None else round(seconds * 1_000, 1)
