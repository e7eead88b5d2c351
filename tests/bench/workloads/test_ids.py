"""Message ids follow the habits of firmware and never repeat within a boot."""

import re
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laconic_bench.workloads.causes import MESSAGE_ID_UP
from laconic_bench.workloads.draws import Draws
from laconic_bench.workloads.ids import Counter, Ids, PartlyRandomUuid, TimeAndCounter, Uuid
from laconic_codec.limits import MESSAGE_ID_MAX_CHARACTERS
from tests.support.workload_life import CALENDAR


def all_ids(seed: int) -> list[Ids]:
    draws = Draws(seed)
    partly = PartlyRandomUuid(draws, MESSAGE_ID_UP)
    return [Counter(), TimeAndCounter(CALENDAR), partly, Uuid(draws, MESSAGE_ID_UP)]


@given(st.integers(0, 2**32), st.lists(st.integers(0, 10**9), max_size=30).map(sorted))
def test_ids_are_unique_and_short_enough(seed: int, times: list[int]) -> None:
    for ids in all_ids(seed):
        texts = [ids.next(time_ms) for time_ms in times]
        assert len(set(texts)) == len(texts)
        assert all(len(text) <= MESSAGE_ID_MAX_CHARACTERS for text in texts)


def test_counters_start_again_at_a_boot() -> None:
    for ids in (Counter(), TimeAndCounter(CALENDAR)):
        first = [ids.next(0), ids.next(0)]
        ids.restart()
        assert [ids.next(0), ids.next(0)] == first


def test_the_styles_are_those_of_the_logs() -> None:
    counter, timed, partly, _ = all_ids(1)
    assert counter.next(0) == "1"
    assert timed.next(3_661_000) == "2026030201010100000001"
    first, second = (UUID(partly.next(time_ms)) for time_ms in (1_000, 8_000))
    assert second.time_low - first.time_low == 7
    assert str(first)[8:28] == str(second)[8:28]
    assert re.fullmatch(
        r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-b[0-9a-f]{3}-[0-9a-f]{12}", str(first)
    )


@given(st.integers(0, 2**32))
def test_uuids_are_of_version_4_and_charged_with_122_bits(seed: int) -> None:
    draws = Draws(seed)
    ids = Uuid(draws, MESSAGE_ID_UP)
    ids.restart()
    number = UUID(ids.next(0))
    assert (number.version, number.variant) == (4, "specified in RFC 4122")
    assert draws.entries()[0].bits == 122


@given(st.integers(0, 2**32))
def test_what_follows_from_the_time_is_free(seed: int) -> None:
    draws = Draws(seed)
    ids = PartlyRandomUuid(draws, MESSAGE_ID_UP)
    ids.restart()
    before = draws.entries()[0].bits
    ids.next(5_000)
    assert draws.entries()[0].bits - before == pytest.approx(32)
