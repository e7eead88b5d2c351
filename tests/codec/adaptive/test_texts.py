"""What is known about texts: ids, what was learned, what was recent, what came next."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laconic_codec.adaptive import texts as module
from laconic_codec.adaptive.texts import (
    CODE_BITS,
    CODE_VENDOR,
    LIST_MAX,
    SPECIAL,
    TEXT_MAX_BYTES,
    TEXTS_MAX,
    TEXTS_MAX_BYTES,
    Texts,
    TextValue,
)
from laconic_codec.errors import FrameError, FrameFault
from laconic_codec.registry import CORE, VendorPart
from laconic_codec.registry.names import VENDOR_FIRST
from tests.support.colliding import COLLIDING_TEXTS
from tests.support.strategies import scalar_texts, texts


@given(scalar_texts() | st.none() | st.booleans())
def test_a_value_comes_back_from_its_id(value: TextValue) -> None:
    known = Texts(CORE)
    text_id = known.id_of(value)
    known.touch(text_id, value)
    assert known.agrees(text_id, value)
    too_long = isinstance(value, str) and len(value.encode()) > TEXT_MAX_BYTES
    assert known.is_known(text_id) is not too_long
    if not too_long:
        found = known.value(text_id)
        assert (found, type(found)) == (value, type(value))


def test_all_texts_of_the_registry_and_the_special_values_have_a_code() -> None:
    codes = {module.code_of(text_id) for text_id in (*CORE.text_numbers.values(), *SPECIAL)}
    assert len(codes) == len(CORE.text_numbers) + len(SPECIAL)
    assert max(codes) < CODE_VENDOR < 1 << CODE_BITS
    for text_id in (*CORE.text_numbers.values(), *SPECIAL):
        assert module.id_of_code(module.code_of(text_id)) == text_id
    assert module.code_of(VENDOR_FIRST) == CODE_VENDOR


def test_a_vendors_text_has_its_number_as_its_id() -> None:
    registry = CORE.extended(VendorPart("own", 1, texts=("Own text",)))
    known = Texts(registry)
    assert known.id_of("Own text") == VENDOR_FIRST
    assert known.value(VENDOR_FIRST) == "Own text"
    assert not Texts(CORE).is_known(VENDOR_FIRST)


# --- learned texts ---------------------------------------------------------------------------


def _touch(known: Texts, text: str) -> None:
    known.touch(known.id_of(text), text)


@given(
    st.lists(
        st.tuples(st.integers(0, 40), st.integers(0, 260)) | st.tuples(st.just(7), st.just(1)),
        max_size=150,
    )
)
def test_the_texts_used_last_are_kept_up_to_a_limit(uses: list[tuple[int, int]]) -> None:
    known, model = Texts(CORE), dict[str, int]()
    for number, size in uses:
        text = f"text {number} " + "x" * size
        _touch(known, text)
        if len(text) <= TEXT_MAX_BYTES:
            model.pop(text, None)
            model[text] = len(text)
            while sum(model.values()) > TEXTS_MAX_BYTES:
                del model[next(iter(model))]
    assert list(known.learned.values()) == list(model)


def test_no_more_texts_are_kept_than_the_limit() -> None:
    known = Texts(CORE)
    for number in range(TEXTS_MAX + 5):
        _touch(known, f"t{number}")
    assert list(known.learned.values()) == [f"t{number}" for number in range(5, TEXTS_MAX + 5)]


def test_two_texts_with_one_id_never_stand_for_each_other() -> None:
    for one, other in COLLIDING_TEXTS:
        known = Texts(CORE)
        text_id = known.id_of(one)
        assert known.id_of(other) == text_id
        known.touch(text_id, one)
        assert known.agrees(text_id, one) and not known.agrees(text_id, other)
        known.touch(text_id, other)
        assert known.agrees(text_id, other) and not known.agrees(text_id, one)


def test_texts_with_one_id_count_towards_the_limit_as_they_are() -> None:
    """A state that was written and read again would count what it has, so this one must too."""
    long, short = sorted(COLLIDING_TEXTS[0], key=len, reverse=True)
    assert len(long) > len(short)
    known = Texts(CORE)
    for text in (short, long):
        _touch(known, text)
    for number in range(500):
        _touch(known, f"{number:024}")
    assert sum(len(text) for text in known.learned.values()) <= TEXTS_MAX_BYTES


# --- recent ones and followers ---------------------------------------------------------------

IDS = st.sampled_from([CORE.text_numbers[text] for text in list(CORE.text_numbers)[:100]])


@given(st.lists(st.tuples(st.integers(0, 2), IDS), max_size=120))
def test_recent_texts_are_a_list_with_the_last_one_first(
    promotions: list[tuple[int, int]],
) -> None:
    known = Texts(CORE)
    model: dict[int, list[int]] = {}
    for class_, text_id in promotions:
        known.promote(class_, text_id)
        before = [other for other in model.get(class_, []) if other != text_id]
        model[class_] = [text_id, *before][:LIST_MAX]
    for class_, entries in model.items():
        for place, text_id in enumerate(entries, 1):
            assert known.rank(class_, text_id) == place
            assert known.at_rank(class_, place) == text_id
        with pytest.raises(FrameError):
            known.at_rank(class_, len(entries) + 1)
    assert known.rank(3, 1) == 0


def test_a_recent_text_that_was_forgotten_is_refused() -> None:
    known = Texts(CORE)
    known.promote(0, known.id_of("gone"))
    with pytest.raises(FrameError) as caught:
        known.at_rank(0, 1)
    assert caught.value.fault is FrameFault.BAD_STATE


@given(st.integers(0, 2**32 - 1), IDS)
def test_what_came_next_is_remembered(key: int, text_id: int) -> None:
    known = Texts(CORE)
    assert known.follower(key) == 0
    known.follow(key, text_id)
    assert known.follower(key) == text_id


@given(texts(20), texts(20))
def test_a_copy_goes_its_own_way(one: str, other: str) -> None:
    known = Texts(CORE)
    _touch(known, one)
    before = list(known.learned.values())
    copy = known.copy()
    _touch(copy, other)
    copy.promote(1, 1)
    copy.follow(1, 1)
    assert list(known.learned.values()) == before
    assert known.rank(1, 1) == 0
    assert known.follower(1) == 0
