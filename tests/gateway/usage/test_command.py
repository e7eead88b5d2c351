"""`laconic usage` and `laconic thinned` as an operator runs them."""

import asyncio
import json
from datetime import datetime
from pathlib import Path

import pytest

from laconic_bench import trace
from laconic_gateway.config import load_site
from laconic_gateway.core.records import Record, RecordKind
from laconic_gateway.core.site.budget.contents import Cause
from laconic_gateway.core.site.budget.meter import Account, Way
from laconic_gateway.core.site.budget.month import Month
from laconic_gateway.edge.storage.usage import FILE_NAME, UsageStore
from laconic_gateway.usage import command
from laconic_gateway.usage.command import show_thinned, show_usage
from tests.support.damage import change

NOW = 1_795_770_856.0
MONTH = Month.of(NOW, 1).first_day
CONFIG = """
[site]
name = "kisumu-1"
keys = "keys"
expander = "127.0.0.1:5683"
"""
TEXTS = [f'[2,"{number}","MeterValues",{{"connectorId":0,"é":"\\n"}}]' for number in range(5)]


def record(text: str) -> Record:
    return Record(0, RecordKind.MESSAGE, "CP 1", "/CP%201", "1.6", text, 0, True, NOW + 0.25)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A site that has run."""
    (tmp_path / "site.toml").write_text(CONFIG, encoding="utf-8")

    async def live() -> None:
        store = await UsageStore.open(
            tmp_path / "state", released_through=0, on_trouble=pytest.fail
        )
        to = Account(Way.UP, Cause.MESSAGE, "CP 1", "MeterValues")
        store.add({(MONTH, to): 1_000}, {MONTH + 26: 1_000}, {})
        for text in TEXTS:
            store.keep(record(text), False, lambda: None)
        await store.close()

    asyncio.run(live())
    return tmp_path


def test_usage_as_table_and_as_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = load_site(folder / "site.toml")
    show_usage(config, NOW, as_json=False)
    assert "MeterValues                                1,000" in capsys.readouterr().out
    show_usage(config, NOW, as_json=True)
    found = json.loads(capsys.readouterr().out)
    assert (found["used_bytes"], found["thinned_messages"]) == (1_000, 5)


def test_thinned_messages_are_a_trace_that_the_other_tools_read(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "PAGE_RECORDS", 2)
    show_thinned(load_site(folder / "site.toml"))
    out = capsys.readouterr().out
    lines = [json.loads(line) for line in out.splitlines()]
    assert [line["raw"] for line in lines] == TEXTS
    assert lines[0].keys() == {"t", "cp", "dir", "ver", "raw"}
    assert datetime.fromisoformat(lines[0]["t"]).timestamp() == NOW + 0.25
    path = folder / "thinned.jsonl"
    path.write_text(out, encoding="utf-8")
    read = list(trace.read(path))
    assert [(one.identity, one.direction, one.version) for one in read] == [
        ("CP 1", "up", "1.6")
    ] * 5


def test_damaged_messages_are_left_out_and_counted(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    change(folder / "state" / FILE_NAME, "UPDATE thinned SET text = 'else' WHERE sequence = 2")
    show_thinned(load_site(folder / "site.toml"))
    printed = capsys.readouterr()
    assert len(printed.out.splitlines()) == 4
    assert printed.err == "laconic: left out because damaged: 1\n"
