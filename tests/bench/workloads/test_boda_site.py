"""The reference workload has the mix and the size that it promises."""

from collections import Counter

from laconic_bench.workloads.boda_site import boda_site
from laconic_bench.workloads.draws import Lane
from laconic_bench.workloads.report import Report
from laconic_bench.workloads.summary import Tally
from tests.support.workload_life import played

MESSAGES_A_DAY = 660_000 / 30
BYTES_A_DAY = 154e6 / 30


def test_it_is_as_large_as_promised() -> None:
    workload, tally = boda_site(seed=1, days=3.0), Tally()
    for _ in tally.watch(workload.records()):
        pass
    total = tally.total("up", "down")
    assert 0.9 < total.messages / 3 / MESSAGES_A_DAY < 1.1
    assert 0.9 < total.bytes / 3 / BYTES_A_DAY < 1.1
    report = Report("boda-site", 1, 3.0, tally, workload.draws.entries(), 0.0)
    # The floor is far below the text, and noise of the meters is most of it.
    assert 5_000 < report.floor_bytes(Lane.UP_CALL) / 3 < 15_000


def test_there_are_ten_chargers_and_two_cabinets() -> None:
    records = played("boda-site")
    versions = {record.identity: record.version for record in records}
    assert Counter(versions.values()) == {"1.6": 10, "2.1": 2}


def test_all_kinds_of_messages_occur_in_a_day() -> None:
    records = played("boda-site")
    tally = Tally()
    for _ in tally.watch(records):
        pass
    assert {action for direction, action in tally.counts if direction == "down"} >= {
        "ChangeConfiguration",
        "GetConfiguration",
        "GetVariables",
        "RemoteStartTransaction",
        "RemoteStopTransaction",
        "RequestBatterySwap",
    }
    assert {action for direction, action in tally.counts if direction == "up"} >= {
        "Authorize",
        "BatterySwap",
        "BootNotification",
        "Heartbeat",
        "MeterValues",
        "NotifyEvent",
        "NotifyPeriodicEventStream",
        "OpenPeriodicEventStream",
        "StartTransaction",
        "StatusNotification",
        "StopTransaction",
        "TransactionEvent",
    }
