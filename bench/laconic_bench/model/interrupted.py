"""What may arrive late or never, and neither is a fault.

That is what was under way at a power cut, questions that a gateway has answered in the place of a
CSMS which it did not reach, and commands of which the CSMS was told that nobody knows.
"""

from collections.abc import Iterable

from laconic_bench.model.exchanges import Exchange
from laconic_bench.model.findings import is_same
from laconic_codec.messages import Call


class Interrupted:
    """Such exchanges of one charger."""

    def __init__(self) -> None:
        self._exchanges: set[Exchange] = set()
        self._by_id: dict[tuple[bool, str], Exchange] = {}
        """The newest of each side and message id: counters begin again with a boot."""

    def __contains__(self, exchange: Exchange) -> bool:
        return exchange in self._exchanges

    def add(self, exchanges: Iterable[Exchange]) -> None:
        """Note what may arrive late or never."""
        for one in exchanges:
            self._exchanges.add(one)
            self._by_id[one.is_up, one.message.message_id] = one

    def asked(self, message_id: str, *, is_up: bool) -> Exchange | None:
        """Return what the charger (`is_up`) or the CSMS had asked with an id."""
        return self._by_id.get((is_up, message_id))

    def command(self, call: Call) -> Exchange | None:
        """Return such a command of the CSMS that reaches the charger."""
        # Its message id may be a gateway's own.
        commands = (one for one in self._by_id.values() if not one.is_up)
        return next((one for one in commands if is_same(one, call)), None)
