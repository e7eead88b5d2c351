"""Makes write the same content differently, and nothing else than that content."""

import json
from datetime import UTC, datetime
from itertools import islice
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laconic_bench.makes import ACACIA, BAOBAB, CASSIA, DOUM, ELAEIS, Json, Make
from laconic_codec.limits import MESSAGE_ID_MAX_CHARACTERS
from laconic_codec.messages import Call, parse

MAKES = st.sampled_from([ACACIA, BAOBAB, CASSIA, DOUM, ELAEIS])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=12,
)
PAYLOADS = st.dictionaries(st.text(max_size=5), VALUES, max_size=5)
TIME = datetime(2026, 3, 9, 7, 5, 3, 45_999, tzinfo=UTC)


@given(MAKES, PAYLOADS)
def test_a_make_changes_only_how_it_is_written(make: Make, payload: Json) -> None:
    assert json.loads(make.payload_text(payload)) == payload


@given(PAYLOADS)
def test_one_make_writes_its_keys_the_other_way_round(payload: Json) -> None:
    assert list(json.loads(BAOBAB.payload_text(payload))) == list(payload)[::-1]
    assert list(json.loads(ACACIA.payload_text(payload))) == list(payload)


@given(MAKES, PAYLOADS)
def test_the_payload_is_in_the_message_as_it_is(make: Make, payload: Json) -> None:
    text = make.payload_text(payload)
    assert parse(make.message_text(2, "id", "Action", text)) == Call("id", "Action", text)


@given(MAKES, st.integers(0, 2**32))
def test_message_ids_are_short_enough_and_never_the_same(make: Make, seed: int) -> None:
    ids = list(islice(make.message_ids(Random(seed)), 200))
    assert len(set(ids)) == len(ids)
    assert max(map(len, ids)) <= MESSAGE_ID_MAX_CHARACTERS
    assert ids == list(islice(make.message_ids(Random(seed)), 200)), "a seed gives the same run"


@pytest.mark.parametrize(
    ("make", "time", "value"),
    [
        (ACACIA, "2026-03-09T07:05:03Z", "230.40"),
        (BAOBAB, "2026-03-09T07:05:03.045Z", "230.400000"),
        (CASSIA, "2026-03-09T07:05:03+00:00", "230.400"),
    ],
)
def test_times_and_values_have_the_style_of_their_make(make: Make, time: str, value: str) -> None:
    assert make.time_text(TIME) == time
    assert make.value_text(230.4) == value


def test_numbers_have_the_digits_of_their_make() -> None:
    assert DOUM.number(230.449) == 230.4
    assert ACACIA.number(230.449) == 230.45
