"""`laconic journal` as an operator runs it."""

import asyncio
from pathlib import Path

import pytest

from laconic_gateway.cli.journal_actions import FILE_NAME, downgrade_journal, show_journal
from laconic_gateway.config import SiteConfig, load_site
from laconic_gateway.edge.storage.database import StorageError
from laconic_gateway.edge.storage.room import tombstone
from tests.support.damage import change
from tests.support.journals import append, opened, read
from tests.support.records import message

CONFIG = """
[site]
name = "kisumu-1"
keys = "keys"
expander = "127.0.0.1:5683"
"""


@pytest.fixture
def config(tmp_path: Path) -> SiteConfig:
    """A site whose journal has eight records."""
    (tmp_path / "site.toml").write_text(CONFIG, encoding="utf-8")
    found = load_site(tmp_path / "site.toml")

    async def live() -> None:
        gone = {3: "CP1", 4: "CP1", 5: "CP2"}
        added = [message(number, gone.get(number, "CP1")) for number in range(1, 9)]
        stones = [tombstone(r, "shed: x") if r.sequence in gone else r for r in added]
        async with opened(path_of(found)) as (journal, _):
            await append(journal, stones)

    asyncio.run(live())
    return found


def path_of(config: SiteConfig) -> Path:
    return config.site.state_directory / FILE_NAME


async def read_all(path: Path) -> None:
    async with opened(path) as (journal, _):
        await read(journal)


def test_what_was_shed_and_what_is_damaged_is_listed(
    config: SiteConfig, capsys: pytest.CaptureFixture[str]
) -> None:
    change(path_of(config), "UPDATE record SET text = 'other' WHERE sequence = 7")
    asyncio.run(read_all(path_of(config)))
    show_journal(config)
    damaged, *shed = capsys.readouterr().out.splitlines()
    assert damaged.startswith("damaged 7 of charger CP1: its checksum is wrong, found 2")
    assert "b'other'" in damaged
    assert shed == [
        "shed: x of charger CP1: 2 from 3 to 4",
        "shed: x of charger CP2: 1 from 5 to 5",
    ]


def test_a_journal_without_gaps_says_so(
    config: SiteConfig, capsys: pytest.CaptureFixture[str]
) -> None:
    change(path_of(config), "DELETE FROM record")
    show_journal(config)
    assert capsys.readouterr().out == "nothing is damaged, and nothing undelivered was shed\n"


def test_a_journal_goes_back_to_an_older_schema(
    config: SiteConfig, capsys: pytest.CaptureFixture[str]
) -> None:
    downgrade_journal(config, 1)
    assert "its schema has version 1 now" in capsys.readouterr().out
    with pytest.raises(StorageError, match="of an older release"):
        show_journal(config)
    asyncio.run(read_all(path_of(config)))
    show_journal(config)


def test_a_gateway_that_runs_is_left_alone(config: SiteConfig) -> None:
    async def story() -> None:
        async with opened(path_of(config)):
            with pytest.raises(StorageError, match="another process has it open"):
                show_journal(config)
            with pytest.raises(StorageError, match="another process has it open"):
                downgrade_journal(config, 1)

    asyncio.run(story())
