"""What the CSMS says: answers to the stations' CALLs, and the ids of its own.

Its style is that of most servers: compact JSON and times with milliseconds.
"""

from typing import Final

from laconic_bench.workloads.calendar import Calendar
from laconic_bench.workloads.causes import (
    MESSAGE_ID_DOWN,
    REFUSAL,
    REQUEST_ID,
    TRANSACTION_ID,
)
from laconic_bench.workloads.draws import Cause, Draws
from laconic_bench.workloads.ids import random_uuid
from laconic_bench.workloads.riders import Rider, Riders
from laconic_bench.workloads.tables import geometric, lognormal

REFUSED: Final = 0.02
"""Riders without credit (assumption)."""
EXPIRY: Final = "2027-12-31T23:59:59.000Z"

_LATENCY_MS: Final = lognormal(median=24.0, spread=0.5, first=4, last=400)
"""Until the answer: recorded CSMSs on the Internet took 0 to 34 ms, some longer."""
_GAPS: Final = geometric(mean=11.0, first=1, last=400)
"""The counter of transactions serves all sites of the operator."""
_FIRST_TRANSACTION: Final = 400_000


class Csms:
    """One CSMS for all stations of a site, and for others."""

    def __init__(
        self, draws: Draws, calendar: Calendar, riders: Riders, heartbeat_seconds: int
    ) -> None:
        self._draws: Final = draws
        self._calendar: Final = calendar
        self._riders: Final = riders
        self._heartbeat_seconds: Final = heartbeat_seconds
        self._transaction = _FIRST_TRANSACTION + draws.below(TRANSACTION_ID, 100_000)
        self._request = 0

    def message_id(self) -> str:
        """Return the id of a CALL of the CSMS."""
        return random_uuid(self._draws, MESSAGE_ID_DOWN)

    def latency_ms(self) -> int:
        """Return how long an answer takes that does not tell the time."""
        return self._draws.hidden(_LATENCY_MS)

    def told_latency_ms(self, cause: Cause) -> int:
        """Return how long an answer takes that tells the time, drawn for a cause."""
        return self._draws.pick(cause, _LATENCY_MS)

    def clock(self, now_ms: int) -> str:
        """Return the answer to a Heartbeat."""
        return f'{{"currentTime":"{self._calendar.milliseconds_z(now_ms)}"}}'

    def boot(self, now_ms: int) -> str:
        """Return the answer to a BootNotification."""
        time = self._calendar.milliseconds_z(now_ms)
        interval = self._heartbeat_seconds
        return f'{{"status":"Accepted","currentTime":"{time}","interval":{interval}}}'

    def accepts(self) -> bool:
        """Draw whether a rider may charge."""
        return not self._draws.chance(REFUSAL, REFUSED)

    def next_transaction(self) -> int:
        """Draw the id of a transaction of OCPP 1.6: the next number of a shared counter."""
        self._transaction += self._draws.pick(TRANSACTION_ID, _GAPS)
        return self._transaction

    def next_request(self) -> int:
        """Draw the requestId of a command of OCPP 2.x: another shared counter."""
        if not self._request:
            self._request = 1 + self._draws.below(REQUEST_ID, _FIRST_TRANSACTION)
        self._request += self._draws.pick(REQUEST_ID, _GAPS)
        return self._request

    def tag_info(self, rider: Rider, accepted: bool) -> str:
        """Return the idTagInfo of OCPP 1.6."""
        if not accepted:
            return '{"status":"Blocked"}'
        fleet = self._riders.fleet(rider)
        return f'{{"status":"Accepted","expiryDate":"{EXPIRY}","parentIdTag":"{fleet}"}}'

    def token_info(self, rider: Rider, accepted: bool) -> str:
        """Return the idTokenInfo of OCPP 2.1."""
        if not accepted:
            return '{"status":"NoCredit"}'
        fleet = self._riders.fleet(rider)
        group = f'{{"idToken":"{fleet}","type":"Central"}}'
        return f'{{"status":"Accepted","groupIdToken":{group}}}'
