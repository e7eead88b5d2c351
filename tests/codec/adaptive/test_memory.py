"""A memory is flat arrays, all bits equally likely at first; a copy goes its own way."""

from laconic_codec.adaptive.arithmetic import CELL_NEW
from laconic_codec.adaptive.memory import CELLS, LETTERS, Memory


def test_a_new_memory_knows_nothing() -> None:
    memory = Memory()
    assert set(memory.cells) == set(memory.letters) == {CELL_NEW}
    assert (len(memory.cells), len(memory.letters)) == (CELLS, LETTERS)
    assert len(set(memory.weights)) == len(set(memory.letter_weights)) == 1


def test_a_copy_is_equal_and_goes_its_own_way() -> None:
    memory = Memory()
    copy = memory.copy()
    for table in (copy.cells, copy.letters, copy.weights, copy.letter_weights):
        table[3] = 7
    assert 7 not in (memory.cells[3], memory.letters[3])
    assert 7 not in (memory.weights[3], memory.letter_weights[3])
    again = copy.copy()
    assert (again.cells, again.letters) == (copy.cells, copy.letters)
    assert (again.weights, again.letter_weights) == (copy.weights, copy.letter_weights)
