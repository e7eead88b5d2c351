"""The slots of a template: its values, and what the tokens around each say about it."""

from typing import Final

from laconic_codec.adaptive import tokens as t
from laconic_codec.adaptive.hashing import FIRST, MASK_32, SALT, step
from laconic_codec.adaptive.quantities import CHARGE, CURRENT, ENERGY, POWER, VOLTAGE
from laconic_codec.adaptive.tokens import type_of
from laconic_codec.registry import CORE

_KEY: Final = {
    name: t.of_name(t.TYPE_KEY, name, CORE.key_numbers)
    for name in (
        *("connectorId", "context", "eventType", "evse", "evseId", "format", "id", "measurand"),
        *("meterStart", "meterStop", "phase", "seqNo", "soC", "transactionId", "transactionInfo"),
        *("triggerReason", "unit", "unitOfMeasure", "value"),
    )
}
_UNQUALIFYING: Final = frozenset(
    _KEY[name] for name in ("context", "eventType", "format", "triggerReason")
)
_ENTITY_KEYS: Final = frozenset((_KEY["connectorId"], _KEY["evseId"]))
_COARSE_KEYS: Final = frozenset((_KEY["measurand"], _KEY["unit"]))
_ROLES_BY_KEY: Final = {
    _KEY["meterStart"]: ENERGY,
    _KEY["meterStop"]: ENERGY,
    _KEY["soC"]: CHARGE,
}


def _constants(**names: int) -> dict[int, int]:
    return {
        t.of_name(t.TYPE_CONSTANT, name.replace("_", "."), CORE.text_numbers): number
        for name, number in names.items()
    }


_ROLES: Final = _constants(
    Voltage=VOLTAGE,
    Current_Import=CURRENT,
    Power_Active_Import=POWER,
    Energy_Active_Import_Register=ENERGY,
    SoC=CHARGE,
)
_PHASES: Final = {
    t.of_name(t.TYPE_CONSTANT, name, CORE.text_numbers): number
    for number in (1, 2, 3)
    for name in (f"L{number}", f"L{number}-N")
}
_KILO: Final = _constants(kW=3, kWh=3)


class Slot:
    """One value of a template. All hashes have 32 bits."""

    __slots__ = (
        "class_",
        "coarse",
        "entity",
        "key",
        "kilo",
        "names_entity",
        "phase",
        "place",
        "role",
        "token",
    )

    def __init__(self, token: int, key: int) -> None:
        self.token = token
        self.key = key
        """Token of the key."""
        self.class_ = 0
        """What the value is: key, keys around it, measurand, unit, phase."""
        self.coarse = 0
        """The same, less exactly: for what is known before the first message."""
        self.place = 0
        """Hash of its place among the slots of its class in the message; 0: it is the only one."""
        self.role = 0
        """What it measures; see `quantities`. 0: nothing of that."""
        self.phase = 0
        self.kilo = 0
        """3 if its unit is a thousand W or Wh, else 0."""
        self.names_entity = False
        """It is the one that says which connector or EVSE others are about."""
        self.entity = -1
        """Number of the slot that says which connector, EVSE or transaction this one is about; -1:
        the charger itself."""


class _Scope:
    """An object or an array while its tokens are walked over."""

    __slots__ = (
        *("coarse", "constants", "entity", "is_object", "key", "parent", "path", "qualifier"),
        "transaction",
    )

    def __init__(self, parent: "_Scope | None", key: int, is_object: bool) -> None:
        self.parent = parent
        self.key = key
        self.is_object = is_object
        self.path: int = step(parent.path if parent else 0, key)
        self.qualifier = 0
        self.coarse = 0
        self.constants: dict[int, int] = {}
        """By token of the key."""
        self.entity = -1
        self.transaction = -1

    def object_around(self) -> "_Scope | None":
        """Return the nearest object around this one."""
        scope = self.parent
        while scope is not None and not scope.is_object:
            scope = scope.parent
        return scope


def slots_of(tokens: list[int]) -> tuple[list[Slot], list[int]]:
    """Return the slots as they stand in the message, and in which order they are coded."""
    start = tokens[0] >> 4 & 15
    action = step(start, tokens[1]) if len(tokens) > 1 else start
    slots: list[Slot] = []
    scopes: list[_Scope] = []
    scope: _Scope | None = None
    key = 0
    for token in tokens[1:]:
        type_ = type_of(token)
        if token in (t.OBJECT, t.ARRAY):
            scope = _Scope(scope, key, token == t.OBJECT)
        elif token in (t.OBJECT_END, t.ARRAY_END):
            if scope is not None:
                key, scope = scope.key, scope.parent
        elif type_ == t.TYPE_KEY:
            key = token
        elif type_ == t.TYPE_CONSTANT:
            _qualify(scope, key, token)
        elif type_ == 0:
            _find_entity(scope, key, token, len(slots))
            slots.append(Slot(token, key))
            scopes.append(scope or _Scope(None, 0, False))
    for number, slot in enumerate(slots):
        _classify(slot, number, scopes[number], action)
        _measure(slot, scopes[number])
    _number_places(slots)
    return slots, _order(slots)


def _number_places(slots: list[Slot]) -> None:
    """Number slots that are the same in all respects."""
    seen: dict[tuple[int, int], list[Slot]] = {}
    for slot in slots:
        seen.setdefault((slot.class_, slot.entity), []).append(slot)
    for alike in seen.values():
        for place, slot in enumerate(alike):
            if len(alike) > 1:
                slot.place = step(slot.class_, place + 1)


def _measure(slot: Slot, scope: _Scope) -> None:
    """Find out which quantity a slot measures."""
    if slot.token in (t.NUMBER, t.NUMERIC_TEXT):
        slot.role = _ROLES_BY_KEY.get(slot.key, 0)
    if slot.key == _KEY["value"]:
        constants = scope.constants
        slot.role = _ROLES.get(constants.get(_KEY["measurand"], 0), 0)
        slot.phase = _PHASES.get(constants.get(_KEY["phase"], 0), 0)
        slot.kilo = _KILO.get(constants.get(_KEY["unit"], 0), 0)


def _qualify(scope: _Scope | None, key: int, token: int) -> None:
    if scope is not None:
        scope.constants[key] = token
        if scope.key == _KEY["unitOfMeasure"] and scope.parent is not None:
            scope.parent.constants[key] = token
        if key not in _UNQUALIFYING:
            scope.qualifier = (scope.qualifier + step(key, token)) & MASK_32
        if key in _COARSE_KEYS:
            scope.coarse = (scope.coarse + step(key, token)) & MASK_32


def _find_entity(scope: _Scope | None, key: int, token: int, number: int) -> None:
    """Note in its object that a slot names the connector, the EVSE or the transaction."""
    if scope is None or not scope.is_object:
        return
    if key == _KEY["transactionId"]:
        around = scope.object_around() if scope.key == _KEY["transactionInfo"] else scope
        if around is not None and around.transaction < 0:
            around.transaction = number
    elif token == t.NUMBER:
        if key in _ENTITY_KEYS and scope.key != _KEY["evse"] and scope.entity < 0:
            scope.entity = number
        elif key == _KEY["id"]:
            named = scope.object_around() if scope.key == _KEY["evse"] else scope
            if named is not None and named.entity < 0:
                named.entity = number


def _classify(slot: Slot, number: int, scope: _Scope, action: int) -> None:
    qualifier, entity, transaction = 0, -1, -1
    around: _Scope | None = scope
    while around is not None:
        qualifier += around.qualifier
        entity = around.entity if entity < 0 else entity
        transaction = around.transaction if transaction < 0 else transaction
        around = around.parent
    slot.entity = entity if entity >= 0 else transaction
    path = step(scope.path, slot.key)
    if slot.token >= t.TIMESTAMP:
        slot.class_ = step(action, slot.key)
    elif slot.token in (t.NUMBER, t.NUMERIC_TEXT) and slot.key != _KEY["seqNo"]:
        slot.class_ = (path + FIRST * qualifier) & MASK_32
    else:
        slot.class_ = step((path + FIRST * qualifier) & MASK_32, action)
    if slot.entity == number:
        slot.names_entity = True
        slot.class_ = (slot.class_ + SALT) & MASK_32
    slot.coarse = step(slot.key, scope.coarse)


def _order(slots: list[Slot]) -> list[int]:
    """Return the slots in the order that lets each be predicted from those before it."""
    entities = {slot.entity for slot in slots}

    def stage(number: int) -> int:
        slot = slots[number]
        if number in entities:
            return 0
        if slot.token >= t.TIMESTAMP:
            return 1
        if slot.role == POWER:
            return 3 if slot.phase else 4
        return 5 if slot.role == ENERGY else 6 if slot.role == CHARGE else 2

    return sorted(range(len(slots)), key=stage)
