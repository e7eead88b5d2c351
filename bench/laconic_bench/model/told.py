"""What a CSMS has heard of a charger: an expander that reaches it again tells it once more."""

from typing import Final

from laconic_bench.model.exchanges import Exchange
from laconic_codec.messages import Call, Send

_TOLD_AGAIN: Final = frozenset({"BootNotification", "StatusNotification"})
_KEPT_MAX: Final = 100


class Told:
    """Keeps the newest of these messages."""

    def __init__(self) -> None:
        self._told: dict[tuple[str, str], Exchange] = {}
        """By action and payload, the newest last."""

    def note(self, said: Exchange) -> None:
        """Note what the CSMS has heard."""
        if said.message.action in _TOLD_AGAIN:
            self._told[said.message.action, said.message.payload] = said
            while len(self._told) > _KEPT_MAX:
                del self._told[next(iter(self._told))]

    def find(self, request: Call | Send) -> Exchange | None:
        """Return what a request tells again."""
        return self._told.get((request.action, request.payload))
