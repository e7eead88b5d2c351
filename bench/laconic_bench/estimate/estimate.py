"""Estimates what a log costs per month."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from laconic_bench.estimate.advice import advice_for
from laconic_bench.estimate.configured import Configured
from laconic_bench.estimate.contenders import Contenders
from laconic_bench.estimate.costs import MonthFactors, Radio
from laconic_bench.estimate.empty_answers import always_empty
from laconic_bench.estimate.intervals import Intervals
from laconic_bench.estimate.month import LogCount, actions_of
from laconic_bench.estimate.outcome import ChargerOutcome, Outcome, Wishes
from laconic_bench.estimate.pricing import OnStep, Pricing
from laconic_bench.estimate.sample import Chosen, Sample
from laconic_bench.estimate.timeline import Timeline, spread, timeline_of
from laconic_bench.estimate.warnings import told_answers, warnings_of
from laconic_bench.logs.found import LogError
from laconic_bench.logs.reader import LogFacts
from laconic_bench.model.exchanges import Reader
from laconic_bench.radio.profiles import PROFILES
from laconic_bench.trace import TraceRecord
from laconic_bench.units import DAY_SECONDS, MONTH_SECONDS

COVERED_SECONDS_MIN: Final = 60.0
"""Less of a log says nothing about a month."""

MESSAGES_MIN: Final = 2_000
"""So many are played whatever the user wants: Laconic learns, and of fewer its figure would be
several times too high."""


def estimate(
    records: Iterable[TraceRecord],
    logs: Sequence[LogFacts],
    contenders: Contenders,
    wishes: Wishes,
    on_step: OnStep = lambda what, done, total: None,
) -> Outcome:
    """Return what the logs cost, from their records in the order of their times.

    `on_step` is told what is played, how much of it is done, and how much there is.

    Raises:
        LogError: they have no times, or cover too little, and `wishes` does not say how many days
            they are; or nobody asks anything in them.
    """
    count, reader = LogCount(span_days=wishes.days), Reader()
    sample = Sample(max(MESSAGES_MIN, wishes.messages_max))
    intervals, configured = Intervals(), Configured()
    for exchange in reader.exchanges(records):
        for one in (count, sample, intervals, configured):
            one.add(exchange)
    has_times = all(log.has_times for log in logs)
    _check(count, logs, has_times)
    chosen = sample.chosen()
    timeline = _timeline(chosen, count, has_times)
    factors = _factors(count, timeline)
    radio = Radio(PROFILES[wishes.link], wishes.nat_timeout_seconds)
    empty_answers = always_empty(timeline.exchanges)
    played = contenders.pinging(wishes.ping_seconds).allowing(empty_answers)
    pricing = Pricing(timeline, factors, radio, played, on_step)
    outcomes = pricing.outcomes(wishes.budget_mb)
    told = intervals.of if has_times else configured.of
    advice = advice_for(timeline.exchanges, told, has_times)
    savings = pricing.savings(advice)
    worth = {one.key for one in savings}
    changes = [one.change for one in advice if one.key in worth]
    return Outcome(
        logs,
        wishes,
        count.covered_seconds / DAY_SECONDS,
        timeline.messages,
        timeline.seconds / DAY_SECONDS,
        count.messages - reader.unanswered,
        count.all_messages_per_month,
        count.text_bytes_per_month,
        {
            name: _charger(name, count, None if has_times else configured)
            for name in sorted(count.chargers)
        },
        outcomes,
        savings,
        pricing.after_all(changes),
        [
            *warnings_of(count, chosen, timeline, reader, logs),
            *told_answers(empty_answers),
        ],
    )


def _check(count: LogCount, logs: Sequence[LogFacts], has_times: bool) -> None:
    names = ", ".join(log.name for log in logs)
    if not count.messages:
        raise LogError(f"{names}: there are only answers, and no CALL. Give the whole log")
    if count.span_days is not None:
        return
    if not has_times:
        raise LogError(
            f"{names}: the messages have no times, so nobody knows how much a month is. Say how "
            "many days the log covers, as --days 7"
        )
    if count.covered_seconds < COVERED_SECONDS_MIN:
        raise LogError(
            f"{names}: the log covers {count.covered_seconds:.0f} seconds, which says nothing "
            "about a month. Give a longer one, or say how many days it covers, as --days 7"
        )


def _timeline(chosen: Chosen, count: LogCount, has_times: bool) -> Timeline:
    if has_times or count.span_days is None:
        return timeline_of(chosen, count.silence_seconds)
    return spread(chosen, count.span_days, count.messages)


def _factors(count: LogCount, timeline: Timeline) -> MonthFactors:
    played = Counter(action for one in timeline.exchanges for action in actions_of(one))
    month = count.actions_per_month()
    return MonthFactors(
        count.all_messages_per_month / timeline.messages,
        MONTH_SECONDS,
        {action: month[action] / messages for action, messages in played.items()},
    )


def _charger(identity: str, count: LogCount, configured: Configured | None) -> ChargerOutcome:
    """Return a charger; in a log without times, heartbeats come as `configured` says."""
    charger = count.chargers[identity]
    return ChargerOutcome(
        charger.version,
        charger.messages,
        count.messages_per_month(identity),
        count.charger_covered_seconds(identity) / DAY_SECONDS,
        charger.heartbeat_seconds if configured is None else configured.heartbeat_seconds(identity),
    )
