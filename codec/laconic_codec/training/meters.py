"""Meter values as chargers send them: which quantities, in which order of keys."""

import json
from dataclasses import dataclass
from typing import Final, TypeAlias

from laconic_codec.training.chargers import Charger
from laconic_codec.training.dice import Dice

Json: TypeAlias = "dict[str, Json] | list[Json] | str | float | bool | None"


@dataclass(frozen=True, slots=True)
class Quantity:
    """One quantity that a meter reports, and about how much it is."""

    measurand: str
    unit: str
    value: float
    phase: str = ""


_REGISTER: Final = Quantity("Energy.Active.Import.Register", "Wh", 900_000.0)
_AC: Final = (
    Quantity("Voltage", "V", 231.0),
    Quantity("Current.Import", "A", 15.8),
    Quantity("Power.Active.Import", "W", 3_640.0),
)
_DC: Final = (
    Quantity("SoC", "Percent", 54.0),
    Quantity("Power.Active.Import", "kW", 48.2),
    Quantity("Voltage", "V", 401.0),
    Quantity("Current.Import", "A", 121.0),
    Quantity("Temperature", "Celsius", 31.0),
)
_BESIDES: Final = (
    Quantity("Current.Offered", "A", 32.0),
    Quantity("Power.Offered", "W", 22_000.0),
    Quantity("Temperature", "Celsius", 41.0),
    Quantity("Frequency", "Hz", 50.0),
    Quantity("Power.Factor", "", 1.0),
    Quantity("Energy.Active.Export.Register", "Wh", 0.0),
    Quantity("SoC", "Percent", 0.0),
)
_PHASES: Final = (("L1", "L2", "L3"), ("L1-N", "L2-N", "L3-N"), ("L1", "L2", "L3", "N"))
_ORDERS: Final = (
    "value context format measurand phase location unit",
    "value context format measurand location unit",
    "value context measurand phase unit",
    "measurand phase unit value",
    "value unit measurand phase",
    "value measurand phase unit",
    "context format location measurand phase unit value",
    "unit context measurand phase location value format",
)


class Meter:
    """The meter of one charger. It reports the same quantities in the same words each time."""

    def __init__(self, charger: Charger) -> None:
        self._charger = charger
        self._dice = charger.dice
        self._quantities = _quantities(self._dice)
        self._keys = self._dice.pick(_ORDERS).split()
        self._location = self._dice.pick(("Outlet", "Outlet", "Body", "Inlet", "Cable"))
        self._energy = self._dice.near(_REGISTER.value, 0.99)

    def value(self, context: str) -> Json:
        """Return one entry of meterValue."""
        self._energy += self._dice.near(60, 0.9)
        samples: list[Json] = [self._sample(quantity, context) for quantity in self._quantities]
        entry: dict[str, Json] = {"timestamp": self._charger.time(), "sampledValue": samples}
        return dict(sorted(entry.items())) if self._charger.order == "alphabetical" else entry

    def _sample(self, quantity: Quantity, context: str) -> Json:
        fields: dict[str, Json] = {
            "value": self._number(quantity),
            "context": context,
            "format": "Raw",
            "measurand": quantity.measurand,
            "phase": quantity.phase,
            "location": self._location,
            "unit": quantity.unit,
        }
        if self._charger.version == "1.6":
            return {key: fields[key] for key in self._keys if fields[key]}
        fields.update(value=float(self._number(quantity)), unit={"unit": quantity.unit or "A"})
        keys = [key for key in self._keys if fields[key] != "" and key != "format"]
        return {"unitOfMeasure" if key == "unit" else key: fields[key] for key in keys}

    def _number(self, quantity: Quantity) -> str:
        number = self._energy if quantity is _REGISTER else self._dice.near(quantity.value, 0.04)
        return f"{number:.{self._charger.decimals}f}"


def to_json(value: Json) -> str:
    """Return compact JSON."""
    return json.dumps(value, separators=(",", ":"))


def _quantities(dice: Dice) -> list[Quantity]:
    match dice.below(4):
        case 0:
            return [_REGISTER]
        case 1:
            return [_REGISTER, *_on_phases(_AC, (dice.pick(("", "L1")),))]
        case 2:
            return [_REGISTER, *_on_phases(_AC, dice.pick(_PHASES)), *dice.some(_BESIDES, 0.4)]
        case _:
            return [_REGISTER, *_DC]


def _on_phases(quantities: tuple[Quantity, ...], phases: tuple[str, ...]) -> list[Quantity]:
    return [
        Quantity(each.measurand, each.unit, each.value, phase)
        for each in quantities
        for phase in phases
    ]
