"""Frames as a program reads them."""

from collections.abc import Mapping
from typing import TypeAlias

from laconic_codec.frame import Direction
from laconic_gateway.inspect.view import Chunk, Cost, FrameView, ItemView

Json: TypeAlias = "Mapping[str, Json] | list[Json] | str | float | None"


def frame_json(view: FrameView) -> Json:
    """Return all that is told of a frame; what does not apply is left out."""
    given = view.given
    fields: dict[str, Json] = {
        "direction": "up" if given.direction is Direction.UP else "down",
        "kind": view.kind,
        "coding": view.coding,
        "bytes": len(given.frame),
        "frame": given.frame.hex(),
        "origin": given.origin,
        "problem": view.problem,
        "header": dict(view.header),
        "items": [_item(item) for item in view.items],
        "dump": [_chunk(chunk) for chunk in view.chunks],
        "content_bytes": view.content_bytes,
        "costs": [_cost(cost) for cost in view.costs],
    }
    return {name: value for name, value in fields.items() if value not in ("", None, [], {})}


def _item(item: ItemView) -> Json:
    return {
        "number": item.number,
        "channel": item.channel,
        "what": item.what,
        "text": item.text,
        "bits": None if item.bits is None else round(item.bits, 3),
    }


def _chunk(chunk: Chunk) -> Json:
    return {
        "offset": chunk.offset,
        "depth": chunk.depth,
        "data": chunk.data.hex(),
        "meaning": chunk.meaning,
    }


def _cost(cost: Cost) -> Json:
    return {
        "item": cost.item,
        "what": cost.what,
        "kind": cost.kind,
        "value": cost.value,
        "coded": cost.coded,
        "decisions": cost.decisions,
        "bits": round(cost.bits, 3),
    }
