"""Where the bytes of a contender have grown: the layer, the cause and the action that grew most."""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from laconic_bench.results.result import Bytes, Contender, Figures

_WAYS: Final = ("layer", "cause", "action")
"""Of splitting the bytes; `Figures` has `by_` and the name."""


class Growth(NamedTuple):
    """What grew most in one way of splitting the bytes."""

    way: str
    part: str
    more_bytes: int

    def __str__(self) -> str:
        return f"{self.way} {self.part or '(the site)'} +{self.more_bytes:,}"


def most_grown(old: Contender | None, new: Contender | None) -> list[Growth]:
    """Return what grew most, in each way that both runs tell; empty if the whole did not grow."""
    before, after = (None if one is None else one.figures for one in (old, new))
    if before is None or after is None or after.wire_bytes <= before.wire_bytes:
        return []
    return list(_growths(before, after))


def _growths(old: Figures, new: Figures) -> Iterator[Growth]:
    for way in _WAYS:
        before: Bytes = getattr(old, f"by_{way}")
        after: Bytes = getattr(new, f"by_{way}")
        if before and after:
            more = _differences(before, after)
            part = max(more, key=lambda name: more[name])
            yield Growth(way, part, more[part])


def _differences(old: Bytes, new: Bytes) -> Mapping[str, int]:
    return {name: new.get(name, 0) - old.get(name, 0) for name in dict.fromkeys((*old, *new))}
