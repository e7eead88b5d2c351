"""Configuration files: what a right one means, and what is said about a wrong one."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import Struct

from laconic_gateway import config as configuration
from laconic_gateway.config import Address, ConfigError, ExpanderConfig, SiteConfig
from laconic_gateway.config.docs import ERROR_EXAMPLE, example
from laconic_gateway.config.schema import Setting, tables
from laconic_gateway.core.site.policy import Answering

MINIMAL_SITE = """\
[site]
name = "kisumu-1"
keys = "keys/kisumu-1/site"
expander = "expander.example:5683"
"""
MINIMAL_EXPANDER = """\
[csms]
url = "wss://csms.example{path}"
[[site]]
name = "kisumu-1"
keys = "keys/kisumu-1/expander"
"""
CHARGER = '[[charger]]\nidentity = "CP1"\npassword = "secret"\n'
SITE_CHARGER = '[[site.charger]]\nidentity = "CP1"\n'


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder with configuration files."""

    path: Path

    def site(self, text: str) -> SiteConfig:
        return configuration.load_site(self._written(text))

    def expander(self, text: str) -> ExpanderConfig:
        return configuration.load_expander(self._written(text))

    def error(self, load: Callable[[str], Struct], text: str) -> str:
        """What is said about a wrong file, with the path of the file shortened to its name."""
        with pytest.raises(ConfigError) as caught:
            load(text)
        return str(caught.value).replace(f"{self.path}/", "")

    def _written(self, text: str) -> Path:
        file = self.path / "x.toml"
        file.write_bytes(text.encode())
        return file


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    return Folder(tmp_path_factory.mktemp("configuration"))


# What a right file means


def test_a_minimal_site_file_gets_sensible_defaults(folder: Folder) -> None:
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


def test_a_minimal_expander_file_gets_sensible_defaults(folder: Folder) -> None:
    config = folder.expander(MINIMAL_EXPANDER)
    assert config.expander.listen == Address("0.0.0.0", 5683)
    assert config.csms.ping_seconds == 300
    assert config.site[0].lease_seconds == 90
    assert config.passwords() == {}


def test_relative_paths_are_relative_to_the_file_and_absolute_ones_stay(folder: Folder) -> None:
    site = folder.site(MINIMAL_SITE.replace("keys/kisumu-1/site", "/etc/keys")).site
    assert site.keys == Path("/etc/keys")
    assert site.state_directory == folder.path / "state"
    expander = folder.expander(MINIMAL_EXPANDER + '[expander]\nstate_directory = "../here"\n')
    assert expander.expander.state_directory == folder.path / "../here"
    assert expander.site[0].keys == folder.path / "keys/kisumu-1/expander"


def test_a_relative_path_of_the_file_itself_still_gives_absolute_paths(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder.site(MINIMAL_SITE)
    monkeypatch.chdir(folder.path)
    assert configuration.load_site(Path("x.toml")).site.keys.is_absolute()


def test_a_charger_has_its_own_answers_or_those_of_all(folder: Folder) -> None:
    text = MINIMAL_SITE + '[chargers]\nanswers = "relay"\n' + CHARGER
    config = folder.site(text + CHARGER.replace("CP1", "CP2") + 'answers = "local"\n')
    assert config.answering() == {
        "CP1": Answering("relay", "relay"),
        "CP2": Answering("local", "relay"),
    }


def test_a_password_may_stand_in_a_file(folder: Folder) -> None:
    (folder.path / "CP1.password").write_text("  sécret \n", encoding="utf-8")
    by_file = CHARGER.replace("password =", "password_file =").replace("secret", "CP1.password")
    assert folder.site(MINIMAL_SITE + by_file).passwords() == {"CP1": "  sécret"}
    upstream = SITE_CHARGER + 'password_file = "CP1.password"\n'
    passwords = folder.expander(MINIMAL_EXPANDER + upstream).passwords()
    assert passwords == {("kisumu-1", "CP1"): "  sécret"}


def test_a_configuration_that_is_printed_shows_no_password(folder: Folder) -> None:
    config = folder.site(MINIMAL_SITE + CHARGER)
    assert "secret" not in repr(config) and "CP1" in repr(config)
    upstream = folder.expander(MINIMAL_EXPANDER + SITE_CHARGER + 'password = "secret"\n')
    assert "secret" not in repr(upstream) and "CP1" in repr(upstream)


def test_both_kinds_of_file_are_told_apart(folder: Folder) -> None:
    folder.site(MINIMAL_SITE)
    assert isinstance(configuration.load(folder.path / "x.toml"), SiteConfig)
    folder.expander(MINIMAL_EXPANDER)
    assert isinstance(configuration.load(folder.path / "x.toml"), ExpanderConfig)


def test_line_ends_and_byte_order_mark_of_windows_are_accepted(folder: Folder) -> None:
    text = "\ufeff" + MINIMAL_SITE.replace("\n", "\r\n")
    assert folder.site(text) == folder.site(MINIMAL_SITE)
    assert folder.error(folder.site, text + "x = 1\r\n").startswith("x.toml:5: site.x: ")


def test_the_examples_of_the_documents_are_right_files(folder: Folder) -> None:
    site = folder.site(example(SiteConfig))
    assert list(site.listens()) == ["chargers.listen", "metrics.listen"]
    expander = folder.expander(example(ExpanderConfig))
    assert list(expander.listens()) == ["expander.listen", "metrics.listen"]


# What is said about a wrong file: properties over all settings


def all_settings() -> list[tuple[type[Struct], Setting]]:
    return [
        (model, setting)
        for model in (SiteConfig, ExpanderConfig)
        for table in tables(model)
        for setting in table.settings
    ]


WRONG = ["{ a = 1 }", "[]", "[1, 2]", "1979-05-27T07:32:00Z", "true", "nan", '"\\u0000"', "-1"]
ROOM = st.lists(st.sampled_from(["", "# a comment", "  # x = [ {"]), max_size=3)


@given(st.sampled_from(all_settings()), st.sampled_from(WRONG), st.data())
def test_a_wrong_value_is_reported_on_the_line_of_its_key(
    folder: Folder, chosen: tuple[type[Struct], Setting], wrong: str, data: st.DataObject
) -> None:
    model, setting = chosen
    wrong_line, line = f"{setting.key[-1]} = {wrong}", 0
    text: list[str] = []
    for table in tables(model):
        text += [*data.draw(ROOM), table.header]
        for one in table.settings:
            text += data.draw(ROOM)
            if one == setting and table.key == setting.key[:-1]:
                text.append(wrong_line)
                line = len(text)
            elif not one.is_alternative:
                text.append(f"{one.key[-1]} = {one.example}")
    load = folder.site if model is SiteConfig else folder.expander
    message = folder.error(load, "\n".join(text))
    assert message.startswith(f"x.toml:{line}: ")
    assert re.sub(r"\[1\]", "", message.split(": ")[1]) == ".".join(setting.key)
    assert f"expected {setting.expected}, found " in message
    assert message.endswith(f"Write, for example: {setting.key[-1]} = {setting.example}")


@given(st.sampled_from(all_settings()), st.data())
def test_a_misspelt_key_is_reported_with_the_right_one(
    folder: Folder, chosen: tuple[type[Struct], Setting], data: st.DataObject
) -> None:
    model, setting = chosen
    key = setting.key[-1]
    gap = data.draw(st.integers(1, len(key) - 1))
    misspelt = key[:gap] + data.draw(st.sampled_from("qxz")) + key[gap:]
    line = f"{key} = {setting.example}"
    load = folder.site if model is SiteConfig else folder.expander
    text = (
        example(model).replace(f"# {line}", line).replace(line, f"{misspelt} = {setting.example}")
    )
    number = text.split("\n").index(f"{misspelt} = {setting.example}") + 1
    message = folder.error(load, text)
    assert message.startswith(f"x.toml:{number}: ")
    assert message.endswith(f"there is no such key. Did you mean {key}?")


@given(st.text(min_size=1))
def test_any_unknown_key_gives_one_line_of_text(folder: Folder, key: str) -> None:
    quoted = "".join(f"\\U{ord(letter):08x}" for letter in key)
    message = folder.error(folder.site, f'{MINIMAL_SITE}\n[log]\n\n"z{quoted}" = 1\n')
    assert message.startswith("x.toml:8: log.")
    assert "there is no such key" in message
    assert "\n" not in message


@given(st.text(st.characters(codec="utf-8"), max_size=40), st.integers(0, 80))
def test_damage_anywhere_is_a_configuration_error_or_harmless(
    folder: Folder, damage: str, place: int
) -> None:
    text = MINIMAL_SITE[:place] + damage + MINIMAL_SITE[place:]
    try:
        folder.site(text)
    except ConfigError as error:
        assert re.match(r"[^\n]*x\.toml:\d+(:\d+)?: ", str(error))


# What is said about a wrong file: each message


RULE = "a line is a [table], key = value, or a # comment, and text stands in quotes."
TWICE = (
    "this is not TOML: the key or table stands twice, or [chargers] (the server) and [[charger]]"
    " (one charger) are mixed up"
)
BOTH = (
    "x.toml:1: site: this file has [site], which belongs to a gateway, and [@], which belongs to"
    " an expander; use two files. A site of an expander is [[site]]."
)
SITE_ERRORS = {
    # Nothing, or not enough
    "": "x.toml:1: site: this table is missing. Add [site] with its settings.",
    '[site]\nname = "a"\n': "x.toml:1: site.keys: this key is missing."
    ' Write, for example: keys = "keys/kisumu-1/site"',
    "site = 3\n": "x.toml:1: site: expected a table, found 3. Write [site] and its settings.",
    f"{MINIMAL_SITE}[metrics]\n": "x.toml:5: metrics.listen: this key is missing."
    ' Write, for example: listen = "127.0.0.1:9464"',
    # Not TOML
    f"{MINIMAL_SITE}answers local\n": "x.toml:5:9: this is not TOML: Expected '=' after a key in"
    " a key/value pair. Correct line 5; a line is a [table], key = value, or a # comment, and"
    " text stands in quotes.",
    f"{MINIMAL_SITE}\nx = ": "x.toml:6:5: this is not TOML: Invalid value. Correct line 6; a line"
    " is a [table], key = value, or a # comment, and text stands in quotes.",
    # Values that are wrong
    f'{MINIMAL_SITE}[log]\nlevel = "loud"\n': 'x.toml:6: log.level: expected "debug" or "info" or'
    ' "warning" or "error", found "loud". Write, for example: level = "info"',
    f"{MINIMAL_SITE}[link]\nkeepalive_seconds = 0\n": "x.toml:6: link.keepalive_seconds: expected"
    " a number from 1 to 3600, found 0. Write, for example: keepalive_seconds = 28",
    f'{MINIMAL_SITE}[link]\nreachability = "never"\n': "x.toml:6: link.reachability: expected"
    ' "active" or "always" or "poll", found "never". Write, for example: reachability = "always"',
    MINIMAL_SITE.replace("kisumu-1", "a b", 1): "x.toml:2: site.name: expected 1 to 64 characters"
    ' out of A-Z a-z 0-9 . _ - without a dot at the start, found "a b".'
    ' Write, for example: name = "kisumu-1"',
    MINIMAL_SITE.replace(":5683", ":0"): "x.toml:4: site.expander: expected a port from 1 to"
    " 65535, found 0. The default of an expander is 5683.",
    MINIMAL_SITE + CHARGER.replace("CP1", "C:P1"): "x.toml:6: charger[1].identity: expected 1 to"
    ' 255 characters, no colon and no control character, found "C:P1".'
    ' Write, for example: identity = "CP1"',
    # Passwords are never repeated
    MINIMAL_SITE + CHARGER.replace('"secret"', '""'): "x.toml:7: charger[1].password: expected a"
    " text in quotes with at least one character and no control character, found an empty string."
    ' Write, for example: password = "a long secret"',
    MINIMAL_SITE + CHARGER.replace('"secret"', "1234"): "x.toml:7: charger[1].password: expected"
    " a text in quotes with at least one character and no control character, found something else"
    " (not shown)."
    ' Write, for example: password = "a long secret"',
    # Keys that do not fit together
    MINIMAL_SITE + CHARGER + "\n" + CHARGER: "x.toml:10: charger[2].identity: expected a different"
    ' identity in each table, found "CP1" again (also in table 1). Change or remove one of the'
    " two.",
    MINIMAL_SITE + '[[charger]]\nidentity = "CP1"\n': "x.toml:5: charger[1]: expected password or"
    " password_file, found neither. Add one of them.",
    MINIMAL_SITE + CHARGER + 'password_file = "x"\n': "x.toml:8: charger[1].password_file:"
    " expected password or password_file, found both. Remove one of them.",
    f"{MINIMAL_SITE}[budget]\nmonthly_megabytes = 20\nhard_cap_megabytes = 18.5\n": "x.toml:7:"
    " budget.hard_cap_megabytes: expected at least monthly_megabytes (20), found 18.5. The cap is"
    " the last resort above the budget: raise it, or lower monthly_megabytes.",
    # Files that are named
    MINIMAL_SITE + CHARGER.replace("password", "password_file"): "x.toml:7:"
    " charger[1].password_file: cannot read secret: No such file or directory. Correct the path"
    " or the file's permissions.",
    # Brackets, and tables that stand twice
    MINIMAL_SITE + CHARGER.replace("[[charger]]", "[charger]"): "x.toml:5: charger: expected"
    " [[charger]] with double brackets, found [charger]. Correct the brackets.",
    MINIMAL_SITE + "[[chargers]]\n": "x.toml:5: chargers: expected [chargers] with single brackets,"
    " found [[chargers]]. Correct the brackets.",
    MINIMAL_SITE + CHARGER + "[charger]\n": f"x.toml:8:9: {TWICE}. Correct line 8; {RULE}",
    f"{MINIMAL_SITE}[charger]\n[[charger]]\n": f"x.toml:6:10: {TWICE}. Correct line 6; {RULE}",
    MINIMAL_SITE + "[log]\nlevel = 'info'\n" * 2: f"x.toml:7:5: {TWICE}. Correct line 7; {RULE}",
    f'{MINIMAL_SITE}[log]\nlevel = "info\n': "x.toml:6:14: this is not TOML: a closing quote is"
    f" missing. Correct line 6; {RULE}",
    # The other file, or both
    MINIMAL_SITE + MINIMAL_EXPANDER.partition("[[site]]")[0]: BOTH.replace("@", "csms"),
    f"{MINIMAL_SITE}[expander]\n": BOTH.replace("@", "expander"),
    MINIMAL_EXPANDER: "x.toml:1: csms: this is the file of a laconic expander."
    " Run: laconic expander --config FILE",
}


@pytest.mark.parametrize(("text", "message"), SITE_ERRORS.items())
def test_a_wrong_site_file(folder: Folder, text: str, message: str) -> None:
    assert folder.error(folder.site, text) == message


def with_url(url: str) -> str:
    return MINIMAL_EXPANDER.replace("wss://csms.example{path}", url)


def url_error(url: str) -> str:
    return (
        "x.toml:2: csms.url: expected a URL that starts with ws:// or wss:// and holds {path} or"
        f' {{identity}}, found "{url}". Write, for example: url = "wss://csms.example{{path}}"'
    )


EXPANDER_ERRORS = {
    with_url("https://csms.example{path}"): url_error("https://csms.example{path}"),
    with_url("wss://csms.example/"): url_error("wss://csms.example/"),
    with_url("wss://csms.example{}"): url_error("wss://csms.example{}"),
    with_url("wss://csms.example{path"): url_error("wss://csms.example{path"),
    with_url("wss://csms.example/{identiy}"): "x.toml:2: csms.url: {identiy} is not known; only"
    " {path} and {identity} are.",
    with_url("wss://csms.example{path}{x}"): "x.toml:2: csms.url: {x} is not known; only {path} and"
    " {identity} are.",
    f"{MINIMAL_EXPANDER}[site.charger]\n": "x.toml:6: site[1].charger: expected [[site.charger]]"
    " with double brackets, found [site.charger]. Correct the brackets.",
    MINIMAL_SITE + MINIMAL_EXPANDER.partition("[[site]]")[0]: BOTH.replace("@", "csms"),
    MINIMAL_EXPANDER + MINIMAL_EXPANDER.partition("}")[2][2:]: "x.toml:7: site[2].name: expected a"
    ' different name in each table, found "kisumu-1" again (also in table 1). Change or remove'
    " one of the two.",
    MINIMAL_EXPANDER + SITE_CHARGER + SITE_CHARGER: "x.toml:9: site[1].charger[2].identity:"
    ' expected a different identity in each table, found "CP1" again (also in table 1). Change or'
    " remove one of the two.",
    MINIMAL_EXPANDER + "lease_seconds = 9\n": "x.toml:6: site[1].lease_seconds: expected a number"
    " from 10 to 86400, found 9. Write, for example: lease_seconds = 90",
    MINIMAL_EXPANDER.replace("[[site]]", 'ca_file = "ca.pem"\n[[site]]'): "x.toml:3: csms.ca_file:"
    " cannot read ca.pem: No such file or directory. Correct the path or the file's permissions.",
    'site = []\n[csms]\nurl = "ws://csms{path}"\n': "x.toml:1: site: expected a table, found an"
    " empty array. Write [[site]] and its settings.",
    MINIMAL_SITE: "x.toml:1: site: this is the file of a laconic site."
    " Run: laconic site --config FILE",
}


@pytest.mark.parametrize(("text", "message"), EXPANDER_ERRORS.items())
def test_a_wrong_expander_file(folder: Folder, text: str, message: str) -> None:
    assert folder.error(folder.expander, text) == message


@pytest.mark.parametrize("content", [b"", b"a text", b"\x30\x82\xff"])
def test_a_file_without_certificates_is_refused(folder: Folder, content: bytes) -> None:
    (folder.path / "no.pem").write_bytes(content)
    text = MINIMAL_EXPANDER.replace("[[site]]", 'ca_file = "no.pem"\n[[site]]')
    assert folder.error(folder.expander, text) == (
        "x.toml:3: csms.ca_file: expected certificates in PEM form in no.pem, found something"
        " else. Give a file with -----BEGIN CERTIFICATE----- in it."
    )


def test_a_long_value_is_shortened(folder: Folder) -> None:
    message = folder.error(folder.site, f'{MINIMAL_SITE}[log]\nlevel = "{"x" * 500}"\n')
    assert f'found "{"x" * 59}.... Write' in message


def test_two_sites_do_not_share_keys(folder: Folder) -> None:
    text = MINIMAL_EXPANDER + '[[site]]\nname = "other"\nkeys = "keys/kisumu-1/expander"\n'
    message = folder.error(folder.expander, text)
    assert message.startswith("x.toml:8: site[2].keys: expected a different keys")


def test_a_password_file_with_more_than_one_line_is_refused(folder: Folder) -> None:
    (folder.path / "two").write_text("secret\nsecret\n", encoding="utf-8")
    by_file = CHARGER.replace("password =", "password_file =").replace("secret", "two")
    message = folder.error(folder.site, MINIMAL_SITE + by_file)
    assert message.startswith("x.toml:7: charger[1].password_file: expected one line")
    assert "secret" not in message


def test_a_file_that_is_missing_or_not_text_is_named(folder: Folder) -> None:
    missing = folder.path / "missing.toml"
    with pytest.raises(ConfigError, match=r"missing\.toml: cannot read this file: No such file"):
        configuration.load(missing)
    with pytest.raises(ConfigError, match="cannot read this file: Is a directory"):
        configuration.load(folder.path)
    (folder.path / "latin").write_bytes(b"name = '\xe9'")
    with pytest.raises(ConfigError, match=r"latin: byte 8 is not UTF-8\. Save the file"):
        configuration.load(folder.path / "latin")


def test_the_error_in_the_documents_is_a_real_one(folder: Folder) -> None:
    text = f'{MINIMAL_SITE}\n{CHARGER}answers = "lokal"\n'
    assert folder.error(folder.site, text) == ERROR_EXAMPLE.replace("site.toml", "x.toml")


@pytest.mark.parametrize("value", ["1" * 5000, "[" * 5000 + "]" * 5000])
def test_what_tomllib_cannot_hold_is_no_traceback(folder: Folder, value: str) -> None:
    message = folder.error(folder.site, f"{MINIMAL_SITE}x = {value}\n")
    assert message.startswith("x.toml: this is not usable TOML: ")
