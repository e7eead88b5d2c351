"""What the head of a frame says."""

from datetime import UTC, datetime, timedelta
from typing import Final

from laconic_codec.frame import (
    Batch,
    Coding,
    Direction,
    Fragment,
    Frame,
    Header,
    Open,
    Opened,
    Refused,
)
from laconic_codec.registry import FINGERPRINT

_UNIX: Final = datetime(1970, 1, 1, tzinfo=UTC)


def kind_of(found: Frame) -> str:
    """Return what a frame is called."""
    return type(found).__name__.lower()


def header_fields(found: Frame, direction: Direction) -> tuple[tuple[str, str], ...]:
    """Return the names and values of what a frame says besides its items."""
    match found:
        case Open():
            return _open(found)
        case Opened():
            return (
                ("epoch", str(found.epoch)),
                ("last message that is stored", str(found.stored)),
                ("time", _time(found.unix_milliseconds)),
                ("codings of both", _codings(found.codings)),
            )
        case Batch():
            return _header(found.header, len(found.items), direction)
        case Fragment():
            place = f"bytes {found.offset} to {found.offset + len(found.data) - 1}"
            fields = _header(found.header, 1, direction)
            return (*fields, ("of its item", f"{place} of {found.total}"))
        case Refused():
            return (("fault", found.fault.name.lower()),)


def _open(found: Open) -> tuple[tuple[str, str], ...]:
    registry = "the one of this version" if found.registry == FINGERPRINT else "another one"
    return (
        ("epoch", str(found.epoch)),
        ("version of the profile", str(found.version)),
        ("registry", f"{found.registry.hex()}, {registry}"),
        ("oldest message of the site", str(found.oldest)),
        ("codings of the site", _codings(found.codings)),
    )


def _header(header: Header, count: int, direction: Direction) -> tuple[tuple[str, str], ...]:
    last = header.first + count - 1
    fields = (
        ("epoch", str(header.epoch)),
        ("items", f"{header.first} to {last}" if count else f"none; the next is {header.first}"),
        ("acknowledged", str(header.acknowledged)),
    )
    return fields if direction is Direction.UP else (*fields, ("backlog", str(header.backlog)))


def _codings(number: int) -> str:
    names = ["cbor", *(one.name.lower() for one in Coding if one & number and one.name)]
    return ", ".join(names)


def _time(unix_milliseconds: int) -> str:
    try:
        time = _UNIX + timedelta(milliseconds=unix_milliseconds)
    except OverflowError:
        return f"{unix_milliseconds} ms"
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z")
