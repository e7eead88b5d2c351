"""What a CSMS has heard of a charger: an expander that reaches it again tells it once more."""

import json
from collections import deque
from typing import Final, TypeAlias

from laconic_bench.model.exchanges import Exchange
from laconic_codec.messages import Call, Send

_TOLD_AGAIN: Final = frozenset({"BootNotification", "StatusNotification"})
_KEPT_MAX: Final = 4
"""Of each connector: what is told again may be under way while something newer arrives."""

_Subject: TypeAlias = tuple[str, object, object]


class Told:
    """Keeps the newest of these messages: boots, and statuses of each connector."""

    def __init__(self) -> None:
        self._told: dict[_Subject, deque[Exchange]] = {}

    def note(self, said: Exchange) -> None:
        """Note what the CSMS has heard."""
        if said.message.action in _TOLD_AGAIN:
            kept = self._told.setdefault(_subject_of(said.message), deque(maxlen=_KEPT_MAX))
            kept.append(said)

    def find(self, request: Call | Send) -> Exchange | None:
        """Return what a request tells again; the newest, if it was said more than once."""
        if request.action not in _TOLD_AGAIN:
            return None
        known = self._told.get(_subject_of(request), ())
        return next(
            (one for one in reversed(known) if one.message.payload == request.payload), None
        )


def _subject_of(message: Call | Send) -> _Subject:
    content = json.loads(message.payload)
    return message.action, content.get("evseId"), content.get("connectorId")
