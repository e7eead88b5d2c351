"""Real messages of chargers for a journal: CALLs of 100 to 300 bytes of the reference site."""

from dataclasses import replace
from functools import cache
from itertools import islice
from typing import Final

from laconic_bench.workloads.boda_site import boda_site
from laconic_gateway.core.records import Record, RecordKind, TimeQuality

SHORTEST_BYTES: Final = 100
LONGEST_BYTES: Final = 300
DIFFERENT: Final = 1_000
BOOT: Final = "0f3c8a51d27e"
UNIX_SECONDS: Final = 1_790_000_000.0


@cache
def _texts() -> tuple[tuple[str, str, str], ...]:
    """Return identity, version and text of the first messages of that length."""
    fitting = (
        (one.identity, one.version, one.raw)
        for one in boda_site(1, days=30).records()
        if one.direction == "up"
        and one.raw.startswith("[2")
        and SHORTEST_BYTES <= len(one.raw.encode()) <= LONGEST_BYTES
    )
    return tuple(islice(fitting, DIFFERENT))


def records(first: int, count: int) -> list[Record]:
    """Return records numbered from `first`; which message a number has is always the same."""
    texts = _texts()
    return [_record(number, *texts[number % len(texts)]) for number in range(first, first + count)]


def stamped(first: int, count: int) -> list[Record]:
    """Return the same records as a site writes them, with the clocks of the machine."""
    return [
        replace(
            record,
            boot=BOOT,
            monotonic_seconds=float(record.sequence),
            time_quality=TimeQuality.TOLD,
        )
        for record in records(first, count)
    ]


def mean_text_bytes() -> float:
    """Return the mean length of the texts."""
    return sum(len(text.encode()) for _, _, text in _texts()) / len(_texts())


def _record(number: int, identity: str, version: str, text: str) -> Record:
    return Record(
        number,
        RecordKind.MESSAGE,
        identity,
        f"/ocpp/{identity}",
        version,
        text,
        answered=True,
        received_unix_seconds=UNIX_SECONDS + number,
    )
