"""Only runs of the same work are compared."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from laconic_bench.results.comparable import check_comparable
from laconic_bench.results.result import Result
from laconic_bench.results.result_file import ResultError
from tests.support.bench_results import LINKS, sample, several

OLD = sample()


@pytest.mark.parametrize(
    ("new", "told"),
    [
        (sample("chaji"), "scenario is boda-site in OLD and chaji in NEW"),
        (replace(OLD, days=7), "days is 30 in OLD and 7 in NEW"),
        (replace(OLD, seed=2), "seed is 1 in OLD and 2 in NEW"),
        (
            replace(OLD, events=("outage 2.5:4h", "address change 3")),
            "events is none in OLD and outage 2.5:4h, address change 3 in NEW",
        ),
        (replace(OLD, link="lte"), "link is 2g in OLD and lte in NEW"),
        (replace(OLD, measured="live"), "measured is model in OLD and live in NEW"),
        (replace(OLD, messages=3), "messages is 660000 in OLD and 3 in NEW"),
        (replace(OLD, json_bytes=3), "json_bytes is 154000000 in OLD and 3 in NEW"),
        (
            replace(OLD, link_settings=replace(LINKS["2g"], loss=0.1)),
            "link_settings.loss is 0.02 in OLD and 0.1 in NEW",
        ),
        (
            replace(OLD, link_settings=replace(LINKS["2g"], nat_timeout_seconds=30.0)),
            "link_settings.nat_timeout_seconds is 120.0 in OLD and 30.0 in NEW",
        ),
    ],
)
def test_what_differs_is_told(new: Result, told: str) -> None:
    with pytest.raises(ResultError) as error:
        check_comparable([OLD], [new])
    text = f"OLD and NEW cannot be compared: {told}"
    assert str(error.value).startswith(text)
    assert "Run both with the same scenario, link, days, seed and events." in str(error.value)


def test_everything_that_differs_is_told() -> None:
    new = replace(OLD, days=7, seed=2)
    with pytest.raises(ResultError, match=r"days is 30 .*; seed is 1"):
        check_comparable([OLD], [new])


def test_a_result_that_is_missing_in_a_suite_is_told() -> None:
    without = [one for one in several() if one.scenario != "depot"]
    with pytest.raises(ResultError, match="NEW has no result of depot, 2g, NAT 120 s"):
        check_comparable(several(), without)
    changed: Sequence[Result] = [replace(one, seed=9) for one in several()]
    with pytest.raises(ResultError, match="chaji, 2g, NAT 120 s: seed is 1 in OLD and 9 in NEW"):
        check_comparable(several(), changed)


def test_more_results_than_before_and_other_versions_are_the_same_work() -> None:
    check_comparable([OLD], several())
    check_comparable([OLD], [replace(OLD, versions={"laconic": "9"}, entropy_floor_bytes=3.0)])
