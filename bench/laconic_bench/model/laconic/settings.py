"""How Laconic is set up in the model; the defaults are those of the gateway's configuration."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Final

from laconic_codec.encoder import ALL_CODINGS
from laconic_codec.frame import Coding
from laconic_gateway.core.site.policy import Answers, EmptyAnswer, MessageClass
from laconic_gateway.core.site.reachability import Mode

PATIENCE_SECONDS: Final[Mapping[MessageClass, float]] = {
    MessageClass.INTERACTIVE: 0.0,
    MessageClass.TRANSACTION: 2.0,
    MessageClass.ALARM: 0.0,
    MessageClass.STATUS: 10.0,
    MessageClass.TELEMETRY: 60.0,
    MessageClass.BACKGROUND: 300.0,
}
"""Defaults of `[batch]`."""

_PATIENT: Final = (MessageClass.TELEMETRY, MessageClass.BACKGROUND)


@dataclass(frozen=True, slots=True)
class LaconicSettings:
    """Settings of one contender."""

    answers: Answers = "local"
    empty_answers: frozenset[EmptyAnswer] = frozenset()
    reachability: Mode = "always"
    patience_seconds: Mapping[MessageClass, float] = field(
        default_factory=lambda: dict(PATIENCE_SECONDS)
    )
    """How long a message of each class may wait for company."""
    codings: Coding = ALL_CODINGS

    @property
    def window_seconds(self) -> float:
        """Return how long meter values may wait."""
        return self.patience_seconds[MessageClass.TELEMETRY]

    def with_window(self, seconds: float) -> "LaconicSettings":
        """Return the same with another window: meter values, and what is less urgent, may wait so
        long; the other classes at most."""
        return replace(
            self,
            patience_seconds={
                one: seconds if one in _PATIENT else min(patience, seconds)
                for one, patience in self.patience_seconds.items()
            },
        )
