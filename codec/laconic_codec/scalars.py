"""Packed scalars: texts and numbers that occur often, in few bytes.

A packed scalar is a byte string: one byte that names the form, then its data. Each form has one
spelling for one value, so packing and unpacking are exact inverses; what does not fit a form
returns None and travels as text.
"""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

FORM_REGISTERED: Final = 0
"""A text of the registry: its number."""
FORM_INTEGER_TEXT: Final = 1
"""A text that spells an integer."""
FORM_DECIMAL_TEXT: Final = 1
"""1 + n: a text that spells a decimal number with n digits after the point, n = 1 to 8."""
FORM_UUID: Final = 16
"""A UUID in lower case: 16 bytes."""
FORM_HEX_LOWER: Final = 17
FORM_HEX_UPPER: Final = 18
"""An even number of hexadecimal digits: the bytes."""
FORM_TIMESTAMP: Final = 24
"""24 + style: a timestamp, counted in its own resolution from 2020-01-01T00:00:00."""
FORM_INTEGER: Final = 40
"""A JSON number that is an integer."""
FORM_DECIMAL: Final = 40
"""40 + n: a JSON number with n digits after the point, n = 1 to 8."""
FORM_NUMBER: Final = 63
"""Any other JSON number: its text in ASCII."""

DECIMALS_MAX: Final = 8
INTEGER_MAX: Final = 2**63 - 1

_INTEGER: Final = re.compile(r"-?(?:0|[1-9][0-9]{0,18})\Z")
_DECIMAL: Final = re.compile(r"(-?)(0|[1-9][0-9]{0,17})\.([0-9]{1,8})\Z")
_UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\Z")
_HEX: Final = re.compile(r"(?:[0-9a-f]{2}){4,}\Z|(?:[0-9A-F]{2}){4,}\Z")
_TIMESTAMP: Final = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2})"
    r"(?:\.([0-9]{3}|[0-9]{6}))?(Z|\+00:00|)\Z"
)
_EPOCH: Final = datetime(2020, 1, 1, tzinfo=UTC)
_FRACTION_DIGITS: Final = (0, 3, 6)
_ZONES: Final = ("Z", "+00:00", "")


def pack_text(text: str) -> bytes | None:
    """Return the packed form of a JSON string's value, or None if it has none."""
    if not text or len(text) > 256 or not text.isascii():
        return None
    first = text[0]
    if first.isdigit() or first == "-":
        packed = _pack_number(text, FORM_INTEGER_TEXT)
        if packed is not None:
            return packed
        packed = _pack_timestamp(text)
        if packed is not None:
            return packed
    if _UUID.match(text):
        return bytes([FORM_UUID]) + bytes.fromhex(text.replace("-", ""))
    if _HEX.match(text):
        upper = any("A" <= character <= "F" for character in text)
        return bytes([FORM_HEX_UPPER if upper else FORM_HEX_LOWER]) + bytes.fromhex(text)
    return None


def pack_registered(number: int) -> bytes:
    """Return the packed form of a registry text that stands where none is expected."""
    return bytes([FORM_REGISTERED]) + varint(number)


def pack_number(text: str) -> bytes:
    """Return the packed form of a JSON number."""
    packed = _pack_number(text, FORM_INTEGER)
    return packed if packed is not None else bytes([FORM_NUMBER]) + text.encode("ascii")


def unpack(packed: bytes, registered: Callable[[int], str]) -> tuple[bool, str]:
    """Return (is it a JSON number, its text).

    Raises:
        ValueError: no such form, data missing or left over, or not the one spelling.
    """
    if not packed:
        raise ValueError("a packed scalar without a form")
    form, data = packed[0], packed[1:]
    if form == FORM_REGISTERED:
        return False, registered(_whole_varint(data))
    is_number, text = _unpack(form, data)
    if (pack_number(text) if is_number else pack_text(text)) != packed:
        raise ValueError("not the one spelling of a packed scalar")
    return is_number, text


def _unpack(form: int, data: bytes) -> tuple[bool, str]:
    if form <= FORM_DECIMAL_TEXT + DECIMALS_MAX:
        return False, _decimal_text(unzigzag(_whole_varint(data)), form - FORM_DECIMAL_TEXT)
    if form == FORM_NUMBER:
        return True, _number_text(data)
    if FORM_INTEGER <= form <= FORM_DECIMAL + DECIMALS_MAX:
        return True, _decimal_text(unzigzag(_whole_varint(data)), form - FORM_DECIMAL)
    if FORM_TIMESTAMP <= form < FORM_TIMESTAMP + len(_FRACTION_DIGITS) * len(_ZONES):
        return False, _timestamp_text(unzigzag(_whole_varint(data)), form - FORM_TIMESTAMP)
    return False, _hexadecimal_text(form, data)


def varint(number: int) -> bytes:
    """Return an unsigned integer, 7 bits a byte, low bits first (LEB128)."""
    encoded = bytearray()
    while number > 0x7F:
        encoded.append(number & 0x7F | 0x80)
        number >>= 7
    encoded.append(number)
    return bytes(encoded)


def zigzag(number: int) -> int:
    """Return a signed integer as an unsigned one: 0, -1, 1, -2 become 0, 1, 2, 3."""
    return number << 1 if number >= 0 else (-number << 1) - 1


def unzigzag(number: int) -> int:
    """Return the inverse of `zigzag`."""
    return number >> 1 if number & 1 == 0 else -((number + 1) >> 1)


def _whole_varint(data: bytes) -> int:
    number = 0
    if not data or len(data) > 10 or data[-1] & 0x80:
        raise ValueError("an integer that does not end")
    for index, byte in enumerate(data):
        if byte & 0x80 == 0 and index != len(data) - 1:
            raise ValueError("bytes after an integer")
        number |= (byte & 0x7F) << (7 * index)
    if len(data) > 1 and data[-1] == 0:
        raise ValueError("an integer that is longer than it need be")
    return number


def _pack_number(text: str, form: int) -> bytes | None:
    """Return an integer or decimal; `form` is that of an integer, decimals count on from it."""
    if _INTEGER.match(text):
        decimals, mantissa = 0, int(text)
        if text == "-0":
            return None
    else:
        match = _DECIMAL.match(text)
        if match is None:
            return None
        sign, whole, fraction = match.groups()
        decimals, mantissa = len(fraction), int(sign + whole + fraction)
        if mantissa == 0 and sign:
            return None
    if abs(mantissa) > INTEGER_MAX:
        return None
    return bytes([form + decimals]) + varint(zigzag(mantissa))


def _decimal_text(mantissa: int, decimals: int) -> str:
    if decimals == 0:
        return str(mantissa)
    digits = str(abs(mantissa)).rjust(decimals + 1, "0")
    sign = "-" if mantissa < 0 else ""
    return f"{sign}{digits[:-decimals]}.{digits[-decimals:]}"


def _number_text(data: bytes) -> str:
    text = data.decode("ascii")
    if not re.match(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?\Z", text):
        raise ValueError("not a JSON number")
    return text


def _pack_timestamp(text: str) -> bytes | None:
    match = _TIMESTAMP.match(text)
    if match is None:
        return None
    seconds_text, fraction, zone = match.groups()
    digits = len(fraction) if fraction else 0
    try:
        moment = datetime.fromisoformat(seconds_text).replace(tzinfo=UTC)
    except ValueError:
        return None  # the 30th of February, second 60, ...
    seconds = (moment - _EPOCH) // timedelta(seconds=1)
    count = seconds * 10**digits + int(fraction or 0)
    style = _FRACTION_DIGITS.index(digits) * len(_ZONES) + _ZONES.index(zone)
    return bytes([FORM_TIMESTAMP + style]) + varint(zigzag(count))


def _timestamp_text(count: int, style: int) -> str:
    digits = _FRACTION_DIGITS[style // len(_ZONES)]
    seconds, fraction = divmod(count, 10**digits)
    try:
        moment = _EPOCH + timedelta(seconds=seconds)
    except OverflowError as error:
        raise ValueError("a timestamp out of range") from error
    tail = f".{fraction:0{digits}}" if digits else ""
    return moment.strftime("%Y-%m-%dT%H:%M:%S").rjust(19, "0") + tail + _ZONES[style % len(_ZONES)]


def _hexadecimal_text(form: int, data: bytes) -> str:
    if form == FORM_UUID and len(data) == 16:
        digits = data.hex()
        return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
    if form == FORM_HEX_LOWER:
        return data.hex()
    if form == FORM_HEX_UPPER:
        return data.hex().upper()
    raise ValueError(f"no form {form}")
