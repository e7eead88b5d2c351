"""All decisions of the adaptive coding, with their contexts, read from the text of its modules."""

import ast
import inspect
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Final

from laconic_codec.adaptive import (
    body,
    entity_guesses,
    letters,
    model,
    number_slots,
    shapes,
    text_slots,
    time_slots,
)


@dataclass(frozen=True, slots=True)
class Decision:
    """One place in the code where something is coded."""

    name: str
    method: str
    """Flag, tree, unsigned, signed or letter."""
    contexts: tuple[str, ...]
    mixer: int
    bits: str
    """Of a tree."""


_PLACES: Final[dict[ModuleType, dict[str, tuple[str, ...]]]] = {
    body: {
        "_cursors": ("body.cursor",),
        "_new_channels": ("body.channels",),
        "_run": ("body.present",),
        "_more": ("body.more",),
        "_message_id": ("id.travels", "id.number"),
    },
    model: {"_known": ("template.hit", "template.rank")},
    shapes: {
        "_token": ("shape.hit",),
        "_spell": ("shape.start", "shape.kind"),
        "_timestamp": ("shape.time",),
        "_name": ("shape.name",),
    },
    text_slots: {
        "text": ("text.hit", "text.again"),
        "other_text": ("text.rank", "text.source"),
        "_registered": ("text.number",),
    },
    letters: {
        "code": ("letters.form",),
        "_hexadecimal": ("letters.length",),
        "_confirm": ("letters.match",),
        "_spell": ("letters.letter",),
    },
    entity_guesses: {"code": ("entity.hit", "entity.named")},
    number_slots: {
        "_first_number": ("first.decimals", "first.mantissa"),
        "_number": ("number.hit",),
        "_decimals": ("decimals.change", "decimals.count"),
        "_grain": ("grain.less", "grain.fewer"),
        "_residual": ("number.residual",),
    },
    time_slots: {"_offset": ("time.later",), "_moment": ("time.first",)},
}
"""By module and function: what the document calls the decisions in it, in their order."""

_METHODS: Final = ("flag", "tree", "unsigned", "signed", "letter")

_RENAMED: Final = (
    (r"\(row >= 0\)", "(row >= 0)"),
    (r"slot\.(class|coarse|key)_?\b", r"\1"),
    (r"around\.(misses|template)\b", r"\1"),
    (r"\baround\.", "S."),
    (r"\bpast\.", "P."),
    (r"\bwalk\.", ""),
    (r"\bchannel\.", "C."),
    (r"self\._class\b", "h"),
    (r"self\._(history|count)\b", r"\1"),
    (r"\bclass_", "class"),
    (r"\bso_far\b", "count"),
    (r"len\(tried\)", "tried"),
    (r"key == keys\[0\]", "keys[k] == keys[0]"),
    (r"unit\.bit_length\(\)", "bits(unit)"),
)


def decisions() -> Iterator[Decision]:
    """Return all decisions of the coding, in the order of the document."""
    for module, functions in _PLACES.items():
        tree = ast.parse(inspect.getsource(module))
        found: dict[str, ast.FunctionDef] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                found.setdefault(node.name, node)  # those of the module come before methods
        for function, names in functions.items():
            calls = [call for call in _calls(found[function]) if call.method in _METHODS]
            if len(calls) != len(names):
                raise AssertionError(f"{module.__name__}.{function}: {len(calls)} decisions")
            for name, call in zip(names, calls, strict=True):
                yield _decision(module, name, call)


@dataclass(frozen=True, slots=True)
class _Call:
    method: str
    arguments: tuple[ast.expr, ...]
    contexts: ast.Tuple


def _calls(function: ast.FunctionDef) -> list[_Call]:
    """Return the calls of the coder in a function, in the order of its text."""
    tuples: dict[int, ast.Tuple] = {}
    calls: list[tuple[int, _Call]] = []
    nodes = sorted(ast.walk(function), key=lambda node: getattr(node, "lineno", 0))
    for node in nodes:
        match node:
            case ast.Assign(targets=[ast.Name("contexts")], value=ast.Tuple() as contexts):
                tuples[node.lineno] = contexts
            case ast.Call(func=ast.Attribute(attr=method), args=[first, *_]) if (
                method in _METHODS and ast.unparse(node.func).split(".")[-2].endswith("coder")
            ):
                given = first if isinstance(first, ast.Tuple) else tuples[max(tuples)]
                calls.append((node.lineno, _Call(method, tuple(node.args), given)))
            case _:
                pass
    return [call for _, call in calls]


def _decision(module: ModuleType, name: str, call: _Call) -> Decision:
    contexts = tuple(_formula(context, module) for context in call.contexts.elts)
    mixer = 0 if call.method == "letter" else _value(module, call.arguments[1])
    bits = ""
    if call.method == "tree":
        third = ast.unparse(call.arguments[2])
        bits = "11 or 8" if third == "bits" else str(_value(module, call.arguments[2]))
    return Decision(name, call.method, contexts, mixer, bits)


def _formula(context: ast.expr, module: ModuleType) -> str:
    text = ast.unparse(context)
    if module is letters:
        text = re.sub(r"\bclass_", "h", text)
    for pattern, replacement in _RENAMED:
        text = re.sub(pattern, replacement, text)
    return text


def _value(module: ModuleType, expression: ast.expr) -> int:
    match expression:
        case ast.Constant(int(number)):
            return number
        case ast.Name(name):
            return constant_of(module, name)
        case ast.Attribute(value=ast.Name(owner), attr=name):
            return constant_of(vars(module)[owner], name)
        case ast.BinOp(left, ast.Add(), right):
            return _value(module, left) + _value(module, right)
        case _:
            raise AssertionError(ast.unparse(expression))


_MIXERS_USED: Final = {"unsigned": 2, "signed": 4}


def mixer_names() -> dict[int, str]:
    """Return what each mixer is for."""
    names: dict[int, str] = {}
    for decision in decisions():
        for mixer in range(decision.mixer, decision.mixer + _MIXERS_USED.get(decision.method, 1)):
            names.setdefault(mixer, decision.name)
    return names


def decisions_table() -> str:
    """Return the table of all decisions."""
    head = "| decision | how | mixer | contexts |"
    return table(head, map(_row, decisions()))


def _row(decision: Decision) -> str:
    how = f"{decision.method} {decision.bits}".strip()
    mixer = "" if decision.method == "letter" else str(decision.mixer)
    contexts = "<br>".join(f"`{context}`" for context in decision.contexts)
    return f"| {decision.name} | {how} | {mixer} | {contexts} |"


def constant_of(module: ModuleType, name: str) -> int:
    """Return an integer that a module keeps for itself."""
    value = vars(module)[name]
    assert isinstance(value, int)
    return value


def table(head: str, rows: Iterable[str]) -> str:
    """Return a table in Markdown."""
    line = "|---" * (head.count("|") - 1) + "|"
    return "\n".join((head, line, *rows)) + "\n"
