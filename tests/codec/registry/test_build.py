"""The generated files are what the generator makes, and the page's example does what it says."""

import re
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laconic_codec.registry import CORE, build
from laconic_codec.registry.build_schemas import PACKAGE_VERSION, Schema, is_available
from laconic_codec.registry.build_shapes import Rows
from laconic_codec.registry.skeletons import Skeletons

needs_schemas = pytest.mark.skipif(
    not is_available(), reason=f"needs the package ocpp {PACKAGE_VERSION}"
)


@needs_schemas
def test_the_generator_reproduces_every_file_byte_for_byte() -> None:
    for path, text in build.files(build.collect(build.current())).items():
        assert path.read_text(encoding="utf-8") == text, f"{path}: run the generator"


@needs_schemas
def test_the_generated_content_is_the_registry() -> None:
    content = build.collect(build.current())
    assert content.registry.fingerprint == CORE.fingerprint
    assert content.lengths[-1] == content.edition.lengths


@needs_schemas
def test_before_a_release_all_numbers_may_be_given_anew() -> None:
    content = build.collect(build.EMPTY)
    assert len(content.lengths) == 1
    for table in ("actions", "keys", "enumerated_keys", "texts"):
        assert set(getattr(content.edition, table)) <= set(getattr(CORE.editions[-1], table))


@needs_schemas
def test_the_command_compares_and_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    texts = {tmp_path / "one": "1", tmp_path / "two": "2"}
    monkeypatch.setattr(build, "files", lambda _content: texts)  # pyright: ignore
    assert build.main(["--check"]) == 1
    assert capsys.readouterr().err.count("is out of date: run this command with --update") == 2
    assert build.main(["--update"]) == 0
    assert build.main(["--check"]) == 0
    (tmp_path / "two").write_text("edited by hand", encoding="utf-8")
    assert build.main(["--check"]) == 1
    assert (tmp_path / "one").read_text(encoding="utf-8") == "1"


def test_a_wrong_call_says_how_to_call(capsys: pytest.CaptureFixture[str]) -> None:
    assert build.main([]) == 2
    assert "--check" in capsys.readouterr().err


# --- tables only grow

_names = st.text("abc", min_size=1, max_size=3)


@given(
    st.lists(_names, unique=True).map(tuple),
    st.lists(_names, unique=True).map(tuple),
    st.sets(_names),
)
def test_a_table_only_grows_at_its_end(
    now: tuple[str, ...], first: tuple[str, ...], found: set[str]
) -> None:
    table = build.append(now, first, found)
    assert table[: len(now)] == now
    assert len(set(table)) == len(table)
    assert set(table) == {*now, *first, *found}
    assert build.append(table, first, found) == table


def test_an_edition_is_added_only_when_a_table_has_grown() -> None:
    first = build.with_edition((), (1, 1, 1, 1, 1))
    assert first == ((1, 1, 1, 1, 1),)
    assert build.with_edition(first, (1, 1, 1, 1, 1)) == first
    assert build.with_edition(first, (1, 1, 1, 2, 1)) == (*first, (1, 1, 1, 2, 1))


# --- shapes

_MOOD = {"type": "object", "properties": {"mood": {"enum": ["Content", "Grumpy"]}}}


def _schema(version: str, response: bool, **properties: object) -> Schema:
    return Schema(version, "Walk", response, {"type": "object", "properties": properties})


def test_equal_shapes_are_one_row() -> None:
    rows = Rows(())
    rows.add_message(_schema("2.0.1", False, customData=_MOOD, paws={"type": "integer"}))
    rows.add_message(_schema("2.1", False, paws={"type": "integer"}, customData=_MOOD))
    assert rows.rows == [
        "Mood = Content | Grumpy",
        "CustomData : mood? Mood",
        "WalkRequest : paws? i, customData? CustomData",
        "2.0.1 Walk request -> WalkRequest",
        "2.1 Walk request -> WalkRequest",
    ]


def test_a_shape_that_changes_gets_rows_after_those_that_were_there() -> None:
    old = _schema("2.1", True, at={"type": "string", "format": "date-time"}, data={})
    new = _schema("2.1", True, at={"type": "array", "items": {"type": "number"}})
    rows = Rows(())
    rows.add_message(old)
    first = tuple(rows.rows)
    assert first == ("WalkResponse : at? d, data? x", "2.1 Walk response -> WalkResponse")
    rows.add_message(old)
    assert tuple(rows.rows) == first
    again = Rows(first)
    again.add_message(new)
    assert tuple(again.rows) == (
        *first,
        "WalkResponse2 : at? [n]",
        "2.1 Walk response -> WalkResponse2",
    )
    (property_,) = (
        Skeletons(tuple(again.rows), {"at": 1, "data": 2}).skeleton("2.1", "Walk", True).properties
    )
    assert property_.name == "at"


# --- the page


def _page() -> str:
    path = Path(__file__).parents[3] / "docs" / "registry.md"
    return path.read_text(encoding="utf-8")


def _block(language: str) -> str:
    found = re.search(rf"^```{language}\n(.*?)^```$", _page(), re.DOTALL | re.MULTILINE)
    assert found is not None
    return found[1]


def test_the_example_of_the_page_prints_what_the_page_says() -> None:
    printed = StringIO()
    with redirect_stdout(printed):
        exec(compile(_block("python"), "registry.md", "exec"), {"part_toml": _block("toml")})
    assert printed.getvalue() == _block("text")


def test_the_page_has_the_counts_and_the_fingerprint() -> None:
    page = _page()
    assert CORE.fingerprint.hex() in page
    for name, count in (("actions", len(CORE.action_numbers)), ("texts", len(CORE.text_numbers))):
        assert f"| {name} | {count:,} |" in page
