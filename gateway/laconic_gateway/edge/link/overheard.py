# pyright: basic
"""OSCORE messages that were captured, opened with the keys of either end.

It only reads: no sequence number is used, nothing is locked and no file is written. Freshness has
no meaning for a record of the past, so every message is accepted as often as it comes.
"""

from typing import Any, Final

from aiocoap import oscore

from laconic_gateway.core.coap import messages
from laconic_gateway.core.coap.messages import OpenedResponse, Parsed, Refused
from laconic_gateway.edge.link.keys import End, KeyMaterial

BINDINGS_KEPT: Final = 256
"""Requests that a response may still come for."""


class _AnyNumber:
    """A replay window that nothing is a replay for."""

    def is_initialized(self) -> bool:
        return True

    def is_valid(self, number: int) -> bool:
        return True

    def strike_out(self, number: int) -> None:
        pass


class _Reader(oscore.CanUnprotect, oscore.SecurityContextUtils):  # type: ignore[misc]
    """The security context of one end, as far as it reads."""

    alg_aead = oscore.AES_CCM_16_64_128()
    hashfun = oscore.hashfunctions["sha256"]
    id_context = None
    echo_recovery = None

    def __init__(self, sender_id: bytes, recipient_id: bytes, material: KeyMaterial) -> None:
        self.sender_id, self.recipient_id = sender_id, recipient_id
        self.recipient_replay_window = _AnyNumber()
        self.derive_keys(material.master_salt, material.master_secret)

    def protect(self, message: Any, request_id: Any = None) -> tuple[Any, Any]:
        raise AssertionError("a reader protects nothing")


class Overheard:
    """Opens what the two ends of a site have said to each other, in the order of the capture."""

    def __init__(self, material: KeyMaterial) -> None:
        own = _Reader(material.sender_id, material.recipient_id, material)
        other = _Reader(material.recipient_id, material.sender_id, material)
        self._own_end = material.end
        self._readers = {own.recipient_id: own, other.recipient_id: other}
        self._own_sender_id = material.sender_id
        self._bindings: dict[tuple[bytes, int], Any] = {}
        """By kid and message id of a request."""

    def request(self, parsed: Parsed) -> tuple[End, bytes]:
        """Return who sent a request, and what it carries.

        Raises:
            Refused: it was not protected with these keys.
        """
        reader = self._readers.get(parsed.kid or b"") if parsed.kid is not None else None
        if reader is None:
            raise Refused("unknown_kid")
        opened = messages.open_request(reader, parsed)
        key = (reader.recipient_id, parsed.message_id)
        self._bindings.pop(key, None)
        self._bindings[key] = opened.binding
        if len(self._bindings) > BINDINGS_KEPT:
            del self._bindings[next(iter(self._bindings))]
        return self._end(reader.recipient_id), opened.payload

    def response(self, parsed: Parsed) -> tuple[End, OpenedResponse]:
        """Return who sent a response, and what it carries.

        Raises:
            Refused: it answers no request that was seen, or was not protected with these keys.
        """
        for (kid, message_id), binding in reversed(self._bindings.items()):
            if parsed.type == messages.ACK and message_id != parsed.message_id:
                continue
            reader = next(one for one in self._readers.values() if one.sender_id == kid)
            try:
                opened = messages.open_response(reader, parsed, binding)
            except Refused:
                continue
            return self._end(reader.recipient_id), opened
        raise Refused("no_request")

    def _end(self, sender_id: bytes) -> End:
        if sender_id == self._own_sender_id:
            return self._own_end
        return End.EXPANDER if self._own_end is End.SITE else End.SITE
