"""A wrong file, whatever is wrong in it, gives one line that says where: for all settings."""

import re

from hypothesis import assume, given
from hypothesis import strategies as st
from msgspec import Struct

from laconic_gateway.config import ConfigError, ExpanderConfig, SiteConfig
from laconic_gateway.config.docs import example
from laconic_gateway.config.schema import Setting, tables
from tests.support.config_files import MINIMAL_SITE, ConfigFolder


def all_settings() -> list[tuple[type[Struct], Setting]]:
    return [
        (model, setting)
        for model in (SiteConfig, ExpanderConfig)
        for table in tables(model)
        for setting in table.settings
    ]


WRONG = ["{ a = 1 }", "[]", "[1, 2]", "1979-05-27T07:32:00Z", "true", "nan", '"\\u0000"', "-1"]
RIGHT = {("[]", "an array"), ("true", "true or false")}
"""Values above with what is expected where they are not wrong."""
ROOM = st.lists(st.sampled_from(["", "# a comment", "  # x = [ {"]), max_size=3)


@given(st.sampled_from(all_settings()), st.sampled_from(WRONG), st.data())
def test_a_wrong_value_is_reported_on_the_line_of_its_key(
    folder: ConfigFolder, chosen: tuple[type[Struct], Setting], wrong: str, data: st.DataObject
) -> None:
    model, setting = chosen
    assume((wrong, setting.expected.partition(" of ")[0]) not in RIGHT)
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
    folder: ConfigFolder, chosen: tuple[type[Struct], Setting], data: st.DataObject
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
def test_any_unknown_key_gives_one_line_of_text(folder: ConfigFolder, key: str) -> None:
    quoted = "".join(f"\\U{ord(letter):08x}" for letter in key)
    message = folder.error(folder.site, f'{MINIMAL_SITE}\n[log]\n\n"z{quoted}" = 1\n')
    assert message.startswith("x.toml:8: log.")
    assert "there is no such key" in message
    assert "\n" not in message


@given(st.text(st.characters(codec="utf-8"), max_size=40), st.integers(0, 80))
def test_damage_anywhere_is_a_configuration_error_or_harmless(
    folder: ConfigFolder, damage: str, place: int
) -> None:
    text = MINIMAL_SITE[:place] + damage + MINIMAL_SITE[place:]
    try:
        folder.site(text)
    except ConfigError as error:
        assert re.match(r"[^\n]*x\.toml:\d+(:\d+)?: ", str(error))
