"""How much memory the state of one encoder takes."""

import gc
import sys
from types import FunctionType, ModuleType

from laconic_codec.adaptive import snapshot
from laconic_codec.adaptive.state import State


def buffer_bytes(state: State) -> int:
    """Return the bytes of all that a state holds: tables, texts, templates, channels.

    It is what an implementation with flat buffers needs.
    """
    return sum(len(part) for part in snapshot.parts(state))


def object_bytes(state: State) -> int:
    """Return the bytes of a state as Python keeps it, with all that was derived from it.

    All states share the registry; so it is left out.
    """
    seen: set[int] = set()
    _walk(state.registry, seen)
    return _walk(state, seen)


def _walk(start: object, seen: set[int]) -> int:
    """Return the bytes of an object and of all it refers to, but for what was seen before."""
    objects, size = [start], 0
    while objects:
        one = objects.pop()
        if id(one) in seen or isinstance(one, type | ModuleType | FunctionType):
            continue
        seen.add(id(one))
        size += sys.getsizeof(one)
        objects.extend(gc.get_referents(one))
    return size
