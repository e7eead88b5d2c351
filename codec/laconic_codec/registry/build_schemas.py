"""Reads the OCPP schemas that the package `ocpp` ships (Open Charge Alliance, CC BY-ND 4.0)."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata, resources
from typing import Any, Final, TypeAlias, cast

Json: TypeAlias = "dict[str, Json] | list[Json] | str | float | None"

PACKAGE_VERSION: Final = "2.1.0"
FOLDERS: Final = {"1.6": "v16", "2.0.1": "v201", "2.1": "v21"}
"""Folders of the schemas in the package, by OCPP version."""


@dataclass(frozen=True, slots=True)
class Schema:
    """The schema of a request or of a response."""

    version: str
    action: str
    is_response: bool
    definition: dict[str, Any]

    @property
    def is_empty(self) -> bool:
        """Whether it has no property but customData."""
        return not set(self.definition.get("properties", {})) - {"customData"}

    def properties(self) -> Iterator[tuple[str, list[str]]]:
        """Yield each key at any depth, with the texts that its values are limited to, if any."""
        for key, definition in _properties(self.definition):
            yield key, self._enumeration(definition)

    def _enumeration(self, definition: dict[str, Any]) -> list[str]:
        if "$ref" in definition:
            name = definition["$ref"].rsplit("/", 1)[1]
            return self._enumeration(self.definition["definitions"][name])
        if "items" in definition:
            return self._enumeration(definition["items"])
        return [value for value in definition.get("enum", []) if isinstance(value, str)]


def is_available() -> bool:
    """Tell whether the package is installed, in the right version."""
    try:
        return metadata.version("ocpp") == PACKAGE_VERSION
    except metadata.PackageNotFoundError:
        return False


def schemas() -> Iterator[Schema]:
    """Yield all schemas, sorted by version and name."""
    for version, folder in FOLDERS.items():
        directory = resources.files("ocpp") / folder / "schemas"
        for entry in sorted(directory.iterdir(), key=lambda entry: entry.name):
            if entry.name.endswith(".json"):
                name = entry.name.removesuffix(".json")
                definition = json.loads(entry.read_text(encoding="utf-8-sig"))
                action = name.removesuffix("Response").removesuffix("Request")
                yield Schema(version, action, name.endswith("Response"), definition)


def _properties(node: Json) -> Iterator[tuple[str, dict[str, Any]]]:
    if isinstance(node, dict):
        yield from cast(dict[str, dict[str, Any]], node.get("properties", {})).items()
        for child in node.values():
            yield from _properties(child)
    elif isinstance(node, list):
        for child in node:
            yield from _properties(child)
