"""What the adaptive coding has learned about how likely things are: cells and weights."""

from array import array
from typing import Final, TypeAlias

from laconic_codec.adaptive.arithmetic import CELL_NEW

Integers: TypeAlias = "array[int]"

CELL_SHIFT: Final = 17
"""A context is a hash of 32 bits; its bits from this one on name a cell."""
CELLS: Final = 1 << (32 - CELL_SHIFT)
CELLS_MASK: Final = CELLS - 1
LETTERS: Final = 1 << 13
LETTERS_MASK: Final = LETTERS - 1

MIXERS: Final = 64
"""Sets of weights; each has three weights for each pair of confidences of the first two cells."""
LETTER_MIXERS: Final = 1


class Memory:
    """Cells and weights in flat arrays."""

    __slots__ = ("cells", "letter_weights", "letters", "weights")

    def __init__(self) -> None:
        self.cells = array("H", [CELL_NEW]) * CELLS
        self.letters = array("H", [CELL_NEW]) * LETTERS
        self.weights = array("i", [22_000, 22_000, 22_000]) * (MIXERS * 16)
        self.letter_weights = array("i", [16_000] * 4) * (LETTER_MIXERS * 16)

    def copy(self) -> "Memory":
        """Return a memory that goes its own way from here."""
        other = Memory.__new__(Memory)
        other.cells = self.cells[:]
        other.letters = self.letters[:]
        other.weights = self.weights[:]
        other.letter_weights = self.letter_weights[:]
        return other
