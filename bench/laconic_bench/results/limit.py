"""How much a figure may grow: `+1%`, `1%`, `+500B`, `+20ms` or `0`."""

import re
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from laconic_bench.results.result_file import ResultError

_LIMIT: Final = re.compile(r"\+?(?P<number>\d{1,12}(?:\.\d{1,9})?)\s*(?P<unit>%|[A-Za-z]*)")
_BYTE_UNITS: Final = {"B": 1, "kB": 1_000, "MB": 1_000_000}
_TIME_UNITS: Final = {"ms": 1, "s": 1_000}


@dataclass(frozen=True, slots=True)
class Limit:
    """A figure may grow by a share of what it was, and by an amount."""

    text: str
    share: Fraction = Fraction()
    amount: Fraction = Fraction()
    """In bytes or milliseconds."""

    def is_passed(self, old: float, new: float) -> bool:
        """Tell whether a figure has grown by more. Exact: there is no rounding."""
        growth = Fraction(new) - Fraction(old)
        return growth > Fraction(old) * self.share + self.amount


@dataclass(frozen=True, slots=True)
class Limits:
    """What is a regression."""

    bytes: Limit
    times: Limit


def byte_limit(text: str) -> Limit:
    """Return the limit of a text such as `+1%`, `+500B`, `+2kB` or `0`.

    Raises:
        ResultError: the text is not a limit.
    """
    return _limit(text, _BYTE_UNITS, "+1%, +500B, +2kB or 0")


def time_limit(text: str) -> Limit:
    """Return the limit of a text such as `+5%`, `+20ms`, `+1.5s` or `0`.

    Raises:
        ResultError: the text is not a limit.
    """
    return _limit(text, _TIME_UNITS, "+5%, +20ms, +1.5s or 0")


def _limit(text: str, units: dict[str, int], examples: str) -> Limit:
    match = _LIMIT.fullmatch(text.strip())
    if match is None:
        raise _not_a_limit(text, examples)
    number, unit = Fraction(match["number"]), match["unit"]
    shown = f"+{match['number']} {unit}".rstrip()
    if unit == "%":
        return Limit(shown, share=number / 100)
    if unit in units:
        return Limit(shown, amount=number * units[unit])
    if not unit and not number:
        return Limit("0")
    raise _not_a_limit(text, examples)


def _not_a_limit(text: str, examples: str) -> ResultError:
    return ResultError(f"{text!r} is not a limit. Write, for example: {examples}")
