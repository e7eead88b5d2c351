"""Frames are found in what the user names."""

from pathlib import Path

import pytest

from laconic_codec.frame import Direction
from laconic_gateway.inspect.given import given_frames
from laconic_gateway.inspect.view import Given, InspectError
from tests.support.captures import capture

UP = Direction.UP


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_hex_digits_in_the_usual_spellings_are_a_frame(folder: Path) -> None:
    for text in ("84010A", "84 01 0a", "84:01:0a", " 84010a\n"):
        assert given_frames(text, UP, None) == [Given(UP, b"\x84\x01\x0a")]
    assert given_frames("84" * 1024, UP, None)[0].frame == b"\x84" * 1024


def test_a_file_in_hex_has_a_frame_on_each_line(folder: Path) -> None:
    (folder / "frames").write_text("# up\n8401\n\n 85 01 02 # the second\n", encoding="ascii")
    found = given_frames("frames", Direction.DOWN, None)
    assert [(one.frame, one.origin) for one in found] == [
        (b"\x84\x01", "line 2"),
        (b"\x85\x01\x02", "line 4"),
    ]
    assert all(one.direction is Direction.DOWN for one in found)


def test_any_other_file_is_one_frame(folder: Path) -> None:
    (folder / "frame").write_bytes(b"\x84\x01\xff\n")
    assert given_frames("frame", UP, None) == [Given(UP, b"\x84\x01\xff\n")]


@pytest.mark.parametrize("text", ["84010", "xyz", "8401 0g"])
def test_what_is_neither_is_refused(folder: Path, text: str) -> None:
    with pytest.raises(InspectError, match="neither a file nor a frame in hex"):
        given_frames(text, UP, None)


def test_files_without_frames_are_refused(folder: Path) -> None:
    (folder / "empty").write_text("# nothing\n\n", encoding="ascii")
    with pytest.raises(InspectError, match="empty: there is no frame in it"):
        given_frames("empty", UP, None)
    (folder / "prose").write_text("8401\na frame in words\n", encoding="ascii")
    with pytest.raises(InspectError, match="prose, line 2: not a frame in hex"):
        given_frames("prose", UP, None)
    with pytest.raises(IsADirectoryError):
        given_frames(".", UP, None)


def test_a_capture_needs_keys(folder: Path) -> None:
    (folder / "x.pcap").write_bytes(capture())
    with pytest.raises(InspectError, match=r"x\.pcap is a capture.*--keys"):
        given_frames("x.pcap", UP, None)
