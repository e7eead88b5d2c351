"""The page: every section measures what it says when it is asked for its lines."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from laconic_bench.latency.measure import CALLS, CHARGERS
from laconic_bench.link_figures import authorize, cpu, exchanges, idle, losses
from laconic_bench.link_figures.exchanges import THREE_BYTE_SEQUENCE
from laconic_bench.link_figures.row import TABLE_HEAD, Row, bytes_row
from laconic_gateway.core.site.reachability import Mode

SEARCH_GOAL_BYTES: Final = 1_000
LOSS_GOAL: Final = 1.3
TOGETHER_GOAL_SECONDS: Final = 1.2
CPU_GOAL_MILLISECONDS: Final = 0.5
MEMORY_GOAL_BYTES: Final = 8_000_000
MONTHS: Final[tuple[tuple[Mode, float, float | None], ...]] = (
    ("always", 120.0, 0.9),
    ("always", 30.0, 3.2),
    ("active", 120.0, 0.3),
    ("active", 30.0, 0.3),
    ("poll", 30.0, None),
)
"""Mode, timer of the NAT, and the most megabytes."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is measured; less for a test."""

    batches: int = losses.BATCHES
    calls: int = CALLS
    chargers: int = CHARGERS
    months: tuple[tuple[Mode, float, float | None], ...] = MONTHS
    cpu_exchanges: int = cpu.EXCHANGES
    authorize_calls: int = authorize.CALLS
    fuzz_niceness: int = 19
    """Of the fuzzer, which runs beside measurements of time."""


def exchange_section(effort: Effort) -> Iterator[str]:
    """Yield the section of single exchanges."""
    interactive, batch = exchanges.interactive(), exchanges.batch()
    together = exchanges.together()
    seconds = together.seconds
    real = authorize.authorize(effort.authorize_calls)
    keepalive, bare = exchanges.protected_keepalive(), exchanges.bare_keepalive()
    silence = idle.keepalives_of_an_hour()
    most_new, most_known = authorize.largest(real.new_tag), authorize.largest(real.known_tag)
    late = exchanges.interactive(THREE_BYTE_SEQUENCE), exchanges.batch(THREE_BYTE_SEQUENCE)
    yield "## Exchanges"
    yield ""
    yield "Bytes are those of IPv4 packets: UDP payload and 28 bytes. The sequence numbers of"
    yield "OSCORE are from 256 to 65,535, in 2 bytes. From 65,536 on each exchange costs one byte"
    yield f"more: {late[0].wire_bytes} B for the interactive one and {late[1].wire_bytes} B for the"
    yield "batch."
    yield ""
    yield from TABLE_HEAD
    name = f"interactive: 30 B up, 10 B back ({interactive.text()})"
    yield bytes_row(name, interactive.wire_bytes, 132).markdown()
    for tag, found, most in (
        ("a new tag", real.new_tag, most_new),
        ("a known tag", real.known_tag, most_known),
    ):
        name = f"Authorize of a busy site, {tag}, the largest of {len(found)} ({most.text()})"
        mean = f", mean {authorize.mean_bytes(found):.1f} B"
        yield bytes_row(name, most.wire_bytes, 132, mean).markdown()
    name = f"batch of 300 B, acknowledged ({batch.text()})"
    yield bytes_row(name, batch.wire_bytes, 391).markdown()
    yield bytes_row("keepalive, protected", keepalive.wire_bytes, 47).markdown()
    yield bytes_row("keepalive, bare", bare.wire_bytes, 29).markdown()
    yield Row(
        "keepalives in an hour with a message every 20 s",
        "0",
        f"{silence.while_busy} (in an idle hour {silence.while_idle})",
        silence.while_busy == 0,
    ).markdown()
    yield Row(
        "six interactive exchanges at once, round trip 500 ms: the last answer",
        f"<= {TOGETHER_GOAL_SECONDS} s",
        f"{seconds:.3f} s, {together.answered} answered, {together.repeated} repeated",
        seconds <= TOGETHER_GOAL_SECONDS and together.answered == 6 and not together.repeated,
    ).markdown()
    yield ""
    yield "The interactive exchange is a confirmable request and the acknowledgement that carries"
    yield "the answer. An Authorize is the same through both cores: a frame, and in its"
    yield "acknowledgement the answer of the CSMS, which here takes 50 ms. The tags have 14"
    yield "hexadecimal digits; the charger asks every 30 s. The next frame of the site tells the"
    yield "expander that the answer has arrived; if none comes within 300 s the expander asks, for"
    yield "about 106 B more."
    yield ""


def idle_section(effort: Effort) -> Iterator[str]:
    """Yield the section of a site that has nothing to say."""
    yield "## Being reachable"
    yield ""
    yield "Cores, endpoints and contexts are the real ones, behind a NAT that forgets, in virtual"
    yield "time."
    yield ""
    yield from TABLE_HEAD
    for nat_seconds in idle.NAT_SECONDS:
        found = idle.search(nat_seconds)
        nat = "none" if nat_seconds == 1e9 else f"{nat_seconds:.0f} s"
        name = f"search for the NAT's timer, {nat}: {len(found.probes)} probes"
        note = f", then a keepalive every {found.interval_seconds:.0f} s"
        yield bytes_row(name, found.wire_bytes, SEARCH_GOAL_BYTES, note).markdown()
    for mode, nat_seconds, goal in effort.months:
        month = idle.idle_month(mode, nat_seconds)
        megabytes = month.wire_bytes / 1e6
        yield Row(
            f"idle month, `{mode}`, NAT {nat_seconds:.0f} s",
            "-" if goal is None else f"<= {goal} MB",
            f"{megabytes:.3f} MB, {month.datagrams:,} datagrams",
            None if goal is None else megabytes <= goal,
        ).markdown()
    yield ""


def loss_section(effort: Effort) -> Iterator[str]:
    """Yield the section of a link that loses a tenth each way."""
    yield "## Ten percent lost each way"
    yield ""
    yield f"{effort.batches:,} batches, one after the other, seed {losses.SEED}, virtual time."
    yield ""
    yield from TABLE_HEAD
    for name, run in (
        ("300 B between two endpoints", losses.between_endpoints),
        ("frames of about 300 B through both cores", losses.through_the_cores),
    ):
        without = run(0.0, batches=effort.batches)
        found = run(losses.LOSS, batches=effort.batches)
        ratio = found.wire_bytes / without.wire_bytes
        doubled = f", {found.doubled} twice" if found.doubled else ""
        yield Row(
            f"{name}: bytes against those without loss ({without.wire_bytes:,})",
            f"<= {LOSS_GOAL}",
            f"{ratio:.3f}; {found.delivered:,} delivered{doubled}, "
            f"{found.failed_exchanges} exchanges failed",
            ratio <= LOSS_GOAL and found.delivered == found.sent,
        ).markdown()
    yield ""
    yield "An exchange fails after five transmissions. Between endpoints whoever asked asks anew,"
    yield "so a batch may arrive twice; the cores number what they send, and hand on nothing twice."
    yield ""


def cpu_section(effort: Effort) -> Iterator[str]:
    """Yield the section of CPU time."""
    found = cpu.measure(effort.cpu_exchanges)
    yield "## CPU"
    yield ""
    yield from TABLE_HEAD
    yield Row(
        "one interactive exchange, both ends together, endpoint and OSCORE",
        f"<= {CPU_GOAL_MILLISECONDS} ms",
        f"{found.milliseconds:.2f} ms",
        found.milliseconds <= CPU_GOAL_MILLISECONDS,
    ).markdown()
    yield ""
    shares = ", ".join(f"{part} {share:.0%}" for part, share in found.shares)
    yield f"By a profiler: {shares}."
    yield ""


def fuzz_section(found: dict[str, Any]) -> Iterator[str]:
    """Yield the section of the fuzzer's run."""
    kinds = ", ".join(f"{count:,} {kind}" for kind, count in found["kinds"].items())
    grown = found["memory_growth_bytes"]
    yield "## Hostile datagrams"
    yield ""
    yield f"`make fuzz-link DATAGRAMS={found['datagrams']} SEED={found['seed']}`,"
    yield f"{found['seconds']:.0f} s: {kinds}."
    yield ""
    yield "`laconic_bench.fuzz_link.play` tells what these are. Half come to a site and an expander"
    yield "that live through all of it, from strangers; the other half from one who has the keys."
    yield ""
    yield from TABLE_HEAD
    yield Row("exceptions", "0", f"{found['crashes']}", found["crashes"] == 0).markdown()
    works = "yes" if found["still_works"] else "no"
    yield Row(
        "an Authorize and a command work afterwards", "yes", works, bool(found["still_works"])
    ).markdown()
    yield Row(
        "memory of a process, beyond the warm-up",
        "<= 8 MB",
        f"{grown / 1e6:.1f} MB",
        grown <= MEMORY_GOAL_BYTES,
    ).markdown()
    yield ""
