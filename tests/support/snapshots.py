"""Moments of a demo: one in the middle of a long run, and one before anything has happened."""

from laconic_bench.report import Report
from laconic_bench.view import ChargerLine, MessageLine, Snapshot

REPORT = Report(
    ocpp_messages=12_345,
    delivered=12_300,
    lost=45,
    duplicated=0,
    reordered=0,
    payload_mismatches=0,
    wire_bytes_up=812_000,
    wire_bytes_down=101_000,
    ocppj_tls_bytes=5_934_500,
    ratio=6.5,
    interactive_ms_p50=331.2,
    interactive_ms_p95=3_412.0,
    added_ms_p50=6.4,
    interactive_messages=321,
    seconds=905.0,
    seed=1,
    link_delay_ms=150.0,
    link_loss_percent=1.0,
    gateway_rss_mb=61.3,
    gateway_cpu_percent=4.2,
    expander_rss_mb=58.9,
)
SNAPSHOT = Snapshot(
    report=REPORT,
    elapsed_seconds=905.4,
    limit_seconds=3_600.0,
    is_finishing=False,
    queue_records=17.0,
    dropped_datagrams=31,
    datagrams=4_211,
    chargers=[
        *(ChargerLine(f"BODA-{number:02d}", "1.6", "charging 2") for number in range(1, 13)),
        ChargerLine("STATION-1", "2.0.1", "charging 2"),
        ChargerLine("SWAP-1", "2.1", "batteries 10"),
    ],
    messages=[
        MessageLine(864.2 + number, number % 3 > 0, "BODA-07", "RemoteStopTransaction", 1_293)
        for number in range(40)
    ],
)
EMPTY = Snapshot(
    report=Report(0, 0, 0, 0, 0, 0, 0, 0, 0, None, None, None, None, 0, 0.0, 1, 150.0, 1.0),
    elapsed_seconds=0.0,
    limit_seconds=None,
    is_finishing=True,
    queue_records=None,
    dropped_datagrams=0,
    datagrams=0,
    chargers=[],
    messages=[],
)
