"""A message as tokens and values: what is the same every time, and what changes.

Tokens are integers of 32 bits: a type in the bits 28 to 30, a number below. Bit 31 says that the
number is not one of the registry: it is the low 28 bits of the CRC-32 of a name that was learned.
"""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Final, TypeAlias

from laconic_codec import jsontext
from laconic_codec.adaptive import hashing
from laconic_codec.jsontext import Number, Tree
from laconic_codec.registry import Registry

OBJECT: Final = 1
OBJECT_END: Final = 2
ARRAY: Final = 3
ARRAY_END: Final = 4
TEXT: Final = 5
"""A JSON string, true, false or null."""
NUMBER: Final = 6
"""A JSON number with at most 9 decimals."""
NUMERIC_TEXT: Final = 7
"""The same in quotes."""
VERBATIM: Final = 8
"""JSON text as it stands: a number in another spelling, or a payload that has no template."""
TIMESTAMP: Final = 16
"""16 + 128 * (2 * digits + zero) + zone. digits: of the fraction. zero: all of them are 0.
zone: 0 `Z`, 1 none, 62 + n an offset of n quarters of an hour."""
TIMESTAMP_END: Final = TIMESTAMP + 14 * 128

TYPE_SHIFT: Final = 28
LEARNED: Final = 1 << 31
TYPE_KEY: Final = 1
TYPE_CONSTANT: Final = 2
TYPE_ACTION: Final = 3
TYPE_START: Final = 4
"""Kind of message * 16 + style: the first token of every message."""

Value: TypeAlias = "int | tuple[int, int] | str | bool | None"
"""int: a timestamp in its own resolution since 2020. (mantissa, decimals): a number. Else a text,
a truth value or null."""

CONSTANT_KEYS: Final = frozenset(
    """
    measurand unit phase location format context vendorId messageId name key eventType
    triggerReason
    """.split()
)
"""Keys whose text says what the values around it mean: it is part of the template."""

IDENTIFIER_KEYS: Final = frozenset(
    """
    idTag parentIdTag idToken groupIdToken serialNumber chargePointSerialNumber
    chargeBoxSerialNumber meterSerialNumber iccid imsi firmwareVersion model chargePointModel
    meterType vendorErrorCode
    """.split()
)
"""Keys whose text is no number even if it looks like one."""

CONSTANT_MAX_CHARACTERS: Final = 64
DECIMALS_MAX: Final = 9
MAGNITUDE_MAX: Final = 10**15
"""Numbers as such have a smaller mantissa."""

_DECIMAL: Final = re.compile(r"(-?)(0|[1-9][0-9]{0,14})(?:\.([0-9]{1,9}))?\Z")
_TIMESTAMP: Final = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})(?:\.([0-9]{1,6}))?"
    r"(Z|[+-][0-9]{2}:(?:00|15|30|45)|)\Z"
)
_START: Final = datetime(2020, 1, 1)
_QUARTERS_MAX: Final = 60


def of_name(type_: int, name: str, numbers: dict[str, int]) -> int:
    """Return the token of an action, a key or a constant."""
    number = numbers.get(name)
    if number is not None:
        return type_ << TYPE_SHIFT | number
    return LEARNED | type_ << TYPE_SHIFT | hashing.of_text(name) & 0xFFF_FFFF


class Verbatim(str):
    """A payload that has no tree, as it stands."""

    __slots__ = ()


def digest(tokens: list[int]) -> int:
    """Return the hash that a list of tokens is known by."""
    return _digest(tuple(tokens))


@lru_cache(maxsize=512)
def _digest(tokens: tuple[int, ...]) -> int:
    result = 0
    for token in tokens:
        result = hashing.step(result, token)
    return result


class Flattened:
    """Tokens and values of one message, and the names that the registry does not have.

    A payload without a tree becomes one verbatim value.
    """

    __slots__ = ("_registry", "names", "tokens", "values")

    def __init__(
        self,
        kind: int,
        action: str,
        text: str,
        registry: Registry,
        rendered: "Callable[[list[int], list[Value]], str]" = lambda tokens, values: "",
    ) -> None:
        """`action` is empty where the message has none. `rendered` returns the text of tokens and
        values if it can do so faster than `jsontext.render`, else an empty text."""
        self._registry = registry
        start = TYPE_START << TYPE_SHIFT | kind << 4
        try:
            tree = jsontext.parse(text)
            self._take(start, action, tree)
            style = jsontext.style_number(
                text, tree, lambda style: rendered([start | style, *self.tokens[1:]], self.values)
            )
        except (jsontext.Irregular, RecursionError):
            style = None
        if style is None:
            self._take(start, action, Verbatim(text))
        else:
            self.tokens[0] = start | style

    def _take(self, start: int, action: str, tree: Tree) -> None:
        self.tokens: list[int] = [start]
        self.values: list[Value] = []
        self.names: dict[int, str] = {}
        if action:
            self._name(TYPE_ACTION, action, self._registry.action_numbers)
        self._walk(tree, "")

    def _name(self, type_: int, name: str, numbers: dict[str, int]) -> None:
        token = of_name(type_, name, numbers)
        self.tokens.append(token)
        if token & LEARNED and self.names.setdefault(token, name) != name:
            raise ValueError("two names with one hash")

    def _walk(self, tree: Tree, key: str) -> None:
        if isinstance(tree, dict):
            self._walk_object(tree)
        elif isinstance(tree, list):
            self.tokens.append(ARRAY)
            for entry in tree:
                self._walk(entry, key)
            self.tokens.append(ARRAY_END)
        else:
            self._scalar(tree, key)

    def _walk_object(self, tree: dict[str, Tree]) -> None:
        self.tokens.append(OBJECT)
        for key, value in tree.items():
            self._name(TYPE_KEY, key, self._registry.key_numbers)
            if (
                key in CONSTANT_KEYS
                and type(value) is str
                and len(value) <= CONSTANT_MAX_CHARACTERS
            ):
                self._name(TYPE_CONSTANT, value, self._registry.text_numbers)
            else:
                self._walk(value, key)
        self.tokens.append(OBJECT_END)

    def _scalar(self, scalar: Number | str | bool | None, key: str) -> None:
        token = TEXT
        value: Value = scalar
        if isinstance(scalar, Verbatim):
            token = VERBATIM
        elif isinstance(scalar, Number):
            number = number_of(scalar)
            token, value = (VERBATIM, str(scalar)) if number is None else (NUMBER, number)
        elif isinstance(scalar, str):
            if len(scalar) > 18 and scalar[10] == "T" and (timestamp := timestamp_of(scalar)):
                token, value = timestamp
            elif key not in IDENTIFIER_KEYS and (number := number_of(scalar)) is not None:
                token, value = NUMERIC_TEXT, number
        self.tokens.append(token)
        self.values.append(value)


def number_of(text: str) -> tuple[int, int] | None:
    """Return mantissa and decimals of a number, or None if it has another spelling."""
    match = _DECIMAL.match(text)
    if match is None:
        return None
    sign, whole, fraction = match.groups()
    fraction = fraction or ""
    mantissa = int(whole + fraction)
    if mantissa >= MAGNITUDE_MAX or (sign and mantissa == 0):
        return None
    return -mantissa if sign else mantissa, len(fraction)


def number_text(number: tuple[int, int]) -> str:
    """Return the text of mantissa and decimals."""
    mantissa, decimals = number
    if decimals == 0:
        return str(mantissa)
    digits = str(abs(mantissa)).rjust(decimals + 1, "0")
    sign = "-" if mantissa < 0 else ""
    return f"{sign}{digits[:-decimals]}.{digits[-decimals:]}"


def timestamp_of(text: str) -> tuple[int, int] | None:
    """Return token and value of a timestamp, or None if it has another spelling."""
    match = _TIMESTAMP.match(text)
    if match is None:
        return None
    seconds_text, fraction, zone = match.groups()
    fraction = fraction or ""
    zone_number = _zone_number(zone)
    if zone_number is None:
        return None
    try:
        delta = datetime.fromisoformat(seconds_text) - _START
    except ValueError:
        return None  # the 30th of February, second 60, ...
    value = delta.days * 86_400 + delta.seconds
    zero = bool(fraction) and not int(fraction)
    if fraction and not zero:
        value = value * 10 ** len(fraction) + int(fraction)
    return TIMESTAMP + 128 * (2 * len(fraction) + zero) + zone_number, value


def timestamp_text(token: int, value: int) -> str:
    """Return the text of a timestamp.

    Raises:
        ValueError: it is out of the range of the calendar.
    """
    digits, zero, zone = timestamp_style(token)
    fraction = "." + "0" * digits if zero else ""
    if digits and not zero:
        value, part = divmod(value, 10**digits)
        fraction = f".{part:0{digits}}"
    try:
        moment = _START + timedelta(seconds=value)
    except OverflowError as error:
        raise ValueError("a timestamp out of range") from error
    return moment.isoformat() + fraction + _zone_text(zone)


def timestamp_style(token: int) -> tuple[int, bool, int]:
    """Return digits of the fraction, whether they are all 0, and the zone, of a token."""
    style, zone = divmod(token - TIMESTAMP, 128)
    return style >> 1, style & 1 == 1, zone


def timestamp_unit(token: int) -> int:
    """Return the resolution of a timestamp in microseconds."""
    digits, zero, _ = timestamp_style(token)
    return 1_000_000 if zero else 10 ** (6 - digits)


def _zone_number(zone: str) -> int | None:
    if len(zone) < 2:
        return 0 if zone else 1
    quarters = int(zone[1:3]) * 4 + int(zone[4:]) // 15
    if quarters > _QUARTERS_MAX or zone == "-00:00":
        return None
    return 62 + (quarters if zone[0] == "+" else -quarters)


def _zone_text(zone: int) -> str:
    if zone < 2:
        return "" if zone else "Z"
    quarters = zone - 62
    hours, quarter = divmod(abs(quarters), 4)
    return f"{'-' if quarters < 0 else '+'}{hours:02}:{quarter * 15:02}"


def type_of(token: int) -> int:
    """Return the type of a token; 0: structure or value."""
    return token >> TYPE_SHIFT & 7
