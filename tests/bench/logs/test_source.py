"""What is opened, what is refused, and with which advice."""

import gzip
import io
import sys
from pathlib import Path

import pytest

from laconic_bench.logs.found import LogError
from laconic_bench.logs.source import LINE_MAX_CHARACTERS, opened, stem_of


def lines_of(path: Path) -> tuple[list[str], list[str]]:
    with opened(path) as source:
        return list(source.lines), source.problems


@pytest.mark.parametrize(
    ("name", "stem"),
    [
        ("CP1.log", "CP1"),
        ("CP1.log.3.gz", "CP1"),
        ("CP.1.jsonl", "CP"),
        ("charger-7", "charger-7"),
        ("a.b.csv", "a.b"),
        (".log", ".log"),
    ],
)
def test_a_file_is_named_after_its_charger(name: str, stem: str) -> None:
    assert stem_of(Path("folder") / name) == stem


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is empty"),
        (bytes(range(256)) * 4, "is no text"),
        (b"PK\x03\x04 more", "Unpack it"),
        (b"\xd4\xc3\xb2\xa1\x02\x00", "a network capture"),
        (b"\xfd7zXZ\x00", "xz -dc"),
        (b"\x28\xb5\x2f\xfd more", "zstd -dc"),
        (gzip.compress(b"text", mtime=0)[:12], "damaged"),
    ],
)
def test_what_is_no_log_is_refused_with_advice(content: bytes, told: str, tmp_path: Path) -> None:
    path = tmp_path / "some.log"
    path.write_bytes(content)
    with pytest.raises(LogError, match=r"some\.log") as error:
        lines_of(path)
    assert told in str(error.value)


def test_a_directory_is_refused_with_advice(tmp_path: Path) -> None:
    with pytest.raises(LogError, match=r"is a directory. Give the files in it"):
        lines_of(tmp_path)


def test_a_long_line_is_cut_and_the_next_one_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "some.log"
    path.write_text("x" * (3 * LINE_MAX_CHARACTERS) + "\nsecond\n", encoding="utf-8")
    lines, problems = lines_of(path)
    assert [len(line) for line in lines] == [LINE_MAX_CHARACTERS, 6]
    assert problems == ["a line is longer than 262,144 characters"]


def test_of_a_damaged_archive_the_beginning_counts(tmp_path: Path) -> None:
    path = tmp_path / "some.gz"
    text = "".join(f"line {number}\n" for number in range(50_000))
    path.write_bytes(gzip.compress(text.encode())[:-2_000])
    lines, problems = lines_of(path)
    assert 1_000 < len(lines) < 50_000
    assert len(problems) == 1 and "what came before counts" in problems[0]


def test_marks_of_the_byte_order_and_bad_bytes_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "some.log"
    path.write_bytes(b"\xef\xbb\xbffirst\r\nsec\xffond\n")
    assert lines_of(path)[0] == ["first\r", "sec\ufffdond"]
    path.write_bytes("first\nsecond\n".encode("utf-16"))
    assert lines_of(path)[0] == ["first", "second"]


def test_standard_input_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"first\nsecond\n")))
    with opened(Path("-")) as source:
        assert (source.name, source.stem, source.size_bytes) == ("standard input", "stdin", None)
        assert list(source.lines) == ["first", "second"]
