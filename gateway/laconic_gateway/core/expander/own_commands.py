"""CALLs to the charger of the gateway's own making; the CSMS never hears of them (trap 28)."""

from collections.abc import Callable
from typing import Final

from laconic_codec.messages import Call, Message
from laconic_gateway.core.expander.commands import Commands
from laconic_gateway.core.expander.stop_orders import StopOrders, command

ANSWER_SECONDS: Final = 120.0
"""A charger that has not answered by then gets the command again later."""


class OwnCommands:
    """Gives the stop orders of one charger."""

    def __init__(self, orders: StopOrders, new_id: Callable[[], str]) -> None:
        self._orders = orders
        self._new_id = new_id
        self._commands = Commands(ANSWER_SECONDS)
        self._transactions: dict[str, str] = {}  # message id -> transaction

    def due(self, version: str, now: float) -> list[Call]:
        """Return the CALLs to send now to a charger that is connected."""
        calls: list[Call] = []
        for transaction, action in self._orders.due(version, now):
            call = command(self._new_id(), transaction, action)
            self._commands.add(call, now)
            self._transactions[call.message_id] = transaction
            calls.append(call)
        return calls

    def timer(self, version: str) -> float | None:
        """Return when the next CALL is due for a charger that is connected."""
        return self._orders.timer(version)

    def sent(self, sequence: int, message_id: str) -> None:
        """Take note of the number under which a CALL goes down, if it is one of these."""
        self._commands.sent(sequence, message_id)

    def answered(self, sequence: int, answer: Message) -> str | None:
        """Take the charger's answer; return its status, None: it is not to one of these."""
        message_id = self._commands.answered(sequence)
        if message_id is None:
            return None
        return self._orders.answered(self._transactions.pop(message_id), answer)

    def expire(self, now: float) -> list[int]:
        """Give up what takes too long; return the numbers to withdraw."""
        expired = self._commands.expire(now)
        for one in expired:
            self._transactions.pop(one.message_id, None)
        return [one.sequence for one in expired if one.sequence is not None]

    def expire_at(self) -> float | None:
        """Return when `expire` has something to do."""
        return self._commands.timer()

    def forget_numbers(self) -> None:
        """Take note that an epoch has ended: numbers mean nothing more."""
        for one in self._commands.end():
            self._transactions.pop(one.message_id, None)
