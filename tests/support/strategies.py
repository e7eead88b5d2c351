"""Hypothesis strategies for JSON: scalars, trees and texts.

Names in the plural, as in `hypothesis.strategies`: `json_texts()` gives JSON texts. Texts are as
odd as JSON allows and as chargers in the field write them.
"""

import json
import string

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from laconic_codec.jsontext import STYLES, Number, Tree, render
from laconic_codec.registry import tables


def texts(max_size: int = 30) -> SearchStrategy[str]:
    """Texts that have UTF-8: ASCII mostly, the rest from all over Unicode."""
    ascii_texts = st.text(st.characters(max_codepoint=0x7F), max_size=max_size)
    return ascii_texts | st.text(max_size=max_size)


def surrogate_texts() -> SearchStrategy[str]:
    """Texts with at least one lone surrogate: no UTF-8 spells them."""
    lone = st.characters(categories=["Cs"])
    return st.tuples(texts(5), lone, texts(5)).map("".join)


# --- scalars ---------------------------------------------------------------------------------


def integer_texts() -> SearchStrategy[str]:
    """Integers as JSON spells them, around every border that a fixed width could have."""
    borders = [
        sign * 2**bits + off for bits in (31, 53, 63, 64) for sign in (1, -1) for off in (-1, 0, 1)
    ]
    return (st.integers() | st.sampled_from(borders) | st.integers(-300, 5000)).map(str)


def decimal_texts() -> SearchStrategy[str]:
    """Decimals with kept trailing zeros, `230.40`, and with more digits than most codings hold."""
    whole = st.integers(0, 10**6).map(str) | st.integers(0, 10**25).map(str)
    return st.tuples(
        st.sampled_from(["", "", "-"]),
        whole,
        st.just("."),
        st.text(string.digits, min_size=1, max_size=12),
    ).map("".join)


def exponent_texts() -> SearchStrategy[str]:
    """Numbers in scientific notation: `3.48e-05`, `1E+2`."""
    return st.tuples(
        decimal_texts() | integer_texts(),
        st.sampled_from(["e", "E"]),
        st.sampled_from(["", "+", "-"]),
        st.text(string.digits, min_size=1, max_size=3),
    ).map("".join)


def number_texts() -> SearchStrategy[str]:
    """JSON numbers in every notation that the grammar has, minus zero among them."""
    zeros = st.sampled_from(["0", "-0", "0.0", "-0.0", "-0.00", "0e0", "-0E-0", "0.000000000"])
    return integer_texts() | decimal_texts() | exponent_texts() | zeros


def timestamp_texts() -> SearchStrategy[str]:
    """Timestamps of many firmwares, dates that do not exist among them."""
    fractions = st.sampled_from(["", ".0", ".123", ".000", ".1234", ".123456", ".1234567"])
    zones = st.sampled_from(["Z", "", "+00:00", "+05:30", "-00:00", "+02", "z"])
    real = st.datetimes().map(lambda moment: moment.replace(microsecond=0).isoformat())
    unreal = st.sampled_from(["2021-02-30T00:00:00", "2016-12-31T23:59:60", "0000-01-01T00:00:00"])
    return st.tuples(real | unreal, fractions, zones).map("".join)


def hexadecimal_texts() -> SearchStrategy[str]:
    """Hexadecimal digits: idTags, hashes, UUIDs; odd lengths and mixed case too."""
    lower = st.text("0123456789abcdef", max_size=80)
    mixed = st.text(string.hexdigits, max_size=12)
    return lower | lower.map(str.upper) | mixed | st.uuids().map(str)


def scalar_texts() -> SearchStrategy[str]:
    """Values of JSON strings as OCPP has them: a scalar in quotes, a word of the registry, free."""
    registered = st.sampled_from(tables.TEXTS)
    numbers = number_texts() | st.sampled_from(["007", "+1", "1.", ".5", "1_000", "-", "\u0661"])
    return registered | numbers | timestamp_texts() | hexadecimal_texts() | texts()


# --- JSON ------------------------------------------------------------------------------------


def keys() -> SearchStrategy[str]:
    """Keys of objects: of the registry, those whose texts are enumerated, and any other."""
    known = st.sampled_from(tables.KEYS) | st.sampled_from(tables.ENUMERATED_KEYS)
    return known | st.sampled_from(["", "vendorKey", "kr.co.bluenetworksr", "a\\b", "/"]) | texts(8)


def json_trees() -> SearchStrategy[Tree]:
    """Trees as `jsontext.parse` returns them."""
    leaves: SearchStrategy[Tree] = (
        st.none() | st.booleans() | number_texts().map(Number) | scalar_texts() | surrogate_texts()
    )
    return st.recursive(leaves, _containers, max_leaves=25)


def payload_trees() -> SearchStrategy[dict[str, Tree]]:
    """Objects that look like OCPP payloads."""
    return st.dictionaries(keys(), json_trees(), max_size=8)


def styles() -> SearchStrategy[int]:
    """Numbers of the styles, compact JSON more often than the rest."""
    return st.just(0) | st.integers(0, len(STYLES) - 1)


@st.composite
def payload_texts(draw: st.DrawFn) -> str:
    """Payloads as firmware writes them: one style throughout."""
    tree = draw(payload_trees())
    text = render(tree, STYLES[draw(styles())])
    # What has no UTF-8 can only stand in a text as an escape.
    return text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")


@st.composite
def json_strings(draw: st.DrawFn) -> str:
    """JSON strings, quotes included, each character in any of its spellings."""
    characters = draw(texts(10) | scalar_texts() | surrogate_texts())
    return '"' + "".join(_spell(draw, character) for character in characters) + '"'


def json_texts() -> SearchStrategy[str]:
    """JSON texts with odd white space, duplicate keys, every escape, every notation, any depth."""
    leaves = st.sampled_from(["true", "false", "null"]) | number_texts() | json_strings()
    shallow = st.recursive(leaves, _container_texts, max_leaves=12)
    return st.tuples(_spaces(), shallow | deep_texts(), _spaces()).map("".join)


def deep_texts(depth_max: int = 60) -> SearchStrategy[str]:
    """JSON texts nested deeply, arrays and objects mixed."""
    openings = st.lists(st.sampled_from(["[", '{"a":', '{"status": ', "[ "]), max_size=depth_max)
    return openings.map(lambda parts: "".join(parts) + "0" + _closings(parts))


def _containers(children: SearchStrategy[Tree]) -> SearchStrategy[Tree]:
    arrays: SearchStrategy[Tree] = st.lists(children, max_size=4)
    return arrays | st.dictionaries(keys(), children, max_size=5)


def _container_texts(children: SearchStrategy[str]) -> SearchStrategy[str]:
    spaced = st.tuples(_spaces(), children, _spaces()).map("".join)
    entries = st.tuples(_spaces(), json_strings(), _spaces(), st.just(":"), spaced).map("".join)
    return st.one_of(
        st.tuples(_spaces(), st.lists(spaced, min_size=1, max_size=4)).map(
            lambda drawn: "[" + drawn[0] + ",".join(drawn[1]) + "]"
        ),
        # The first entry once more: a duplicate key.
        st.lists(entries, min_size=1, max_size=4).map(lambda drawn: _braces([*drawn, drawn[0]])),
        st.lists(entries, min_size=1, max_size=4).map(_braces),
        _spaces().map(lambda space: "[" + space + "]"),
        _spaces().map(lambda space: "{" + space + "}"),
    )


def _spaces() -> SearchStrategy[str]:
    return st.just("") | st.text(" \t\r\n", max_size=3)


def _braces(entries: list[str]) -> str:
    return "{" + ",".join(entries) + "}"


def _closings(openings: list[str]) -> str:
    return "".join("]" if part[0] == "[" else "}" for part in reversed(openings))


def _spell(draw: st.DrawFn, character: str) -> str:
    short = json.dumps(character)[1:-1]
    spellings = [short, short.upper() if short.startswith("\\u") else short]
    if character == "/":
        spellings.append("\\/")
    if character >= " " and character not in '"\\' and not "\ud800" <= character <= "\udfff":
        spellings.append(character)
    if character <= "\uffff":
        spellings.append(f"\\u{ord(character):04X}")
    spelling = draw(st.sampled_from(spellings))
    return spelling.replace("\\U", "\\u")
