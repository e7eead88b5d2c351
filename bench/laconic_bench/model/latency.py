"""How long things took: percentiles by class of message."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from laconic_bench.percentiles import percentile
from laconic_bench.trace import Version
from laconic_codec.messages import Call, Send
from laconic_gateway.core.site.policy import Answering, decide

COMMAND: Final = "command"
"""A CALL of the CSMS, until the CSMS has the charger's answer."""
AUTHORIZE: Final = "authorize"
"""An Authorize, which is of the class interactive too: a driver stands there with a card."""
PERCENTS: Final = (50, 95, 99)


def classes_of(message: Call | Send, version: Version) -> tuple[str, ...]:
    """Return the classes in which a charger's message is counted."""
    found = str(decide(message, version, Answering()).message_class)
    return (found, AUTHORIZE) if message.action == "Authorize" else (found,)


@dataclass(slots=True)
class Times:
    """Seconds by class."""

    seconds: dict[str, list[float]] = field(default_factory=dict[str, list[float]])

    def add(self, name: str, seconds: float) -> None:
        """Note one."""
        self.seconds.setdefault(name, []).append(seconds)

    def percentiles_ms(self) -> Mapping[str, Mapping[str, float]]:
        """Return p50, p95 and p99 of each class in milliseconds, by nearest rank."""
        return {name: _percentiles_ms(self.seconds[name]) for name in sorted(self.seconds)}


def _percentiles_ms(seconds: list[float]) -> Mapping[str, float]:
    found = {percent: percentile(seconds, percent) for percent in PERCENTS}
    return {f"p{percent}": round(1000 * (value or 0.0), 1) for percent, value in found.items()}
