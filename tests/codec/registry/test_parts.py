"""A vendor's part is read from TOML, or refused with a message that says what to mend."""

import pytest
from hypothesis import given

from laconic_codec.errors import LaconicError
from laconic_codec.registry import PartError, VendorPart
from tests.support.registries import parts
from tests.support.strategies import texts


def _toml(part: VendorPart) -> str:
    lists = "".join(
        f"{table} = {list(getattr(part, table))}\n"
        for table in ("actions", "keys", "enumerated_keys", "texts")
    )
    return f'name = "{part.name}"\nversion = {part.version}\n{lists}'


@given(parts("p"))
def test_a_part_is_read_as_it_is_written(part: VendorPart) -> None:
    assert VendorPart.parse(_toml(part)) == part


def test_lists_may_be_left_out() -> None:
    assert VendorPart.parse('name = "p"\nversion = 1') == VendorPart("p", 1)


@given(texts(100))
def test_any_text_is_a_part_or_refused(text: str) -> None:
    with pytest.raises(LaconicError):
        VendorPart.parse(text)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("name = p", "is not TOML: .*line 1"),
        ("version = 1", 'has no name; write, for example: name = "example.swap"'),
        ('name = ""\nversion = 1', "has no name"),
        ("name = 1\nversion = 1", "has no name"),
        ('name = "p"', "has no version; write, for example: version = 1"),
        ('name = "p"\nversion = 0', "has no version"),
        ('name = "p"\nversion = true', "has no version"),
        ('name = "p"\nversion = 1\nkeys = "a"', r"keys is no list; write keys = \["),
        ('name = "p"\nversion = 1\nkeys = ["a", 2]', "entry 2 of keys is no text: 2"),
        ('name = "p"\nversion = 1\ntexts = [""]', "entry 1 of texts is no text: ''"),
        ('name = "p"\nversion = 1\ntexts = ["a", "a"]', '"a" stands twice in texts; remove one'),
        ('name = "p"\nversion = 1\nkey = ["a"]', '"key" is unknown; a part has name, version, '),
    ],
)
def test_what_is_no_part_is_refused(text: str, complaint: str) -> None:
    with pytest.raises(PartError, match=f"^a registry part.*{complaint}"):
        VendorPart.parse(text)
