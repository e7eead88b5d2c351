"""Guesses of connectors and EVSEs: two at most, and both ends make the same ones."""

from hypothesis import given
from hypothesis import strategies as st

from laconic_codec.adaptive.coder import Coder
from laconic_codec.adaptive.entity_guesses import EntityGuesses
from laconic_codec.adaptive.memory import Memory
from laconic_codec.adaptive.past import Past
from laconic_codec.adaptive.situation import Situation
from laconic_codec.adaptive.slots import Slot
from laconic_codec.adaptive.tokens import NUMBER

NUMBERS = st.integers(0, 4) | st.sampled_from([2**32 - 1, 2**32, 10**15 - 1])
QUESTIONS = st.tuples(NUMBERS, st.integers(0, 2), NUMBERS, st.just(-1) | NUMBERS, NUMBERS)
"""The number, its decimals, what followed the last time, what was named, and the last number."""

Question = tuple[int, int, int, int, int]


def _code(coder: Coder, questions: list[Question], reads: bool) -> list[int | None]:
    guesses = EntityGuesses(coder)
    found: list[int | None] = []
    for number, decimals, guess, named, last in questions:
        around = Situation(0, 1, 77)
        around.named = named
        value = (0, 0) if reads else (number, decimals)
        found.append(guesses.code(Slot(NUMBER, 5), value, guess, Past.first(last, 0), around))
    return found


@given(st.lists(QUESTIONS, max_size=20))
def test_a_number_is_found_if_it_followed_or_was_named_with_as_many_decimals(
    questions: list[Question],
) -> None:
    writer = Coder(Memory(), is_unbounded=True)
    written = _code(writer, questions, reads=False)
    assert written == [
        number if decimals == 0 and number in (guess, named) else None
        for number, decimals, guess, named, _ in questions
    ]
    reader = Coder(Memory(), writer.finish())
    assert _code(reader, questions, reads=True) == written
    reader.check_end()


def test_a_guess_that_is_made_already_is_not_made_again() -> None:
    for named, decisions in ((-1, 1), (3, 1), (4, 2)):
        coder = Coder(Memory())
        assert _code(coder, [(7, 0, 3, named, 0)], reads=False) == [None]
        assert coder.work == decisions
