"""The scanner finds each key of any TOML text on the line where it was written."""

import json
import tomllib
from datetime import date
from random import Random
from typing import TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laconic_gateway.config.toml_lines import KeyPath, key_lines, line_of

Value: TypeAlias = "dict[str, Value] | list[Value] | int | str | date"

KEYS = st.one_of(
    st.from_regex(r"[A-Za-z0-9_-]{1,6}", fullmatch=True),
    st.text(st.sampled_from("a.\"'#=[]{} \té"), max_size=5),
)
SCALARS = st.one_of(
    st.integers(-(2**63), 2**63 - 1),
    st.booleans(),
    st.text(st.sampled_from("ab#,=[]{}\"'\\ \n\té"), max_size=12),
    st.datetimes(),
    st.dates(),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, min_size=1, max_size=3)
    ),
    max_leaves=10,
)
DOCUMENTS = st.dictionaries(KEYS, VALUES, max_size=5)


class Writer:
    """Writes a document in a style drawn at random, and notes the line of each path."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.text = ""
        self.lines: dict[KeyPath, int] = {(): 1}

    def document(self, table: dict[str, Value], path: KeyPath, header: str) -> None:
        with_header = {key: style for key in table if (style := self.header_of(table[key]))}
        for key in table.keys() - with_header.keys():
            self.blank()
            self.pair(key, table[key], path)
            self.text += "\n"
        for key, style in with_header.items():
            name = f"{header}.{self.key(key)}".removeprefix(".")
            value = table[key]
            for index, inner in enumerate(value if isinstance(value, list) else [value]):
                assert isinstance(inner, dict)
                self.blank()
                at: KeyPath = (*path, key, index) if isinstance(value, list) else (*path, key)
                self.note((*path, key))
                self.note(at)
                self.text += style.replace("[]", f"[ {name} ]") + self.random.choice(
                    ["\n", " # x\n"]
                )
                self.document(inner, at, name)

    def header_of(self, value: Value) -> str:
        if isinstance(value, dict):
            return self.random.choice(["[]", ""])
        if isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
            return self.random.choice(["[[]]", ""])
        return ""

    def pair(self, key: str, value: Value, path: KeyPath) -> None:
        self.note((*path, key))
        self.text += self.key(key)
        while isinstance(value, dict) and len(value) == 1 and self.random.random() < 0.5:
            path = (*path, key)
            key, value = next(iter(value.items()))
            self.note((*path, key))
            self.text += self.random.choice([".", " . "]) + self.key(key)
        self.text += self.random.choice(["=", " = "])
        self.value(value, (*path, key))

    def value(self, value: Value, path: KeyPath) -> None:
        if isinstance(value, dict):
            self.text += "{"
            for index, key in enumerate(value):
                self.text += ", " if index else " "
                self.pair(key, value[key], path)
            self.text += "}"
        elif isinstance(value, list):
            self.array(value, path)
        else:
            self.text += self.scalar(value)

    def array(self, items: list[Value], path: KeyPath) -> None:
        self.text += "["
        for index, item in enumerate(items):
            self.blank()
            self.note((*path, index))
            self.value(item, (*path, index))
            self.text += "," if index < len(items) - 1 else self.random.choice([",", ""])
        self.text += self.random.choice(["\n]", " ]"])

    def scalar(self, value: object) -> str:
        if isinstance(value, bool):
            return str(value).lower()
        if not isinstance(value, str):
            return str(value)
        basic = json.dumps(value, ensure_ascii=False)
        forms = [basic, f'"""\n{basic[1:-1]}"""', f'"""{basic[1:-1]}\\\n"""']
        if "'" not in value:
            forms.append(f"'''{value}'''" if value[:1] != "\n" else f"'''\n{value}'''")
            forms += [f"'{value}'"] if "\n" not in value else []
        return self.random.choice(forms)

    def key(self, key: str) -> str:
        bare = key.isascii() and key.replace("-", "a").replace("_", "a").isalnum()
        quoted = json.dumps(key, ensure_ascii=False)
        return self.random.choice([key, quoted]) if bare else quoted

    def blank(self) -> None:
        self.text += self.random.choice(["", "", "\n", "# [x] = {\n", "\r\n  "])

    def note(self, path: KeyPath) -> None:
        self.lines.setdefault(path, self.text.count("\n") + 1)


@given(DOCUMENTS, st.randoms(use_true_random=False))
def test_every_key_is_found_on_its_line(document: dict[str, Value], random: Random) -> None:
    writer = Writer(random)
    writer.document(document, (), "")
    assert tomllib.loads(writer.text) == document, "the test writes wrong TOML"
    assert key_lines(writer.text) == writer.lines


TEXT = """\
# a site
[site]
name = "a"
"quoted.key" = 1

[[charger]]
identity = "CP1"
[[charger]]
more = { answers = "relay", deep.inside = 3 }
list = [
  1, # one
  { x = 2 },
]
[charger.inner.table]
text = \"\"\"
[not.a.table]
\"\"\"
after = 1
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ((), 1),
        (("site",), 2),
        (("site", "quoted.key"), 4),
        (("charger", 1), 8),
        (("charger", 1, "more", "answers"), 9),
        (("charger", 1, "more", "deep", "inside"), 9),
        (("charger", 1, "list", 1, "x"), 12),
        (("charger", 1, "inner", "table", "text"), 15),
        (("charger", 1, "inner", "table", "after"), 18),
        (("site", "missing"), 2),
        (("charger", 0, "missing"), 6),
        (("missing",), 1),
    ],
)
def test_the_line_of_a_path_is_that_of_the_nearest_table_around_it(
    path: KeyPath, line: int
) -> None:
    assert line_of(TEXT, path) == line
