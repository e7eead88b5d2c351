"""What a reader of an estimate has to know about the log behind it."""

from collections.abc import Iterator, Sequence
from typing import Final

from laconic_bench.estimate.month import LogCount
from laconic_bench.estimate.sample import EACH_ACTION_EXCHANGES, Chosen
from laconic_bench.estimate.timeline import Timeline
from laconic_bench.logs.reader import LogFacts
from laconic_bench.model.exchanges import Reader
from laconic_bench.units import DAY_SECONDS
from laconic_gateway.core.site.policy import EMPTY_ANSWERS, EmptyAnswer

WHOLE_DAY_SECONDS: Final = 0.95 * DAY_SECONDS
FEW_MESSAGES: Final = 1_000
"""Of fewer, what Laconic learns at the beginning is much of its bill."""


def warnings_of(
    count: LogCount, chosen: Chosen, timeline: Timeline, reader: Reader, logs: Sequence[LogFacts]
) -> list[str]:
    """Return the warnings about a log, and about what was played of it."""
    return [
        *_about_time(count, logs),
        *_about_played(count, chosen, timeline),
        *_about_pairs(reader),
        *(text for log in logs for text in _about_log(log)),
    ]


def told_answers(empty_answers: frozenset[EmptyAnswer]) -> Iterator[str]:
    """Yield what the answers in the log forbid a gateway."""
    if missing := EMPTY_ANSWERS - empty_answers:
        allowed = ", ".join(f'"{one}"' for one in sorted(empty_answers))
        yield (
            f"The CSMS answers {', '.join(sorted(missing))} with more than nothing, so the figures"
            f" of Laconic are for `empty_answers = [{allowed}]`."
        )


def _about_time(count: LogCount, logs: Sequence[LogFacts]) -> Iterator[str]:
    if count.span_days is None and count.covered_seconds < WHOLE_DAY_SECONDS:
        hours = count.covered_seconds / 3600
        yield (
            f"The log covers {hours:.1f} hours, less than a day: a month has other hours too, and "
            "perhaps more or fewer transactions. Take the figures for what they are."
        )
    if not all(log.has_times for log in logs):
        yield (
            "The messages have no times: they were played evenly over --days, without the bursts "
            "and the silence that there were. Intervals are taken from answers to BootNotification "
            "and from the configuration, if the log has them; else there is no advice about them."
        )


def _about_played(count: LogCount, chosen: Chosen, timeline: Timeline) -> Iterator[str]:
    if timeline.messages < count.messages:
        yield (
            f"All {count.messages:,} messages are counted; {timeline.messages:,} of them, from all "
            "over the log, were played (--messages)."
        )
    if timeline.messages < FEW_MESSAGES:
        yield (
            f"Only {timeline.messages:,} messages were played: Laconic learns while it works, so "
            "its figures are too high."
        )
    if chosen.rare_actions:
        yield (
            f"Rare in the log, so only about {EACH_ACTION_EXCHANGES} of each were played: "
            f"{', '.join(chosen.rare_actions)}. More --messages are more exact."
        )


def _about_pairs(reader: Reader) -> Iterator[str]:
    if reader.unanswered:
        yield f"{reader.unanswered:,} CALLs have no answer in the log; a usual one was put in."
    if reader.strays:
        yield f"{reader.strays:,} answers belong to no CALL of the log and do not count."


def _about_log(log: LogFacts) -> Iterator[str]:
    if log.unreadable_lines:
        yield f"{log.name}: {log.unreadable_lines:,} lines cannot be read."
    if log.repeated_lines:
        hint = "" if log.names_chargers else "; if several chargers said them, name these"
        yield f"{log.name}: {log.repeated_lines:,} messages were there before and count once{hint}."
    if log.looks_mingled:
        yield (
            f"{log.name} looks as if several chargers were in it, and it does not name them: they "
            "are billed as one, which is wrong. Name them in each line, or give each its own file."
        )
    yield from (f"{log.name}: {problem}." for problem in log.problems[:3])
