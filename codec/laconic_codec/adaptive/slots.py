"""Slots: the values of a message, each predicted from what its slot had before.

Two rows of `Records` know a slot: one for the connector, EVSE or transaction, and one for all of
them, for those that are seen for the first time.

    kind        64-bit integers           32-bit integers               16-bit integers
    text        id of the last one, -, -  -, -, -, -                    run, -, -, -, -, -, -, -
    number      last, mean, level         step, stride, trend, link     costs of 6, scale, packed
    timestamp   last, interval, usual     lead, -, -, -                 costs of 4, scale, -, -, -
"""

from typing import Final

from laconic_codec.adaptive import letters, texts
from laconic_codec.adaptive.coder import Coder
from laconic_codec.adaptive.hashing import FIRST, FOURTH, MASK_32, SALT, SECOND, THIRD, step
from laconic_codec.adaptive.letters import Ring
from laconic_codec.adaptive.past import Past, judge, zeros_of
from laconic_codec.adaptive.quantities import Quantities
from laconic_codec.adaptive.records import LONGS, SHORTS, Records, Row, row_of
from laconic_codec.adaptive.templates import Slot
from laconic_codec.adaptive.texts import Texts, TextValue
from laconic_codec.adaptive.tokens import DECIMALS_MAX, LEARNED, MAGNITUDE_MAX, timestamp_unit
from laconic_codec.errors import FrameError, FrameFault

_TEXT_MIXER: Final = 11
_RANK_MIXER: Final = 13
_SOURCE_MIXER: Final = 15
_REGISTRY_MIXER: Final = 16
_NUMBER_MIXER: Final = 17
_DECIMALS_MIXER: Final = 18
_FIRST_MIXER: Final = 21
_RESIDUAL_MIXER: Final = 25
_OFFSET_MIXER: Final = 29
_MOMENT_MIXER: Final = 33
_GRAIN_MIXER: Final = 49
_ENTITY_MIXER: Final = 52
_MICROSECONDS_MAX: Final = 1 << 60


class Situation:
    """What surrounds a slot."""

    __slots__ = ("base", "entity", "last", "misses", "quantities", "stamp", "template")

    def __init__(self, last: int, stamp: int, template: int) -> None:
        self.template = template
        """Digest of the template."""
        self.entity = 0
        """Hash of the charger and what of it the slot is about."""
        self.misses = 8
        """The last three slots of the message: bits that are 1 if not as predicted."""
        self.last = last
        """Time of the last message of this charger, or of any, in microseconds since 2020."""
        self.base = 0
        """Time that this message has told already; 0: none yet."""
        self.stamp = stamp
        """Number of the message."""
        self.quantities = Quantities()

    def note(self, hit: bool) -> None:
        """Remember whether a slot was as predicted."""
        self.misses = (self.misses << 1 | (not hit)) & 7


def _checked_time(value: int, unit: int) -> int:
    if abs(value) > _MICROSECONDS_MAX // unit:
        raise FrameError(FrameFault.MALFORMED, "a timestamp out of range")
    return value


def _row(number: int, short: int = 0) -> Row:
    return row_of((number, 0, 0), (0, 0, 0, 0), (short, 0, 0, 0, 0, 0, 0, 0))


class Slots:
    """Codes values."""

    def __init__(self, coder: Coder, records: Records, known: Texts, ring: Ring) -> None:
        self._coder = coder
        self._records = records
        self._texts = known
        self._ring = ring

    # -- texts ----------------------------------------------------------------------------------

    def text(self, slot: Slot, value: TextValue, around: Situation) -> TextValue:
        """Code the value of a text slot."""
        records, known = self._records, self._texts
        wanted = self._texts.id_of(value)
        tag = (slot.class_ + slot.place + FOURTH * around.entity) & MASK_32
        own = records.find(tag)
        row = own if own >= 0 else records.find(slot.class_)
        last, run = (
            (records.longs[row * LONGS], records.shorts[row * SHORTS]) if row >= 0 else (0, 0)
        )
        text_id, hit = -1, False
        guess = self._guess(tag, slot.class_, last) if row >= 0 else -1
        if guess >= 0:
            hit = self._coder.flag(
                (
                    slot.class_ + SALT * 1 + FIRST * last + SECOND * around.misses,
                    slot.class_ + around.template + SALT * 57 + SECOND * around.misses,
                    slot.coarse
                    + SALT * 2
                    + FIRST * around.misses
                    + SECOND * (own >= 0)
                    + THIRD * min(run, 5)
                    + FOURTH * (guess == last),
                ),
                _TEXT_MIXER,
                wanted == guess and known.agrees(guess, value),
            )
            if hit:
                text_id = guess
            elif guess != last and known.is_known(last):
                again = self._coder.flag(
                    (
                        slot.class_ + SALT * 3 + FIRST * last,
                        slot.class_ + around.template + SALT * 58,
                        slot.coarse + SALT * 4 + FIRST * (own >= 0),
                    ),
                    _TEXT_MIXER + 1,
                    wanted == last and known.agrees(last, value),
                )
                text_id = last if again else -1
        if text_id >= 0:
            value = known.value(text_id)
        else:
            value = self.other_text(slot.class_, slot.coarse, slot.key, last, value)
            text_id = self._texts.id_of(value)
        known.touch(text_id, value)
        around.note(hit)
        if row >= 0:
            known.follow(step(tag, last), text_id)
            known.follow(step(slot.class_, last), text_id)
        run = min(run + 1, 255) if row >= 0 and text_id == last else 0
        for own_tag in (tag, slot.class_):
            records.write(own_tag, around.stamp, _row(text_id, run))
        return value

    def _guess(self, tag: int, class_: int, last: int) -> int:
        """Return the id of the text that is expected, or -1."""
        known = self._texts
        for start in (tag, class_):
            text_id = known.follower(step(start, last))
            if text_id and known.is_known(text_id):
                return text_id
        return last if known.is_known(last) else -1

    def other_text(
        self, class_: int, coarse: int, key: int, last: int, value: TextValue
    ) -> TextValue:
        """Code a text that was not predicted: a recent one, one of the registry, or its letters."""
        known, coder = self._texts, self._coder
        text_id = self._texts.id_of(value)
        rank = known.rank(key, text_id) if known.agrees(text_id, value) else 0
        rank = coder.unsigned((class_ + SALT * 5, coarse + SALT * 6, SALT * 59), _RANK_MIXER, rank)
        if rank:
            text_id = known.at_rank(key, rank)
            value = known.value(text_id)
        elif coder.flag(
            (class_ + SALT * 7, coarse + SALT * 8, SALT * 60),
            _SOURCE_MIXER,
            not text_id & LEARNED,
        ):
            value = self._registered(key, last, text_id)
            text_id = self._texts.id_of(value)
        else:
            value = letters.code(coder, self._ring, key, str(value))
            text_id = self._texts.id_of(value)
            if not text_id & LEARNED:
                raise FrameError(FrameFault.MALFORMED, "letters for a text of the registry")
        known.promote(key, text_id)
        known.touch(text_id, value)
        return value

    def _registered(self, key: int, last: int, text_id: int) -> TextValue:
        code = self._coder.tree(
            (key + SALT * 9 + FIRST * last, key + SALT * 10, SALT * 61),
            _REGISTRY_MIXER,
            texts.CODE_BITS,
            texts.code_of(text_id),
        )
        found = texts.id_of_code(code)
        if code == texts.CODE_VENDOR:
            found = self._coder.raw(16, text_id)
        if not self._texts.is_known(found):
            raise FrameError(FrameFault.MALFORMED, "a text that the registry does not have")
        return self._texts.value(found)

    # -- numbers --------------------------------------------------------------------------------

    def number(self, slot: Slot, value: tuple[int, int], around: Situation) -> tuple[int, int]:
        """Code the value of a number slot: mantissa and decimals."""
        records = self._records
        tag = (slot.class_ + FOURTH * around.entity) & MASK_32
        if slot.names_entity:
            tag = (tag + around.template) & MASK_32
        own = records.find(tag) >= 0
        row = records.find(tag if own else slot.class_)
        if slot.names_entity and row >= 0:
            key = step(tag, records.longs[row * LONGS] & MASK_32)
            value = self._entity(slot, value, tag, Past(*records.read(row)), around)
            self._texts.follow(key, value[0] & MASK_32)
            return value
        return self._number(slot, value, tag, row, around)

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
            past = Past(*records.read(row))
            hit = coder.flag(
                (
                    slot.class_ + SALT * 11 + FIRST * around.misses,
                    slot.class_ + around.template + SALT * 62 + FIRST * (past.scale >> 4),
                    slot.coarse + SALT * 12 + FIRST * around.misses + SECOND * own,
                ),
                _NUMBER_MIXER,
                value == (past.last, past.decimals),
            )
            decimals = past.decimals
            if not hit:
                decimals = self._decimals(slot, decimals, value[1], own)
                past.rescale(decimals)
            self._predict(slot, past, around)
            last = past.last
            mantissa = last if hit else self._residual(slot, past, value[0], own, around)
            value = mantissa, decimals
            around.note(hit)
            past.learn(mantissa, own)
            if slot.role:
                self._note(slot, past, last if own else None, around)
        if slot.place:
            records.write(slot.place, around.stamp, Past.first(*value).row())
        records.write(tag, around.stamp, past.row())
        records.write(slot.class_, around.stamp, past.row())
        return value

    def _entity(
        self, slot: Slot, value: tuple[int, int], tag: int, past: Past, around: Situation
    ) -> tuple[int, int]:
        """Code which connector or EVSE comes next: often the one that did so the last time."""
        guess = self._texts.follower(step(tag, past.last & MASK_32))
        if not self._coder.flag(
            (
                slot.class_ + SALT * 55 + FIRST * past.last + SECOND * guess,
                slot.class_ + around.template + SALT * 63,
                SALT * 56 + FIRST * around.misses + SECOND * (guess == past.last),
            ),
            _ENTITY_MIXER,
            value == (guess, past.decimals),
        ):
            row = self._records.find(tag)
            row = row if row >= 0 else self._records.find(slot.class_)
            return self._number(slot, value, tag, row, around)
        around.note(True)
        past.predict(())
        past.learn(guess, True)
        self._records.write(tag, around.stamp, past.row())
        self._records.write(slot.class_, around.stamp, past.row())
        return guess, past.decimals

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
                place = Past(*self._records.read(row))
                place.rescale(past.decimals)
                expected = (place.last,)
        elif slot.role:
            expected = around.quantities.expected(
                slot.role, slot.phase, past.last, past.decimals - slot.kilo, past.link
            )
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
                slot.class_ + around.template + SALT * 66 + FIRST * around.misses,
                SALT * 14 + FIRST * own + SECOND * (past.scale >> 3) + THIRD * (best > 3),
            ),
            _RESIDUAL_MIXER,
            (wanted - past.predictions[best]) // step,
        )
        if abs(residual) > 2 * MAGNITUDE_MAX // step:
            raise FrameError(FrameFault.MALFORMED, "a number that is too large")
        mantissa = past.predictions[best] + residual * step
        if abs(mantissa) >= MAGNITUDE_MAX:
            raise FrameError(FrameFault.MALFORMED, "a number that is too large")
        return mantissa

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

    # -- timestamps -----------------------------------------------------------------------------

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
        offset = self._records.longs[row * LONGS] if row >= 0 else 0
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
        self._records.write(tag, around.stamp, _row(value * unit - around.base))
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
            longs, ints, shorts = records.read(row)
            (last, interval, usual), lead = longs, ints[0]
            costs, scale = list(shorts[:4]), shorts[4]
            predictions += [
                (last + interval) // unit,
                (last + usual) // unit,
                (around.last + lead) // unit,
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
            if moment - last == interval:
                usual = interval
            interval = moment - last
        lead = moment - around.last if around.last else 0
        times, costs_and_scale = (moment, interval, usual), (*costs, scale, 0, 0, 0)
        records.write(tag, around.stamp, row_of(times, (lead, 0, 0, 0), costs_and_scale))
        row = records.find(any_tag)
        if row >= 0:
            around.quantities.interval_milliseconds = (moment - records.longs[row * LONGS]) // 1000
        records.write(any_tag, around.stamp, _row(moment))
        return value, residual == 0
