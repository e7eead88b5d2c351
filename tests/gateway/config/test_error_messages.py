"""What is said about a wrong configuration file, message by message."""

import pytest

from laconic_gateway import config as configuration
from laconic_gateway.config import ConfigError
from laconic_gateway.config.docs import ERROR_EXAMPLE
from tests.support.config_files import (
    CHARGER,
    MINIMAL_EXPANDER,
    MINIMAL_SITE,
    SITE_CHARGER,
    ConfigFolder,
)

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
def test_a_wrong_site_file(folder: ConfigFolder, text: str, message: str) -> None:
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
def test_a_wrong_expander_file(folder: ConfigFolder, text: str, message: str) -> None:
    assert folder.error(folder.expander, text) == message


@pytest.mark.parametrize("content", [b"", b"a text", b"\x30\x82\xff"])
def test_a_file_without_certificates_is_refused(folder: ConfigFolder, content: bytes) -> None:
    (folder.path / "no.pem").write_bytes(content)
    text = MINIMAL_EXPANDER.replace("[[site]]", 'ca_file = "no.pem"\n[[site]]')
    assert folder.error(folder.expander, text) == (
        "x.toml:3: csms.ca_file: expected certificates in PEM form in no.pem, found something"
        " else. Give a file with -----BEGIN CERTIFICATE----- in it."
    )


def test_a_long_value_is_shortened(folder: ConfigFolder) -> None:
    message = folder.error(folder.site, f'{MINIMAL_SITE}[log]\nlevel = "{"x" * 500}"\n')
    assert f'found "{"x" * 59}.... Write' in message


def test_two_sites_do_not_share_keys(folder: ConfigFolder) -> None:
    text = MINIMAL_EXPANDER + '[[site]]\nname = "other"\nkeys = "keys/kisumu-1/expander"\n'
    message = folder.error(folder.expander, text)
    assert message.startswith("x.toml:8: site[2].keys: expected a different keys")


def test_a_password_file_with_more_than_one_line_is_refused(folder: ConfigFolder) -> None:
    (folder.path / "two").write_text("secret\nsecret\n", encoding="utf-8")
    by_file = CHARGER.replace("password =", "password_file =").replace("secret", "two")
    message = folder.error(folder.site, MINIMAL_SITE + by_file)
    assert message.startswith("x.toml:7: charger[1].password_file: expected one line")
    assert "secret" not in message


def test_a_file_that_is_missing_or_not_text_is_named(folder: ConfigFolder) -> None:
    missing = folder.path / "missing.toml"
    with pytest.raises(ConfigError, match=r"missing\.toml: cannot read this file: No such file"):
        configuration.load(missing)
    with pytest.raises(ConfigError, match="cannot read this file: Is a directory"):
        configuration.load(folder.path)
    (folder.path / "latin").write_bytes(b"name = '\xe9'")
    with pytest.raises(ConfigError, match=r"latin: byte 8 is not UTF-8\. Save the file"):
        configuration.load(folder.path / "latin")


def test_the_error_in_the_documents_is_a_real_one(folder: ConfigFolder) -> None:
    text = f'{MINIMAL_SITE}\n{CHARGER}answers = "lokal"\n'
    assert folder.error(folder.site, text) == ERROR_EXAMPLE.replace("site.toml", "x.toml")


@pytest.mark.parametrize("value", ["1" * 5000, "[" * 5000 + "]" * 5000])
def test_what_tomllib_cannot_hold_is_no_traceback(folder: ConfigFolder, value: str) -> None:
    message = folder.error(folder.site, f"{MINIMAL_SITE}x = {value}\n")
    assert message.startswith("x.toml: this is not usable TOML: ")
