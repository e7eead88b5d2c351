"""From a capture and the keys of a site to the frames that its two ends have sent."""

from collections.abc import Iterator
from typing import Final

from laconic_codec import signs
from laconic_codec.frame import Direction
from laconic_gateway.core.coap import messages
from laconic_gateway.core.coap.messages import Parsed, Refused
from laconic_gateway.edge.link.keys import End, KeyMaterial
from laconic_gateway.edge.link.overheard import Overheard
from laconic_gateway.inspect.pcap import Datagram, datagrams
from laconic_gateway.inspect.view import Given, InspectError

_WAYS: Final = {End.SITE: Direction.UP, End.EXPANDER: Direction.DOWN}
_TYPES: Final = {messages.CON: "CON", messages.NON: "NON", messages.ACK: "ACK"}
"""A reset is the fourth type; it carries nothing."""


def frames_of(data: bytes, material: KeyMaterial) -> list[Given]:
    """Return what the two ends of a site have sent, in the order of a capture.

    A datagram that was sent again, bit for bit, is named once more and not read again: so its
    receiver did, too.

    Raises:
        InspectError: no message in it can be opened with these keys.
    """
    found = list(_Capture(material).read(data))
    if not any(given.frame for given in found):
        raise InspectError(
            f"no message of the capture can be opened with the keys in {material.directory}; "
            "are they of another site, or newer than the capture?"
        )
    return found


class _Capture:
    """Reads one capture."""

    def __init__(self, material: KeyMaterial) -> None:
        self._overheard = Overheard(material)
        self._seen: set[bytes] = set()

    def read(self, data: bytes) -> Iterator[Given]:
        """Yield what belongs to the site."""
        for datagram in datagrams(data):
            parsed = messages.parse(datagram.payload)
            if parsed is None or not parsed.protected or parsed.type not in _TYPES:
                continue
            try:
                end, frame, note = self._open(parsed)
            except Refused:
                continue
            if datagram.payload in self._seen:
                frame, note = b"", "sent again"
            self._seen.add(datagram.payload)
            yield Given(_WAYS[end], frame, _origin(datagram, parsed), note)

    def _open(self, parsed: Parsed) -> tuple[End, bytes, str]:
        """Return who sent a message, its frame, and what it is instead of a frame."""
        if parsed.is_request:
            end, payload = self._overheard.request(parsed)
            sign = signs.decode(payload)
            if sign is not None:
                return end, b"", f"sign: {sign!r}"
            return end, payload, "" if payload else "keepalive"
        end, opened = self._overheard.response(parsed)
        if opened.echo is not None:
            return end, b"", "challenge: the request has to come again with an Echo value"
        return end, opened.payload, "" if opened.payload else "empty answer"


def _origin(datagram: Datagram, parsed: Parsed) -> str:
    size = len(datagram.payload)
    return (
        f"{datagram.time_seconds:.3f} s, {datagram.source} > {datagram.target}, "
        f"{_TYPES[parsed.type]} of {size} bytes"
    )
