"""Rows of shapes from the schemas; `skeletons` describes the rows.

Definitions that are equal become one row, whatever they are called and whichever version has them.
"""

from typing import Any, Final

from laconic_codec.registry.build_schemas import Schema

_SCALARS: Final = {"string": "s", "number": "n", "integer": "i", "boolean": "b"}


class Rows:
    """Rows that exist, and those that are added after them."""

    def __init__(self, rows: tuple[str, ...]) -> None:
        self.rows = list(rows)
        self._names = {body: name for name, body in map(_parts, rows)}
        self._bodies = dict(map(_parts, rows))

    def add_message(self, schema: Schema) -> None:
        """Add the row of a message, after the rows that it needs, if it is not there as it is."""
        direction = "response" if schema.is_response else "request"
        name = schema.action + direction.capitalize()
        shape = _Definitions(self, schema.definition).type(schema.definition, name)
        left = f"{schema.version} {schema.action} {direction}"
        if self._bodies.get(left) != f" -> {shape}":
            self._add(left, f" -> {shape}")

    def shape(self, body: str, name: str) -> str:
        """Return the name of the row with a body; add the row if there is none."""
        if body not in self._names:
            self._add(self._free(name), body)
        return self._names[body]

    def _add(self, name: str, body: str) -> None:
        self.rows.append(name + body)
        self._names[body] = name
        self._bodies[name] = body

    def _free(self, name: str) -> str:
        name = name[0].upper() + name[1:]
        names = (name, *(f"{name}{number}" for number in range(2, 1000)))
        return next(name for name in names if name not in self._bodies)


class _Definitions:
    """The definitions of one schema."""

    def __init__(self, rows: Rows, schema: dict[str, Any]) -> None:
        self._rows = rows
        self._definitions: dict[str, dict[str, Any]] = schema.get("definitions", {})

    def type(self, definition: dict[str, Any], name: str) -> str:
        """Return the type of a definition as a row has it."""
        if "$ref" in definition:
            name = definition["$ref"].rsplit("/", 1)[1]
            plain = name.removesuffix("Type").removesuffix("Enum")
            return self.type(self._definitions[name], plain)
        if "enum" in definition:
            return self._rows.shape(" = " + " | ".join(definition["enum"]), name)
        match definition.get("type"):
            case "object":
                return self._rows.shape(self._properties(definition), name)
            case "array":
                return f"[{self.type(definition['items'], name)}]"
            case None:
                return "x"
            case kind:
                return "d" if definition.get("format") == "date-time" else _SCALARS[kind]

    def _properties(self, definition: dict[str, Any]) -> str:
        properties: dict[str, dict[str, Any]] = definition.get("properties", {})
        required = definition.get("required", [])
        # 2.0.1 has customData first and 2.1 has it last; where they agree, the rows are shared.
        names = sorted(properties, key=lambda name: name == "customData")
        return " :" + ",".join(
            f" {name}{'' if name in required else '?'} {self.type(properties[name], name)}"
            for name in names
        )


def _parts(row: str) -> tuple[str, str]:
    """Return the name of a row and the rest, sign included."""
    for sign in (" -> ", " = ", " :"):
        if sign in row:
            name = row.partition(sign)[0]
            return name, row[len(name) :]
    raise AssertionError(f"no row: {row}")
