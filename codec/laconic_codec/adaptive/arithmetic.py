"""Integer arithmetic of the adaptive coding: probabilities, their updates, contexts.

Everything here is exact in 64-bit integers, so that any implementation reproduces it bit for bit.
A *cell* is a 16-bit word: the probability that the next bit is 1, in 12 bits, and below it a count
of 4 bits that says how much the cell has seen.
"""

from array import array
from typing import Final

CELL_NEW: Final = 0x8000
"""A cell that has seen nothing: one half, count 0."""

_KNOTS: Final = (
    *(1, 2, 4, 6, 10, 17, 27, 45, 74, 120, 194, 311, 488, 747, 1102, 1546, 2048),
    *(2550, 2994, 3349, 3608, 3785, 3902, 3976, 4022, 4051, 4069, 4079, 4086, 4090, 4092),
    *(4094, 4095),
)
"""The logistic function 4096 / (1 + e^-x) at x = -8, -7.5, ..., 8, rounded, below 4096."""

_RATES: Final = (
    *(40960, 25206, 18204, 14246, 11702, 9929, 8623, 7281),
    *(6241, 5461, 4681, 4096, 3640, 3276, 2730, 2048),
)
"""By count: the part, in 1/65536, of the way that a cell moves towards the bit it has seen."""


def _squash(x: int) -> int:
    """Return the logistic function of x / 256 in 1/4096, for -2048 <= x < 2048."""
    knot, rest = (x + 2048) >> 7, x & 127
    return (_KNOTS[knot] * (128 - rest) + _KNOTS[knot + 1] * rest + 64) >> 7


SQUASH: Final = [_squash(x) for x in range(-2048, 2048)]
"""By x + 2048: a probability in 1/4096, 1 to 4095."""


def _stretch() -> list[int]:
    table: list[int] = []
    x = -2047
    for probability in range(4096):
        while x < 2047 and SQUASH[x + 2048] < probability:
            x += 1
        table.append(x)
    return table


_STRETCH: Final = _stretch()

STRETCH: Final = array("h", [x for x in _STRETCH for _ in range(16)])
"""By cell: the smallest x whose `SQUASH` reaches its probability."""


def _after() -> tuple["array[int]", "array[int]"]:
    """Return, for each bit, what every cell becomes; as loops, since each start waits for it."""
    counts = [(rate, min(count + 1, 15)) for count, rate in enumerate(_RATES)]
    probabilities = range(0, 65536, 16)
    zero = [p - (p * rate >> 16) & 0xFFF0 | n for p in probabilities for rate, n in counts]
    one = [p + ((65535 - p) * rate >> 16) & 0xFFF0 | n for p in probabilities for rate, n in counts]
    return array("H", zero), array("H", one)


AFTER: Final = _after()
"""By bit, then by cell: the cell after it has seen the bit."""

CONFIDENCE: Final = (0, 1, 1, 2, 2, 2, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3)
"""By count: how far a cell is to be trusted, for the choice of weights."""
