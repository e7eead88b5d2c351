"""What leaves a site for its expander."""

from dataclasses import dataclass
from typing import TypeAlias

from laconic_gateway.core.site.budget.contents import Carried


@dataclass(frozen=True, slots=True)
class SendFrame:
    """Send a frame as a confirmable request; report the outcome under the exchange number."""

    exchange: int
    frame: bytes


@dataclass(frozen=True, slots=True)
class HastenFrame:
    """Send the frame of an exchange again now if its answer is overdue."""

    exchange: int


@dataclass(frozen=True, slots=True)
class SendKeepalive:
    """Send an empty, protected, unanswered request."""


@dataclass(frozen=True, slots=True)
class SendBareKeepalive:
    """Send one byte without protection, for the NAT."""


Sending: TypeAlias = Carried | SendFrame | SendKeepalive | SendBareKeepalive
"""What leaves: of a frame, first what it carries."""
