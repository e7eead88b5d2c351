"""`laconic config check`, and how a service takes a wrong file."""

import re
from pathlib import Path

import pytest

from laconic_gateway.edge.link.keys import create, load
from tests.support.command_line import process, run


@pytest.mark.parametrize("command", ["site", "expander"])
def test_a_wrong_configuration_ends_with_2_and_leaves_nothing_behind(
    folder: Path, command: str
) -> None:
    file = folder / f"{command}.toml"
    text = file.read_text(encoding="utf-8")
    wrong = text.replace("level", "levle") if "[log]" in text else f"{text}[log]\nlevle = 'info'\n"
    file.write_text(wrong, encoding="utf-8")
    before = sorted(folder.iterdir())
    code, out, error = process(command, "--config", file.name)
    assert (code, out) == (2, "")
    assert re.fullmatch(
        rf"laconic: {command}\.toml:\d+: log\.levle: there is no such key\."
        r" Did you mean level\?\n",
        error,
    )
    assert sorted(folder.iterdir()) == before


@pytest.mark.parametrize("command", ["site", "expander"])
def test_a_missing_option_or_file_ends_with_2(folder: Path, command: str) -> None:
    assert process(command)[0] == 2
    code, _, error = process(command, "--config", "missing.toml")
    assert code == 2
    assert error.startswith("laconic: missing.toml: cannot read this file: No such file")
    assert error.count("\n") == 1


def test_config_check_tells_what_a_right_file_and_its_keys_are(folder: Path) -> None:
    prints: list[str] = []
    for site in ("kisumu-1", "a"):
        create(site, folder / "keys")
        prints.append(load(folder / "keys" / site / "site").fingerprint())
    assert process("config", "check", "site.toml") == (
        0,
        f"site.toml: gateway of site kisumu-1, keys {prints[0]}, 1 charger: ok\n",
        "",
    )
    assert run("config", "check", "expander.toml") == (
        0,
        f"expander.toml: expander of 1 site: a (keys {prints[1]}): ok\n",
        "laconic: expander.toml: no [[site.charger]] of a: every charger will be refused\n",
    )


def test_config_check_warns_of_a_site_without_chargers(folder: Path) -> None:
    create("kisumu-1", folder / "keys")
    file = folder / "site.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.partition("[[charger]]")[0], encoding="utf-8")
    code, out, error = run("config", "check", "site.toml")
    assert code == 0
    assert out.endswith(", 0 chargers: ok\n")
    assert error == ("laconic: site.toml: no [[charger]]: every charger will be refused\n")


def test_config_check_refuses_keys_that_do_not_fit(folder: Path) -> None:
    code, out, error = run("config", "check", "site.toml")
    assert (code, out) == (1, "")
    assert error.startswith("laconic: there are no keys in ") and error.count("\n") == 1
    create("b", folder / "keys")
    (folder / "keys/b").rename(folder / "keys/kisumu-1")
    code, _, error = run("config", "check", "site.toml")
    assert code == 1
    assert "are of site 'b'" in error and error.count("\n") == 1


def test_config_check_refuses_a_wrong_file(folder: Path) -> None:
    (folder / "site.toml").write_text("[site", encoding="utf-8")
    code, out, error = run("config", "check", "site.toml")
    assert (code, out) == (2, "")
    assert error.startswith("laconic: site.toml:1:6: this is not TOML: ")
