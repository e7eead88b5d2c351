"""Checks of a configuration that one type alone cannot express."""

import re
import ssl
from collections.abc import Iterable
from pathlib import Path
from typing import Final, TypeVar

from msgspec.structs import replace

from laconic_gateway.config.chargers import Charger
from laconic_gateway.config.expander import ExpanderConfig, ServedCharger
from laconic_gateway.config.link import BudgetSection
from laconic_gateway.config.problem import Problem
from laconic_gateway.config.site import SiteConfig
from laconic_gateway.config.toml_lines import KeyPath

_PLACEHOLDER: Final = re.compile(r"\{\w+\}")
_Listed = TypeVar("_Listed", Charger, ServedCharger)


def checked_site(config: SiteConfig) -> SiteConfig:
    """The configuration with the passwords of all password files.

    Raises:
        Problem: two values do not fit together, or a file that is named is not usable.
    """
    if config.site.expander.port == 0:
        text = "expected a port from 1 to 65535, found 0. The default of an expander is 5683."
        raise Problem(("site", "expander"), text)
    if config.budget is not None:
        _require_cap_above_budget(config.budget)
    _require_unique((one.identity for one in config.charger), ("charger",), "identity")
    for index, one in enumerate(config.charger):
        if one.password is None and one.password_file is None:
            text = "expected password or password_file, found neither. Add one of them."
            raise Problem(("charger", index), text)
    chargers = (_with_password(one, ("charger", i)) for i, one in enumerate(config.charger))
    return replace(config, charger=tuple(chargers))


def checked_expander(config: ExpanderConfig) -> ExpanderConfig:
    """The configuration with the passwords of all password files.

    Raises:
        Problem: two values do not fit together, or a file that is named is not usable.
    """
    if config.csms.ca_file is not None:
        _require_certificates(config.csms.ca_file, ("csms", "ca_file"))
    _require_known_placeholders(config.csms.url, ("csms", "url"))
    _require_unique((one.name for one in config.site), ("site",), "name")
    _require_unique((str(one.keys) for one in config.site), ("site",), "keys")
    sites = list(config.site)
    for index, site in enumerate(sites):
        at: KeyPath = ("site", index, "charger")
        _require_unique((one.identity for one in site.charger), at, "identity")
        chargers = (_with_password(one, (*at, i)) for i, one in enumerate(site.charger))
        sites[index] = replace(site, charger=tuple(chargers))
    return replace(config, site=tuple(sites))


def _require_cap_above_budget(budget: BudgetSection) -> None:
    cap, monthly = budget.hard_cap_megabytes, budget.monthly_megabytes
    if cap is not None and cap < monthly:
        text = (
            f"expected at least monthly_megabytes ({monthly:g}), found {cap:g}. The cap is the last"
            " resort above the budget: raise it, or lower monthly_megabytes."
        )
        raise Problem(("budget", "hard_cap_megabytes"), text)


def _require_certificates(path: Path, at: KeyPath) -> None:
    try:
        ssl.create_default_context(cafile=path)
    except ssl.SSLError:
        text = f"expected certificates in PEM form in {path}, found something else."
        raise Problem(at, f"{text} Give a file with -----BEGIN CERTIFICATE----- in it.") from None
    except OSError as error:
        raise _unreadable(path, at, error) from None


def _require_known_placeholders(url: str, at: KeyPath) -> None:
    for placeholder in _PLACEHOLDER.findall(url):
        if placeholder not in ("{path}", "{identity}"):
            raise Problem(at, f"{placeholder} is not known; only {{path}} and {{identity}} are.")


def _require_unique(values: Iterable[str], at: KeyPath, key: str) -> None:
    seen: dict[str, int] = {}
    for index, value in enumerate(values):
        if value in seen:
            text = (
                f'expected a different {key} in each table, found "{value}" again'
                f" (also in table {seen[value] + 1}). Change or remove one of the two."
            )
            raise Problem((*at, index, key), text)
        seen[value] = index


def _with_password(charger: _Listed, at: KeyPath) -> _Listed:
    if charger.password_file is None:
        return charger
    if charger.password is not None:
        text = "expected password or password_file, found both. Remove one of them."
        raise Problem((*at, "password_file"), text)
    at = (*at, "password_file")
    password = _read(charger.password_file, at).rstrip()
    if not password or not password.isprintable():
        text = f"expected one line with the password in {charger.password_file}, found something"
        raise Problem(at, f"{text} else (not shown). Write the password into this file.")
    return replace(charger, password=password)


def _read(path: Path, at: KeyPath) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise _unreadable(path, at, error) from None
    except UnicodeDecodeError:
        raise Problem(at, f"{path} is not UTF-8 text. Write it again as text.") from None


def _unreadable(path: Path, at: KeyPath, error: OSError) -> Problem:
    text = f"cannot read {path}: {error.strerror}. Correct the path or the file's permissions."
    return Problem(at, text)
