"""The report says the same to people and to machines."""

import json

import pytest

from laconic_bench.workloads.causes import ARRIVAL, MESSAGE_ID_UP, TRANSACTION_ID
from laconic_bench.workloads.draws import Entry, Lane
from laconic_bench.workloads.report import Report
from laconic_bench.workloads.summary import Count, Tally

ENTRIES = [Entry(MESSAGE_ID_UP, 2, 244.0), Entry(ARRIVAL, 4, 64.0), Entry(TRANSACTION_ID, 1, 8.0)]
COUNTS = {("up", "Heartbeat"): Count(2, 60), ("down", "Heartbeat (answer)"): Count(2, 1_400)}
REPORT = Report("boda-site", 1, 7.0, Tally(dict(COUNTS)), ENTRIES, 3.6)  # type: ignore[arg-type]


def test_message_ids_are_not_in_the_floor() -> None:
    floors = {lane: REPORT.floor_bytes(lane) for lane in Lane}
    assert floors == {
        Lane.UP_CALL: 8.0,
        Lane.UP_ANSWER: 0.0,
        Lane.DOWN_CALL: 0.0,
        Lane.DOWN_ANSWER: 1.0,
    }


def test_the_json_has_all_figures() -> None:
    tree = json.loads(json.dumps(REPORT.to_json()))
    assert (tree["workload"], tree["days"], tree["seed"]) == ("boda-site", 7.0, 1)
    assert (tree["messages"], tree["json_bytes"]) == (4, 1_460)
    assert (tree["json_bytes_up"], tree["json_bytes_down"]) == (60, 1_400)
    assert tree["entropy_floor_bytes"]["up call"] == 8.0
    assert tree["entropy_by_cause"][0] == {
        "lane": "up call",
        "cause": "message id",
        "draws": 2,
        "bytes": 30.5,
    }
    assert [entry["json_bytes"] for entry in tree["by_action"]] == [1_400, 60]


@pytest.mark.parametrize(
    "part",
    ["boda-site, 7 days, seed 1, 3.6 s of CPU", "Heartbeat (answer)", "1,460", "arrival time"],
)
def test_the_text_has_them_too(part: str) -> None:
    assert part in REPORT.to_text()
    assert not any(line.endswith(" ") for line in REPORT.to_text().splitlines())
