"""The dictionary is what its trainer makes."""

from pathlib import Path

import pytest

from laconic_codec import zstd_coding
from laconic_codec.training import dictionary

needs_trainer = pytest.mark.skipif(
    not dictionary.is_available(), reason=f"needs the trainer of libzstd {dictionary.TRAINER}"
)


@needs_trainer
def test_the_trainer_reproduces_the_dictionary_byte_for_byte() -> None:
    assert dictionary.train(dictionary.SIZE_BYTES) == zstd_coding.dictionary_bytes(), (
        "run python -m laconic_codec.training.dictionary --update, or undo what changed the numbers"
    )


@needs_trainer
def test_the_command_compares_and_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "dictionary.bin"
    monkeypatch.setattr(dictionary, "PATH", path)
    monkeypatch.setattr(dictionary, "CHARGERS", 50)
    assert dictionary.main(["--check"]) == 1
    assert "is out of date: run this command with --update" in capsys.readouterr().err
    assert dictionary.main(["--update"]) == 0
    assert dictionary.main(["--check"]) == 0
    path.write_bytes(b"edited by hand")
    assert dictionary.main(["--check"]) == 1
    assert path.read_bytes() == b"edited by hand"


def test_another_trainer_is_told_so(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(dictionary, "TRAINER", (0, 0, 1))
    assert dictionary.main(["--check"]) == 2
    assert "pip install zstandard==" in capsys.readouterr().err


def test_a_wrong_call_says_how_to_call(capsys: pytest.CaptureFixture[str]) -> None:
    assert dictionary.main([]) == 2
    assert "--check" in capsys.readouterr().err


def test_it_has_the_size_that_was_chosen() -> None:
    assert len(zstd_coding.dictionary_bytes()) == dictionary.SIZE_BYTES
