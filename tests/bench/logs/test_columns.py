"""Which column has what, and what a row says."""

import json

import pytest

from laconic_bench.logs.columns import columns_of, finding_of
from laconic_bench.logs.found import BadLine, Finding
from laconic_bench.logs.times import Clock

TIME = "2026-03-02T14:05:06Z"


def found_in(row: dict[str, object]) -> Finding | BadLine | None:
    return finding_of(row, columns_of(list(row)), 1, Clock())


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (
            ["Time", "Charge Point ID", "Direction", "Message"],
            {
                "time": "Time",
                "identity": "Charge Point ID",
                "way": "Direction",
                "message": "Message",
            },
        ),
        (
            [
                "created_at",
                "cp_id",
                "payload_json",
                "ocpp_action",
                "ocpp_message_id",
                "message_type",
            ],
            {
                "time": "created_at",
                "identity": "cp_id",
                "message": "payload_json",
                "action": "ocpp_action",
                "message_id": "ocpp_message_id",
                "kind": "message_type",
            },
        ),
        (["a", "b"], {}),
    ],
)
def test_columns_are_known_by_their_names(names: list[str], expected: dict[str, str]) -> None:
    assert columns_of(names).names == expected


def test_a_message_in_parts_is_put_together() -> None:
    row: dict[str, object] = {
        "timestamp": TIME,
        "charger": "K1",
        "payload": "{}",
        "direction": "in",
    }
    for kind, action, raw in (
        ("2", "Heartbeat", '[2,"7","Heartbeat",{}]'),
        ("CALL", "Heartbeat", '[2,"7","Heartbeat",{}]'),
        ("CallResult", "Heartbeat", '[3,"7",{}]'),
        (4, "", '[4,"7","GenericError","",{}]'),
    ):
        found = found_in({**row, "message_type": kind, "message_id": "7", "action": action})
        assert isinstance(found, Finding)
        assert (found.raw, found.identity, found.words) == (raw, "K1", "in")


def test_a_message_may_be_json_in_json_or_in_another_column() -> None:
    array: list[object] = [2, "1", "Heartbeat", "x"]
    rows: list[dict[str, object]] = [
        {"data": array},
        {"comment": json.dumps(array)},
        {"log": f"recv {json.dumps(array)}"},
    ]
    for row in rows:
        found = found_in(row)
        assert isinstance(found, Finding) and json.loads(found.raw) == array


def test_the_version_is_taken_from_its_column() -> None:
    for text, version in (("ocpp1.6", "1.6"), ("2.0.1", "2.0.1"), ("OCPP21", "2.1"), ("x", None)):
        found = found_in({"version": text, "message": '[2,"1","Heartbeat",{}]'})
        assert isinstance(found, Finding) and found.version == version


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"raw": "[2]", "dir": "up", "cp": "a", "ver": "1.6", "t": None}, "the message id is not"),
        ({"raw": "x", "dir": "sideways", "cp": "a", "ver": "1.6"}, "dir is 'sideways'"),
        ({"message": '[2,"1"]'}, "the elements are message type"),
    ],
)
def test_a_row_that_should_have_a_message_is_bad(row: dict[str, object], reason: str) -> None:
    found = found_in(row)
    assert isinstance(found, BadLine) and found.reason.startswith(reason)


def test_a_row_without_a_message_is_none() -> None:
    assert found_in({"time": TIME, "message": "started"}) is None
    assert found_in({}) is None
