"""Timestamp slots: the first one of a message is a moment, the others are offsets from it.

Rows of `Records`: one knows when messages of a template come (last moment; interval, usual
interval and lead over the last message of the charger, in the resolution of the slot; costs of 4
predictors; scale), one when any message comes, one the offset of a slot.
"""

from typing import Final

from laconic_codec.adaptive.coder import Coder
from laconic_codec.adaptive.hashing import FIRST, FOURTH, MASK_32, SALT, SECOND, THIRD
from laconic_codec.adaptive.past import judge
from laconic_codec.adaptive.records import INTS, Records
from laconic_codec.adaptive.situation import Situation
from laconic_codec.adaptive.slots import Slot
from laconic_codec.adaptive.tokens import timestamp_unit
from laconic_codec.errors import FrameError, FrameFault

_MICROSECONDS_MAX: Final = 1 << 60
_COSTS_AT: Final = 1 + INTS
"""Place of the costs in a row."""

_OFFSET_MIXER: Final = 29
_MOMENT_MIXER: Final = 33


class TimeSlots:
    """Codes timestamps."""

    def __init__(self, coder: Coder, records: Records) -> None:
        self._coder = coder
        self._records = records

    def timestamp(self, slot: Slot, value: int, around: Situation) -> int:
        """Code the value of a timestamp slot, in its own resolution."""
        unit = timestamp_unit(slot.token)
        if around.base:
            value, hit = self._offset(slot, value, unit, around)
        else:
            value, hit = self._moment(slot, value, unit, around)
        around.note(hit)
        around.last = value * unit
        if not around.base:
            around.base = around.last
        return value

    def _offset(self, slot: Slot, value: int, unit: int, around: Situation) -> tuple[int, bool]:
        """Code a timestamp after another one in the same message."""
        tag = (slot.class_ + slot.place + SALT) & MASK_32
        row = self._records.find(tag)
        offset = self._records.long(row) if row >= 0 else 0
        expected = (around.base + offset) // unit
        residual = self._coder.signed(
            (
                slot.class_ + around.template + SALT * 23,
                slot.class_ + SALT * 71 + FIRST * unit.bit_length(),
                SALT * 24 + FIRST * unit.bit_length(),
            ),
            _OFFSET_MIXER,
            value - expected,
        )
        value = _checked_time(expected + residual, unit)
        self._records.write_single(tag, around.stamp, value * unit - around.base)
        return value, residual == 0

    def _moment(self, slot: Slot, value: int, unit: int, around: Situation) -> tuple[int, bool]:
        """Code the first timestamp of a message.

        One row knows when messages of this template come, one when any message comes.
        """
        records = self._records
        any_tag = (slot.class_ + FOURTH * around.entity) & MASK_32
        tag = (any_tag + around.template) & MASK_32
        row = records.find(tag)
        last = interval = usual = lead = 0
        costs: list[int] = [0, 0, 0, 0]
        scale = 160
        predictions = [around.last // unit]
        if row >= 0:
            past = records.read(row)
            last, interval, usual, lead = past[:4]
            *costs, scale = past[_COSTS_AT : _COSTS_AT + 5]
            predictions += [
                last // unit + interval,
                last // unit + usual,
                around.last // unit + lead,
            ]
        best = costs.index(min(costs))
        residual = self._coder.signed(
            (
                slot.class_
                + SALT * 25
                + FIRST * best
                + SECOND * (scale >> 5)
                + THIRD * around.misses
                + FOURTH * unit.bit_length(),
                slot.class_ + around.template + SALT * 72 + FIRST * best,
                SALT * 73
                + FIRST * best
                + SECOND * (scale >> 4)
                + THIRD * unit.bit_length()
                + FOURTH * (row >= 0) * (1 + (around.last != 0)),
            ),
            _MOMENT_MIXER,
            value - predictions[best],
        )
        value = _checked_time(predictions[best] + residual, unit)
        moment = value * unit
        if row >= 0:
            costs, _ = judge(costs, value, predictions, 1)
            scale += (abs(residual).bit_length() * 16 - scale) >> 2
            if value - last // unit == interval:
                usual = interval
            interval = value - last // unit
        lead = value - around.last // unit if around.last else 0
        times = (moment, interval, usual, lead, 0, 0, 0)
        records.write(tag, around.stamp, (*times, *costs, scale, 0, 0, 0))
        row = records.find(any_tag)
        if row >= 0:
            around.quantities.interval_milliseconds = (moment - records.long(row)) // 1000
        records.write_single(any_tag, around.stamp, moment)
        return value, residual == 0


def _checked_time(value: int, unit: int) -> int:
    if abs(value) > _MICROSECONDS_MAX // unit:
        raise FrameError(FrameFault.MALFORMED, "a timestamp out of range")
    return value
