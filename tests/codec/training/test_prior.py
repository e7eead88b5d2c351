"""Training leaves numbers, no names; validation keeps makes apart."""

import json
from pathlib import Path

import pytest

from laconic_codec.adaptive import prior as released
from laconic_codec.adaptive.tokens import LEARNED
from laconic_codec.items import Bind
from laconic_codec.training import prior


def _write(path: Path, identity: str, count: int) -> Path:
    lines: list[str] = []
    for number in range(count):
        call = f'[2,"{number}","StatusNotification",{{"connectorId":{number % 3},"odd":"x"}}]'
        for way, raw in (("up", call), ("down", f'[3,"{number}",{{}}]')):
            record = {"t": None, "cp": identity, "dir": way, "ver": "1.6", "raw": raw}
            lines.append(json.dumps(record))
    lines.insert(3, json.dumps({"cp": identity, "dir": "up", "ver": "1.6", "raw": "no JSON"}))
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def logs(tmp_path: Path) -> list[prior.Log]:
    names = ("kilima-a", "kilima-b", "sim-one-x", "sim-two-x")
    return [prior.read_log(_write(tmp_path / f"{name}.jsonl", name, 30)) for name in names]


def test_a_log_has_a_bind_and_what_can_be_read(logs: list[prior.Log]) -> None:
    log = logs[0]
    assert isinstance(log.up[0], Bind)
    assert (len(log.up), len(log.down), len(log.calls)) == (31, 30, 31)
    assert log.xz_bytes > 0


def test_logs_of_one_make_are_kept_together_and_simulators_apart(logs: list[prior.Log]) -> None:
    assert [log.make for log in logs] == ["kilima", "kilima", "sim-one-x", "sim-two-x"]


def test_training_leaves_no_name_that_nobody_knows(logs: list[prior.Log]) -> None:
    trained = prior.train(logs)
    assert any(trained.successors.table)
    assert not any(token & LEARNED for token in trained.successors.table)
    assert max(cell & 15 for cell in trained.memory.cells) <= prior.CELL_COUNT_MAX
    assert max(cell & 15 for cell in trained.memory.letters) <= prior.LETTER_COUNT_MAX


def test_training_is_reproducible_and_survives_its_file(logs: list[prior.Log]) -> None:
    dumped = released.dump(prior.train(logs))
    assert dumped == released.dump(prior.train(logs))
    assert released.dump(released.parse(dumped)) == dumped


def test_what_was_trained_on_costs_less(logs: list[prior.Log]) -> None:
    cold = prior.frame_bytes(logs[0].calls, released.parse(_untrained()), 10)
    assert prior.frame_bytes(logs[0].calls, prior.train(logs[1:]), 10) < cold


def test_validation_has_a_result_for_each_log(
    logs: list[prior.Log], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    results = list(prior.cross_validated(logs))
    assert [result.name for result in results] == [log.name for log in logs]
    total, mean = prior.summary(results, 0)
    assert 0 < total < 2
    assert 0 < mean < 2
    path = _write(tmp_path / "again.jsonl", "again", 5)
    assert prior.main([str(path), "--cross-validate"]) == 0
    assert "frames of 50 messages against xz -9e" in capsys.readouterr().out


def test_another_prior_than_that_of_the_registry_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = _write(tmp_path / "other.jsonl", "other", 5)
    assert prior.main([str(path), "--check"]) == 1
    assert "--update" in capsys.readouterr().err


def _untrained() -> bytes:
    return released.dump(prior.train([]))
