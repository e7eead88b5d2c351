"""The quarantine as the operator sees it (D9)."""

import asyncio
from pathlib import Path

import pytest
from typer.testing import CliRunner

from laconic_gateway.cli import app
from laconic_gateway.core.expander.poison import Poison
from laconic_gateway.core.expander.traffic import traffic_of
from laconic_gateway.core.records import Record, RecordKind
from laconic_gateway.edge.storage import refused
from laconic_gateway.edge.storage.database import StorageError
from laconic_gateway.edge.storage.outbox import Outbox
from laconic_gateway.edge.storage.refused import OUTBOX_FILE
from tests.support.waiting import GUARD_SECONDS

SITE = "kisumu-1"
STOP = Record(
    1,
    RecordKind.MESSAGE,
    "RDAM|1",
    "/ocpp/RDAM%7C1",
    "1.6",
    '[2,"id-1","StopTransaction",{"transactionId":7 }]',
    answered=True,
    received_unix_seconds=5.0,
)


async def fill(directory: Path) -> None:
    """Make an outbox with one message in its refused."""
    outbox = await Outbox.open(directory / OUTBOX_FILE, max_bytes=10**7)
    event = asyncio.Event()
    outbox.commit(SITE, [STOP], lambda _: None)
    keeps = Poison().put_aside(STOP, traffic_of(STOP), 9.0)
    outbox.done(SITE, [1], event.set, keeps=[(STOP.charger, kept) for kept in keeps])
    await asyncio.wait_for(event.wait(), GUARD_SECONDS)
    await outbox.close()


async def pending(directory: Path) -> list[Record]:
    outbox = await Outbox.open(directory / OUTBOX_FILE, max_bytes=10**7)
    page: asyncio.Future[list[Record]] = asyncio.get_running_loop().create_future()
    outbox.pending(SITE, STOP.charger, 0, 10, page.set_result)
    found = await asyncio.wait_for(page, GUARD_SECONDS)
    await outbox.close()
    return found


def test_a_message_can_be_sent_again_as_it_was(tmp_path: Path) -> None:
    asyncio.run(fill(tmp_path))
    (one,) = refused.read(tmp_path)
    assert (one.site, one.charger, one.sequence) == (SITE, "RDAM|1", 1)
    refused.resend(tmp_path, SITE, 1)
    assert refused.read(tmp_path) == []
    assert asyncio.run(pending(tmp_path)) == [STOP]


def test_a_message_can_be_dropped(tmp_path: Path) -> None:
    asyncio.run(fill(tmp_path))
    refused.drop(tmp_path, SITE, 1)
    assert refused.read(tmp_path) == [] == asyncio.run(pending(tmp_path))
    with pytest.raises(StorageError, match="no message 1 of kisumu-1"):
        refused.drop(tmp_path, SITE, 1)


def test_without_an_outbox_nothing_is_made(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="there is no such file"):
        refused.read(tmp_path)
    assert not list(tmp_path.iterdir())


def test_the_commands(tmp_path: Path) -> None:
    (tmp_path / "state").mkdir()
    asyncio.run(fill(tmp_path / "state"))
    config = tmp_path / "expander.toml"
    config.write_text(
        '[csms]\nurl = "ws://csms{path}"\n[[site]]\nname = "kisumu-1"\nkeys = "keys"\n',
        encoding="utf-8",
    )

    def run(*arguments: str) -> str:
        result = CliRunner().invoke(app, ["quarantine", *arguments, "--config", str(config)])
        assert result.exit_code == 0, result.output
        return result.output

    assert '"number": 1' in run("list")
    run("resend", SITE, "1")
    assert run("list") == ""
