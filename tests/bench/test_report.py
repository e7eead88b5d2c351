"""The figures of a demo."""

from laconic_bench.link import Link, LinkSettings
from laconic_bench.notebook import Timing
from laconic_bench.report import Report, measure
from laconic_bench.transcript import Transcript
from laconic_bench.units import MONTH_SECONDS


def _link(sent_bytes: int) -> Link:
    link = Link(LinkSettings(delay_seconds=0.1, jitter_seconds=0, loss=0), ("127.0.0.1", 9), seed=1)
    if sent_bytes:
        link.up.send(bytes(sent_bytes - 28), now=0.0)
        link.down.send(b"", now=0.0)
    return link


def _measured(link: Link, timings: list[Timing]) -> Report:
    charger, csms = Transcript("CP1"), Transcript("CP1")
    for transcript in (charger, csms):
        transcript.add(1.0, True, '[2,"1","Authorize",{"idTag":"T"}]')
        transcript.add(1.1, False, '[3,"1",{"idTagInfo":{"status":"Accepted"}}]')
    return measure({"CP1": charger}, {"CP1": csms}, timings, link, seconds=10.0, seed=7)


def test_the_ratio_is_tls_bytes_over_wire_bytes() -> None:
    report = _measured(_link(sent_bytes=100), [])
    assert (report.ocpp_messages, report.delivered, report.defects) == (2, 2, 0)
    assert (report.wire_bytes_up, report.wire_bytes_down) == (100, 28)
    assert report.ratio == round(report.ocppj_tls_bytes / 128, 2)
    assert report.month_bytes == 128 / 10.0 * MONTH_SECONDS


def test_there_is_no_ratio_before_the_first_byte() -> None:
    report = _measured(_link(sent_bytes=0), [Timing("Authorize", 0.0, 0.001)])
    assert report.ratio is None
    assert report.added_ms_p50 is None


def test_the_links_own_delay_and_losses_are_not_ours() -> None:
    link = _link(sent_bytes=100)
    for up, down in ((1.004, 1.105), (2.004, 2.106), (3.004, 3.107), (16.0, 19.3)):
        link.up.send(b"", now=up)
        link.down.send(b"", now=down)
    link.down.drops_seconds = [14.0]
    timings = [
        Timing("Authorize", 1.0, 0.208),
        Timing("Authorize", 2.0, 0.209),
        Timing("Authorize", 3.0, 0.210),
        Timing("StartTransaction", 13.9, 3.4),
        Timing("StartTransaction", 16.0, 3.5),
    ]
    report = _measured(link, timings)
    # 8, 9, 10 and 3,300 ms; the one that a lost datagram delayed does not count.
    assert report.added_ms_p50 == 9.0
    assert (report.interactive_ms_p50, report.interactive_ms_p95) == (210.0, 3_500.0)
    assert report.interactive_messages == 5


def test_the_json_has_the_keys_that_others_read() -> None:
    keys = (
        "ocpp_messages delivered lost duplicated reordered payload_mismatches wire_bytes_up"
        " wire_bytes_down ocppj_tls_bytes ratio interactive_ms_p50 interactive_ms_p95"
    )
    assert set(keys.split()) <= _measured(_link(100), []).to_json().keys()
