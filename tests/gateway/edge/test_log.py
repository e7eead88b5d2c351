"""The log: one line per event, no line that a peer could forge, no traceback for its mistakes."""

import logging
import sys
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laconic_gateway.edge.log import LineFormatter, set_up
from tests.support.log_state import log_state_kept

STAMP = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"


@pytest.fixture(autouse=True)
def log_state() -> Iterator[None]:
    with log_state_kept():
        yield


def record(text: str, name: str = "laconic_gateway.x", failure: bool = False) -> logging.LogRecord:
    try:
        raise ValueError("bad\nhandshake")
    except ValueError:
        trace = sys.exc_info() if failure else None
    made = logging.LogRecord(name, logging.INFO, "file", 1, "%s", (text,), trace)
    made.created, made.msecs = 1_767_225_599.9996, 999.6
    return made


def test_an_event_is_time_level_and_text() -> None:
    line = LineFormatter().format(record("! 2 chargers, 100 %"))
    assert line == "2025-12-31T23:59:59.999Z info ! 2 chargers, 100 %"


@given(st.text())
def test_no_text_makes_a_second_line_or_moves_the_cursor(text: str) -> None:
    line = LineFormatter().format(record(text))
    assert line.splitlines() == [line]
    assert "\x1b" not in line and "\x9b" not in line


def test_a_library_says_what_a_peer_did_wrong_on_one_line() -> None:
    line = LineFormatter().format(record("opening handshake failed", "websockets.server", True))
    assert line.endswith(r"info opening handshake failed: ValueError('bad\nhandshake')")
    assert "\n" not in line


def test_a_fault_of_the_program_keeps_its_traceback() -> None:
    text = LineFormatter().format(record("a fault", failure=True))
    assert text.splitlines()[0].endswith("info a fault")
    assert "Traceback" in text and "bad\nhandshake" in text


def test_the_level_of_the_configuration_counts_and_goes_to_standard_error(
    capsys: pytest.CaptureFixture[str],
) -> None:
    set_up("info")
    set_up("info")
    logging.getLogger("laconic_gateway.x").info("shown")
    logging.getLogger("laconic_gateway.x").debug("hidden")
    out, error = capsys.readouterr()
    assert out == ""
    assert error.count("\n") == 1 and error.endswith(" info shown\n")


@pytest.mark.parametrize(("level", "expected"), [("debug", ["warning"]), ("error", [])])
def test_libraries_speak_from_warnings_on_but_never_below_the_level(
    level: str, expected: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    set_up(level)
    for name in ("websockets.server", "aiocoap"):
        logging.getLogger(name).info("noise")
        logging.getLogger(name).warning("important")
    lines = capsys.readouterr().err.splitlines()
    assert [line.split()[1] for line in lines] == expected * 2
