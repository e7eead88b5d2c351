"""What an EVSE tells and is told, put into the words of its make."""

from typing import Final

from laconic_bench.workloads.chargers_2x.make import Event, Make2x
from laconic_bench.workloads.json_style import JsonObject
from laconic_bench.workloads.reading import Reading
from laconic_bench.workloads.riders import Rider
from laconic_bench.workloads.station_2x import ACCEPTED, Station2x


class Reports:
    """Sends the messages of one EVSE, and receives commands for it."""

    def __init__(self, station: Station2x, make: Make2x, number: int) -> None:
        self._station: Final = station
        self._make: Final = make
        self._number: Final = number

    def status(self, status: str) -> None:
        """Send a StatusNotification."""
        payload = self._make.status(self._number, status, self._station.now_ms)
        self._station.tell("StatusNotification", payload)

    def clock_reading(self, reading: Reading) -> None:
        """Send a MeterValues of an idle EVSE."""
        payload = self._make.meter_values(self._number, self._station.now_ms, reading)
        self._station.tell("MeterValues", payload)

    def authorize(self, rider: Rider, token: str, accepted: bool) -> None:
        """Send an Authorize."""
        payload = self._station.style.text({"idToken": self._make.id_token(token)})
        self._station.call("Authorize", payload, self._token_answer(rider, accepted))

    def event(self, event: Event, rider: Rider | None = None) -> None:
        """Send a TransactionEvent; the CSMS says something about the rider of a token."""
        payload = self._station.style.text(self._make.transaction_event(event))
        answer = self._token_answer(rider, accepted=True) if event.token and rider else "{}"
        self._station.call("TransactionEvent", payload, answer)

    def remote_start(self, token: str, request: int, running: str | None) -> None:
        """Receive a RequestStartTransaction; `running` is a transaction since the plug."""
        id_token = self._make.id_token(token)
        payload = {"idToken": id_token, "remoteStartId": request, "evseId": self._number}
        answer = dict(ACCEPTED)
        if running is not None:
            answer["transactionId"] = running
        self._station.obey("RequestStartTransaction", payload, answer)

    def remote_stop(self, transaction: str) -> None:
        """Receive a RequestStopTransaction."""
        payload: JsonObject = {"transactionId": transaction}
        self._station.obey("RequestStopTransaction", payload, ACCEPTED)

    def _token_answer(self, rider: Rider, accepted: bool) -> str:
        return f'{{"idTokenInfo":{self._station.world.csms.token_info(rider, accepted)}}}'
