"""`laconic quarantine` while no expander runs (for one that does: `tests/whole`)."""

import asyncio
import json
from pathlib import Path

from typer.testing import CliRunner

from laconic_gateway.cli import app
from tests.gateway.edge.storage.test_refused import SITE, STOP, fill, pending


def run(folder: Path, *arguments: str, exit_code: int = 0) -> str:
    config = str(folder / "expander.toml")
    result = CliRunner().invoke(app, ["quarantine", *arguments, "--config", config])
    assert result.exit_code == exit_code, result.output
    return result.output


def expander(folder: Path) -> Path:
    """Write a configuration; return its state directory."""
    (folder / "expander.toml").write_text(
        '[csms]\nurl = "ws://csms{path}"\n[[site]]\nname = "kisumu-1"\nkeys = "keys"\n',
        encoding="utf-8",
    )
    (folder / "state").mkdir()
    return folder / "state"


def test_a_message_is_listed_and_put_back(tmp_path: Path) -> None:
    state = expander(tmp_path)
    asyncio.run(fill(state))
    found = json.loads(run(tmp_path, "list"))
    assert (found["site"], found["charger"], found["number"]) == (SITE, STOP.charger, 1)
    run(tmp_path, "resend", SITE, "1")
    assert run(tmp_path, "list") == ""
    assert asyncio.run(pending(state)) == [STOP]


def test_a_message_is_dropped_once(tmp_path: Path) -> None:
    asyncio.run(fill(expander(tmp_path)))
    run(tmp_path, "drop", SITE, "1")
    said = run(tmp_path, "drop", SITE, "1", exit_code=1)
    assert "the quarantine has no message 1 of kisumu-1" in said


def test_before_the_first_start_there_is_nothing(tmp_path: Path) -> None:
    expander(tmp_path)
    assert "has the expander run yet?" in run(tmp_path, "list", exit_code=1)
