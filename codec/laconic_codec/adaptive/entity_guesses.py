"""Which connector or EVSE comes: often the one that follows, or the one that was named just now."""

from typing import Final

from laconic_codec.adaptive.coder import Coder
from laconic_codec.adaptive.hashing import FIRST, SALT, SECOND, THIRD
from laconic_codec.adaptive.past import Past
from laconic_codec.adaptive.situation import Situation
from laconic_codec.adaptive.slots import Slot

_MIXER: Final = 52


class EntityGuesses:
    """Codes whether a guess is right."""

    def __init__(self, coder: Coder) -> None:
        self._coder = coder

    def code(
        self, slot: Slot, value: tuple[int, int], guess: int, past: Past, around: Situation
    ) -> int | None:
        """Return the number of the entity; None: no guess was right.

        `guess` is what followed the last number of the slot the last time.
        """
        named = around.named
        same = THIRD * (guess == named)
        if self._coder.flag(
            (
                slot.class_ + SALT * 55 + FIRST * past.last + SECOND * guess + same,
                slot.class_ + around.template + SALT * 63 + same,
                SALT * 56 + FIRST * around.misses + SECOND * (guess == past.last) + same,
            ),
            _MIXER,
            value == (guess, past.decimals),
        ):
            return guess
        if named < 0 or named == guess:
            return None
        is_named = self._coder.flag(
            (
                slot.class_ + SALT * 97 + FIRST * named,
                slot.class_ + around.template + SALT * 98,
                SALT * 99 + FIRST * around.misses,
            ),
            _MIXER,
            value == (named, past.decimals),
        )
        return named if is_named else None
