"""Opens a log: compressed or not, in UTF-8 or UTF-16, from a file or standard input."""

import gzip
import sys
import zlib
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BufferedReader, RawIOBase, TextIOWrapper
from pathlib import Path
from typing import IO, Final, cast

from laconic_bench.logs.found import LogError

STANDARD_INPUT: Final = "-"
LINE_MAX_CHARACTERS: Final = 262_144
"""The rest of a longer line is skipped."""
SAMPLE_BYTES: Final = 4_096
CONTROL_SHARE_MAX: Final = 0.05
"""Of the sample; some chargers send a NUL byte, so a few are no reason to refuse a log."""

_GZIP: Final = b"\x1f\x8b"
_MAGIC: Final = {
    b"\xd4\xc3\xb2\xa1": ("a network capture", "Extract the messages first; see docs/estimate.md"),
    b"\xa1\xb2\xc3\xd4": ("a network capture", "Extract the messages first; see docs/estimate.md"),
    b"\x0a\x0d\x0d\x0a": ("a network capture", "Extract the messages first; see docs/estimate.md"),
    b"PK\x03\x04": ("a ZIP archive", "Unpack it and give the files in it"),
    b"\xfd7zXZ": ("compressed with xz", "Run: xz -dc FILE | laconic estimate -"),
    b"\x28\xb5\x2f\xfd": ("compressed with zstd", "Run: zstd -dc FILE | laconic estimate -"),
    b"BZh": ("compressed with bzip2", "Run: bzip2 -dc FILE | laconic estimate -"),
}
"""How files begin that hold no text, what they are, and what to do."""

_ENCODINGS: Final = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_TEXT_CONTROLS: Final = frozenset(b"\t\n\r\f\x1b")
_SUFFIXES: Final = frozenset({".gz", ".log", ".txt", ".csv", ".tsv", ".json", ".jsonl", ".ndjson"})


@dataclass(slots=True)
class Source:
    """An open log. Iterate it once."""

    name: str
    """As the user has given it."""
    stem: str
    """Stands for the charger if the log does not name one."""
    size_bytes: int | None
    """On disk; None: nobody knows."""
    position: Callable[[], int]
    """Bytes of `size_bytes` that were read."""
    lines: Iterator[str]
    """Without the line feed."""
    problems: list[str] = field(default_factory=list[str])
    """Why reading has ended early, or what was skipped."""


@contextmanager
def opened(path: Path) -> Generator[Source]:
    """Open a log; `-` is standard input.

    Raises:
        LogError: it is a directory, empty, or no text.
        OSError: it cannot be opened.
    """
    if str(path) == STANDARD_INPUT:
        with _reading("standard input", "stdin", None, sys.stdin.buffer) as source:
            yield source
        return
    if path.is_dir():
        raise LogError(f"{path} is a directory. Give the files in it, as {path}/*.log")
    with (
        path.open("rb") as file,
        _reading(str(path), stem_of(path), path.stat().st_size, file) as source,
    ):
        yield source


def stem_of(path: Path) -> str:
    """Return the name of a file without its endings: CP1 for CP1.log.3.gz."""
    name = path.name
    while (suffix := Path(name).suffix) and (suffix in _SUFFIXES or suffix[1:].isdigit()):
        name = name[: -len(suffix)]
    return name


@contextmanager
def _reading(name: str, stem: str, size_bytes: int | None, file: IO[bytes]) -> Generator[Source]:
    plain = _buffered(file)
    head = plain.peek(SAMPLE_BYTES)[:SAMPLE_BYTES]
    reader = plain
    if head.startswith(_GZIP):
        reader = _buffered(cast(IO[bytes], gzip.GzipFile(fileobj=plain)))
        head = _first(name, reader)
    _refuse_what_is_no_text(name, head)
    # Only files have a position; the raw one is that of the file itself, compressed or not.
    position = plain.raw.tell if size_bytes is not None else lambda: 0
    encoding = next((_ENCODINGS[mark] for mark in _ENCODINGS if head.startswith(mark)), "utf-8")
    text = TextIOWrapper(reader, encoding=encoding, errors="replace", newline="\n")
    problems: list[str] = []
    try:
        yield Source(name, stem, size_bytes, position, _lines(text, problems), problems)
    finally:
        text.detach()  # Closing belongs to who has opened.


def _buffered(file: IO[bytes]) -> BufferedReader:
    if isinstance(file, BufferedReader):
        return cast(BufferedReader, file)
    return BufferedReader(cast(RawIOBase, file))


def _first(name: str, reader: BufferedReader) -> bytes:
    try:
        return reader.peek(SAMPLE_BYTES)[:SAMPLE_BYTES]
    except (OSError, EOFError, zlib.error) as error:
        raise LogError(f"{name} looks like gzip and is damaged ({error}). Copy it again") from None


def _refuse_what_is_no_text(name: str, head: bytes) -> None:
    if not head:
        raise LogError(f"{name} is empty. Give a log with OCPP messages")
    for magic, (what, advice) in _MAGIC.items():
        if head.startswith(magic):
            raise LogError(f"{name} is {what}. {advice.replace('FILE', name)}")
    if head[:2] in _ENCODINGS:
        return
    controls = sum(1 for byte in head if byte < 32 and byte not in _TEXT_CONTROLS)
    if controls > CONTROL_SHARE_MAX * len(head):
        raise LogError(f"{name} is no text. Give a log with OCPP messages; see docs/estimate.md")


def _lines(text: TextIOWrapper, problems: list[str]) -> Iterator[str]:
    try:
        while line := text.readline(LINE_MAX_CHARACTERS):
            if not line.endswith("\n") and len(line) == LINE_MAX_CHARACTERS:
                _skip_rest(text)
                problems.append(f"a line is longer than {LINE_MAX_CHARACTERS:,} characters")
            yield line.rstrip("\n").lstrip("\ufeff")
    except (OSError, EOFError, zlib.error, UnicodeError) as error:
        problems.append(f"the file is damaged ({error}); what came before counts")


def _skip_rest(text: TextIOWrapper) -> None:
    while (more := text.readline(LINE_MAX_CHARACTERS)) and not more.endswith("\n"):
        pass
