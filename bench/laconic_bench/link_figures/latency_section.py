"""The section of what a driver waits for; it needs root."""

from collections.abc import Iterator
from typing import Final

from laconic_bench.latency.measure import Measured, measure
from laconic_bench.link_figures.row import TABLE_HEAD, Row
from laconic_bench.live.namespaces import NetworkError, lacking
from laconic_gateway.core.coap.events import Timing

ADDED_GOAL_SECONDS: Final = 0.030
SHARE_GOAL: Final = 0.5


def latency_section(chargers: int, calls: int) -> Iterator[str]:
    """Yield the section of what a driver sees; it needs root."""
    yield "## What a driver waits for"
    yield ""
    if reason := lacking():
        yield f"Not measured: {reason}."
        yield ""
        return
    try:
        found = measure(chargers, calls)
    except NetworkError as error:
        yield f"Not measured: {error}."
        yield ""
        return
    yield from lines_of(found)


def lines_of(found: Measured) -> Iterator[str]:
    ours, theirs = found.laconic, found.over_tls
    nominal, trip = 2 * found.profile.delay_seconds, found.echo.quantile(50)
    loss = f"{found.profile.loss:.0%}"
    yield f"Authorize on a link with a round trip of {1000 * nominal:.0f} ms (each way"
    yield f"{_spread(found)}) and {loss} loss each way: the real services and OCPP-J over"
    yield "WebSocket and TLS 1.3, at the same time through the same TUN devices. Each charger has a"
    yield "connection, and a site, of its own and asks every 2 to 8 s;"
    yield f"{len(ours.seconds)} calls each. Wall clock; no test asserts these."
    yield ""
    yield "| | p50 | p90 | p95 | p99 | longest | over 1 s |"
    yield "|---|---|---|---|---|---|---|"
    for name, times in (
        ("Laconic", ours),
        ("OCPP-J over TLS", theirs),
        ("a UDP echo that was not lost", found.echo),
    ):
        cells = [f"{1000 * times.quantile(percent):.0f} ms" for percent in (50, 90, 95, 99)]
        longest = f"{1000 * max(times.seconds):.0f} ms"
        yield f"| {name} | {' | '.join(cells)} | {longest} | {times.share_over(1.0):.1%} |"
    yield ""
    yield from TABLE_HEAD
    added = ours.quantile(50) - trip
    yield Row(
        "Laconic, p50 above that of the echo",
        f"<= {1000 * ADDED_GOAL_SECONDS:.0f} ms",
        f"{1000 * added:.0f} ms",
        added <= ADDED_GOAL_SECONDS,
    ).markdown()
    share = ours.quantile(95) / theirs.quantile(95)
    yield Row(
        "Laconic, p95 against OCPP-J over TLS", "<= 0.5", f"{share:.2f}", share <= 0.5
    ).markdown()
    yield ""
    yield f"Against the nominal {1000 * nominal:.0f} ms, Laconic's p50 is"
    yield f"{1000 * (ours.quantile(50) - nominal):+.0f} ms; on a busy machine the emulator is late"
    yield "too, as the echo shows. An exchange loses its request or its answer in 4 of 100"
    yield "cases, so p95 is nearly that of an undisturbed one, on both sides. Of what is lost, TCP"
    yield "sends the last segment again after about two round trips (RFC 8985), Laconic after"
    yield f"{Timing().shortest_timeout_seconds:g} s, the shortest timeout that it has."
    yield ""


def _spread(found: Measured) -> str:
    profile = found.profile
    return f"{1000 * profile.delay_seconds:.0f} +- {1000 * profile.jitter_seconds:.0f} ms"
