"""Messages of every shape of the registry, filled with typical values."""

from typing import Final

from laconic_codec.registry import CORE
from laconic_codec.registry.skeletons import Array, Enumerated, Property, Scalar, Skeleton, Type
from laconic_codec.training.chargers import HEX, Charger
from laconic_codec.training.meters import Json, Meter
from laconic_codec.training.texts import SPECIAL
from laconic_codec.training.typical import NUMBERS, TEXTS

_FULLNESS: Final = (0.0, 0.3, 0.7, 1.0)
_CONTEXTS: Final = ("Sample.Periodic", "Sample.Periodic", "Transaction.Begin", "Transaction.End")
_TEXTS_KNOWN: Final = len(CORE.text_numbers)


class Writer:
    """Fills shapes for one charger."""

    def __init__(self, charger: Charger) -> None:
        self._charger = charger
        self._dice = charger.dice
        self._meter = Meter(charger)

    def message(self, action: str, response: bool) -> Json:
        """Return the payload of a request or a response."""
        skeleton = CORE.skeletons.skeleton(self._charger.version, action, response)
        return self._object(skeleton, self._dice.pick(_FULLNESS))

    def _object(self, skeleton: Skeleton, fullness: float) -> Json:
        kept = [one for one in skeleton.properties if self._is_kept(one, fullness)]
        return {one.name: self._value(one.name, one.type, fullness) for one in self._order(kept)}

    def _is_kept(self, one: Property, fullness: float) -> bool:
        if one.name == "customData":
            return False
        return one.is_required or self._dice.chance(fullness)

    def _order(self, kept: list[Property]) -> list[Property]:
        match self._charger.order:
            case "alphabetical":
                return sorted(kept, key=lambda one: one.name)
            case "required first":
                return sorted(kept, key=lambda one: not one.is_required)
            case "reversed":
                return kept[::-1]
            case _:
                return kept

    def _value(self, key: str, type_: Type, fullness: float) -> Json:
        if key in ("meterValue", "transactionData"):
            return [self._meter.value(self._dice.pick(_CONTEXTS))]
        if isinstance(type_, Skeleton):
            return self._object(type_, fullness)
        if isinstance(type_, Array):
            count = 1 + self._dice.early(range(4))
            return [self._value(key, type_.entry, fullness) for _ in range(count)]
        if isinstance(type_, Enumerated):
            return self._dice.early(sorted(type_.values, key=_rank))
        return self._scalar(key, type_)

    def _scalar(self, key: str, kind: Scalar) -> Json:
        match kind:
            case Scalar.TEXT:
                return self._text(key)
            case Scalar.DATE_TIME:
                return self._charger.time()
            case Scalar.INTEGER:
                return self._integer(key)
            case Scalar.NUMBER:
                return float(self._integer(key))
            case Scalar.BOOLEAN:
                return self._dice.chance(0.5)
            case Scalar.ANY:
                return {"status": "OK", "value": self._dice.below(1000)}

    def _text(self, key: str) -> str:
        if key in SPECIAL:
            return SPECIAL[key](self._charger)
        if key not in TEXTS:
            return self._charger.uuid() if key.endswith("Id") else self._dice.letters(HEX, 8)
        return self._spelt(self._dice.early(TEXTS[key]))

    def _spelt(self, pattern: str) -> str:
        digits = {"#": HEX[:10], "~": HEX.upper()}
        return "".join(self._dice.pick(digits.get(letter, letter)) for letter in pattern)

    def _integer(self, key: str) -> int:
        if key in NUMBERS:
            return self._dice.early(NUMBERS[key])
        return self._dice.below(10 ** (1 + self._dice.below(8)))


def _rank(text: str) -> int:
    # Texts that are frequent have low numbers.
    return CORE.text_numbers.get(text, _TEXTS_KNOWN)
