"""A demo's result as plain text, for the end of a run and for logs."""

from collections.abc import Iterable

from laconic_bench.baselines import PING_INTERVAL_SECONDS
from laconic_bench.report import MONTH_TARGET_BYTES, Report
from laconic_bench.texts import milliseconds_text, size_text
from laconic_bench.view import Snapshot


def summary_text(report: Report) -> str:
    """Returns the figures of a run, a line for each subject, and whether it passed."""
    return "\n".join(f"{name:<16} {text}".rstrip() for name, text in _lines(report))


def progress_text(snapshot: Snapshot) -> str:
    """Returns one line for the log of a run without a live view."""
    report, limit_seconds = snapshot.report, snapshot.limit_seconds
    limit = "" if limit_seconds is None else f" of {limit_seconds:.0f}"
    phase = ", waiting for what is under way" if snapshot.is_finishing else ""
    return (
        f"{snapshot.elapsed_seconds:.0f}{limit} s{phase}: {report.delivered:,} of"
        f" {report.ocpp_messages:,} messages delivered, {size_text(report.wire_bytes)} on the wire,"
        f" {size_text(report.ocppj_tls_bytes)} as OCPP-J over TLS"
    )


def _lines(report: Report) -> Iterable[tuple[str, str]]:
    link = f"link {report.link_delay_ms:.0f} ms one way, {report.link_loss_percent:g} % loss"
    yield "Laconic demo", f"{report.seconds:.0f} s, {link}, seed {report.seed}"
    yield "OCPP messages", f"{report.ocpp_messages:,}, of which {report.delivered:,} delivered"
    yield (
        "",
        (
            f"{report.lost} lost, {report.duplicated} duplicated, {report.reordered} reordered,"
            f" {report.payload_mismatches} changed"
        ),
    )
    up, down = size_text(report.wire_bytes_up), size_text(report.wire_bytes_down)
    yield "on the wire", f"{up} up, {down} down, as IPv4 packets"
    ratio = "" if report.ratio is None else f", {report.ratio:.1f} times as much"
    yield "OCPP-J over TLS", f"{size_text(report.ocppj_tls_bytes)}{ratio}"
    yield "", f"without handshakes, with a WebSocket ping every {PING_INTERVAL_SECONDS:.0f} s"
    yield "30 days", f"{size_text(report.month_bytes)} at this pace, which is fast motion"
    target = f"{MONTH_TARGET_BYTES / 1e6:.0f} MB a month"
    yield "target", f"{target}: enough for {report.month_target_messages:,} messages like these"
    p50, p95 = report.interactive_ms_p50, report.interactive_ms_p95
    waits = f"{milliseconds_text(p50)} median, {milliseconds_text(p95)} p95"
    yield "a person waits", f"{waits}, of {report.interactive_messages} answers"
    added = milliseconds_text(report.added_ms_p50)
    yield "of it ours", f"{added} median, without the link's own delay"
    if report.wire_bytes:
        yield "site answers", "heartbeats, status, meter values, updates of transactions"
    if report.gateway_rss_mb is not None:
        site = f"site gateway {report.gateway_rss_mb:.0f} MB"
        cpu = f"{report.gateway_cpu_percent:.1f} % of a core"
        yield "processes", f"{site} and {cpu}, expander {report.expander_rss_mb:.0f} MB"
    yield "result", "FAILED: messages lost or damaged" if report.defects else "passed"
