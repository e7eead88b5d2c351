"""What the slots of a template are called: by key, and by what qualifies them."""

from dataclasses import dataclass, field

from laconic_codec.adaptive import tokens
from laconic_codec.adaptive.entries import BIND
from laconic_codec.adaptive.templates import Template, name_of
from laconic_codec.adaptive.tokens import type_of
from laconic_codec.registry import CORE

_BIND_FIELDS = ("path", "version", "flags")


@dataclass(slots=True)
class _Scope:
    """An object or an array around slots."""

    key: str
    slots: list[int] = field(default_factory=list[int])
    """Those that stand in it directly."""
    constants: list[str] = field(default_factory=list[str])


def slot_names(template: Template) -> tuple[str, ...]:
    """Return a name for each slot: its key, then measurand, unit and the like in brackets."""
    if template.tokens[0] >> 4 & 15 == BIND:
        return _BIND_FIELDS
    names: list[str] = []
    scopes = [_Scope("")]
    key = ""
    for token in template.tokens[1:]:
        type_ = type_of(token)
        if type_ == tokens.TYPE_KEY:
            key = name_of(token, template.names, CORE)
        elif type_ == tokens.TYPE_CONSTANT:
            scopes[-1].constants.append(name_of(token, template.names, CORE))
        elif token in (tokens.OBJECT, tokens.ARRAY):
            scopes.append(_Scope(key))
        elif token in (tokens.OBJECT_END, tokens.ARRAY_END):
            _close(scopes.pop(), names)
        elif type_ == 0:
            scopes[-1].slots.append(len(names))
            names.append(key or "(payload)")
    return tuple(names)


def _close(scope: _Scope, names: list[str]) -> None:
    if scope.constants:
        for number in scope.slots:
            names[number] += f" ({', '.join(scope.constants)})"
