"""Where the bits of an adaptive frame went."""

import json
from collections.abc import Sequence
from typing import Final

from laconic_codec.adaptive import seal, tokens
from laconic_codec.adaptive.ledger import Operation, Part, Spent
from laconic_codec.adaptive.tokens import Value
from laconic_gateway.inspect.slot_names import slot_names
from laconic_gateway.inspect.view import Cost

_KINDS: Final = {
    tokens.TEXT: "text",
    tokens.NUMBER: "number",
    tokens.NUMERIC_TEXT: "number as text",
    tokens.VERBATIM: "as it stands",
}
_SPELLED: Final = frozenset({Operation.LETTER, Operation.RAW})


def adaptive_costs(encoded: bytes, spent: Sequence[Spent]) -> tuple[Cost, ...]:
    """Return what each part of a frame took; together it is the size of the frame."""
    head_bits = 8 * (len(encoded) - len(seal.read_head(encoded)[1]))
    rest = 8 * len(encoded) - head_bits - sum(one.bits for one in spent)
    return (
        Cost(None, "head and check", "", "", "", 0, float(head_bits)),
        *(_cost(one) for one in spent),
        Cost(None, "ending", "", "", "up to whole bytes", 0, rest),
    )


def _cost(spent: Spent) -> Cost:
    item = spent.entry if spent.entry >= 0 else None
    kind, value = _kind(spent), _value(spent)
    coded = _coded(spent)
    return Cost(item, _what(spent), kind, value, coded, spent.decisions, spent.bits)


def _what(spent: Spent) -> str:
    if spent.slot is not None and spent.template is not None:
        return slot_names(spent.template)[spent.template.slots.index(spent.slot)]
    if spent.part in (Part.PRESENCE, Part.MORE):
        return f"{spent.part} (channel {spent.channel})"
    return spent.part


def _kind(spent: Spent) -> str:
    if spent.slot is None:
        return ""
    return _KINDS.get(spent.slot.token, "time")


def _value(spent: Spent) -> str:
    if spent.slot is not None:
        return _value_text(spent.slot.token, spent.value)
    match spent.part:
        case Part.TEMPLATE | Part.NEW_TEMPLATE if spent.template is not None:
            return f"{len(spent.template.tokens)} tokens, {len(spent.template.slots)} values"
        case Part.MESSAGE_ID:
            return json.dumps(spent.value) if spent.value else "none"
        case Part.REFERENCE:
            return _value_text(tokens.NUMBER, spent.value)
        case Part.PRESENCE | Part.MORE:
            return "yes" if spent.steps[-1][1] else "no"
        case _:
            return ""


def _value_text(token: int, value: Value) -> str:
    if isinstance(value, tuple):
        text = tokens.number_text(value)
        return text if token == tokens.NUMBER else f'"{text}"'
    if type(value) is int:
        return f'"{tokens.timestamp_text(token, value)}"'
    return str(value) if token == tokens.VERBATIM else json.dumps(value, ensure_ascii=False)


def _coded(spent: Spent) -> str:
    """Return how something was coded, from the steps that it took."""
    operations = [operation for operation, _ in spent.steps]
    last, result = spent.steps[-1]
    if spent.part in (Part.CURSORS, Part.CHANNELS):
        return "as predicted" if not any(value for _, value in spent.steps) else _changes(spent)
    if spent.slot is None and spent.part is not Part.REFERENCE:
        return ""
    if _SPELLED & set(operations):
        return "spelled out" if Operation.SIGNED not in operations else _off(result)
    if last is Operation.SIGNED:
        return _off(result) if operations.count(Operation.FLAG) or _is_time(spent) else "first one"
    if last is Operation.TREE:
        return "from the registry"
    if last is Operation.UNSIGNED:
        return f"recent text {result}"
    return "as predicted" if spent.steps[0][1] else "as the last time"


def _is_time(spent: Spent) -> bool:
    return spent.slot is not None and spent.slot.token >= tokens.TIMESTAMP


def _changes(spent: Spent) -> str:
    return "off by " + ", ".join(f"{value:+}" for _, value in spent.steps)


def _off(residual: int) -> str:
    return f"off by {residual:+}" if residual else "as predicted"
