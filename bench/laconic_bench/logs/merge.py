"""Several logs as one: in the order of their times, which count from the first message."""

from collections import OrderedDict
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import replace
from functools import partial
from heapq import merge
from itertools import chain
from pathlib import Path
from typing import Final

from laconic_bench.logs.found import LogError
from laconic_bench.logs.reader import TWICE_SECONDS, LogFacts, read
from laconic_bench.trace import TraceRecord

BACK_SECONDS: Final = 3_600.0
"""A log that goes back in time by more is taken for two, one after the other."""
CALL_SECONDS: Final = 1.0
"""Between two CALLs of a log without times."""
TIMELESS_MESSAGES: Final = 1_000
"""After so many messages without a time, a log has none."""


def read_all(
    facts: Sequence[LogFacts], on_progress: Callable[[int, int], None] = lambda log, position: None
) -> Generator[TraceRecord]:
    """Yield the messages of several logs; `facts` name them, and are filled.

    What two of them say alike counts once. In a log without times each CALL comes a second after
    the one before. `on_progress` is told the
    number of a log and the bytes of it that were read.

    Raises:
        LogError: one of them is no log with OCPP messages, or some have times and others not.
        OSError: one of them cannot be read.
    """
    with ExitStack() as stack:
        logs = [
            _timed(
                stack.enter_context(
                    closing(read(Path(one.name), one, partial(on_progress, number)))
                ),
                one,
            )
            for number, one in enumerate(facts)
        ]
        first = None
        for record in _once(logs, facts):
            first = _time(record) if first is None else first
            yield replace(record, time_seconds=_time(record) - first)
    without = [one.name for one in facts if not one.has_times]
    if without and len(without) < len(facts):
        raise LogError(
            f"{without[0]} has no times, other logs have. Estimate it alone, with --days"
        )


def _once(
    logs: Sequence[Iterator[TraceRecord]], facts: Sequence[LogFacts]
) -> Iterator[TraceRecord]:
    """Merge logs; leave out what another one has said just now."""
    numbered = [_numbered(number, log) for number, log in enumerate(logs)]
    said: OrderedDict[tuple[str, str, str], tuple[float, int]] = OrderedDict()
    for number, record in merge(*numbered, key=lambda one: _time(one[1])):
        now, key = _time(record), (record.identity, record.direction, record.raw)
        while said and next(iter(said.values()))[0] < now - TWICE_SECONDS:
            said.popitem(last=False)
        if key in said and said[key][1] != number:
            facts[number].repeated_lines += 1
            facts[number].messages -= 1
            continue
        said[key] = now, number
        said.move_to_end(key)
        yield record


def _numbered(number: int, log: Iterator[TraceRecord]) -> Iterator[tuple[int, TraceRecord]]:
    return ((number, record) for record in log)


def _time(record: TraceRecord) -> float:
    assert record.time_seconds is not None
    return record.time_seconds


def _timed(records: Iterable[TraceRecord], facts: LogFacts) -> Iterator[TraceRecord]:
    """Give each record a time; no time is before another one."""
    everything = iter(records)
    waiting: list[TraceRecord] = []
    for record in everything:
        waiting.append(record)
        facts.has_times = record.time_seconds is not None
        if facts.has_times or len(waiting) >= TIMELESS_MESSAGES:
            break
    now = _time(waiting[-1]) if facts.has_times else 0.0
    shift = 0.0 if facts.has_times else None
    for record in chain(waiting, everything):
        if shift is None:
            now += CALL_SECONDS if _asks(record.raw) else 0.0
        elif record.time_seconds is not None:
            if record.time_seconds + shift < now - BACK_SECONDS:
                shift = now - record.time_seconds
            now = max(now, record.time_seconds + shift)
        yield replace(record, time_seconds=now)


def _asks(raw: str) -> bool:
    """Tell whether a text is a CALL or a SEND."""
    return raw.lstrip("[ \t\r\n")[:1] in ("2", "6")
