"""`laconic keys` as an operator runs it."""

import re
from pathlib import Path

from tests.support.command_line import process, run


def test_new_keys_are_made_and_shown_without_the_secret(folder: Path) -> None:
    code, out, error = process("keys", "new", "kisumu-1")
    assert (code, error) == (0, "")
    made = [Path("keys/kisumu-1/site"), Path("keys/kisumu-1/expander")]
    assert all(str(directory) in out for directory in made)
    shown = [process("keys", "show", str(directory))[1] for directory in made]
    assert "site          kisumu-1" in shown[0]
    assert shown[0].splitlines()[-1] == shown[1].splitlines()[-1]
    text = (folder / made[0] / "oscore.toml").read_text(encoding="utf-8")
    secrets = re.findall(r'^master_\w+ = "(\w+)"', text, re.MULTILINE)
    assert secrets
    assert not any(secret in out + "".join(shown) for secret in secrets)


def test_keys_are_never_overwritten(folder: Path) -> None:
    assert run("keys", "new", "a", "--directory", "here")[0] == 0
    before = (folder / "here/a/site/oscore.toml").read_bytes()
    code, _, error = run("keys", "new", "a", "--directory", "here")
    assert code == 1
    assert "exists already" in error and error.count("\n") == 1
    assert (folder / "here/a/site/oscore.toml").read_bytes() == before


def test_missing_keys_are_one_clear_line(folder: Path) -> None:
    code, out, error = process("keys", "show", "nowhere")
    assert (code, out) == (1, "")
    assert error.startswith("laconic: there are no keys in nowhere") and error.count("\n") == 1
