"""CBOR over CoAP under OSCORE, message by message: a CALL is a request, its answer the response.

The exchange pairs them, so no message id travels; one number says which charger it is. Every
message waits for the CSMS, and heartbeats travel. Requests may overtake each other when one is
lost.
"""

import json
from typing import Final

import cbor2

from laconic_bench.model.carrier import Ends
from laconic_bench.model.coap.courier import PIECE_BYTES, Courier
from laconic_bench.model.coap.end import CoapEnd
from laconic_bench.model.coap.keepalive import Keepalive
from laconic_bench.model.link import ModelLink
from laconic_bench.trace import Direction, Version
from laconic_bench.virtual.nat import Nat
from laconic_codec.messages import Call, CallResult, Message, Send, parse
from laconic_gateway.edge.link.keys import End

_OTHER_WAY: Final[dict[Direction, Direction]] = {"up": "down", "down": "up"}

_Key = tuple[str, Direction, str]
"""Charger, who asks, message id."""


class ByMessageCarrier:
    """Both ends. The texts that arrive are those that were sent, if CBOR has kept their content."""

    def __init__(self, link: ModelLink, nat_seconds: float, ends: Ends) -> None:
        self._ends = ends
        nat = self._nat = Nat(link.schedule, nat_seconds, keeps_port=True)
        site, cloud = CoapEnd(End.SITE, link, nat), CoapEnd(End.EXPANDER, link, nat)
        site.other, cloud.other = cloud, site
        self._senders: dict[Direction, CoapEnd] = {"up": site, "down": cloud}
        self._couriers: dict[Direction, Courier] = {
            "up": Courier(site, cloud),
            "down": Courier(cloud, site),
        }
        Keepalive(link.schedule, nat_seconds, site)
        self._channels: dict[str, int] = {}
        self._present: set[str] = set()
        """Chargers of which the CSMS knows."""
        self._requests: dict[_Key, int] = {}
        """CALLs that wait for their answer at the end that was asked."""
        self._answers: dict[_Key, str] = {}
        """Answers that are on their way in responses."""

    def open(self, identity: str, version: Version) -> None:
        """See `Carrier`: chargers and gateway are in one local network."""
        self._channels.setdefault(identity, len(self._channels))
        self._ends.opened(identity)

    def cut(self, identity: str) -> None:
        """See `Carrier`: the cloud learns nothing of it."""

    def charger_says(self, identity: str, text: str, label: str) -> None:
        """See `Carrier`."""
        self._say(identity, "up", text, label)

    def csms_says(self, identity: str, text: str, label: str) -> None:
        """See `Carrier`."""
        self._say(identity, "down", text, label)

    def move(self) -> None:
        """See `Carrier`."""
        self._nat.rebind()

    def finish(self) -> None:
        """See `Carrier`: the bill is complete."""

    def _say(self, identity: str, way: Direction, text: str, label: str) -> None:
        message = parse(text)
        if isinstance(message, Call | Send):
            self._ask(identity, way, message, text, label)
        else:
            self._answer(identity, way, message, text, label)

    def _ask(
        self, identity: str, way: Direction, message: Call | Send, text: str, label: str
    ) -> None:
        key = (identity, way, message.message_id)
        content = [self._channels[identity], message.action, json.loads(message.payload)]
        payload = cbor2.dumps(content)

        def arrived(request: int) -> None:
            self._check(payload, content)
            if isinstance(message, Call):
                self._requests[key] = request
            else:
                self._senders[_OTHER_WAY[way]].respond(request, b"")
            self._hear(identity, way, text)

        def answered(response: bytes) -> None:
            if response:
                self._hear(identity, _OTHER_WAY[way], self._answers.pop(key))

        self._couriers[way].send(payload, ((label, 1),), arrived, answered)

    def _answer(
        self, identity: str, way: Direction, message: Message, text: str, label: str
    ) -> None:
        key = (identity, _OTHER_WAY[way], message.message_id)
        request = self._requests.pop(key, None)
        if request is None:
            return
        content = json.loads(message.payload if isinstance(message, CallResult) else text)
        payload, shares = cbor2.dumps(content), ((label, 1),)
        self._check(payload, content)
        if len(payload) <= PIECE_BYTES:
            self._answers[key] = text
            self._senders[way].respond(request, payload, shares)
            return
        # A response cannot go in pieces: the answer follows in requests.
        self._senders[way].respond(request, b"")

        def arrived(request: int) -> None:
            self._senders[_OTHER_WAY[way]].respond(request, b"")
            self._hear(identity, way, text)

        self._couriers[way].send(payload, shares, arrived, lambda response: None)

    def _check(self, payload: bytes, content: object) -> None:
        if cbor2.loads(payload) != content:
            self._ends.altered()

    def _hear(self, identity: str, way: Direction, text: str) -> None:
        if way == "down":
            self._ends.charger_hears(identity, text)
            return
        if identity not in self._present:
            self._present.add(identity)
            self._ends.csms_opened(identity)
        self._ends.csms_hears(identity, text)
