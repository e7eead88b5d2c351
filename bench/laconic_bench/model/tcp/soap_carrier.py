"""OCPP 1.6 over SOAP and HTTP. Stations of 2.x, for which it is not defined, keep to OCPP-J.

A charger posts its requests over HTTPS, on a connection that the CSMS closes when it was idle for a
minute. The CSMS posts its commands over plain HTTP to the charger, which has an address that can be
reached: a NAT would keep them all out.
"""

from typing import Any, Final

from laconic_bench.model.carrier import Ends
from laconic_bench.model.link import ModelLink
from laconic_bench.model.tcp import soap
from laconic_bench.model.tcp.certificates import HOST
from laconic_bench.model.tcp.connected import ConnectedCarrier
from laconic_bench.model.tcp.http import request_head, response_head
from laconic_bench.model.tcp.http_lane import Exchanged, HttpLane
from laconic_bench.model.tcp.settings import TcpSettings
from laconic_bench.trace import Direction, Version

_SOAP_VERSION: Final = "1.6"
_CALL: Final = 2
_ERROR: Final = 4


class SoapCarrier:
    """A carrier (`model.carrier`) for chargers on 1.6; all others use `fallback`."""

    def __init__(
        self, link: ModelLink, ends: Ends, settings: TcpSettings, fallback: ConnectedCarrier
    ) -> None:
        self.link = link
        self.ends = ends
        self.settings = settings
        self._fallback = fallback
        self._chargers: dict[str, _SoapCharger] = {}

    def open(self, identity: str, version: Version) -> None:
        """See `Carrier`."""
        if version != _SOAP_VERSION:
            self._fallback.open(identity, version)
            return
        before = self._chargers.get(identity)
        if before is not None:
            before.leave()
        self._chargers[identity] = _SoapCharger(self, identity)
        self.ends.opened(identity)

    def cut(self, identity: str) -> None:
        """See `Carrier`."""
        if identity in self._chargers:
            self._chargers[identity].cut()
        else:
            self._fallback.cut(identity)

    def charger_says(self, identity: str, text: str, label: str) -> None:
        """See `Carrier`."""
        if identity in self._chargers:
            self._chargers[identity].say("up", text, label)
        else:
            self._fallback.charger_says(identity, text, label)

    def csms_says(self, identity: str, text: str, label: str) -> None:
        """See `Carrier`."""
        if identity in self._chargers:
            self._chargers[identity].say("down", text, label)
        else:
            self._fallback.csms_says(identity, text, label)

    def move(self) -> None:
        """See `Carrier`."""
        self._fallback.move()
        for charger in self._chargers.values():
            charger.move()

    def finish(self) -> None:
        """See `Carrier`: the bill is always complete."""


class _SoapCharger:
    """One charger from boot to boot: its requests, and those of the CSMS."""

    def __init__(self, carrier: SoapCarrier, identity: str) -> None:
        self._carrier = carrier
        self._identity = identity
        self._is_known = False
        """The CSMS has heard it and knows where it is."""
        link, settings = carrier.link, carrier.settings
        times = (settings.http_idle_seconds, settings.nat_timeout_seconds)
        self._lanes: dict[Direction, HttpLane] = {
            "up": HttpLane(link, "up", *times, self._csms_hears, self._charger_hears, self._lost),
            "down": HttpLane(
                *(link, "down", *times, self._charger_hears, self._csms_hears, self.leave)
            ),
        }
        self._asked: dict[Direction, dict[str, soap.Asked]] = {"up": {}, "down": {}}
        """Requests of each way that were heard and not answered yet, by message id."""

    def say(self, way: Direction, text: str, label: str) -> None:
        """Send a message: a CALL as a request, an answer as the response on the other lane."""
        message = soap.parse(text)
        if message[0] == _CALL:
            self._lanes[way].ask(self._request(way, message, text, label))
            return
        lane: Direction = "down" if way == "up" else "up"
        asked = self._asked[lane].pop(message[1], None)
        if asked is not None:
            self._lanes[lane].answer(self._response(asked, message, text, label))

    def cut(self) -> None:
        """Lose power."""
        for lane in self._lanes.values():
            lane.cut()

    def move(self) -> None:
        """Get another address."""
        for lane in self._lanes.values():
            lane.move()

    def leave(self) -> None:
        """Let the CSMS know that it does not reach this charger."""
        if self._is_known:
            self._is_known = False
            self._carrier.ends.csms_closed(self._identity)

    def _request(self, way: Direction, message: list[Any], text: str, label: str) -> Exchanged:
        _, message_id, action, _ = message
        body = soap.request(way, self._identity, message)
        host = HOST if way == "up" else soap.charger_url(self._identity).split("/")[2]
        head = request_head(host, "/ocpp/1.6" if way == "up" else "/", action, len(body))
        return self._exchanged(text, label, message_id, head, body)

    def _response(self, asked: soap.Asked, message: list[Any], text: str, label: str) -> Exchanged:
        body = soap.response(asked, message)
        head = response_head(len(body), is_fault=message[0] == _ERROR)
        return self._exchanged(text, label, asked.message_id, head, body)

    def _exchanged(
        self, text: str, label: str, message_id: str, head: bytes, body: bytes
    ) -> Exchanged:
        self._carrier.link.bill.payload_bytes += len(body)
        return Exchanged(text, label, message_id, len(head), body)

    def _csms_hears(self, heard: Exchanged) -> None:
        self._read("up", heard)
        if not self._is_known:
            self._is_known = True
            self._carrier.ends.csms_opened(self._identity)
        self._carrier.ends.csms_hears(self._identity, heard.text)

    def _charger_hears(self, heard: Exchanged) -> None:
        self._read("down", heard)
        self._carrier.ends.charger_hears(self._identity, heard.text)

    def _read(self, way: Direction, heard: Exchanged) -> None:
        """Look at what has arrived, and note which answer is owed."""
        message = soap.parse(heard.text)
        if not soap.carries(heard.body, message):
            self._carrier.ends.altered()
        if message[0] == _CALL:
            self._asked[way][message[1]] = soap.Asked(way, message[2], message[1])

    def _lost(self) -> None:
        """Let the charger ask again what no connection could be made for."""
        self._carrier.ends.closed(self._identity)
        self._carrier.ends.opened(self._identity)
