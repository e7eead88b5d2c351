"""A JSON array of records, on one line or on many, as lines with one record each."""

from collections.abc import Iterator
from itertools import chain, islice
from typing import Final

from laconic_bench.logs.arrays import ArrayScan

FIRST_LINES: Final = 5
"""In so many the first record of an array begins."""
RECORD_MAX_CHARACTERS: Final = 262_144


def one_a_line(lines: Iterator[str]) -> Iterator[str]:
    """Return lines; if they are an array of objects, each of its objects is a line."""
    first = list(islice(lines, FIRST_LINES))
    begin = "".join("".join(first).split())[:2]
    everything = chain(first, lines)
    return _objects(everything) if begin == "[{" else everything


def _objects(lines: Iterator[str]) -> Iterator[str]:
    scan, pieces, size = ArrayScan(), list[str](), 0
    for line in lines:
        rest = line + "\n"
        while rest:
            if not pieces:
                begin = rest.find("{")
                if begin < 0:
                    break
                scan, rest, size = ArrayScan(), rest[begin:], 0
            end = scan.feed(rest)
            pieces.append(rest if end is None else rest[:end])
            size += len(rest)
            rest = "" if end is None else rest[end:]
            if end is not None or size > RECORD_MAX_CHARACTERS:
                yield "".join(pieces).replace("\n", " ")
                pieces = []
    if pieces:
        yield "".join(pieces).replace("\n", " ")
