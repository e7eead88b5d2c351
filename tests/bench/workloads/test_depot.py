"""The depot has stations of all versions and tells all that they can tell."""

from collections import Counter

from laconic_bench.workloads.depot import ALIGNED_SECONDS, SAMPLE_SECONDS, SITE
from laconic_bench.workloads.summary import Tally
from tests.support.workload_life import calls, payloads, played


def test_there_are_100_chargers_and_5_cabinets_of_all_versions() -> None:
    versions = {record.identity: record.version for record in played("depot")}
    chargers = Counter(ver for name, ver in versions.items() if name.startswith("DEPOT-"))
    assert chargers == {"1.6": 45, "2.0.1": 40, "2.1": 15}
    assert sorted(name for name in versions if name.startswith("SWAP-")) == [
        f"SWAP-{number:02d}" for number in range(1, 6)
    ]


def test_all_kinds_of_messages_occur() -> None:
    tally = Tally()
    for _ in tally.watch(played("depot")):
        pass
    assert {action for direction, action in tally.counts if direction == "down"} >= {
        "GetBaseReport",
        "GetVariables",
        "RequestBatterySwap",
        "RequestStartTransaction",
        "RequestStopTransaction",
        "SetVariableMonitoring",
        "SetVariables",
    }
    assert {action for direction, action in tally.counts if direction == "up"} >= {
        "MeterValues",
        "NotifyEvent",
        "NotifyReport",
        "SecurityEventNotification",
        "StatusNotification",
        "TransactionEvent",
    }


def test_the_operator_has_set_the_intervals() -> None:
    records = played("depot")
    set_16 = {(p["key"], p["value"]) for p in payloads(records, "ChangeConfiguration")}
    assert set_16 == {
        ("HeartbeatInterval", str(SITE.heartbeat_seconds)),
        ("MeterValueSampleInterval", str(SAMPLE_SECONDS)),
        ("ClockAlignedDataInterval", str(ALIGNED_SECONDS)),
    }
    set_2x = {
        (data["variable"]["name"], data["attributeValue"])
        for payload in payloads(records, "SetVariables")
        for data in payload["setVariableData"]
    }
    assert set_2x == {
        ("HeartbeatInterval", str(SITE.heartbeat_seconds)),
        ("TxUpdatedInterval", str(SAMPLE_SECONDS)),
        ("Interval", str(ALIGNED_SECONDS)),
        ("Interval", "0"),
    }


def test_each_new_station_reports_itself_once() -> None:
    records = played("depot")
    asked = Counter(record.identity for record, _ in calls(records, "GetBaseReport"))
    assert len(asked) == 55 and set(asked.values()) == {1}
