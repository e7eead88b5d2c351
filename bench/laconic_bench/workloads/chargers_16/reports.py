"""What a connector tells and is told, put into the words of its make."""

from typing import Final

from laconic_bench.workloads.chargers_16.make import Make, Stop
from laconic_bench.workloads.reading import Reading
from laconic_bench.workloads.riders import Rider
from laconic_bench.workloads.station import Station
from laconic_bench.workloads.trouble.faults import Fault


class Reports:
    """Sends the messages of one connector, and receives commands for it."""

    def __init__(self, station: Station, make: Make, number: int) -> None:
        self._station: Final = station
        self._make: Final = make
        self._number: Final = number

    def status(self, status: str) -> None:
        """Send a StatusNotification."""
        payload = self._make.status(self._number, status, self._station.now_ms)
        self._station.call("StatusNotification", payload)

    def fault(self, fault: Fault) -> None:
        """Send a StatusNotification with a fault."""
        payload = self._make.faulted(self._number, fault, self._station.now_ms)
        self._station.call("StatusNotification", payload)

    def meter(self, transaction: int | None, reading: Reading) -> None:
        """Send a MeterValues, of a transaction or of an idle connector."""
        now_ms = self._station.now_ms
        payload = self._make.meter_values(self._number, transaction, now_ms, reading)
        self._station.call("MeterValues", payload)

    def authorize(self, rider: Rider, tag: str, accepted: bool) -> None:
        """Send an Authorize."""
        self._station.call("Authorize", self._make.authorize(tag), self._answer(rider, accepted))

    def start(self, rider: Rider, tag: str, energy_wh: float) -> int:
        """Send a StartTransaction; return the id that the CSMS gives it."""
        csms = self._station.world.csms
        transaction = csms.next_transaction()
        payload = self._make.start(self._number, tag, self._station.now_ms, energy_wh)
        info = csms.tag_info(rider, accepted=True)
        answer = f'{{"transactionId":{transaction},"idTagInfo":{info}}}'
        self._station.call("StartTransaction", payload, answer)
        return transaction

    def stop(self, stop: Stop, rider: Rider | None = None) -> None:
        """Send a StopTransaction; of a rider who is not told the CSMS says nothing."""
        answer = self._answer(rider, accepted=True) if rider is not None else "{}"
        self._station.call("StopTransaction", self._make.stop(stop), answer)

    def remote_start(self, tag: str) -> None:
        """Receive a RemoteStartTransaction."""
        payload = f'{{"connectorId":{self._number},"idTag":"{tag}"}}'
        self._station.command("RemoteStartTransaction", payload, self._make.accepted())

    def remote_stop(self, transaction: int) -> None:
        """Receive a RemoteStopTransaction."""
        payload = f'{{"transactionId":{transaction}}}'
        self._station.command("RemoteStopTransaction", payload, self._make.accepted())

    def _answer(self, rider: Rider, accepted: bool) -> str:
        return f'{{"idTagInfo":{self._station.world.csms.tag_info(rider, accepted)}}}'
