"""What all contenders over TCP have in common, and can be set."""

from dataclasses import dataclass

from laconic_bench.model.keepalives import keepalive_seconds


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
        """Return the interval of pings."""
        return keepalive_seconds(self.nat_timeout_seconds)
