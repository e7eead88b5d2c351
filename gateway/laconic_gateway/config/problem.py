"""What is wrong with a configuration, in words: the key, what was expected, what was found."""

import difflib
import re
from typing import Any, Final

from msgspec import Struct

from laconic_gateway.config.schema import Setting, Table, find, found, known_keys, toml_value
from laconic_gateway.config.toml_lines import KeyPath

_PLACE: Final = re.compile(r"(?P<what>.*?)(?: - at `\$(?P<path>.*)`)?", re.DOTALL)
_STEP: Final = re.compile(r"\.(?P<name>\w+)|\[(?P<index>\d+)\]")
_KEY_ERROR: Final = re.compile(
    r"Object (?P<kind>contains unknown|missing required) field `(?P<key>.*)`", re.DOTALL
)
_BARE_KEY: Final = re.compile(r"[A-Za-z0-9_-]+")


class Problem(Exception):
    """One thing that is wrong, and its place in the file."""

    def __init__(self, path: KeyPath, text: str) -> None:
        super().__init__(path, text)
        self.path = path
        self.text = text


def dotted(path: KeyPath) -> str:
    """A path as it is written for people; positions count from 1: `charger[2].answers`."""
    return "".join(map(_step_text, path)).removeprefix(".")


def _step_text(step: str | int) -> str:
    if isinstance(step, int):
        return f"[{step + 1}]"
    return f".{step}" if _BARE_KEY.fullmatch(step) else f".{toml_value(step)}"


def problem_of(model: type[Struct], data: dict[str, Any], message: str) -> Problem:
    """Puts a `msgspec.ValidationError` into the words of the configuration.

    `message` is its text, which ends with a path such as "- at `$.charger[0].answers`".
    """
    match = _PLACE.fullmatch(message)
    assert match is not None
    path = _path(match["path"] or "")
    key_error = _KEY_ERROR.fullmatch(match["what"])
    if key_error is None:
        return _wrong_value(model, path, _value_at(data, path))
    path = (*path, key_error["key"])
    if key_error["kind"] == "missing required":
        return _missing(model, path)
    return _unknown(model, path)


def _wrong_value(model: type[Struct], path: KeyPath, value: object) -> Problem:
    known = find(model, _names(path))
    if isinstance(known, Table):
        text = _wrong_table(known, value)
    else:
        text = f"expected {known.expected}, found {_seen(known, value)}. {_advice(known)}"
    return Problem(path, text)


def _wrong_table(table: Table, value: object) -> str:
    name, seen = ".".join(table.key), found(value)
    if table.is_array and isinstance(value, dict):
        return f"expected [[{name}]] with double brackets, found [{name}]. Correct the brackets."
    if not table.is_array and isinstance(value, list) and value:
        return f"expected [{name}] with single brackets, found [[{name}]]. Correct the brackets."
    return f"expected a table, found {seen}. Write {table.header} and its settings."


def _seen(setting: Setting, value: object) -> str:
    """A secret of the wrong form is not repeated: the text may end in a log."""
    if setting.is_secret:
        return "an empty string" if value == "" else "something else (not shown)"
    return found(value)


def _missing(model: type[Struct], path: KeyPath) -> Problem:
    known = find(model, _names(path))
    if isinstance(known, Table):
        return Problem(path, f"this table is missing. Add {known.header} with its settings.")
    return Problem(path, f"this key is missing. {_advice(known)}")


def _advice(setting: Setting) -> str:
    return f"Write, for example: {setting.key[-1]} = {setting.example}"


def _unknown(model: type[Struct], path: KeyPath) -> Problem:
    known = known_keys(model, _names(path)[:-1])
    near = difflib.get_close_matches(str(path[-1]), known, n=1)
    if near:
        return Problem(path, f"there is no such key. Did you mean {near[0]}?")
    return Problem(path, f"there is no such key. Remove it. Known here: {', '.join(known)}.")


def _path(text: str) -> KeyPath:
    return tuple(
        int(step["index"]) if step["name"] is None else step["name"]
        for step in _STEP.finditer(text)
    )


def _names(path: KeyPath) -> tuple[str, ...]:
    return tuple(step for step in path if isinstance(step, str))


def _value_at(data: Any, path: KeyPath) -> object:
    for step in path:
        data = data[step]
    return data
