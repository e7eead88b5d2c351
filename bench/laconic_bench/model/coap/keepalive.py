"""Keepalives of one byte, so that the cloud can reach the site at any time."""

from laconic_bench.model.coap.end import CoapEnd
from laconic_bench.model.keepalives import keepalive_seconds
from laconic_bench.virtual.schedule import Schedule


class Keepalive:
    """Sends one when the site has been silent for long."""

    def __init__(self, schedule: Schedule, nat_seconds: float, site: CoapEnd) -> None:
        self._schedule = schedule
        self._interval_seconds = keepalive_seconds(nat_seconds)
        self._site = site
        schedule.after(self._interval_seconds, self._ring)

    def _ring(self) -> None:
        due = self._site.sent_at + self._interval_seconds
        if due <= self._schedule.now:
            self._site.keep_alive()
            due = self._schedule.now + self._interval_seconds
        self._schedule.at(due, self._ring)
