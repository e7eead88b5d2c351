"""The CBOR of the profile: what goes in comes out, everything else is refused."""

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from laconic_codec import cbor
from laconic_codec.cbor import Cbor
from laconic_codec.errors import FrameError, FrameFault
from laconic_codec.limits import CBOR_VALUES_MAX, DEPTH_MAX
from tests.support.strategies import texts


def _values() -> st.SearchStrategy[Cbor]:
    integers = st.integers(-(2**64), 2**64 - 1)
    leaves: st.SearchStrategy[Cbor] = (
        st.none() | st.booleans() | integers | texts() | st.binary(max_size=40)
    )
    return st.recursive(
        leaves,
        lambda children: (
            st.lists(children, max_size=4)
            | st.dictionaries(st.integers(0, 600) | texts(5), children, max_size=4)
        ),
        max_leaves=20,
    )


@given(_values())
def test_a_value_comes_back(value: Cbor) -> None:
    again = cbor.load(cbor.dump(value))
    assert again == value
    assert repr(again) == repr(value)  # 1 and True are equal; the order of keys counts


@given(st.binary(max_size=60))
def test_bytes_are_refused_or_the_one_encoding_of_their_value(encoded: bytes) -> None:
    try:
        value = cbor.load(encoded)
    except FrameError as error:
        assert error.fault is FrameFault.MALFORMED
        return
    assert cbor2.dumps(value) == encoded


@given(_values(), st.binary(min_size=1, max_size=5))
def test_bytes_after_the_value_are_refused(value: Cbor, after: bytes) -> None:
    with pytest.raises(FrameError):
        cbor.load(cbor.dump(value) + after)


@given(_values(), st.data())
def test_a_value_cut_short_is_refused(value: Cbor, data: st.DataObject) -> None:
    encoded = cbor.dump(value)
    with pytest.raises(FrameError):
        cbor.load(encoded[: data.draw(st.integers(0, len(encoded) - 1))])


def test_the_deepest_message_fits_and_no_deeper_bomb_does() -> None:
    assert cbor.load(_nested(DEPTH_MAX + 3)) is not None
    for depth in (DEPTH_MAX + 10, 1_000, 100_000):
        with pytest.raises(FrameError):
            cbor.load(_nested(depth))


def _nested(depth: int) -> bytes:
    return b"\x81" * depth + b"\x00"


@pytest.mark.parametrize(
    "encoded",
    [
        pytest.param("", id="nothing"),
        pytest.param("1801", id="integer longer than need be"),
        pytest.param("590001ff", id="length longer than need be"),
        pytest.param("9fff", id="array of no stated length"),
        pytest.param("bfff", id="map of no stated length"),
        pytest.param("5f4100ff", id="bytes of no stated length"),
        pytest.param("7f6161ff", id="text of no stated length"),
        pytest.param("a200000001", id="key twice"),
        pytest.param("a2616100616101", id="text key twice"),
        pytest.param("61ff", id="text that is not UTF-8"),
        pytest.param("63eda080", id="text with a lone surrogate"),
        pytest.param("f93c00", id="half float"),
        pytest.param("ff", id="break alone"),
        pytest.param("1c", id="reserved length"),
        pytest.param("c074323032362d30312d30315430303a30303a30305a", id="tag 0, date"),
        pytest.param("c11a5e0be100", id="tag 1, time"),
        pytest.param("c249010000000000000000", id="tag 2, big number"),
        pytest.param("c4821a7fffffff01", id="tag 4, decimal of 2 billion digits"),
        pytest.param("c5821a7fffffff01", id="tag 5, binary fraction"),
        pytest.param("d8198100", id="tag 25, string reference"),
        pytest.param("d81c81d81d00", id="tags 28 and 29, list that holds itself"),
        pytest.param("d82361282a2b29", id="tag 35, regular expression"),
        pytest.param("d9010281 00", id="tag 258, set"),
        pytest.param("d9d9f700", id="tag 55799, self-described"),
        pytest.param("da7fffffff00", id="tag that nobody knows"),
        pytest.param("5b7fffffffffffffff", id="bytes bomb"),
        pytest.param("7bffffffffffffffff", id="text bomb"),
        pytest.param("9b7fffffffffffffff", id="array bomb"),
        pytest.param("9a0fffffff00", id="array bomb of 4 bytes"),
        pytest.param("bb7fffffffffffffff", id="map bomb"),
        pytest.param("ba0fffffff00", id="map bomb of 4 bytes"),
    ],
)
def test_what_the_profile_does_not_use_is_refused(encoded: str) -> None:
    with pytest.raises(FrameError) as caught:
        cbor.load(bytes.fromhex(encoded))
    assert caught.value.fault is FrameFault.MALFORMED


def _count(value: Cbor) -> int:
    """Return how many values there are, keys included."""
    if isinstance(value, list):
        return 1 + sum(map(_count, value))
    if isinstance(value, dict):
        return 1 + len(value) + sum(map(_count, value.values()))
    return 1


@given(st.lists(_values(), max_size=6), st.integers(-3, 3))
def test_values_are_counted_up_to_the_limit(values: list[Cbor], beyond: int) -> None:
    own = _count([*values, []])
    padding: list[Cbor] = [""] * (CBOR_VALUES_MAX - own + beyond)
    filled: list[Cbor] = [*values, padding]
    encoded = cbor.dump(filled)
    assert cbor.has_too_many_values(encoded) == (beyond > 0)
    if beyond > 0:
        with pytest.raises(FrameError) as refused:
            cbor.load(encoded)
        assert refused.value.fault is FrameFault.OVER_LIMIT
    else:
        assert cbor.load(encoded) == filled


@given(st.binary(min_size=CBOR_VALUES_MAX, max_size=2 * CBOR_VALUES_MAX))
def test_counting_ends_whatever_the_bytes_are(encoded: bytes) -> None:
    assert cbor.has_too_many_values(encoded) in (False, True)
