"""Keeps a site's accounts: the byte meter and the budget governor between socket, disk and metrics.

Once a second metrics are published and the governor looks at the totals; once a minute what was
counted is written down in one transaction. A crash loses the counts of that minute at most, and
the first line of the log after it says so.
"""

import logging
from collections.abc import Callable
from typing import Final

from laconic_gateway.core.instant import Instant
from laconic_gateway.core.notes import Note
from laconic_gateway.core.site.budget.contents import Carried
from laconic_gateway.core.site.budget.forecast import forecast_bytes
from laconic_gateway.core.site.budget.governor import BudgetSettings, Governor, Rung, Told
from laconic_gateway.core.site.budget.meter import Meter, Way
from laconic_gateway.edge.link.shell import Datagram
from laconic_gateway.edge.metrics import Metrics
from laconic_gateway.edge.panel import take_note
from laconic_gateway.edge.storage.usage import UsageStore

WRITE_SECONDS: Final = 60.0
"""Between two writes of the counters: each one costs some pages of flash."""

SAVED_AT: Final = "saved_at_unix_seconds"
CLOSED: Final = "closed"
"""1 after a clean stop, 0 while the gateway runs or after a crash."""
RUNG: Final = "rung"
_TOLD_DAY: Final = "told_first_day"
_TOLD_PERCENT: Final = "told_percent"
_TOLD_CAP: Final = "told_cap_percent"

_log = logging.getLogger("laconic")


class Accounts:
    """Counts datagrams, publishes and saves what was counted, and runs the governor."""

    def __init__(
        self,
        store: UsageStore,
        metrics: Metrics,
        *,
        starts_on_day: int,
        budget: BudgetSettings | None,
        on_rung: Callable[[Rung], None],
        clock: Callable[[], Instant],
    ) -> None:
        """Takes over what the file has; without a `budget` bytes are only counted.

        `on_rung` is called with each change of the rung, and once by `start`.
        """
        self.meter = Meter(starts_on_day)
        self._store = store
        self._metrics = metrics
        self._on_rung = on_rung
        self._clock = clock
        self._budget = budget
        found, numbers = store.found, store.found.numbers
        self.meter.restore(found.day_bytes)
        told = Told(*(numbers.get(name, 0) for name in (_TOLD_DAY, _TOLD_PERCENT, _TOLD_CAP)))
        self._governor: Governor | None = None
        if budget is not None:
            self._governor = Governor(budget, told, Rung(numbers.get(RUNG, 0)))
        self._written_at = clock().monotonic
        if numbers.get(CLOSED, 1) == 0:
            _log.info(
                "the gateway was not stopped cleanly: the bytes of its last %.0f s at most are not"
                " in the usage of this month",
                WRITE_SECONDS,
            )

    @property
    def rung(self) -> Rung:
        """How far the site saves now."""
        return Rung.FULL if self._governor is None else self._governor.rung

    def start(self) -> None:
        """Tell the rung, and note on disk that the gateway runs."""
        self._store.add({}, {}, {CLOSED: 0})
        self._on_rung(self.rung)

    def take(self, datagram: Datagram) -> None:
        """Count a datagram that was on the wire."""
        way = Way.UP if datagram.is_outgoing else Way.DOWN
        self.meter.take(way, datagram.wire_bytes, datagram.mark, self._clock().unix)

    def tell_items(self, told: Carried) -> None:
        """Learn what a frame carries that cannot be read here."""
        way = Way.UP if told.is_up else Way.DOWN
        self.meter.tell_items(way, told.number, told.items, asked_by_peer=told.asked_by_peer)

    def publish(self) -> None:
        """Do what is due; call it about once a second."""
        now = self._clock()
        self._publish(now)
        if self._check(now) or now.monotonic - self._written_at >= WRITE_SECONDS:
            self._write(now, is_last=False)

    def stop(self) -> None:
        """Publish and write for the last time."""
        now = self._clock()
        self._publish(now)
        self._write(now, is_last=True)

    def _check(self, now: Instant) -> bool:
        """Let the governor look; return whether it has to be written down."""
        governor = self._governor
        if governor is None:
            return False
        before = governor.rung
        notes = governor.check(self.meter.totals(now.unix), now)
        self._say(notes)
        if governor.rung is not before:
            self._on_rung(governor.rung)
        return bool(notes)

    def _say(self, notes: list[Note]) -> None:
        for note in notes:
            take_note(note, self._metrics)

    def _publish(self, now: Instant) -> None:
        for account, wire_bytes in self.meter.take_unpublished().items():
            direction = str(account.way)
            self._metrics.count(
                "laconic_link_bytes_total",
                wire_bytes,
                direction=direction,
                cause=str(account.cause),
            )
            self._metrics.count(
                "laconic_charger_bytes_total",
                wire_bytes,
                direction=direction,
                charger=account.charger,
                action=account.action,
            )
        totals = self.meter.totals(now.unix)
        self._metrics.gauge("laconic_month_bytes", totals.month_bytes)
        forecast = forecast_bytes(totals.month_bytes, self.meter.day_bytes, totals.month, now.unix)
        self._metrics.gauge("laconic_month_forecast_bytes", forecast or 0)
        monthly = 0 if self._budget is None else self._budget.monthly_bytes
        self._metrics.gauge("laconic_budget_bytes", monthly)
        self._metrics.gauge("laconic_budget_rung", self.rung)

    def _write(self, now: Instant, *, is_last: bool) -> None:
        self._written_at = now.monotonic
        counted, days = self.meter.take_unsaved()
        numbers = {RUNG: int(self.rung)}
        if self._governor is not None:
            told = self._governor.told
            numbers |= {
                _TOLD_DAY: told.first_day,
                _TOLD_PERCENT: told.percent,
                _TOLD_CAP: told.cap_percent,
            }
        if is_last:
            numbers[CLOSED] = 1
        self._store.add(counted, days, numbers | {SAVED_AT: int(now.unix)})
