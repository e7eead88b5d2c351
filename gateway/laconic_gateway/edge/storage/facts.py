"""`facts.db` of a site: what it has learned from the CSMS, for the time when it cannot be asked.

It is a file of its own, beside the journal: losing it costs no message. A fact that is damaged is
forgotten.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Final, Self
from zlib import crc32

from laconic_gateway.core.site.offline.facts import KeepFact
from laconic_gateway.edge.storage.database import Connection, Schema, look
from laconic_gateway.edge.storage.retry_queue import RetryQueue
from laconic_gateway.edge.storage.storage import Report, Storage

FILE_NAME: Final = "facts.db"
MAX_BYTES: Final = 256 * 2**20
"""Room for a local list of 20,000 tokens at each of 100 chargers."""
SCHEMA: Final = Schema(
    name="facts",
    page_bytes=1024,
    if_damaged="move it away together with its -wal file and start again; until the CSMS has been"
    " heard again, chargers and tokens count as unknown during an outage",
)


class FactStore:
    """The open file; all methods belong to the event loop in which `open` was awaited."""

    def __init__(
        self, storage: Storage, found: dict[str, str], on_trouble: Callable[[str], None]
    ) -> None:
        self.found = found
        """What was in the file when it was opened, oldest first."""
        self._storage = storage
        self._queue = RetryQueue[KeepFact](storage, _write, on_trouble)

    @classmethod
    async def open(cls, directory: Path, *, on_trouble: Callable[[str], None]) -> Self:
        """Opens or creates the file in a directory.

        Raises:
            StorageError: the file is damaged, cannot be written, or is of a newer release.
        """
        storage = await Storage.open(directory / FILE_NAME, SCHEMA, max_bytes=MAX_BYTES)
        try:
            found = await storage.run(_load)
        except BaseException:
            await storage.close()
            raise
        return cls(storage, found, on_trouble)

    async def close(self) -> None:
        """Writes what waits, if the disk takes it, and closes the file."""
        await self._queue.close()
        await self._storage.close()

    def keep(self, fact: KeepFact) -> None:
        """Writes a fact down; nobody waits for it."""
        self._queue.put(fact)


def read(directory: Path) -> dict[str, str]:
    """Returns the facts of a gateway that does not run; none if there is no file.

    Raises:
        StorageError: the gateway runs, or the file cannot be read.
    """
    path = directory / FILE_NAME
    return look(path, SCHEMA, _load) if path.exists() else {}


def _write(connection: Connection, facts: list[KeepFact]) -> Report:
    last = {fact.name: fact.value for fact in facts}
    connection.executemany("DELETE FROM fact WHERE name = ?", [(name,) for name in last])
    rows = [(name, value, _checksum(name, value)) for name, value in last.items() if value]
    connection.executemany("INSERT INTO fact (name, value, checksum) VALUES (?, ?, ?)", rows)
    return _nothing


def _load(connection: Connection) -> dict[str, str]:
    found: dict[str, str] = {}
    for row in connection.execute("SELECT name, value, checksum FROM fact ORDER BY number"):
        match row:
            case (str(name), str(value), int(checksum)) if checksum == _checksum(name, value):
                found[name] = value
            case _:
                continue
    return found


def _checksum(name: str, value: str) -> int:
    return crc32(f"{name}\0{value}".encode())


def _nothing() -> None:
    """Report to nobody."""
