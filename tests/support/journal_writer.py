"""A process that fills a journal until it is killed, and says what is durable.

    python -m tests.support.journal_writer PATH SEED

Each line of its output is the sequence number that the journal has just reported as durable.
"""

import asyncio
import os
import random
import sys
from pathlib import Path

from laconic_gateway.edge.storage.journal import Journal
from tests.support.records import message

MAX_BYTES = 50_000_000


def text_of(sequence: int) -> str:
    """Returns the text that belongs to a sequence number, of very different lengths."""
    return f"{sequence} " * (1 + sequence % 97)


async def write(path: Path, chance: random.Random) -> None:
    """Appends batches of 1 to 20 records and trims now and then, without end."""
    journal = await Journal.open(path, max_bytes=MAX_BYTES)
    reported = asyncio.Event()
    durable = journal.last_sequence

    def report(last: int) -> None:
        nonlocal durable
        durable = last
        os.write(1, f"{last}\n".encode())
        reported.set()

    os.write(1, f"{durable}\n".encode())
    while True:
        for _ in range(chance.randint(1, 4)):
            first = journal.last_sequence + 1
            batch = range(first, first + chance.randint(1, 20))
            journal.append([message(number, text=text_of(number)) for number in batch], report)
        if chance.random() < 0.3:
            journal.trim(max(0, durable - chance.randint(0, 300)))
        reported.clear()
        await reported.wait()


if __name__ == "__main__":
    asyncio.run(write(Path(sys.argv[1]), random.Random(int(sys.argv[2]))))
