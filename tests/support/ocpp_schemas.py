"""Checks payloads against the schemas that the package `ocpp` ships."""

import importlib
import json
from decimal import Decimal
from typing import Any, Literal


def check(kind: Literal[2, 3, 6], action: str, payload: str, version: str) -> None:
    """Let the schema of a request (2, 6) or of an answer (3) check a payload.

    Raises:
        jsonschema.ValidationError: it is not valid.
    """
    validators: Any = importlib.import_module("ocpp.messages")  # It has no types.
    validator = validators.get_validator(kind, action, version, parse_float=Decimal)
    validator.validate(json.loads(payload, parse_float=Decimal))
