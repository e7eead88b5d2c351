"""The settings of a configuration model as a flat list, for error messages and documents."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time
from pathlib import Path
from typing import Any, Final, cast

import msgspec
from msgspec import Struct, inspect

from laconic_gateway.address import Address

REQUIRED: Final = "required"
_UNITS: Final = {
    "seconds": "seconds",
    "bytes": "bytes",
    "megabytes": "megabytes",
    "percent": "percent",
}


@dataclass(frozen=True, slots=True)
class Setting:
    """One key of a configuration file."""

    key: tuple[str, ...]
    """Names from the root to the key, without positions in arrays."""
    expected: str
    """Allowed values, in words."""
    default: str
    """TOML text of the default, words where there is no text, or `REQUIRED`."""
    description: str
    example: str
    """TOML text of a value."""
    is_secret: bool
    """True if the value must never be shown."""
    is_alternative: bool
    """True if a file normally does without this setting."""

    @property
    def unit(self) -> str:
        """The unit that the name of the setting ends with; empty without one."""
        return _UNITS.get(self.key[-1].rpartition("_")[2], "")


@dataclass(frozen=True, slots=True)
class Table:
    """One table of a configuration file, with the settings in it."""

    key: tuple[str, ...]
    is_array: bool
    is_required: bool
    description: str
    settings: tuple[Setting, ...]

    @property
    def header(self) -> str:
        """The line that opens this table in a file."""
        name = ".".join(self.key)
        return f"[[{name}]]" if self.is_array else f"[{name}]"


def tables(model: type[Struct]) -> list[Table]:
    """All tables of a model, in the order of its fields, inner tables after the outer one."""
    root = inspect.type_info(model)
    assert isinstance(root, inspect.StructType)
    return [table for field in root.fields for table in _tables_of(field, ())]


def known_keys(model: type[Struct], table: tuple[str, ...]) -> list[str]:
    """The keys that a table may hold, inner tables included; `()` is the root."""
    found = [one.key for one in tables(model)]
    found += [setting.key for one in tables(model) for setting in one.settings]
    return [key[-1] for key in found if key[:-1] == table]


def find(model: type[Struct], key: tuple[str, ...]) -> Setting | Table:
    """The description of a key.

    Raises:
        KeyError: the model does not have it.
    """
    for table in tables(model):
        if table.key == key:
            return table
        for setting in table.settings:
            if setting.key == key:
                return setting
    raise KeyError(key)


def toml_value(value: object) -> str:
    """A value as TOML text."""
    if isinstance(value, str | Path | Address):
        return msgspec.json.encode(str(value)).decode()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, tuple | list):
        return f"[{', '.join(map(toml_value, cast(Sequence[object], value)))}]"
    return str(value).lower() if isinstance(value, bool) else str(value)


def found(value: object) -> str:
    """What stands in a file, in words: short, on one line."""
    if isinstance(value, dict):
        return "a table"
    if isinstance(value, list):
        return "an array" if value else "an empty array"
    if isinstance(value, date | time):
        return "a date or time"
    text = toml_value(value)
    return text if len(text) <= 60 else f"{text[:60]}..."


def _tables_of(field: inspect.Field, parent: tuple[str, ...]) -> Iterator[Table]:
    struct = _struct_of(field.type)
    if struct is None:
        return
    key = (*parent, field.name)
    inner = [one for one in struct.fields if _struct_of(one.type) is not None]
    yield Table(
        key=key,
        is_array=isinstance(_plain(field.type), inspect.VarTupleType),
        is_required=field.required,
        description=(struct.cls.__doc__ or "").strip(),
        settings=tuple(_setting(one, key) for one in struct.fields if one not in inner),
    )
    for one in inner:
        yield from _tables_of(one, key)


def _setting(field: inspect.Field, table: tuple[str, ...]) -> Setting:
    kind = _plain(field.type)
    schema, extra = _notes(field.type)
    return Setting(
        key=(*table, field.name),
        expected=extra.get("expected") or _expected(kind),
        default=extra.get("default") or _default(field),
        description=schema["description"],
        example=toml_value(schema["examples"][0]),
        is_secret=extra.get("secret", False),
        is_alternative=extra.get("alternative", False),
    )


def _default(field: inspect.Field) -> str:
    if field.required:
        return REQUIRED
    return "none" if field.default is None else toml_value(field.default)


def _expected(kind: inspect.Type) -> str:
    if isinstance(kind, inspect.VarTupleType):
        one = _plain(kind.item_type)
        assert isinstance(one, inspect.LiteralType), f"say in `extra` what {kind} expects"
        return f"an array of any of {', '.join(map(toml_value, one.values))}"
    if isinstance(kind, inspect.LiteralType):
        return " or ".join(toml_value(value) for value in kind.values)
    assert isinstance(kind, inspect.FloatType), f"say in `extra` what {kind} expects"
    return f"a number from {toml_value(kind.ge)} to {toml_value(kind.le)}"


def _struct_of(kind: inspect.Type) -> inspect.StructType | None:
    plain = _plain(kind)
    if isinstance(plain, inspect.VarTupleType):
        plain = _plain(plain.item_type)
    return plain if isinstance(plain, inspect.StructType) else None


def _plain(kind: inspect.Type) -> inspect.Type:
    """A type without its notes and without `None`."""
    if isinstance(kind, inspect.Metadata):
        return _plain(kind.type)
    if isinstance(kind, inspect.UnionType):
        return _plain(next(one for one in kind.types if not isinstance(one, inspect.NoneType)))
    return kind


def _notes(kind: inspect.Type) -> tuple[dict[str, Any], dict[str, Any]]:
    """Description and examples, then `extra`, of a type; the outer ones count."""
    if isinstance(kind, inspect.UnionType):
        return _notes(kind.types[0])
    if not isinstance(kind, inspect.Metadata):
        return {}, {}
    schema, extra = _notes(kind.type)
    outer = cast(dict[str, Any], kind.extra_json_schema or {})  # pyright: ignore[reportUnknownMemberType]
    more = cast(dict[str, Any], kind.extra or {})  # pyright: ignore[reportUnknownMemberType]
    return schema | outer, extra | more
