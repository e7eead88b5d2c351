"""On a bad day everything happens, at every station that it can happen to."""

import json
from collections import Counter

from laconic_bench.workloads.bad_day import bad_day
from tests.support.workload_life import calls, payloads, played


def test_everything_happens() -> None:
    actions = {message.action for _, message in calls(played("bad-day"))}
    assert actions >= {
        "DiagnosticsStatusNotification",
        "FirmwareStatusNotification",
        "GetBaseReport",
        "GetConfiguration",
        "GetDiagnostics",
        "GetLog",
        "GetVariables",
        "LogStatusNotification",
        "NotifyEvent",
        "NotifyReport",
        "Reset",
        "SecurityEventNotification",
        "UpdateFirmware",
    }


def test_the_stations_are_those_of_the_reference_site() -> None:
    ordinary = {(record.identity, record.version) for record in played("boda-site")}
    assert {(record.identity, record.version) for record in played("bad-day")} == ordinary


def test_every_station_boots_often_and_is_updated_once() -> None:
    records = played("bad-day")
    boots = Counter(record.identity for record, _ in calls(records, "BootNotification"))
    assert len(boots) == 12 and min(boots.values()) >= 4
    updates = Counter(record.identity for record, _ in calls(records, "UpdateFirmware"))
    assert set(updates) == set(boots) and set(updates.values()) == {1}


def test_several_power_cuts_hit_all_stations() -> None:
    """Stations that boot because of a power cut do it within a minute and a half of each other."""
    cuts = 0
    waiting = Counter[str]()
    last_seconds = 0.0
    for record, _ in calls(played("bad-day"), "BootNotification"):
        seconds = record.time_seconds or 0.0
        if seconds > last_seconds + 60.0:
            waiting.clear()
        last_seconds = seconds
        waiting[record.identity] += 1
        if len(waiting) == 12:
            cuts += 1
            waiting.clear()
    assert cuts >= 3


def test_faults_have_codes_and_end() -> None:
    statuses = payloads(played("bad-day"), "StatusNotification")
    faults = [payload for payload in statuses if payload["status"] == "Faulted"]
    assert len(faults) > 200
    assert all(payload["vendorErrorCode"].startswith("CX0") for payload in faults)
    assert len({payload["errorCode"] for payload in faults}) > 5


def test_polls_come_every_few_minutes() -> None:
    polls = Counter(r.identity for r, _ in calls(played("bad-day"), "GetConfiguration"))
    assert len(polls) == 10 and min(polls.values()) > 200


def test_the_next_day_is_bad_too() -> None:
    records = [record for record in bad_day(seed=7, days=2.0).records()]
    late = [record for record in records if (record.time_seconds or 0.0) > 86_400 + 6 * 3600]
    assert {"UpdateFirmware", "GetLog", "GetBaseReport"} <= {m.action for _, m in calls(late)}
    versions = {
        json.loads(message.payload).get("firmwareVersion")
        for record, message in calls(records, "BootNotification")
        if record.identity == "BODA-01"
    }
    assert versions == {"1.14.2", "1.14.3", "1.14.4"}
