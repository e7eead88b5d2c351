"""What a message takes in the file of a journal, by its length: a row stays on one page."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from laconic_gateway.core.records import Record, RecordKind
from laconic_gateway.edge.storage.journal import Journal

TEXT_BYTES: Final = (150, 250, 400, 450, 570, 900)
RECORDS: Final = 2_000
_QUOTA_BYTES: Final = 512 * 2**20


def measure(lengths: Sequence[int] = TEXT_BYTES) -> dict[int, float]:
    """Return the bytes of a record in a journal of records of one length, by length of the text."""
    return {length: _bytes_of(length) for length in lengths}


def _bytes_of(length: int) -> float:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "journal.db"
        asyncio.run(_fill(path, "x" * length))
        return path.stat().st_size / RECORDS


async def _fill(path: Path, text: str) -> None:
    journal = await Journal.open(path, max_bytes=_QUOTA_BYTES)
    numbers = range(1, RECORDS + 1)
    journal.append([_record(number, text) for number in numbers], lambda _: None)
    await journal.close()


def _record(number: int, text: str) -> Record:
    return Record(number, RecordKind.MESSAGE, "CP001", "/ocpp/CP001", "1.6", text, 0, True, 1.79e9)
