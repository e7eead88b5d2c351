"""What the words around a message say: which way it went, and whose it is."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from laconic_bench.trace import Direction

_CHARGER: Final = (
    r"(?:charge[ _-]?(?:point|box|r)s?|chargingstation|charging station|station|wallbox|cp|evse)"
)
_CENTRAL: Final = r"(?:central ?system|csms|backend|server|cms|cs)"
_TOWARDS: Final = r"\s*(?:-+>|=+>|>+|→|⇒|➡|to|_to_)\s*"
_FROM: Final = r"\s*(?:<-+|<=+|<+|←|⇐|⬅|from)\s*"

_UP: Final = re.compile(
    rf"\b{_CHARGER}{_TOWARDS}{_CENTRAL}\b|\b{_CENTRAL}{_FROM}{_CHARGER}\b"
    rf"|\bfrom (?:the )?{_CHARGER}\b|\bto (?:the )?{_CENTRAL}\b|\bup(?:link|stream)?\b",
    re.IGNORECASE,
)
_DOWN: Final = re.compile(
    rf"\b{_CENTRAL}{_TOWARDS}{_CHARGER}\b|\b{_CHARGER}{_FROM}{_CENTRAL}\b"
    rf"|\bto (?:the )?{_CHARGER}\b|\bfrom (?:the )?{_CENTRAL}\b|\bdown(?:link|stream)?\b",
    re.IGNORECASE,
)

WORDS_CHARACTERS: Final = 400
"""Before a message; what stands further away says nothing about it."""
_NO_DIGITS: Final = str.maketrans("0123456789", " " * 10)

IN: Final = "in"
OUT: Final = "out"
_SENSES: Final = re.compile(
    r"\b(?:(?P<in>recv|rcvd|rx|receiv(?:e|ed|es|ing)|incoming|inbound)"
    r"|(?P<out>send(?:s|ing)?|sent|tx|outgoing|outbound))\b",
    re.IGNORECASE,
)
_SENSE_AT_END: Final = re.compile(r"\b(in|out)\b\W*$", re.IGNORECASE)
_ARROW: Final = re.compile(r"<<+|>>+|<[-=]+|[-=]+>|[←→⇐⇒⬅➡]|(?:^|\s)[<>](?=\s*$)")

_NAMED: Final = re.compile(
    r"\b(?:charge_?(?:box|point|r)(?:_?(?:id|name|identity))?|(?:charging_?)?station(?:_?id)?"
    r"|cp_?(?:id)?|evse_?id|identity|identifier|client(?:_?id)?)"
    r"\s*[=:]\s*[\"']?([^\s\"',;\]\[(){}]+)",
    re.IGNORECASE,
)
_OCPP_PACKAGE: Final = re.compile(r"(?:^|[\s:])([^\s:\[\]]+)\s?: (?:receive message|send)\s*$")
_AFTER_SENSE: Final = re.compile(
    r"\b(?:recv|received|receive|send|sent|rx|tx)\s+(?:from |to )?([^\s:\[\]]+):\s*$", re.IGNORECASE
)
_PATH: Final = re.compile(r"wss?://\S+/([^\s/?\"']+)|/(?:ocpp|ws|ocpp16|ocpp201)/([^\s/?\"':]+)")
_NO_NAMES: Final = frozenset(
    """
    message messages msg ocpp ocpp1.6 ocpp2.0.1 ocpp2.1 info debug warn warning error trace null
    none cp csms cs cms charge point charging box central charger chargers chargepoint
    charge_point charge-point chargingstation station wallbox evse chargebox centralsystem
    central_system central-system system server backend client websocket ws wss socket proxy
    gateway handler log call callresult callerror request response data frame text json raw from
    to at in out rx tx recv rcvd received receive send sent sending upstream downstream up down
    """.split()
)
"""Words that stand where a name may stand."""
_WORD: Final = r"(?P<name>[^\s\[\](){}<>|\"',;=]+?)"
_CLOSE: Final = r"[\s\])}:|,]*"
_ANY_ARROW: Final = r"(?:<<+|>>+|<[-=]+|[-=]+>|[←→⇐⇒⬅➡<>])"
_SENSE: Final = (
    r"(?:recv|rcvd|rx|receiv(?:e|ed|es|ing)|incoming|inbound"
    r"|send(?:s|ing)?|sent|tx|outgoing|outbound)"
)
_PLAIN: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        # The first two have the CSMS at the other end: there a number is a name too.
        rf"(?:^|[\s\[(]){_WORD}{_CLOSE}{_ANY_ARROW}\s*\W*{_CENTRAL}\b\W*$",
        rf"\b{_CENTRAL}{_CLOSE}{_ANY_ARROW}\s*[\[(]?{_WORD}{_CLOSE}$",
        rf"(?:^|[\s\[(]){_WORD}{_CLOSE}\b{_SENSE}\b[\s:|\-]*(?:message\b)?[\s:|\-]*$",
        rf"\b{_CHARGER}\s+{_WORD}{_CLOSE}$",
        rf"\b{_SENSE}\b[\s:|]*(?:from |to )?[\[(]?{_WORD}{_CLOSE}$",
        rf"(?:^|[\s\[(]){_WORD}{_CLOSE}{_ANY_ARROW}[\s:|]*$",
        rf"(?:^|\s){_ANY_ARROW}\s*[\[(]?{_WORD}{_CLOSE}$",
    )
)
"""A name beside an arrow or beside a word as `received`, just before the message."""
_NO_PLAIN_NAME: Final = re.compile(
    r"[\d.,:/+\-]*(?:T[\d.,:+\-]+)?(?:Z|ms|s|am|pm)?|[0-9a-f]{8}-[0-9a-f]{4}-.*|0x[0-9a-f]+"
    r"|.*\.(?:py|js|ts|go|java|cs):\d+",
    re.IGNORECASE,
)
"""Times, numbers, UUIDs, lines of code."""
_NUMBER_NAME: Final = re.compile(r"\d{3,9}")


@dataclass(frozen=True, slots=True)
class Hint:
    """What words say about the way of a message."""

    way: Direction | None = None
    """They leave no doubt."""
    mark: str = ""
    """`IN`, `OUT` or an arrow: what it means depends on who has written the log."""


def hint(words: str) -> Hint:
    """Return what the words before a message say about its way."""
    # No digit counts, and without them the lines of a log begin alike.
    return _hint(words[-WORDS_CHARACTERS:].translate(_NO_DIGITS))


@lru_cache(maxsize=4_096)
def _hint(words: str) -> Hint:
    is_up, is_down = _UP.search(words) is not None, _DOWN.search(words) is not None
    if is_up != is_down:
        return Hint("up" if is_up else "down")
    senses = list(_SENSES.finditer(words))
    if senses:
        return Hint(mark=IN if senses[-1]["in"] else OUT)
    at_end = _SENSE_AT_END.search(words)
    if at_end is not None:
        return Hint(mark=at_end[1].lower())
    arrow = _ARROW.search(words)
    return Hint(mark=arrow[0].strip() if arrow else "")


def identity(words: str) -> str | None:
    """Return the charger that the words before a message name, None if they name none."""
    near = words[-WORDS_CHARACTERS:]
    for pattern in (_NAMED, _OCPP_PACKAGE, _AFTER_SENSE, _PATH):
        found = pattern.search(near)
        name = next((one for one in found.groups() if one), None) if found else None
        if name is not None and name.lower() not in _NO_NAMES:
            return name
    return None


def plain_name(words: str) -> str | None:
    """Return what may be the charger's name, by its place in the words before a message.

    It may as well be that of a thread: only the whole log shows (`names.Names`).
    """
    near = words[-WORDS_CHARACTERS:].rstrip()
    for number, pattern in enumerate(_PLAIN):
        found = pattern.search(near)
        if found is None:
            continue
        name = found["name"].strip(":.-")
        is_number = number < 2 and _NUMBER_NAME.fullmatch(name) is not None
        is_word = name.lower() in _NO_NAMES or _NO_PLAIN_NAME.fullmatch(name) is not None
        if name and (is_number or not is_word):
            return name
    return None
