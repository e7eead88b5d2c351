"""Makes of chargers: the same OCPP content, written in the ways that firmware writes it.

The styles follow what logs of real chargers show: key order, white space, number text, time
stamps and message ids differ by vendor.
"""

import json
import random
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Any, Final

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Make:
    """How chargers of one make write OCPP-J."""

    vendor: str
    model: str
    firmware: str
    connectors: int
    comma: str
    colon: str
    reversed_keys: bool
    """True: objects are written with their keys in the opposite order."""
    decimals: int
    """Digits after the point in measured values."""
    time_text: Callable[[datetime], str]
    message_ids: Callable[[random.Random], Iterator[str]]

    def payload_text(self, payload: Json) -> str:
        """Returns the JSON text of a payload in the style of this make."""
        tree = _reverse(payload) if self.reversed_keys else payload
        return json.dumps(tree, separators=(self.comma, self.colon))

    def message_text(self, *elements: object) -> str:
        """Returns an OCPP-J message; the last element is payload text, taken as it is."""
        head = [json.dumps(element) for element in elements[:-1]]
        return "[" + self.comma.join([*head, str(elements[-1])]) + "]"

    def value_text(self, value: float) -> str:
        """Returns a measured value as text, as OCPP 1.6 wants it."""
        return f"{value:.{self.decimals}f}"

    def number(self, value: float) -> float:
        """Returns a measured value as a number, as OCPP 2.x wants it."""
        return round(value, self.decimals)


def _reverse(tree: Any) -> Any:
    if isinstance(tree, dict):
        items: list[tuple[str, Any]] = list(tree.items())  # pyright: ignore[reportUnknownArgumentType, reportUnknownVariableType]
        return {key: _reverse(value) for key, value in reversed(items)}
    if isinstance(tree, list):
        return [_reverse(item) for item in tree]  # pyright: ignore[reportUnknownVariableType]
    return tree


def _whole_seconds(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ")


def _milliseconds(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S.") + f"{time.microsecond // 1000:03d}Z"


def _with_offset(time: datetime) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S+00:00")


def _uuids(rng: random.Random) -> Iterator[str]:
    while True:
        yield str(uuid.UUID(int=rng.getrandbits(128), version=4))


def _counter(rng: random.Random) -> Iterator[str]:
    return map(str, count(rng.randrange(100_000, 900_000_000)))


def _time_and_counter(rng: random.Random) -> Iterator[str]:
    start = f"2025{rng.randrange(1, 13):02d}{rng.randrange(1, 29):02d}{rng.randrange(86_400):06d}"
    return (f"{start}{number:08X}" for number in count(1))


ACACIA: Final = Make(
    "Acacia",
    "Duo 2W",
    "1.14.2",
    connectors=1,
    comma=",",
    colon=":",
    reversed_keys=False,
    decimals=2,
    time_text=_whole_seconds,
    message_ids=_uuids,
)
BAOBAB: Final = Make(
    "Baobab",
    "BX-3300",
    "V2.01.9-B",
    connectors=2,
    comma=",",
    colon=":",
    reversed_keys=True,
    decimals=6,
    time_text=_milliseconds,
    message_ids=_time_and_counter,
)
CASSIA: Final = Make(
    "Cassia",
    "Moto Point",
    "build 881",
    connectors=2,
    comma=", ",
    colon=": ",
    reversed_keys=False,
    decimals=3,
    time_text=_with_offset,
    message_ids=_counter,
)
DOUM: Final = Make(
    "Doum",
    "Station 7",
    "2025.3",
    connectors=2,
    comma=",",
    colon=":",
    reversed_keys=False,
    decimals=1,
    time_text=_milliseconds,
    message_ids=_uuids,
)
ELAEIS: Final = Make(
    "Elaeis",
    "Swap 12",
    "4.0.0",
    connectors=12,
    comma=",",
    colon=":",
    reversed_keys=False,
    decimals=1,
    time_text=_whole_seconds,
    message_ids=_uuids,
)
