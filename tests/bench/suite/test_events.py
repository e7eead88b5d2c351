"""Outages and address changes on the command line."""

import pytest

from laconic_bench.suite.events import Events, Outage, parse_events
from laconic_gateway.errors import UsageError


def test_days_and_hours_become_seconds_in_order() -> None:
    found = parse_events(["2.5:4h", "0:0.5h"], ["1", "0.25"], 3.0)
    assert found == Events(
        (Outage(0.0, 1_800.0), Outage(216_000.0, 230_400.0)), (21_600.0, 86_400.0)
    )
    assert found.texts == (
        "outage 0:0.5h",
        "outage 2.5:4h",
        "address change 0.25",
        "address change 1",
    )


@pytest.mark.parametrize(
    ("outages", "changes", "told"),
    [
        (["2"], [], "expected DAY:HOURSh"),
        (["2.5:4"], [], "expected DAY:HOURSh"),
        (["2.9:4h"], [], "after the 3 days"),
        (["1:4h", "1.1:1h"], [], "overlap"),
        ([], ["4"], "from 0 to 3"),
        ([], ["soon"], "from 0 to 3"),
    ],
)
def test_what_is_wrong_is_told(outages: list[str], changes: list[str], told: str) -> None:
    with pytest.raises(UsageError, match=told):
        parse_events(outages, changes, 3.0)
