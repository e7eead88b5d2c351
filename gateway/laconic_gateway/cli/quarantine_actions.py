"""The quarantine of an expander, whether it runs or not."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from laconic_gateway.edge.operator_socket import Command, NobodyListens, command
from laconic_gateway.edge.storage import refused
from laconic_gateway.edge.storage.database import Connection
from laconic_gateway.edge.storage.refused import Quarantined

_T = TypeVar("_T")


def read(directory: Path) -> list[Quarantined]:
    """Return what is in the quarantine.

    Raises:
        GatewayError: there is no outbox, or it cannot be read.
    """

    def understand(found: Any) -> list[Quarantined]:
        return [Quarantined(**one) for one in found]

    return _do(directory, {"command": "list"}, understand, refused.stock)


def resend(directory: Path, site: str, sequence: int) -> None:
    """Have a message sent once more.

    Raises:
        GatewayError: it is not in the quarantine, or the outbox cannot be written.
    """
    order = {"command": "resend", "site": site, "number": sequence}

    def alone(connection: Connection) -> None:
        refused.take_back(connection, site, sequence)

    _do(directory, order, lambda _: None, alone)


def drop(directory: Path, site: str, sequence: int) -> None:
    """Delete a message for good.

    Raises:
        GatewayError: it is not in the quarantine, or the outbox cannot be written.
    """
    order = {"command": "drop", "site": site, "number": sequence}
    _do(directory, order, lambda _: None, partial(refused.drop, site=site, sequence=sequence))


def _do(
    directory: Path,
    order: Command,
    understand: Callable[[Any], _T],
    alone: Callable[[Connection], _T],
) -> _T:
    """Have the expander carry out an order; do the same without it if none runs."""
    try:
        return understand(command(directory, order))
    except NobodyListens:
        return refused.alone(directory, alone)
