"""A process that fills and empties an outbox until it is killed, and says what is on disk.

    python -m tests.support.outbox_writer PATH SEED

Lines of its output: `stored SITE SEQUENCE` and `done SITE SEQUENCE`, each once it is reported. A
message whose sequence number is divisible by `KEPT` is never done.
"""

import asyncio
import os
import random
import sys
from functools import partial
from pathlib import Path

from laconic_gateway.edge.storage.outbox import Outbox
from tests.support.records import message

MAX_BYTES = 50_000_000
SITES: tuple[str, ...] = ("kisumu-1", "mombasa-2")
KEPT = 50


def charger_of(sequence: int) -> str:
    """Returns the charger of a sequence number."""
    return f"CP{sequence % 3}"


def say(*words: object) -> None:
    """Prints a line at once."""
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


async def write(path: Path, chance: random.Random) -> None:
    """Commits batches of both sites and has most messages done, without end."""
    outbox = await Outbox.open(path, max_bytes=MAX_BYTES)
    sent = {site: outbox.stored(site) for site in SITES}
    reported = asyncio.Event()

    def stored(site: str, batch: range, cursor: int) -> None:
        say("stored", site, cursor)
        taken = [number for number in batch if number % KEPT]
        for number in taken:
            outbox.done(site, [number], partial(say, "done", site, number))
        reported.set()

    say("ready")
    while True:
        for site in SITES:
            batch = range(sent[site] + 1, sent[site] + 1 + chance.randint(1, 20))
            sent[site] = batch[-1]
            records = [message(number, charger_of(number)) for number in batch]
            outbox.commit(site, records, partial(stored, site, batch))
        reported.clear()
        await reported.wait()


if __name__ == "__main__":
    asyncio.run(write(Path(sys.argv[1]), random.Random(int(sys.argv[2]))))
