"""StartTransaction that a charger says again: a new CALL, but no new transaction (1.6, trap 11).

A charger that got no answer asks again, perhaps under another message id. The CSMS would begin a
second transaction. What belongs together is known by connector, tag, meter and time.
"""

import json
from dataclasses import dataclass
from typing import Any, Final, cast

from laconic_gateway.core.site.offline.facts import Facts

CONNECTORS_MAX: Final = 64
"""Of one charger; what is named beyond that is not believed."""

_START: Final = "start/"
_SAME: Final = ("connectorId", "idTag", "meterStart", "timestamp")


@dataclass(frozen=True, slots=True)
class Start:
    """The last StartTransaction of a connector."""

    sequence: int
    """Under which it is in the journal."""
    answer: str = ""
    """The payload of the answer that the site has given; empty: none."""


class Starts:
    """Remembers the last start of each connector."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts

    def find(self, identity: str, payload: str) -> Start | None:
        """Return the start that this one repeats."""
        content = _content(payload)
        if content is None:
            return None
        found = self._facts.get(_name(identity, content))
        if found is None:
            return None
        known = json.loads(found)
        if known["same"] != [content[name] for name in _SAME]:
            return None
        return Start(known["sequence"], known["answer"])

    def forget(self, identity: str) -> None:
        """Forget the starts of a charger: one of its transactions has ended."""
        for name in self._facts.names(f"{_START}{identity}/"):
            self._facts.drop(name)

    def put(self, identity: str, payload: str, start: Start) -> None:
        """Take note of a start."""
        content = _content(payload)
        if content is not None:
            same = [content[name] for name in _SAME]
            known = {"same": same, "sequence": start.sequence, "answer": start.answer}
            self._facts.put(_name(identity, content), json.dumps(known))
            self._facts.limit(f"{_START}{identity}/", CONNECTORS_MAX)


def _name(identity: str, content: dict[str, Any]) -> str:
    return f"{_START}{identity}/{content['connectorId']}"


def _content(payload: str) -> dict[str, Any] | None:
    """Return the fields of a StartTransaction; None if it lacks one."""
    try:
        content: Any = json.loads(payload, strict=False)
        if not isinstance(content, dict):
            return None
        fields = cast(dict[str, Any], content)
        is_start = set(_SAME) <= fields.keys() and isinstance(fields["connectorId"], int)
        return fields if is_start else None
    except (ValueError, RecursionError):
        return None
