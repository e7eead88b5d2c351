"""Transactions that a charger has to stop because the CSMS refused them too late.

Where a site has answered a start itself, the charger does not hear a later refusal: what it would
do then (StopTransactionOnInvalidId; deauthorisation in 2.x, E05) only a command can have it do
(traps 12 and 21). The command is of the gateway's own making, its answer never reaches the CSMS.
An order stands until the charger has stopped, across restarts; it names one transaction, so that
to give it twice does no harm.
"""

from typing import Final

from laconic_codec.messages import Call, CallResult, Message
from laconic_gateway.core.expander.kept import Kept, KeptKind, to_object, to_text

AGAIN_SECONDS: Final = 300.0
"""Between two commands for the same transaction while there is no answer."""

LIFETIME_SECONDS: Final = 30 * 86_400.0
"""An order of which no end is seen is forgotten after this time."""

ORDERS_MAX: Final = 100


class StopOrders:
    """The orders of one charger."""

    def __init__(self) -> None:
        self._orders: dict[str, _Order] = {}  # by transaction id, as JSON text

    def restore(self, kept: Kept) -> None:
        """Take an order from disk."""
        content = to_object(kept.text)
        self._orders[kept.name] = _Order(content["version"], content["since"])

    def give(self, transaction: str, version: str, now_unix: float) -> list[Kept]:
        """Have a transaction stopped; its id is JSON text."""
        if transaction in self._orders:
            return []
        self._orders[transaction] = _Order(version, now_unix)
        text = to_text(version=version, since=now_unix)
        kept = [Kept(KeptKind.ORDER, transaction, text)]
        if len(self._orders) > ORDERS_MAX:
            kept += self.end(next(iter(self._orders)))
        return kept

    def end(self, transaction: str) -> list[Kept]:
        """Forget an order: the transaction has ended."""
        if self._orders.pop(transaction, None) is None:
            return []
        return [Kept(KeptKind.ORDER, transaction, None)]

    def trim(self, now_unix: float) -> list[Kept]:
        """Forget the orders that are too old."""
        limit = now_unix - LIFETIME_SECONDS
        old = [one for one, order in self._orders.items() if order.since < limit]
        return [kept for one in old for kept in self.end(one)]

    def due(self, version: str, now: float) -> list[tuple[str, str]]:
        """Return the transactions and actions of the commands to give now to a charger."""
        given: list[tuple[str, str]] = []
        for transaction, order in self._orders.items():
            if order.version == version and order.next_at is not None and now >= order.next_at:
                order.next_at = now + AGAIN_SECONDS
                action = "RemoteStopTransaction" if version == "1.6" else "RequestStopTransaction"
                given.append((transaction, action))
        return given

    def timer(self, version: str) -> float | None:
        """Return when the next command is due for a charger that is connected."""
        times = [
            order.next_at
            for order in self._orders.values()
            if order.version == version and order.next_at is not None
        ]
        return min(times, default=None)

    def answered(self, transaction: str, answer: Message) -> str:
        """Take the charger's answer; return its status."""
        order = self._orders.get(transaction)
        if order is not None:
            order.next_at = None  # it has heard; if it refuses, it would refuse again
        if not isinstance(answer, CallResult):
            return "error"
        status = to_object(answer.payload).get("status")
        return "accepted" if status == "Accepted" else "rejected"

    def may_try_again(self) -> None:
        """Give the commands again: the charger has a new connection."""
        for order in self._orders.values():
            order.next_at = 0.0


class _Order:
    def __init__(self, version: str, since: float) -> None:
        self.version = version
        self.since = since
        self.next_at: float | None = 0.0


def command(message_id: str, transaction: str, action: str) -> Call:
    """Return the command that stops a transaction."""
    return Call(message_id, action, f'{{"transactionId":{transaction}}}')
