"""`laconic journal` as an operator runs it."""

import asyncio
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from laconic_gateway.cli.journal_actions import FILE_NAME, downgrade_journal, show_journal
from laconic_gateway.config import SiteConfig, load_site
from laconic_gateway.core.records import Record, Stamp, TimeQuality
from laconic_gateway.core.site.offline.facts import KeepFact
from laconic_gateway.edge.storage import journal_view, rows
from laconic_gateway.edge.storage.database import StorageError
from laconic_gateway.edge.storage.facts import FactStore
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
    span = "received 1970-01-01T00:00:00Z (unknown) to 1970-01-01T00:00:00Z (unknown)"
    assert shed == [
        f"shed: x of charger CP1: 2 from 3 to 4, {span}",
        f"shed: x of charger CP2: 1 from 5 to 5, {span}",
        f"in the journal of charger CP1: 4 from 1 to 8, {span}",
    ]


def test_the_times_of_what_waits_are_told_and_repaired(
    config: SiteConfig, capsys: pytest.CaptureFixture[str]
) -> None:
    """The first record was made in 1970, as the box saw it; the expander told the time later."""
    asyncio.run(append_to(path_of(config), stamped(9, ESTIMATED), stamped(10, TOLD)))
    show_journal(config)
    shown = capsys.readouterr().out.splitlines()
    line = "in the journal of charger CP9: 2 from 9 to 10, received"
    assert f"{line} 2026-01-01T00:00:20Z (estimated) to 2026-09-21T14:23:20Z (told)" in shown
    asyncio.run(learn(config, KeepFact("clock/boot/b1", "1790000000.000 told")))
    show_journal(config)
    shown = capsys.readouterr().out.splitlines()
    assert (
        f"{line} 2026-09-21T14:13:40Z (estimated, repaired) to 2026-09-21T14:23:20Z (told)" in shown
    )


async def learn(config: SiteConfig, fact: KeepFact) -> None:
    facts = await FactStore.open(config.site.state_directory, on_trouble=print)
    facts.keep(fact)
    await facts.close()


async def append_to(path: Path, *records: Record) -> None:
    async with opened(path) as (journal, _):
        await append(journal, records)


ESTIMATED = Stamp(1_767_225_620.0, "b1", 20.0, TimeQuality.ESTIMATED)
TOLD = Stamp(1_790_000_600.0, "b1", 600.0, TimeQuality.TOLD)


def stamped(number: int, stamp: Stamp) -> Record:
    return replace(
        message(number, "CP9"),
        received_unix_seconds=stamp.unix_seconds,
        boot=stamp.boot,
        monotonic_seconds=stamp.monotonic_seconds,
        time_quality=stamp.quality,
    )


def test_a_journal_with_times_goes_to_the_release_before_and_comes_back(
    config: SiteConfig,
) -> None:
    """No message is lost on the way, and none counts as damaged; the times are."""
    asyncio.run(append_to(path_of(config), stamped(9, TOLD)))
    downgrade_journal(config, 2)
    with closing(sqlite3.connect(path_of(config))) as connection:
        row = connection.execute(
            f"SELECT {rows.SELECTED} FROM record WHERE sequence = 9"
        ).fetchone()
    unix = TOLD.unix_seconds
    assert rows.to_record(row) == replace(message(9, "CP9"), received_unix_seconds=unix)
    asyncio.run(read_all(path_of(config)))
    view = journal_view.read(path_of(config))
    assert view.damaged == []
    assert [(one.charger, one.count) for one in view.backlogs] == [("CP1", 5), ("CP9", 1)]
    assert view.backlogs[1].last.stamp == Stamp(TOLD.unix_seconds)


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
