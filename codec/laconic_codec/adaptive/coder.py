"""The range coder, and the mixing of predictions that drives it.

One class writes and reads, so that one description of the model serves both: each method takes the
value to write, which has no meaning when reading, and returns the value that was coded.

The range has 32 bits. A bit is coded with the mix of the predictions of three cells, a bit of a
letter with that of four: each probability is stretched, weighted, added up and squashed again.
Cells and weights learn from every bit.
"""

import sys
from math import log2
from typing import Final, NoReturn, TypeAlias

from laconic_codec.adaptive.arithmetic import AFTER, CONFIDENCE, SQUASH, STRETCH
from laconic_codec.adaptive.memory import CELL_SHIFT, CELLS_MASK, LETTERS_MASK, Memory
from laconic_codec.errors import FrameError, FrameFault
from laconic_codec.limits import FRAME_MAX_BYTES

Contexts: TypeAlias = tuple[int, int, int]
"""Three hashes of 32 bits: the exact situation, a wider one, and a general one."""

_TOP: Final = 1 << 24
_MASK_32: Final = 0xFFFF_FFFF
LEARNING: Final = 6
"""How far weights move for an error."""
_WEIGHT_MAX: Final = (1 << 20) - 1
_BYTE_SHIFTS: Final = range(7, -1, -1)
_RAW_BITS: Final = 16
_LENGTH_MAX: Final = 62
"""Most bits of a number."""

WORK_FREE: Final = 4_096
"""Decisions that any frame may cost, and besides ..."""
WORK_PER_BYTE: Final = 32
"""... so many for each of its bytes. Bounds the time that a hostile frame can take."""


class TooLong(Exception):
    """Says that what is written does not fit into a frame, or costs too much for its size."""


class Coder:
    """Writes bits into bytes, or reads them from there."""

    def __init__(
        self, memory: Memory, data: bytes | None = None, *, is_unbounded: bool = False
    ) -> None:
        """`data` is what to read; None: write, and more than a frame holds if `is_unbounded`."""
        self.memory = memory
        self.reading = data is not None
        self.work = 0
        """Decisions so far."""
        self._range = _MASK_32
        self._low = 0
        self._data = bytearray(data or b"")
        """What was written so far, or is to be read."""
        self._position = 0
        self._offset = 0
        """What was read, less the low end of the range."""
        self._window = 0
        """The last 32 bits that were read."""
        self._size_max = sys.maxsize if is_unbounded else FRAME_MAX_BYTES
        self._work_max = WORK_FREE + WORK_PER_BYTE * self._size_max
        if data is not None:
            self._work_max = WORK_FREE + WORK_PER_BYTE * len(data)
            for _ in range(4):
                self._read_byte()
            if self._offset >= self._range:
                raise FrameError(FrameFault.MALFORMED, "coded bytes that no writer begins with")

    @property
    def spent_bits(self) -> float:
        """Return the information that all decisions so far have taken."""
        shifted_bytes = self._position - 4 if self.reading else len(self._data)
        return 8 * shifted_bytes + 32 - log2(self._range)

    def bit(self, first: int, second: int, third: int, mixer: int, bit: int) -> int:
        """Code a bit under three cells and a set of weights, all given by number."""
        cells, weights = self.memory.cells, self.memory.weights
        cell_1, cell_2, cell_3 = cells[first], cells[second], cells[third]
        input_1, input_2, input_3 = STRETCH[cell_1], STRETCH[cell_2], STRETCH[cell_3]
        at = (mixer << 4 | CONFIDENCE[cell_1 & 15] << 2 | CONFIDENCE[cell_2 & 15]) * 3
        weight_1, weight_2, weight_3 = weights[at], weights[at + 1], weights[at + 2]
        mixed = (weight_1 * input_1 + weight_2 * input_2 + weight_3 * input_3) >> 16
        probability = SQUASH[mixed + 2048 if -2048 <= mixed < 2048 else 4095 if mixed > 0 else 0]
        bit = self._decide(probability, bit)
        error = ((bit << 12) - probability) * LEARNING
        weight_1 += (input_1 * error + 8192) >> 14
        weight_2 += (input_2 * error + 8192) >> 14
        weight_3 += (input_3 * error + 8192) >> 14
        weights[at] = weight_1 if -_WEIGHT_MAX <= weight_1 <= _WEIGHT_MAX else 0
        weights[at + 1] = weight_2 if -_WEIGHT_MAX <= weight_2 <= _WEIGHT_MAX else 0
        weights[at + 2] = weight_3 if -_WEIGHT_MAX <= weight_3 <= _WEIGHT_MAX else 0
        after = AFTER[bit]
        cells[first] = after[cell_1]
        cells[second] = after[cell_2]
        cells[third] = after[cell_3]
        return bit

    def letter(self, contexts: tuple[int, int, int, int], mixer: int, letter: int) -> int:
        """Code a byte of a text under four contexts."""
        cells, weights = self.memory.letters, self.memory.letter_weights
        context_1, context_2, context_3, context_4 = contexts
        base_1, base_2 = context_1 >> CELL_SHIFT, context_2 >> CELL_SHIFT
        base_3, base_4 = context_3 >> CELL_SHIFT, context_4 >> CELL_SHIFT
        node = 1
        for shift in _BYTE_SHIFTS:
            first, second = (base_1 + node) & LETTERS_MASK, (base_2 + node) & LETTERS_MASK
            third, fourth = (base_3 + node) & LETTERS_MASK, (base_4 + node) & LETTERS_MASK
            cell_1, cell_2 = cells[first], cells[second]
            cell_3, cell_4 = cells[third], cells[fourth]
            input_1, input_2 = STRETCH[cell_1], STRETCH[cell_2]
            input_3, input_4 = STRETCH[cell_3], STRETCH[cell_4]
            at = (mixer << 4 | CONFIDENCE[cell_2 & 15] << 2 | CONFIDENCE[cell_3 & 15]) << 2
            weight_1, weight_2, weight_3, weight_4 = weights[at : at + 4]
            mixed = (
                weight_1 * input_1 + weight_2 * input_2 + weight_3 * input_3 + weight_4 * input_4
            ) >> 16
            probability = SQUASH[
                mixed + 2048 if -2048 <= mixed < 2048 else 4095 if mixed > 0 else 0
            ]
            bit = self._decide(probability, letter >> shift & 1)
            error = ((bit << 12) - probability) * LEARNING
            weight_1 += (input_1 * error + 8192) >> 14
            weight_2 += (input_2 * error + 8192) >> 14
            weight_3 += (input_3 * error + 8192) >> 14
            weight_4 += (input_4 * error + 8192) >> 14
            weights[at] = weight_1 if -_WEIGHT_MAX <= weight_1 <= _WEIGHT_MAX else 0
            weights[at + 1] = weight_2 if -_WEIGHT_MAX <= weight_2 <= _WEIGHT_MAX else 0
            weights[at + 2] = weight_3 if -_WEIGHT_MAX <= weight_3 <= _WEIGHT_MAX else 0
            weights[at + 3] = weight_4 if -_WEIGHT_MAX <= weight_4 <= _WEIGHT_MAX else 0
            after = AFTER[bit]
            cells[first] = after[cell_1]
            cells[second] = after[cell_2]
            cells[third] = after[cell_3]
            cells[fourth] = after[cell_4]
            node = node << 1 | bit
        return node & 0xFF

    def _decide(self, probability: int, bit: int) -> int:
        """Code a bit that is 1 with a probability in 1/4096."""
        self.work += 1
        bound = (self._range >> 12) * probability
        if self.reading:
            bit = 1 if self._offset < bound else 0
        if bit:
            self._range = bound
        else:
            self._range -= bound
            self._low += bound
            self._offset -= bound
        while self._range < _TOP:
            self._range <<= 8
            self._next_byte()
        if self.work > self._work_max:
            self._refuse_work()
        return bit

    def raw(self, bits: int, value: int) -> int:
        """Code an unsigned integer whose values are equally likely.

        Raises:
            FrameError: MALFORMED, what is read lies in the rest that the division leaves over.
        """
        result = 0
        while bits > 0:
            step = min(bits, _RAW_BITS)
            bits -= step
            self._range >>= step
            if self.reading:
                digit = self._offset // self._range
                if digit >> step:
                    raise FrameError(FrameFault.MALFORMED, "a number out of the range")
            else:
                digit = value >> bits & ((1 << step) - 1)
            self._low += digit * self._range
            self._offset -= digit * self._range
            self.work += 1
            result = result << step | digit
            while self._range < _TOP:
                self._range <<= 8
                self._next_byte()
        return result

    def flag(self, contexts: Contexts, mixer: int, flag: bool) -> bool:
        """Code a flag under three contexts."""
        first, second, third = contexts
        return (
            self.bit(
                first >> CELL_SHIFT & CELLS_MASK,
                second >> CELL_SHIFT & CELLS_MASK,
                third >> CELL_SHIFT & CELLS_MASK,
                mixer,
                flag,
            )
            == 1
        )

    def tree(self, contexts: Contexts, mixer: int, bits: int, value: int) -> int:
        """Code an unsigned integer of a few bits, from the highest bit down."""
        node = 1
        for shift in range(bits - 1, -1, -1):
            node = node << 1 | self._at(contexts, node, mixer, value >> shift & 1)
        return node - (1 << bits)

    def unsigned(self, contexts: Contexts, mixer: int, value: int, start: int = 0) -> int:
        """Code an unsigned integer: how long value + 1 is, then its bits below the first one.

        Uses two sets of weights, from `mixer` on, and the cells from `start` on.

        Raises:
            FrameError: MALFORMED, it has more than 62 bits.
        """
        value += 1
        length, wanted = 1, value.bit_length()
        while self._at(contexts, start + length, mixer, length < wanted):
            length += 1
            if length > _LENGTH_MAX:
                raise FrameError(FrameFault.MALFORMED, "a number of more than 62 bits")
        result = 1
        rest = max(length - 4, 0)
        for shift in range(length - 2, rest - 1, -1):
            node = start + 64 + length * 8 + result
            result = result << 1 | self._at(contexts, node, mixer + 1, value >> shift & 1)
        if rest:
            result = result << rest | self.raw(rest, value & ((1 << rest) - 1))
        return result - 1

    def signed(self, contexts: Contexts, mixer: int, value: int) -> int:
        """Code an integer: is it other than 0, is it negative, its size less 1.

        Uses four sets of weights, from `mixer` on.
        """
        if not self._at(contexts, 0, mixer, value != 0):
            return 0
        negative = self._at(contexts, 1, mixer + 1, value < 0)
        size = self.unsigned(contexts, mixer + 2, abs(value) - 1, 2) + 1
        return -size if negative else size

    def _at(self, contexts: Contexts, node: int, mixer: int, bit: int) -> int:
        first, second, third = contexts
        return self.bit(
            (first >> CELL_SHIFT) + node & CELLS_MASK,
            (second >> CELL_SHIFT) + node & CELLS_MASK,
            (third >> CELL_SHIFT) + node & CELLS_MASK,
            mixer,
            bit,
        )

    def finish(self) -> bytes:
        """Return what was written, in as few bytes as will do; zeros at the end are left out.

        Raises:
            TooLong: it costs more decisions than its size allows.
        """
        ending = self._ending(self._low)
        self._carry(ending)
        self._data += (ending & _MASK_32).to_bytes(4, "big")
        written = bytes(self._data.rstrip(b"\0"))
        if self.work > WORK_FREE + WORK_PER_BYTE * len(written):
            raise TooLong
        return written

    def check_end(self) -> None:
        """Check that what was read is exactly what `finish` returns.

        Raises:
            FrameError: MALFORMED, a byte is missing, was added or has been changed.
        """
        low = (self._window - self._offset) & _MASK_32
        if (
            self._ending(low) & _MASK_32 != self._window
            or len(self._data) > self._position
            or self._data.endswith(b"\0")
        ):
            raise FrameError(FrameFault.MALFORMED, "the coded bytes do not end as they must")

    def _ending(self, low: int) -> int:
        """Return the number inside the range whose last bytes are 0, as many as possible."""
        for bits in (32, 24, 16, 8):
            mask = (1 << bits) - 1
            ending = (low + mask) & ~mask
            if ending < low + self._range:
                return ending
        return low

    def _next_byte(self) -> None:
        if self.reading:
            self._read_byte()
            return
        if len(self._data) > self._size_max:
            raise TooLong
        self._carry(self._low)
        self._data.append(self._low >> 24 & 0xFF)
        self._low = (self._low & 0xFF_FFFF) << 8

    def _carry(self, low: int) -> None:
        """Add what has grown over 32 bits to the bytes that are already written."""
        if low > _MASK_32:
            at = len(self._data) - 1
            while self._data[at] == 0xFF:
                self._data[at] = 0
                at -= 1
            self._data[at] += 1

    def _refuse_work(self) -> NoReturn:
        if self.reading:
            raise FrameError(FrameFault.OVER_LIMIT, "a frame that takes too long to read")
        raise TooLong

    def _read_byte(self) -> None:
        byte = self._data[self._position] if self._position < len(self._data) else 0
        self._position += 1
        self._offset = self._offset << 8 | byte
        self._window = (self._window << 8 | byte) & _MASK_32
