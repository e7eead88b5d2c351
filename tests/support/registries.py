"""Hypothesis strategies for registries: editions that grow, and vendors' parts."""

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from laconic_codec.registry import Edition, Registry, VendorPart


def editions() -> SearchStrategy[Edition]:
    """Single editions with few and short names; they have no shapes."""
    tables = [_names("abc") for _ in range(4)]
    return st.builds(Edition, *tables, st.just(()))


@st.composite
def registries(draw: st.DrawFn, edition_count: int = 1, part_count: int = 1) -> Registry:
    """Registries with up to so many editions and parts."""
    grown = [draw(editions())]
    for number in range(2, draw(st.integers(1, edition_count)) + 1):
        grown.append(_grown(grown[-1], f"edition {number}", draw(st.booleans())))
    drawn = [draw(parts(f"part {number}")) for number in range(part_count)]
    return Registry(tuple(grown), tuple(drawn[: draw(st.integers(0, part_count))]))


@st.composite
def parts(draw: st.DrawFn, name: str) -> VendorPart:
    """Parts whose entries no edition has, nor a part of another name."""
    tables = [draw(_names("xyz").map(lambda entries: _own(entries, name))) for _ in range(3)]
    actions, keys, texts = tables
    return VendorPart(name, draw(st.integers(1, 2)), actions, keys, keys[1:], texts)


def _grown(edition: Edition, entry: str, in_all: bool) -> Edition:
    return Edition(
        edition.actions,
        (*edition.keys, entry),
        (*edition.enumerated_keys, entry) if in_all else edition.enumerated_keys,
        (*edition.texts, entry) if in_all else edition.texts,
        edition.shapes,
    )


def _names(alphabet: str) -> SearchStrategy[tuple[str, ...]]:
    return st.lists(st.text(alphabet, min_size=1, max_size=3), unique=True, max_size=5).map(tuple)


def _own(entries: tuple[str, ...], name: str) -> tuple[str, ...]:
    return tuple(f"{entry} of {name}" for entry in entries)
