"""Loads a configuration file: checked values, or one error that says where and what to do."""

import re
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec
from msgspec import Struct, structs

from laconic_gateway.address import Address
from laconic_gateway.config.chargers import Charger, ChargersSection, MessageIds
from laconic_gateway.config.checks import checked_expander, checked_site
from laconic_gateway.config.common import Level, LogSection, MetricsSection
from laconic_gateway.config.expander import (
    CsmsSection,
    ExpanderConfig,
    ExpanderSection,
    ServedCharger,
    ServedSite,
)
from laconic_gateway.config.link import BatchSection, BudgetSection, LinkSection
from laconic_gateway.config.problem import Problem, dotted, problem_of
from laconic_gateway.config.site import CarrierSetting, SiteConfig, SiteSection
from laconic_gateway.config.toml_lines import line_of
from laconic_gateway.core.site.policy import Answers
from laconic_gateway.errors import ConfigError

__all__ = [
    "Address",
    "Answers",
    "BatchSection",
    "BudgetSection",
    "CarrierSetting",
    "Charger",
    "ChargersSection",
    "ConfigError",
    "CsmsSection",
    "ExpanderConfig",
    "ExpanderSection",
    "Level",
    "LinkSection",
    "LogSection",
    "MessageIds",
    "MetricsSection",
    "ServedCharger",
    "ServedSite",
    "SiteConfig",
    "SiteSection",
    "load",
    "load_expander",
    "load_site",
]

_Model = TypeVar("_Model", bound=Struct)
_COMMANDS: Final[dict[type[Struct], str]] = {SiteConfig: "site", ExpanderConfig: "expander"}
_PLAIN_WORDS: Final = {
    re.compile(r"Cannot overwrite a value|Cannot declare .* twice", re.S): (
        "the key or table stands twice, or [chargers] (the server) and [[charger]] (one charger)"
        " are mixed up"
    ),
    re.compile(r"Illegal character '\\n'"): "a closing quote is missing",
}
"""What `tomllib` says, and the same for people who do not know its terms."""
_SYNTAX_PLACE: Final = re.compile(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)", re.S)


def load_site(path: Path) -> SiteConfig:
    """Reads the configuration of a site gateway.

    Relative paths in the file are relative to its folder; passwords in files are read.

    Raises:
        ConfigError: the file is missing or wrong.
    """
    return _load(path, SiteConfig, checked_site)


def load_expander(path: Path) -> ExpanderConfig:
    """Reads the configuration of an expander; otherwise as `load_site`.

    Raises:
        ConfigError: the file is missing or wrong.
    """
    return _load(path, ExpanderConfig, checked_expander)


def load(path: Path) -> SiteConfig | ExpanderConfig:
    """Reads a configuration of either kind.

    Raises:
        ConfigError: the file is missing or wrong.
    """
    if _kind_of(_parse(path, _read(path))) is ExpanderConfig:
        return load_expander(path)
    return load_site(path)


def _load(path: Path, model: type[_Model], check: Callable[[_Model], _Model]) -> _Model:
    text = _read(path)
    data = _parse(path, text)
    try:
        _require_kind(data, model)
        return check(_settled(_convert(data, model), path.absolute().parent))
    except Problem as problem:
        place = f"{path}:{line_of(text, problem.path)}"
        raise ConfigError(f"{place}: {dotted(problem.path)}: {problem.text}") from None


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ConfigError(
            f"{path}: cannot read this file: {error.strerror}. Give the path of a configuration"
            " file that exists and that this user may read."
        ) from None
    except UnicodeDecodeError as error:
        raise ConfigError(
            f"{path}: byte {error.start} is not UTF-8. Save the file with the encoding UTF-8."
        ) from None


def _parse(path: Path, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # not only TOMLDecodeError: huge integers
        raise _syntax_error(path, text, str(error)) from None


def _syntax_error(path: Path, text: str, message: str) -> ConfigError:
    match = _SYNTAX_PLACE.fullmatch(message)
    if match is None:
        return ConfigError(f"{path}: this is not usable TOML: {message}. Correct the file.")
    last_line = text.rsplit("\n", 1)[-1]
    line, column = match[2] or text.count("\n") + 1, match[3] or len(last_line) + 1
    return ConfigError(
        f"{path}:{line}:{column}: this is not TOML: {_plain(match[1])}. Correct line {line};"
        " a line is a [table], key = value, or a # comment, and text stands in quotes."
    )


def _plain(message: str) -> str:
    found = (words for pattern, words in _PLAIN_WORDS.items() if pattern.fullmatch(message))
    return next(found, message)


def _kind_of(data: dict[str, Any]) -> type[SiteConfig] | type[ExpanderConfig] | None:
    if "expander" in data or "csms" in data or isinstance(data.get("site"), list):
        return ExpanderConfig
    if isinstance(data.get("site"), dict):
        return SiteConfig
    return None


def _require_kind(data: dict[str, Any], model: type[Struct]) -> None:
    kind = _kind_of(data)
    if kind is ExpanderConfig and isinstance(data.get("site"), dict):
        table = "csms" if "csms" in data else "expander"
        text = (
            f"this file has [site], which belongs to a gateway, and [{table}], which belongs to an"
            " expander; use two files. A site of an expander is [[site]]."
        )
        raise Problem(("site",), text)
    if kind is None or kind is model:
        return
    key = next(key for key in ("csms", "expander", "site") if key in data)
    command = _COMMANDS[kind]
    text = f"this is the file of a laconic {command}. Run: laconic {command} --config FILE"
    raise Problem((key,), text)


def _convert(data: dict[str, Any], model: type[_Model]) -> _Model:
    try:
        return msgspec.convert(data, model, dec_hook=_value)
    except msgspec.ValidationError as error:
        raise problem_of(model, data, str(error)) from None


def _value(kind: type, value: object) -> object:
    """Makes the types that msgspec does not know; it adds the place to a ValueError."""
    if not isinstance(value, str) or not value or "\0" in value:
        raise ValueError("not usable")
    return Address.parse(value) if kind is Address else Path(value)


def _settled(value: Any, folder: Path) -> Any:
    """The same configuration with every path absolute."""
    if isinstance(value, Path):
        return folder / value
    if isinstance(value, Struct):
        fields = {name: _settled(getattr(value, name), folder) for name in value.__struct_fields__}
        return structs.replace(value, **fields)
    if isinstance(value, tuple) and not isinstance(value, Address):
        items: tuple[Any, ...] = value  # pyright: ignore[reportUnknownVariableType]
        return tuple(_settled(one, folder) for one in items)
    return value
