"""What is said of a metric before it can be used."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class Definition:
    """One metric: its name, what it counts, and its labels."""

    name: str
    kind: Literal["counter", "gauge"]
    meaning: str
    labels: tuple[str, ...] = ()
    values: Mapping[str, frozenset[str]] = field(default_factory=dict[str, frozenset[str]])
    """The only values of a label that are counted on their own."""
    at: Literal["site", "expander", "both"] = "both"
    """Which service has it."""
