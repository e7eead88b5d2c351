"""The README's example runs, prints what it says, and its table has the limits of the code."""

import re
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

import pytest

from laconic_codec import limits

README = (Path(__file__).parents[2] / "codec" / "README.md").read_text(encoding="utf-8")


def _block(language: str) -> str:
    found = re.search(rf"^```{language}\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)
    assert found is not None
    return found[1]


def test_the_example_prints_what_the_readme_says() -> None:
    printed = StringIO()
    with redirect_stdout(printed):
        exec(compile(_block("python"), "README.md", "exec"), {})
    assert printed.getvalue() == _block("text")


@pytest.mark.parametrize(
    ("row", "limit"),
    [
        ("message, in bytes of UTF-8", limits.MESSAGE_MAX_BYTES),
        ("nesting of arrays and objects in a message", limits.DEPTH_MAX),
        ("message id, in characters", limits.MESSAGE_ID_MAX_CHARACTERS),
        ("frame, in bytes", limits.FRAME_MAX_BYTES),
        ("entries of a frame, header included", limits.FRAME_MAX_ITEMS),
        ("encoded item, in bytes", limits.ITEM_MAX_BYTES),
        ("path of a charger, in characters", limits.PATH_MAX_CHARACTERS),
        ("channel number", limits.CHANNEL_MAX),
    ],
)
def test_the_readme_states_the_limits_of_the_code(row: str, limit: int) -> None:
    assert f"| {row} | {limit:,} |" in README


def test_every_module_that_the_readme_names_exists() -> None:
    named = re.findall(r"`(laconic_codec/[a-z/_]+\.py)`", README)
    assert len(named) >= 6
    for name in named:
        assert (Path(__file__).parents[2] / "codec" / name).is_file()
