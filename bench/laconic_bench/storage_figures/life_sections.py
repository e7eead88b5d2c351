"""A gateway at work, a CSMS that is away, a link that is away: sections of the page."""

from collections.abc import Iterator
from typing import Final

from laconic_bench.figure_page import paragraph
from laconic_bench.link_figures.row import TABLE_HEAD, Row
from laconic_bench.storage_figures import csms_gone, hundred_chargers, outage
from laconic_bench.storage_figures.csms_gone import Gone
from laconic_bench.storage_figures.effort import Effort
from laconic_bench.storage_figures.many_csms import State
from laconic_bench.storage_figures.outage import NARROW, Outage

RESIDENT_GOAL_MB: Final = 120.0
CORE_GOAL: Final = 0.1
RECOVERY_GOAL_SECONDS: Final = 60.0
JOURNAL_GOAL_MB: Final = 150.0
DRAIN_GOAL_MINUTES: Final = 30.0
AUTHORIZE_GOAL_SECONDS: Final = 3.0


def gateway_section(effort: Effort) -> Iterator[str]:
    """Yield the section of a gateway with many chargers."""
    found = hundred_chargers.measure(
        effort.chargers, effort.minutes, effort.minute_seconds, effort.idle_seconds
    )
    yield f"## A gateway with {found.chargers} chargers"
    yield ""
    yield from paragraph(
        "A real `laconic site`, a real `laconic expander`, and chargers and CSMS in a "
        "third process. Each charger says a MeterValues of five samples every "
        f"{effort.minute_seconds:.0f} s, in real time, for {found.busy_seconds:.0f} s. "
        "Batches wait for 20 s at most."
    )
    yield from TABLE_HEAD
    yield Row(
        "resident memory of the gateway",
        f"<= {RESIDENT_GOAL_MB:.0f} MB",
        f"{found.resident_mb:.1f} MB",
        found.resident_mb <= RESIDENT_GOAL_MB,
    ).markdown()
    yield Row(
        "of one core, at one message per charger and minute",
        f"<= {CORE_GOAL:.0%}",
        f"{found.busy_core:.2%} (idle {found.idle_core:.2%})",
        found.busy_core <= CORE_GOAL,
    ).markdown()
    yield Row(
        "CPU time of a message, from the charger to the expander's answer",
        "-",
        f"{found.milliseconds_per_message:.2f} ms, of {found.messages:,}",
    ).markdown()
    yield ""


def csms_section(effort: Effort) -> Iterator[str]:
    """Yield the section of a CSMS that is away."""
    yield f"## {effort.csms_hours:.0f} h without the CSMS"
    yield ""
    yield from paragraph(
        f"{csms_gone.CHARGERS} chargers with OCPP 1.6 begin, meter and end transactions "
        "all the time. Cores, codec, endpoints, contexts, journal and outbox are the real "
        "ones; time, link and CSMS are virtual. *Hung* means: it accepts sockets and "
        "texts, and answers none of them, then or later."
    )
    yield from TABLE_HEAD
    states: tuple[State, ...] = ("down", "hung")
    for state in states:
        yield from _gone(state, csms_gone.measure(state, effort.csms_hours))
    yield ""


def _gone(state: State, found: Gone) -> Iterator[str]:
    others = (found.doubled, found.misplaced, found.strange_ids)
    yield Row(
        f"{state}: transaction messages discarded",
        "0",
        f"{found.discarded} of {found.messages:,}",
        found.discarded == 0,
    ).markdown()
    yield Row(
        f"{state}: answered twice, out of order, with an id that the CSMS has not given",
        "0, 0, 0",
        ", ".join(map(str, others)),
        not any(others),
    ).markdown()
    yield Row(
        f"{state}: the first message after its return, and the first of the last charger",
        f"<= {RECOVERY_GOAL_SECONDS:.0f} s",
        f"{found.recovery_seconds:.1f} s, {found.everyone_seconds:.1f} s",
        found.everyone_seconds <= RECOVERY_GOAL_SECONDS,
    ).markdown()
    yield Row(f"{state}: until it has everything", "-", f"{found.empty_seconds:.1f} s").markdown()


def outage_section(effort: Effort) -> Iterator[str]:
    """Yield the section of a link that is away."""
    found = outage.measure(effort.outage_hours, effort.outage_chargers)
    drain = found.drain
    minutes = drain.seconds / 60
    yield f"## {effort.outage_hours:.0f} h without a link"
    yield ""
    yield from paragraph(
        f"{effort.outage_chargers} chargers say a MeterValues of five samples once a "
        f"minute, of {found.text_bytes:.0f} bytes on average. Then the link is back, with "
        f"{NARROW.bits_per_second / 1_000:.0f} kbit/s each way and a round trip of "
        f"{1_000 * NARROW.round_trip_seconds:.0f} ms; the chargers go on, and every "
        f"{outage.AUTHORIZE_SECONDS:.0f} s somebody shows a card that nobody has seen. "
        "Real and virtual are the same parts as above; the time of a CPU counts as none."
    )
    yield from TABLE_HEAD
    yield from _outage(found)
    yield ""
    yield from paragraph(
        f"The site notices after {drain.noticed_seconds:.0f} s that the link is back. The "
        f"way up is busy in {drain.share_of(NARROW):.0%} of the drain: {drain.datagrams:,} "
        f"datagrams of the site of {drain.up_bytes / drain.datagrams:.0f} bytes. The "
        f"machine that plays all of it takes {drain.cpu_seconds / 60:.1f} minutes of one "
        f"core for these {minutes:.1f} minutes: the codec at both ends, their files and "
        "what is virtual."
    )


def _outage(found: Outage) -> Iterator[str]:
    drain, journal_mb = found.drain, found.journal_bytes / 1e6
    wrong = (found.lost, found.doubled, found.misplaced)
    yield Row(
        f"lost, doubled, out of order, of {found.messages:,} messages",
        "0, 0, 0",
        f"{', '.join(map(str, wrong))} ({found.unanswered} not answered by the gateway)",
        not any(wrong) and found.unanswered == 0,
    ).markdown()
    yield Row(
        "journal and its log at the end of the outage",
        f"<= {JOURNAL_GOAL_MB:.0f} MB",
        f"{journal_mb:.1f} MB, {found.journal_bytes / found.messages:.0f} B a message",
        journal_mb <= JOURNAL_GOAL_MB,
    ).markdown()
    yield Row(
        "until the CSMS has all of it",
        f"<= {DRAIN_GOAL_MINUTES:.0f} min",
        f"{drain.seconds / 60:.1f} min",
        drain.seconds <= 60 * DRAIN_GOAL_MINUTES,
    ).markdown()
    yield Row(
        "bytes on the link meanwhile",
        "-",
        f"{drain.up_bytes:,} up, {drain.down_bytes:,} down;"
        f" {drain.up_bytes / found.messages:.2f} B up a message",
    ).markdown()
    half, most = found.quantile(50), found.quantile(95)
    yield Row(
        "a new card during the drain, p95 of the answer of the CSMS",
        f"<= {AUTHORIZE_GOAL_SECONDS:.0f} s",
        f"{_seconds(most)} (p50 {_seconds(half)}); {len(found.authorize_seconds)} answered,"
        f" {len(found.substitute_seconds)} by the gateway instead, {found.unanswered_cards} not",
        most is not None and most <= AUTHORIZE_GOAL_SECONDS,
    ).markdown()


def _seconds(value: float | None) -> str:
    return "never" if value is None else f"{value:.1f} s"
