"""Text slots: the value that followed the last one before, the last one, or another.

A row of `Records` knows the slot: for the connector, EVSE or transaction, and one for all of them,
for those that are seen for the first time. It has the id of the last text and its run.
"""

from typing import Final

from laconic_codec.adaptive import letters, texts
from laconic_codec.adaptive.coder import Coder
from laconic_codec.adaptive.hashing import FIRST, FOURTH, MASK_32, SALT, SECOND, THIRD, step
from laconic_codec.adaptive.letters import Ring
from laconic_codec.adaptive.records import Records
from laconic_codec.adaptive.situation import Situation
from laconic_codec.adaptive.slots import Slot
from laconic_codec.adaptive.texts import Texts, TextValue
from laconic_codec.adaptive.tokens import LEARNED
from laconic_codec.errors import FrameError, FrameFault

_TEXT_MIXER: Final = 11
_RANK_MIXER: Final = 13
_SOURCE_MIXER: Final = 15
_REGISTRY_MIXER: Final = 16


class TextSlots:
    """Codes texts, truth values and null."""

    def __init__(self, coder: Coder, records: Records, known: Texts, ring: Ring) -> None:
        self._coder = coder
        self._records = records
        self._texts = known
        self._ring = ring

    def text(self, slot: Slot, value: TextValue, around: Situation) -> TextValue:
        """Code the value of a text slot."""
        records, known = self._records, self._texts
        wanted = self._texts.id_of(value)
        tag = (slot.class_ + slot.place + FOURTH * around.entity) & MASK_32
        own = records.find(tag)
        row = own if own >= 0 else records.find(slot.class_)
        last, run = (records.long(row), records.short(row)) if row >= 0 else (0, 0)
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
        if not text_id & LEARNED:
            around.regime = step(around.regime, text_id)
        if row >= 0:
            known.follow(step(tag, last), text_id)
            known.follow(step(slot.class_, last), text_id)
        run = min(run + 1, 255) if row >= 0 and text_id == last else 0
        for own_tag in (tag, slot.class_):
            records.write_single(own_tag, around.stamp, text_id, run)
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
