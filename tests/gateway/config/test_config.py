"""What a right configuration file means."""

from pathlib import Path

import pytest

from laconic_gateway import config as configuration
from laconic_gateway.config import Address, ExpanderConfig, SiteConfig
from laconic_gateway.config.docs import example
from laconic_gateway.core.site.policy import Answering
from tests.support.config_files import (
    CHARGER,
    MINIMAL_EXPANDER,
    MINIMAL_SITE,
    SITE_CHARGER,
    ConfigFolder,
)


def test_a_minimal_site_file_gets_sensible_defaults(folder: ConfigFolder) -> None:
    config = folder.site(MINIMAL_SITE)
    assert config.site.expander == Address("expander.example", 5683)
    assert config.chargers.listen == Address("0.0.0.0", 8887)
    assert (config.chargers.answers, config.chargers.message_ids) == ("local", "remint")
    assert config.batch.telemetry_seconds == 60
    assert config.link.reachability == "always"
    assert config.link.keepalive_seconds is None  # it is measured
    assert config.log.level == "info"
    assert config.metrics is None
    assert config.charger == ()


def test_a_minimal_expander_file_gets_sensible_defaults(folder: ConfigFolder) -> None:
    config = folder.expander(MINIMAL_EXPANDER)
    assert config.expander.listen == Address("0.0.0.0", 5683)
    assert config.csms.ping_seconds == 300
    assert config.site[0].lease_seconds == 90
    assert config.passwords() == {}


def test_relative_paths_are_relative_to_the_file_and_absolute_ones_stay(
    folder: ConfigFolder,
) -> None:
    site = folder.site(MINIMAL_SITE.replace("keys/kisumu-1/site", "/etc/keys")).site
    assert site.keys == Path("/etc/keys")
    assert site.state_directory == folder.path / "state"
    expander = folder.expander(MINIMAL_EXPANDER + '[expander]\nstate_directory = "../here"\n')
    assert expander.expander.state_directory == folder.path / "../here"
    assert expander.site[0].keys == folder.path / "keys/kisumu-1/expander"


def test_a_relative_path_of_the_file_itself_still_gives_absolute_paths(
    folder: ConfigFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.site(MINIMAL_SITE)
    monkeypatch.chdir(folder.path)
    assert configuration.load_site(Path("x.toml")).site.keys.is_absolute()


def test_a_charger_has_its_own_answers_or_those_of_all(folder: ConfigFolder) -> None:
    text = MINIMAL_SITE + '[chargers]\nanswers = "relay"\n' + CHARGER
    config = folder.site(text + CHARGER.replace("CP1", "CP2") + 'answers = "local"\n')
    assert config.answering() == {
        "CP1": Answering("relay"),
        "CP2": Answering("local"),
    }


def test_a_charger_that_is_relayed_has_no_empty_answers_of_the_others(
    folder: ConfigFolder,
) -> None:
    shared = '[chargers]\nempty_answers = ["updates", "swaps"]\n'
    relayed = CHARGER.replace("CP1", "CP2") + 'answers = "relay"\n'
    own = CHARGER.replace("CP1", "CP3") + 'answers = "relay"\nempty_answers = ["ends"]\n'
    config = folder.site(MINIMAL_SITE + shared + CHARGER + relayed + own)
    assert config.answering() == {
        "CP1": Answering("local", frozenset({"updates", "swaps"})),
        "CP2": Answering("relay"),
        "CP3": Answering("relay", frozenset({"ends"})),
    }


def test_a_password_may_stand_in_a_file(folder: ConfigFolder) -> None:
    (folder.path / "CP1.password").write_text("  sécret \n", encoding="utf-8")
    by_file = CHARGER.replace("password =", "password_file =").replace("secret", "CP1.password")
    assert folder.site(MINIMAL_SITE + by_file).passwords() == {"CP1": "  sécret"}
    upstream = SITE_CHARGER + 'password_file = "CP1.password"\n'
    passwords = folder.expander(MINIMAL_EXPANDER + upstream).passwords()
    assert passwords == {("kisumu-1", "CP1"): "  sécret"}


def test_a_configuration_that_is_printed_shows_no_password(folder: ConfigFolder) -> None:
    config = folder.site(MINIMAL_SITE + CHARGER)
    assert "secret" not in repr(config) and "CP1" in repr(config)
    upstream = folder.expander(MINIMAL_EXPANDER + SITE_CHARGER + 'password = "secret"\n')
    assert "secret" not in repr(upstream) and "CP1" in repr(upstream)


def test_both_kinds_of_file_are_told_apart(folder: ConfigFolder) -> None:
    folder.site(MINIMAL_SITE)
    assert isinstance(configuration.load(folder.path / "x.toml"), SiteConfig)
    folder.expander(MINIMAL_EXPANDER)
    assert isinstance(configuration.load(folder.path / "x.toml"), ExpanderConfig)


def test_line_ends_and_byte_order_mark_of_windows_are_accepted(folder: ConfigFolder) -> None:
    text = "\ufeff" + MINIMAL_SITE.replace("\n", "\r\n")
    assert folder.site(text) == folder.site(MINIMAL_SITE)
    assert folder.error(folder.site, text + "x = 1\r\n").startswith("x.toml:5: site.x: ")


def test_the_examples_of_the_documents_are_right_files(folder: ConfigFolder) -> None:
    site = folder.site(example(SiteConfig))
    assert list(site.listens()) == ["chargers.listen", "metrics.listen"]
    expander = folder.expander(example(ExpanderConfig))
    assert list(expander.listens()) == ["expander.listen", "metrics.listen"]
