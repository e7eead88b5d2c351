"""Writes the tables of docs/wire-profile.md that the code has, and takes the document apart.

`python -m tests.support.wire_profile --update` writes them; without `--update` the exit code is 1
if one is out of date.
"""

import ast
import inspect
import re
import sys
from collections.abc import Callable, Iterable
from itertools import islice
from pathlib import Path
from typing import Final

from laconic_codec import limits, scalars
from laconic_codec.adaptive import (
    arithmetic,
    memory,
    prior,
    quantities,
    records,
    shapes,
    snapshot,
    tokens,
)
from laconic_codec.adaptive.state import State
from laconic_codec.errors import FrameFault
from laconic_codec.registry import CORE, ENUMERATED_KEYS
from tests.support import wire_decisions, wire_examples
from tests.support.wire_decisions import constant_of, table

PAGE: Final = Path(__file__).parents[2] / "docs" / "wire-profile.md"
CDDL: Final = PAGE.with_suffix(".cddl")

_BLOCK: Final = re.compile(r"(<!-- made: (.+?) -->\n)(.*?)(<!-- end -->\n)", re.DOTALL)


def updated(page: str) -> str:
    """Return the page with its tables as the code has them."""
    return _BLOCK.sub(lambda block: block[1] + BLOCKS[block[2]]() + block[4], page)


def main(arguments: list[str]) -> int:
    """Write or compare the page; return the exit code."""
    now = PAGE.read_text(encoding="utf-8")
    wanted = updated(now)
    if arguments == ["--update"]:
        PAGE.write_text(wanted, encoding="utf-8")
    elif now != wanted:
        print(f"{PAGE} is out of date: run this command with --update", file=sys.stderr)
        return 1
    return 0


# --- constants


def _limits() -> str:
    rows = {
        "a frame, in bytes": limits.FRAME_MAX_BYTES,
        "entries of the array of a `cbor` frame; items of an `adaptive` frame": (
            limits.FRAME_MAX_ITEMS
        ),
        "the `cbor` frame in a `zstd` frame, in bytes": limits.FRAME_CONTENT_MAX_BYTES,
        "CBOR values in a frame, or in an item in fragments; keys count": limits.CBOR_VALUES_MAX,
        "blocks of a compressed text": limits.COMPRESSED_BLOCKS_MAX,
        "an encoded item, so the sum of its fragments, in bytes": limits.ITEM_MAX_BYTES,
        "a payload, in bytes": limits.MESSAGE_MAX_BYTES,
        "the payloads of an `adaptive` frame together, in bytes": limits.FRAME_TEXT_MAX_BYTES,
        "tokens of new templates in an `adaptive` frame": limits.FRAME_TOKENS_MAX,
        "nesting of arrays and objects in an OCPP-J message": limits.DEPTH_MAX,
        "nesting of arrays and maps in the CBOR of a frame": limits.DEPTH_MAX + 4,
        "a message id, in characters": limits.MESSAGE_ID_MAX_CHARACTERS,
        "the path of a charger, in characters": limits.PATH_MAX_CHARACTERS,
        "a channel number in `cbor`": limits.CHANNEL_MAX,
    }
    return table("| what | at most |", (f"| {what} | {n:,} |" for what, n in rows.items()))


def _faults() -> str:
    meanings = _docstrings_of(FrameFault)
    rows = (f"| {fault} | {fault.name} | {meanings[fault.name]} |" for fault in FrameFault)
    return table("| number | name | meaning |", rows)


def _docstrings_of(enumeration: type[FrameFault]) -> dict[str, str]:
    (tree,) = ast.parse(inspect.getsource(enumeration)).body
    assert isinstance(tree, ast.ClassDef)
    found: dict[str, str] = {}
    for entry, after in zip(tree.body, tree.body[1:], strict=False):
        match entry, after:
            case ast.Assign(targets=[ast.Name(name)]), ast.Expr(ast.Constant(str(text))):
                found[name] = text
            case _:
                pass
    return found


def _sizes() -> str:
    micro_limit = constant_of(quantities, "_SUM_MAX")
    sizes_bytes: list[int] = []
    for bits in (records.ROWS_BITS, records.ROWS_BITS_MAX):
        state = State(CORE, prior.load())
        state.records = records.Records(bits)
        sizes_bytes.append(sum(map(len, islice(snapshot.parts(state), _TABLES))))
    rows = (
        f"| LETTERS | {memory.LETTERS:,} |",
        f"| MICRO_LIMIT | {micro_limit:,} = 2^{micro_limit.bit_length() - 1} |",
        f"| all tables of a state, the ring too, at the start | {sizes_bytes[0]:,} bytes |",
        f"| the same with the most rows | {sizes_bytes[1]:,} bytes |",
    )
    return table("| name | value |", rows)


_TABLES: Final = 14
"""Parts at the start of a snapshot: tables, and the ring."""


def _numbers(name: str, numbers: Iterable[int]) -> str:
    values = [str(number) for number in numbers]
    lines = (", ".join(values[at : at + 12]) for at in range(0, len(values), 12))
    return f"```\n{name} = " + ",\n    ".join(lines) + "\n```\n"


def _names(names: Iterable[str]) -> str:
    values = sorted(names)
    lines = (" ".join(values[at : at + 5]) for at in range(0, len(values), 5))
    return "```\n" + "\n".join(lines) + "\n```\n"


def _prior() -> str:
    cells = memory.MIXERS * 16 * 3
    letter_weights = memory.LETTER_MIXERS * 16 * 4
    parts = (
        ("`LCP1` in ASCII", 4, 1),
        ("`cells`", memory.CELLS, 2),
        ("`letters`", memory.LETTERS, 2),
        ("`weights`", cells, 4),
        ("`letter_weights`", letter_weights, 4),
        ("`successors`", 1 << shapes.SUCCESSORS_BITS, 4),
    )
    rows: list[str] = []
    at = 0
    for what, count, size in parts:
        rows.append(f"| {at:,} | {what} | {count:,} x {size} |")
        at += count * size
    return table("| at byte | what | entries x bytes |", (*rows, f"| {at:,} | end | |"))


def _forms() -> str:
    fractions = {0: "none", 1: "3 digits", 2: "6 digits"}
    zones = ("`Z`", "`+00:00`", "none")
    last = scalars.DECIMALS_MAX
    decimal_text, decimal = scalars.FORM_DECIMAL_TEXT, scalars.FORM_DECIMAL
    rows = [
        f"| {scalars.FORM_REGISTERED} | string | varint: number of a text of the registry |",
        f"| {scalars.FORM_INTEGER_TEXT} | string | integer (zigzag varint) |",
        f"| {decimal_text + 1} to {decimal_text + last} | string | mantissa (zigzag varint) of a"
        f" number with form - {decimal_text} decimals |",
        f"| {scalars.FORM_UUID} | string | 16 bytes: a UUID, in lower case |",
        f"| {scalars.FORM_HEX_LOWER} | string | bytes, as hexadecimal digits in lower case |",
        f"| {scalars.FORM_HEX_UPPER} | string | the same in upper case |",
        *(
            f"| {scalars.FORM_TIMESTAMP + style} | string | timestamp (zigzag varint); fraction:"
            f" {fractions[style // 3]}, zone: {zones[style % 3]} |"
            for style in range(9)
        ),
        f"| {scalars.FORM_INTEGER} | number | integer (zigzag varint) |",
        f"| {decimal + 1} to {decimal + last} | number | mantissa (zigzag varint) of a"
        f" number with form - {decimal} decimals |",
        f"| {scalars.FORM_NUMBER} | number | the text of the number, in ASCII |",
    ]
    return table("| form | JSON | data after the form |", rows)


BLOCKS: Final[dict[str, Callable[[], str]]] = {
    "limits": _limits,
    "faults": _faults,
    "sizes": _sizes,
    "rates": lambda: _numbers("RATES", vars(arithmetic)["_RATES"]),
    "knots": lambda: _numbers("KNOTS", vars(arithmetic)["_KNOTS"]),
    "confidence": lambda: _numbers("CONFIDENCE", arithmetic.CONFIDENCE),
    "constant keys": lambda: _names(tokens.CONSTANT_KEYS),
    "identifier keys": lambda: _names(tokens.IDENTIFIER_KEYS),
    "enumerated keys": lambda: _names(ENUMERATED_KEYS),
    "fingerprint": lambda: f"```\n{CORE.fingerprint.hex()}\n```\n",
    "prior": _prior,
    "forms": _forms,
    "decisions": wire_decisions.decisions_table,
    "cddl": lambda: f"```cddl\n{CDDL.read_text(encoding='utf-8')}```\n",
    "example cbor": wire_examples.cbor_story,
    "example first": lambda: wire_examples.adaptive_story(0),
    "example decisions": wire_examples.decisions_table,
    "example parts": lambda: wire_examples.parts_table(0),
    "example second": lambda: wire_examples.adaptive_story(1),
    "example second parts": lambda: wire_examples.parts_table(1),
    "example third": lambda: wire_examples.adaptive_story(2),
}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
