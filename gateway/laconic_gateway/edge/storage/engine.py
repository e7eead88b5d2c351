"""What an expander asks of the database behind it: the verbs, whatever the engine.

| verb                | what it does                                  | with SQLite (`Outbox`)     |
|---------------------|-----------------------------------------------|----------------------------|
| `commit`, `reset`   | keep messages, move the cursor, in one commit | a group of jobs            |
| `pending`           | read what the CSMS has not had                | a page of one charger      |
| `done`              | forget what it has had, keep what follows     | a group of jobs            |
| `lease`             | say who writes; older epochs are fenced off   | the file's lock, and a row |
| `take_back`, `drop` | bring back or delete what the CSMS refused    | a job                      |
| commands            | reach the process that has the lease          | a socket beside the file   |

Commands are in `edge.operator_socket`. Another engine can take the place of `Outbox` without a
change to those that call it; `core` knows neither.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

from laconic_gateway.core.expander.kept import Kept
from laconic_gateway.core.records import Record
from laconic_gateway.edge.storage.lease import Lease
from laconic_gateway.edge.storage.outbox_tables import Backlog
from laconic_gateway.edge.storage.refused import Quarantined


class Engine(Protocol):
    """The undelivered messages of all sites. What each verb promises is said in `Outbox`."""

    @property
    def lease(self) -> Lease: ...
    @property
    def damaged_records(self) -> int: ...
    def stored(self, site: str) -> int: ...
    def delivered(self, site: str) -> int: ...
    def backlog(self) -> list[Backlog]: ...
    def kept(self, site: str) -> dict[str, tuple[Kept, ...]]: ...
    def commit(
        self, site: str, records: Sequence[Record], on_stored: Callable[[int], None]
    ) -> None: ...
    def reset(self, site: str, stored: int) -> None: ...
    def pending(
        self,
        site: str,
        charger: str,
        after: int,
        limit: int,
        on_read: Callable[[list[Record]], None],
    ) -> None: ...
    def done(
        self,
        site: str,
        sequences: Sequence[int],
        on_done: Callable[[], None] | None = None,
        *,
        keeps: Sequence[tuple[str, Kept]] = (),
    ) -> None: ...
    async def refused(self) -> list[Quarantined]: ...
    async def take_back(self, site: str, sequence: int) -> Record: ...
    async def drop(self, site: str, sequence: int) -> None: ...
    async def close(self) -> None: ...
