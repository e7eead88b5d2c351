"""Times as programs write them."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laconic_bench.logs.times import Clock

MOMENT = datetime(2026, 3, 2, 14, 5, 6, tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-02T14:05:06Z",
        "2026-03-02 14:05:06",
        "2026-03-02T16:05:06+02:00",
        "2026-03-02T16:05:06+0200",
        "2026-03-02T16:05:06+02",
        "2026/03/02 14:05:06",
        "[INFO ] 2026-03-02 14:05:06,000 de.rwth",
        "2026.03.02 14:05:06",
        "02.03.2026 14:05:06",
        "02/03/2026, 14:05:06",
        "03/02/2026 02:05:06 PM",
        "03/15/2026 14:05:06",
        "02/Mar/2026:14:05:06 +0000",
        "2 Mar 2026 14:05:06",
        "[1772460306]",
        "1772460306.000 <=",
        "ts=1772460306000",
        "1772460306000000",
    ],
)
def test_a_date_and_time_is_read(text: str) -> None:
    moved = timedelta(days=13).total_seconds() if "15/" in text else 0.0
    assert Clock().read(text) == MOMENT + moved


def test_fractions_count() -> None:
    assert Clock().read("2026-03-02 14:05:06,250") == MOMENT + 0.25
    assert Clock().read("2026-03-02T14:05:06.123456Z") == pytest.approx(MOMENT + 0.123456)
    assert Clock().read("1772460306250 x") == MOMENT + 0.25


def test_a_time_without_a_year_counts_within_a_year() -> None:
    clock = Clock()
    first, second = clock.read("Mar  2 14:05:06 host x"), clock.read("Mar  3 14:05:07 host x")
    assert first is not None and second is not None
    assert second - first == 86_401


def test_a_time_without_a_date_goes_on_after_midnight() -> None:
    clock = Clock()
    times = [
        clock.read(text) for text in ("23:59:59.5 x", "00:00:01 x", "[12:00:00] x", "11:59:59 x")
    ]
    assert times == [86_399.5, 86_401.0, 129_600.0, 129_599.0]


@pytest.mark.parametrize(
    "text", ["", "x", "2026-13-45 25:61:61", "99:99:99", "12345", "1999999", "31/31/2026 10:00:00"]
)
def test_what_is_no_time_is_none(text: str) -> None:
    assert Clock().read(text) is None


@given(text=st.text(alphabet="0123456789-:/. TZ+AMPar[],", max_size=60))
def test_no_text_is_an_error(text: str) -> None:
    Clock().read(text)
