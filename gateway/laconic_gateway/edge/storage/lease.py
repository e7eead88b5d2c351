"""The lease of an outbox: who writes, and since when (fencing).

The lock of the file lets one process in. Where locks do not hold (some network file systems), the
epoch of the lease does: every commit compares it, and a process that another one has followed
writes nothing more.
"""

from dataclasses import dataclass
from typing import cast

from laconic_gateway.edge.storage.database import Connection, StorageError


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to write."""

    epoch: int
    """Grows each time that a process takes the lease."""
    owner: str
    """Names that process for people."""


def take(connection: Connection, owner: str) -> Lease:
    """Takes the lease from whoever had it."""
    epoch = _read(connection).epoch + 1
    connection.execute("INSERT OR REPLACE INTO lease VALUES (1, ?, ?)", (epoch, owner))
    return Lease(epoch, owner)


def check(connection: Connection, lease: Lease) -> None:
    """Lets the holder of the lease pass.

    Raises:
        StorageError: another process has taken it.
    """
    found = _read(connection)
    if found.epoch != lease.epoch:
        raise StorageError(
            f"the outbox was taken over by {found.owner}, which is not this process; nothing more"
            " is written here. Stop one of the two, and do not let them share a state_directory"
        )


def _read(connection: Connection) -> Lease:
    rows = connection.execute("SELECT epoch, owner FROM lease").fetchall()
    return Lease(*cast("tuple[int, str]", rows[0])) if rows else Lease(0, "nobody")
