"""What is kept of chargers: on disk together with the message that is done, or not at all."""

import asyncio
from pathlib import Path

from laconic_gateway.core.expander.kept import Kept, KeptKind
from laconic_gateway.edge.storage.database import connect
from laconic_gateway.edge.storage.outbox import Outbox
from laconic_gateway.edge.storage.outbox_tables import FILE_MAX_BYTES, SCHEMA
from tests.support.records import message
from tests.support.waiting import GUARD_SECONDS

SITE = "kisumu-1"


def kept(kind: KeptKind, name: str, text: str | None = "{}") -> tuple[str, Kept]:
    return "CP1", Kept(kind, name, text)


async def done(outbox: Outbox, sequence: int, *keeps: tuple[str, Kept]) -> None:
    event = asyncio.Event()
    outbox.done(SITE, [sequence], event.set, keeps=keeps)
    await asyncio.wait_for(event.wait(), GUARD_SECONDS)


async def opened(path: Path, troubles: list[str]) -> Outbox:
    return await Outbox.open(path, max_bytes=10**7, on_trouble=troubles.append)


async def filled(path: Path) -> None:
    """Make an outbox in which two starts are kept, and one thing was forgotten."""
    outbox = await opened(path, [])
    stored = asyncio.Event()
    outbox.commit(SITE, [message(number, "CP1") for number in (1, 2, 3)], lambda _: stored.set())
    await asyncio.wait_for(stored.wait(), GUARD_SECONDS)
    await done(outbox, 1, kept(KeptKind.START, "10"), kept(KeptKind.ORDER, "7"))
    await done(outbox, 2, kept(KeptKind.START, "9", '{"x":1}'), kept(KeptKind.ORDER, "7", None))
    await outbox.close()


def test_it_is_there_after_a_restart_in_the_order_of_numbers(tmp_path: Path) -> None:
    async def run() -> None:
        await filled(tmp_path / "outbox.db")
        outbox = await opened(tmp_path / "outbox.db", [])
        found = outbox.kept(SITE)
        assert found == {
            "CP1": (Kept(KeptKind.START, "9", '{"x":1}'), Kept(KeptKind.START, "10", "{}"))
        }
        assert outbox.kept("another") == {}
        assert outbox.delivered(SITE) == 2
        await outbox.close()

    asyncio.run(run())


def test_a_damaged_row_is_left_out_and_told(tmp_path: Path) -> None:
    async def run() -> None:
        path = tmp_path / "outbox.db"
        await filled(path)
        connection = connect(path, SCHEMA, max_bytes=FILE_MAX_BYTES)
        connection.execute("UPDATE kept SET text = '{\"x\":2}' WHERE name = '9'")
        connection.close()
        troubles: list[str] = []
        outbox = await opened(path, troubles)
        assert [one.name for one in outbox.kept(SITE)["CP1"]] == ["10"]
        assert len(troubles) == 1 and "damaged" in troubles[0]
        await outbox.close()

    asyncio.run(run())
