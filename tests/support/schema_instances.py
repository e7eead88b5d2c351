"""Instances of the OCPP schemas that the package `ocpp` ships, drawn at random from a seed."""

import json
import random
import string
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata, resources
from typing import Any, Final

from laconic_codec.jsontext import Number, Tree

PACKAGE_VERSION: Final = "2.1.0"
"""Version of the package `ocpp` that the registry was generated from."""

FOLDERS: Final = {"1.6": "v16", "2.0.1": "v201", "2.1": "v21"}

_OPTIONAL_DEPTH_MAX: Final = 6
"""Deeper than this, instances have required properties only, so that they end."""


@dataclass(frozen=True, slots=True)
class Schema:
    """One schema: of a request or of a response."""

    version: str
    name: str
    definition: dict[str, Any]


def is_available() -> bool:
    """Tell whether the package is installed, in the right version."""
    try:
        return metadata.version("ocpp") == PACKAGE_VERSION
    except metadata.PackageNotFoundError:
        return False


def schemas(version: str) -> Iterator[Schema]:
    """Yield the schemas of an OCPP version in the order of their names."""
    folder = resources.files("ocpp") / FOLDERS[version] / "schemas"
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.name.endswith(".json"):
            definition = json.loads(entry.read_text(encoding="utf-8-sig"))
            yield Schema(version, entry.name.removesuffix(".json"), definition)


def draw_instance(schema: Schema, draws: random.Random) -> Tree:
    """Return a tree that the schema allows."""
    return _Drawing(schema.definition, draws).draw(schema.definition, 0)


class _Drawing:
    def __init__(self, root: dict[str, Any], draws: random.Random) -> None:
        self._definitions: dict[str, dict[str, Any]] = root.get("definitions", {})
        self._draws = draws

    def draw(self, definition: dict[str, Any], depth: int) -> Tree:
        if "$ref" in definition:
            return self.draw(self._definitions[definition["$ref"].rsplit("/", 1)[1]], depth)
        if "enum" in definition:
            value: str = self._draws.choice(definition["enum"])
            return value
        match definition.get("type"):
            case "object":
                return self._object(definition, depth)
            case "array":
                return self._array(definition, depth)
            case "string":
                return self._text(definition)
            case "boolean":
                return self._draws.random() < 0.5
            case "integer" | "number":
                return self._number(definition)
            case _:
                return None

    def _object(self, definition: dict[str, Any], depth: int) -> Tree:
        properties: dict[str, dict[str, Any]] = definition.get("properties", {})
        required = definition.get("required", [])
        optional = 0.5 if depth < _OPTIONAL_DEPTH_MAX else 0.0
        names = [name for name in properties if name in required or self._draws.random() < optional]
        self._draws.shuffle(names)
        return {name: self.draw(properties[name], depth + 1) for name in names}

    def _array(self, definition: dict[str, Any], depth: int) -> Tree:
        least: int = definition.get("minItems", 0)
        most: int = min(definition.get("maxItems", 3), least + 2)
        size = self._draws.randint(least, max(least, most))
        return [self.draw(definition["items"], depth + 1) for _ in range(size)]

    def _text(self, definition: dict[str, Any]) -> Tree:
        match definition.get("format"):
            case "date-time":
                second = self._draws.randrange(60)
                fraction = self._draws.choice(["", ".000", ".123456"])
                return f"2026-03-{self._draws.randint(1, 31):02}T08:00:{second:02}{fraction}Z"
            case "uri":
                return "https://csms.example/firmware.bin"
            case _:
                size = self._draws.randint(0, min(definition.get("maxLength", 40), 40))
                alphabet = self._draws.choice([string.digits, "0123456789ABCDEF", 'aä€😀 /\\"\n'])
                return "".join(self._draws.choices(alphabet, k=size))

    def _number(self, definition: dict[str, Any]) -> Tree:
        lowest = int(definition.get("minimum", -(10**6)))
        whole = self._draws.randint(lowest, int(definition.get("maximum", lowest + 2 * 10**6)))
        fractional = definition["type"] == "number" and "multipleOf" not in definition
        if not fractional or whole in (lowest, definition.get("maximum")):
            return Number(whole)
        digits = "".join(self._draws.choices(string.digits, k=self._draws.randint(1, 3)))
        return Number(f"{whole}.{digits}")
