"""Number slots: unchanged, or the residual to the prediction that has done best so far.

A row of `Records` knows the slot, see `past`: one for the connector, EVSE or transaction, and one
for all of them, for those that are seen for the first time. Where a message has several slots of
one class, they are a series; a row of its own knows what stood in each place.
"""

from typing import Final

from laconic_codec.adaptive.carried import Carried
from laconic_codec.adaptive.coder import Coder
from laconic_codec.adaptive.entity_guesses import EntityGuesses
from laconic_codec.adaptive.hashing import FIRST, FOURTH, MASK_32, SALT, SECOND, THIRD, step
from laconic_codec.adaptive.past import Past, zeros_of
from laconic_codec.adaptive.records import Records
from laconic_codec.adaptive.situation import Situation
from laconic_codec.adaptive.slots import Slot
from laconic_codec.adaptive.texts import Texts
from laconic_codec.adaptive.tokens import DECIMALS_MAX, MAGNITUDE_MAX
from laconic_codec.errors import FrameError, FrameFault

_NUMBER_MIXER: Final = 17
_DECIMALS_MIXER: Final = 18
_FIRST_MIXER: Final = 21
_RESIDUAL_MIXER: Final = 25
_GRAIN_MIXER: Final = 49


class NumberSlots:
    """Codes numbers."""

    def __init__(self, coder: Coder, records: Records, known: Texts) -> None:
        self._coder = coder
        self._records = records
        self._texts = known
        self._carried = Carried(records)
        self._guesses = EntityGuesses(coder)

    def number(self, slot: Slot, value: tuple[int, int], around: Situation) -> tuple[int, int]:
        """Code the value of a number slot: mantissa and decimals."""
        records = self._records
        tag = (slot.class_ + FOURTH * around.entity) & MASK_32
        if slot.names_entity:
            tag = (tag + around.template) & MASK_32
        row = records.find(tag)
        if row < 0:
            row = records.find(slot.class_)
        if slot.names_entity and row >= 0:
            value = self._entity(slot, value, tag, row, around)
        else:
            value = self._number(slot, value, tag, row, around)
        if slot.names_entity:
            around.named = value[0]
        return value

    def _past(self, row: int) -> Past:
        """Return a row as a past.

        Raises:
            FrameError: MALFORMED, a row of another kind that has the same tag by chance.
        """
        past = Past(self._records.read(row))
        if abs(past.last) >= MAGNITUDE_MAX:
            raise FrameError(FrameFault.MALFORMED, "a row that is not of a number")
        return past

    def _number(
        self, slot: Slot, value: tuple[int, int], tag: int, row: int, around: Situation
    ) -> tuple[int, int]:
        records, coder = self._records, self._coder
        own = row >= 0 and records.tags[row] == tag
        if row < 0:
            value = self._first_number(slot, value)
            past = Past.first(*value)
            around.note(False)
        else:
            past = self._past(row)
            decimals = past.decimals
            self._predict(slot, past, around)
            past.coarsen(past.grain)
            best = past.best()
            mantissa = past.predictions[best]
            hit = coder.flag(
                (
                    slot.class_ + SALT * 11 + FIRST * around.misses + SECOND * best,
                    slot.class_
                    + around.template
                    + around.regime
                    + SALT * 62
                    + FIRST * (past.scale >> 4),
                    slot.coarse
                    + SALT * 12
                    + FIRST * around.misses
                    + SECOND * own
                    + THIRD * (best > 3)
                    + FOURTH * (past.scale >> 5),
                ),
                _NUMBER_MIXER,
                value == (mantissa, decimals),
            )
            if not hit:
                decimals = self._decimals(slot, decimals, value[1], own)
                past.rescale(decimals)
                self._predict(slot, past, around)  # as they were before they were rounded
                mantissa = self._residual(slot, past, value[0], own, around)
            if abs(mantissa) >= MAGNITUDE_MAX:
                raise FrameError(FrameFault.MALFORMED, "a number that is too large")
            last = past.last
            value = mantissa, decimals
            around.note(hit)
            past.learn(mantissa, own)
            if slot.role:
                self._note(slot, past, last if own else None, around)
        self._carried.keep(slot, value, around)
        if slot.place:
            records.write(slot.place, around.stamp, Past.first(*value).row())
        self._write(slot, tag, past, around)
        return value

    def _entity(
        self, slot: Slot, value: tuple[int, int], tag: int, row: int, around: Situation
    ) -> tuple[int, int]:
        past = self._past(row)
        key = step(tag, past.last & MASK_32)
        number = self._guesses.code(slot, value, self._texts.follower(key), past, around)
        if number is None:
            value = self._number(slot, value, tag, row, around)
        else:
            value = number, past.decimals
            around.note(True)
            past.predict(())
            past.learn(number, True)
            self._write(slot, tag, past, around)
        self._texts.follow(key, value[0] & MASK_32)
        return value

    def _write(self, slot: Slot, tag: int, past: Past, around: Situation) -> None:
        """Write a past for the entity, and for all of them."""
        written = past.row()
        self._records.write(tag, around.stamp, written)
        self._records.write(slot.class_, around.stamp, written)

    def _note(self, slot: Slot, past: Past, last: int | None, around: Situation) -> None:
        """Let other slots of the message know a quantity."""
        quantities = around.quantities
        decimals = past.decimals - slot.kilo
        quantities.note(slot.role, slot.phase, past.last, decimals, last)
        if last is not None:
            delta = past.last - last
            past.link = quantities.link(slot.role, past.last, decimals, delta, past)

    def _predict(self, slot: Slot, past: Past, around: Situation) -> None:
        expected: tuple[int, ...] = ()
        if slot.place:
            row = self._records.find(slot.place)
            if row >= 0:
                place = self._past(row)
                place.rescale(past.decimals)
                expected = (place.last,)
        elif slot.role:
            decimals = past.decimals - slot.kilo
            carried = self._carried.mantissa(slot, decimals, around)
            last = past.last if carried is None else carried
            expected = around.quantities.expected(slot.role, slot.phase, last, decimals, past.link)
            if not expected and carried is not None:
                expected = (carried,)
        past.predict(expected)

    def _grain(self, slot: Slot, past: Past, wanted: int, own: bool) -> int:
        """Code with how many zeros a mantissa ends at least."""
        grain = past.grain
        if not grain or not self._coder.flag(
            (
                slot.class_ + SALT * 26 + FIRST * grain,
                slot.coarse + SALT * 27 + FIRST * own,
                SALT * 64 + FIRST * grain,
            ),
            _GRAIN_MIXER,
            wanted % 10**grain != 0,
        ):
            return grain
        fewer = self._coder.unsigned(
            (slot.class_ + SALT * 28, slot.coarse + SALT * 29, SALT * 65),
            _GRAIN_MIXER + 1,
            grain - 1 - zeros_of(wanted),
        )
        return max(grain - 1 - fewer, 0)

    def _residual(self, slot: Slot, past: Past, wanted: int, own: bool, around: Situation) -> int:
        past.coarsen(self._grain(slot, past, wanted, own))
        step: int = 10**past.grain
        best = past.best()
        residual = self._coder.signed(
            (
                slot.class_ + SALT * 13 + FIRST * best + SECOND * (past.scale >> 4),
                slot.class_ + around.template + around.regime + SALT * 66 + FIRST * best,
                SALT * 14 + FIRST * own + SECOND * (past.scale >> 3) + THIRD * (best > 3),
            ),
            _RESIDUAL_MIXER,
            (wanted - past.predictions[best]) // step,
        )
        if abs(residual) > 2 * MAGNITUDE_MAX // step:
            raise FrameError(FrameFault.MALFORMED, "a number that is too large")
        return past.predictions[best] + residual * step

    def _first_number(self, slot: Slot, value: tuple[int, int]) -> tuple[int, int]:
        mantissa, decimals = value
        decimals = self._coder.unsigned(
            (slot.coarse + SALT * 15, slot.key + SALT * 67, SALT * 16), _DECIMALS_MIXER, decimals
        )
        mantissa = self._coder.signed(
            (
                slot.coarse + SALT * 17 + FIRST * decimals,
                slot.key + SALT * 18,
                SALT * 68 + FIRST * decimals,
            ),
            _FIRST_MIXER,
            mantissa,
        )
        if abs(mantissa) >= MAGNITUDE_MAX or decimals > DECIMALS_MAX:
            raise FrameError(FrameFault.MALFORMED, "a number that is too large")
        return mantissa, decimals

    def _decimals(self, slot: Slot, last: int, wanted: int, own: bool) -> int:
        if not self._coder.flag(
            (
                slot.class_ + SALT * 19,
                slot.coarse + SALT * 20 + FIRST * own,
                SALT * 69 + FIRST * own,
            ),
            _DECIMALS_MIXER + 2,
            wanted != last,
        ):
            return last
        decimals = self._coder.unsigned(
            (
                slot.class_ + SALT * 21 + FIRST * last,
                slot.coarse + SALT * 70 + FIRST * last,
                SALT * 22 + FIRST * last,
            ),
            _DECIMALS_MIXER,
            wanted,
        )
        if decimals > DECIMALS_MAX:
            raise FrameError(FrameFault.MALFORMED, "a number with too many decimals")
        return decimals
