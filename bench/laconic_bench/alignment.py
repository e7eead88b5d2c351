"""Compares a sequence that was sent with the sequence that arrived."""

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Alignment(Generic[T]):
    """Which item arrived as which, and how often something went wrong."""

    pairs: list[tuple[T, T]]
    """(sent, heard) with equal keys, those in the wrong place included."""
    reordered: int
    """Pairs that arrived in the wrong place."""
    changed: int
    """Sent items that arrived as something else of the same kin."""
    lost: int
    duplicated: int
    invented: int
    """Arrived, but nobody sent anything like it."""


def align(
    sent: Sequence[T],
    heard: Sequence[T],
    key: Callable[[T], Hashable],
    kin: Callable[[T], Hashable],
) -> Alignment[T]:
    """Explains `heard` as `sent` with as few defects as the longest common runs allow.

    Args:
        key: equal for items that are the same message.
        kin: equal for items of which one may be a changed form of the other.
    """
    pairs, missing, extra = _match(sent, heard, key)
    late, missing, extra = _pair_off(missing, extra, key)
    known = {key(item) for item in sent}
    repeated = [item for item in extra if key(item) in known]
    strange = [item for item in extra if key(item) not in known]
    changed, missing, invented = _pair_off(missing, strange, kin)
    return Alignment(
        pairs=pairs + late,
        reordered=len(late),
        changed=len(changed),
        lost=len(missing),
        duplicated=len(repeated),
        invented=len(invented),
    )


def _match(
    sent: Sequence[T], heard: Sequence[T], key: Callable[[T], Hashable]
) -> tuple[list[tuple[T, T]], list[T], list[T]]:
    """Pairs in the right order, and what is left over on both sides."""
    sent_keys, heard_keys = [key(item) for item in sent], [key(item) for item in heard]
    head = _common_head(sent_keys, heard_keys)
    tail = _common_head(sent_keys[head:][::-1], heard_keys[head:][::-1])
    pairs = list(zip(sent[:head], heard[:head], strict=True))
    pairs += zip(sent[len(sent) - tail :], heard[len(heard) - tail :], strict=True)
    middle, heard_middle = sent[head : len(sent) - tail], heard[head : len(heard) - tail]
    matcher = SequenceMatcher(
        None,
        sent_keys[head : len(sent) - tail],
        heard_keys[head : len(heard) - tail],
        autojunk=False,
    )
    missing, extra = list(middle), list(heard_middle)
    for block in reversed(matcher.get_matching_blocks()):
        here, there = slice(block.a, block.a + block.size), slice(block.b, block.b + block.size)
        pairs += zip(middle[here], heard_middle[there], strict=True)
        del missing[here], extra[there]
    return pairs, missing, extra


def _common_head(left: Sequence[Hashable], right: Sequence[Hashable]) -> int:
    for index, (a, b) in enumerate(zip(left, right, strict=False)):
        if a != b:
            return index
    return min(len(left), len(right))


def _pair_off(
    missing: Sequence[T], extra: Sequence[T], key: Callable[[T], Hashable]
) -> tuple[list[tuple[T, T]], list[T], list[T]]:
    """Pairs of equal key regardless of place, and the rest of both sides."""
    waiting: defaultdict[Hashable, list[T]] = defaultdict(list)
    for item in reversed(missing):
        waiting[key(item)].append(item)
    pairs: list[tuple[T, T]] = []
    rest: list[T] = []
    for item in extra:
        candidates = waiting[key(item)]
        if candidates:
            pairs.append((candidates.pop(), item))
        else:
            rest.append(item)
    left = Counter(id(item) for items in waiting.values() for item in items)
    return pairs, [item for item in missing if id(item) in left], rest
