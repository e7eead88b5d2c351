"""How much memory a core holds, counted in entries."""

import gc
from types import BuiltinFunctionType, FunctionType, MethodType, ModuleType
from typing import Final

_NOT_STATE: Final = (
    *(type, ModuleType, FunctionType, MethodType, BuiltinFunctionType),
    *(str, bytes, int, float),
)


def footprint(core: object) -> int:
    """Return how many entries all containers hold that a core can reach."""
    total = 0
    seen: set[int] = set()
    waiting: list[object] = [core]
    while waiting:
        thing = waiting.pop()
        if id(thing) in seen or isinstance(thing, _NOT_STATE):
            continue
        seen.add(id(thing))
        total += len(gc.get_referents(thing))
        waiting += gc.get_referents(thing)
    return total
