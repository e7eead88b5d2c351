"""What could be changed at the chargers and the CSMS, found in the traffic itself.

No advice touches what is billed or protects: begin and end of transactions, signed values, faults.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

from laconic_bench.estimate.changes import (
    QUESTIONS,
    Change,
    asked_less,
    compact,
    question_of,
    thinned,
    with_short_ids,
    without_measurands,
)
from laconic_bench.estimate.intervals import (
    ALIGNED,
    FAMILIES,
    HEARTBEAT,
    QUESTION,
    SAMPLE,
    SERIES,
    Family,
    Interval,
    What,
    family_of,
)
from laconic_bench.estimate.measurands import measurands_in
from laconic_bench.estimate.statuses import MINIMUM_SECONDS, without_flapping
from laconic_bench.model.exchanges import Exchange
from laconic_bench.units import DAY_SECONDS

IntervalOf = Callable[[What], Interval | None]

CHARGER: Final = "charger"
CSMS: Final = "CSMS"
GATEWAY: Final = "gateway"

LONG_ID_CHARACTERS: Final = 12
HEARTBEAT_SECONDS: Final = 3_600
ALIGNED_SECONDS: Final = 900
SAMPLE_SECONDS: Final = (60, 300)
"""What is advised: the first that is longer than what is set."""


@dataclass(frozen=True, slots=True)
class Advice:
    """Something to change, and what follows."""

    key: str
    """The configuration key by its standard name, or in words what has none."""
    where: str
    before: str
    after: str
    side_effect: str
    change: Change


def advice_for(
    exchanges: Sequence[Exchange], intervals: IntervalOf, has_times: bool = True
) -> list[Advice]:
    """Return all that could be changed; what it saves is to be found out.

    `intervals` tells how often things are sent. Without times nobody knows how long a status lasts.
    """
    return [
        *(one for family in FAMILIES for one in _of_family(exchanges, intervals, family)),
        *(_flapping(exchanges) if has_times else ()),
        *_polls(exchanges, intervals),
        *_ids(exchanges),
        *_white_space(exchanges),
    ]


def _of_family(
    exchanges: Sequence[Exchange], intervals: IntervalOf, family: Family
) -> Iterator[Advice]:
    of_16 = family == "1.6"
    yield from _slower(
        intervals,
        "HeartbeatInterval" if of_16 else "HeartbeatInterval (OCPPCommCtrlr)",
        (HEARTBEAT, family),
        (HEARTBEAT_SECONDS,),
        "The charger's clock is set less often; a dead connection shows by WebSocket pings, not by "
        "heartbeats.",
    )
    yield from _slower(
        intervals,
        "MeterValueSampleInterval" if of_16 else "SampledDataTxUpdatedInterval",
        (SAMPLE, family),
        SAMPLE_SECONDS,
        "Apps and load management see power less often while charging; what is billed stays: the "
        "readings at begin and end are still sent.",
    )
    yield from _slower(
        intervals,
        "ClockAlignedDataInterval" if of_16 else "AlignedDataInterval",
        (ALIGNED, family),
        (ALIGNED_SECONDS,),
        "Meter values outside of transactions come every quarter of an hour; 0 switches them off.",
    )
    yield from _measurands(exchanges, family)


def _slower(
    intervals: IntervalOf,
    key: str,
    what: What,
    choices: Sequence[int],
    side_effect: str,
) -> Iterator[Advice]:
    found = intervals(what)
    longer = [one for one in choices if found is not None and found.shortest_seconds < one * 0.9]
    if found is not None and longer:
        change = partial(thinned, series=SERIES[what], seconds=longer[0])
        yield Advice(key, CHARGER, str(found), f"{longer[0]} s", side_effect, change)


def _measurands(exchanges: Sequence[Exchange], family: Family) -> Iterator[Advice]:
    use = measurands_in(one for one in exchanges if family_of(one.version) == family)
    if not use.idle:
        return
    of_16 = family == "1.6"
    leaving = ", ".join(f"{name} ({why})" for name, why in sorted(use.idle.items()))
    remaining = sorted(use.samples.keys() - use.idle.keys())
    names = frozenset(use.idle)

    def change(all_of_them: Sequence[Exchange]) -> list[Exchange]:
        changed: list[Exchange] = []
        for one in all_of_them:
            is_meant = family_of(one.version) == family
            changed += without_measurands([one], names) if is_meant else [one]
        return changed

    yield Advice(
        "MeterValuesSampledData" if of_16 else "SampledDataTxUpdatedMeasurands",
        CHARGER,
        ", ".join(sorted(use.samples)),
        ", ".join(remaining) or "nothing",
        f"Left out: {leaving}. If one of them begins to change, nobody sees it.",
        change,
    )


def _flapping(exchanges: Sequence[Exchange]) -> Iterator[Advice]:
    gone = len(exchanges) - len(without_flapping(exchanges))
    if gone:
        yield Advice(
            "MinimumStatusDuration",
            CHARGER,
            f"{gone} statuses were gone within {MINIMUM_SECONDS} s",
            f"{MINIMUM_SECONDS} s",
            f"The CSMS sees a status {MINIMUM_SECONDS} s later; faults are still sent at once.",
            without_flapping,
        )


def _polls(exchanges: Sequence[Exchange], intervals: IntervalOf) -> Iterator[Advice]:
    found = intervals(QUESTION)
    if found is not None and found.shortest_seconds < DAY_SECONDS / 2:
        asked = {one.message.action for one in exchanges if question_of(one) is not None}
        yield Advice(
            f"repeated {', '.join(sorted(asked & QUESTIONS))}",
            CSMS,
            f"the same question every {found}",
            "once a day",
            "The CSMS sees a changed setting up to a day later.",
            partial(asked_less, seconds=DAY_SECONDS),
        )


def _ids(exchanges: Sequence[Exchange]) -> Iterator[Advice]:
    long = [len(one.message.message_id) for one in exchanges]
    mean = sum(long) / len(long) if long else 0
    if mean > LONG_ID_CHARACTERS:
        yield Advice(
            "message ids",
            "charger and CSMS",
            f"{mean:.0f} characters (a UUID has 36)",
            "a counter",
            "None, as long as an id is not used twice on one connection; it needs other firmware.",
            with_short_ids,
        )


def _white_space(exchanges: Sequence[Exchange]) -> Iterator[Advice]:
    before = sum(len(one.text) + len(one.answer_text or "") for one in exchanges)
    after = sum(len(one.text) + len(one.answer_text or "") for one in compact(exchanges))
    if after < before:
        yield Advice(
            "white space in JSON",
            "charger and CSMS",
            f"{100 * (before - after) / before:.0f} % of all characters",
            "none",
            "None; it needs other firmware. If only the log has it, it costs nothing.",
            compact,
        )
