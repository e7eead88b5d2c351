"""Picks out of what a core wants done."""

from collections.abc import Iterable
from typing import TypeVar

from laconic_gateway.core.notes import Note, Topic

_Kind = TypeVar("_Kind")


def of_kind(actions: Iterable[object], kind: type[_Kind]) -> list[_Kind]:
    """Return the actions of a kind, in their order."""
    return [action for action in actions if isinstance(action, kind)]


def notes(actions: Iterable[object], topic: Topic) -> list[Note]:
    """Return what is said about a topic, in its order."""
    return [note for note in of_kind(actions, Note) if note.topic is topic]
