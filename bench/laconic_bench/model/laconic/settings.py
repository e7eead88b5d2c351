"""How Laconic is set up in the model; the defaults are those of the gateway's configuration."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from laconic_codec.encoder import ALL_CODINGS
from laconic_codec.frame import Coding
from laconic_gateway.core.site.policy import Answers, MessageClass
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


@dataclass(frozen=True, slots=True)
class LaconicSettings:
    """Settings of one contender."""

    answers: Answers = "local"
    transaction_updates: Answers = "relay"
    reachability: Mode = "always"
    window_seconds: float | None = None
    """How long telemetry and what is less urgent may wait; the other classes wait as long at most.
    None: as the defaults of the classes say."""
    codings: Coding = ALL_CODINGS

    @property
    def patience_seconds(self) -> dict[MessageClass, float]:
        """Return how long a message of each class may wait for company."""
        window = self.window_seconds
        if window is None:
            return dict(PATIENCE_SECONDS)
        patient = (MessageClass.TELEMETRY, MessageClass.BACKGROUND)
        return {
            one: window if one in patient else min(seconds, window)
            for one, seconds in PATIENCE_SECONDS.items()
        }

    def with_window(self, seconds: float) -> "LaconicSettings":
        """Return the same with another window."""
        return replace(self, window_seconds=seconds)
