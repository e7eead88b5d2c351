"""What all contenders over TCP have in common, and can be set."""

from dataclasses import dataclass

_MARGIN_SECONDS = 5.0
_MARGIN_SHARE = 1 / 12


@dataclass(frozen=True, slots=True)
class TcpSettings:
    """Times of the connections of a site's chargers."""

    nat_timeout_seconds: float = 120.0
    """How long the carrier's NAT keeps an idle mapping."""
    site: str = "site"
    """In the topics of MQTT."""
    ping_timeout_seconds: float = 60.0
    """How long a charger waits for a pong. The default of `websockets`, 20 s, would break
    connections on a link with 5 % loss and round trips of 2 s now and then."""
    connect_timeout_seconds: float = 60.0
    """From the first SYN until a charger may speak."""
    reconnect_seconds: float = 10.0
    """A charger waits so long, and twice as long after each failure, with jitter."""
    reconnect_seconds_max: float = 300.0
    http_idle_seconds: float = 60.0
    """How long an HTTP server keeps an idle connection."""

    @property
    def ping_seconds(self) -> float:
        """Return the interval of pings that just keeps the mapping: 25 s of 30, 110 s of 120."""
        timeout = self.nat_timeout_seconds
        return timeout - max(_MARGIN_SECONDS, timeout * _MARGIN_SHARE)
