# pyright: basic
"""An OSCORE security context (RFC 8613) whose sequence numbers survive whatever happens.

AES-CCM-16-64-128, HKDF SHA-256, a replay window of 64. The window does not outlive the process:
after any start but that of fresh keys the first request of the peer costs one Echo round trip
(B.1.2). A window from the disk would be cheaper and worse: a request that the old process had
received, but whose answer is lost, would be refused as a replay until the peer gives it up.
"""

import logging
import secrets
from collections.abc import Callable
from typing import Any, Final

from aiocoap import oscore

from laconic_gateway.core.coap.events import ContextUnavailable
from laconic_gateway.edge.link.durable import FileLayer
from laconic_gateway.edge.link.keys import KeyMaterial
from laconic_gateway.edge.link.sequence import SequenceNumbers

MESSAGE_LIMIT: Final = 2**20
"""Encryptions under one key of AES-CCM with 8-byte tags (draft-ietf-core-oscore-key-limits)."""
REPLAY_WINDOW: Final = 64
ECHO_BYTES: Final = 8

# aiocoap formats keys and plain text for this logger; nothing of that may reach a log.
logging.getLogger("aiocoap.cryptography").setLevel(logging.CRITICAL + 1)


class OscoreContext(oscore.CanProtect, oscore.CanUnprotect, oscore.SecurityContextUtils):  # type: ignore[misc]
    """One end's security context, locked against other processes until `close`."""

    alg_aead = oscore.AES_CCM_16_64_128()
    hashfun = oscore.hashfunctions["sha256"]
    id_context = None
    echo_recovery: bytes | None = None

    def __init__(
        self,
        material: KeyMaterial,
        *,
        files: FileLayer | None = None,
        on_half_used: Callable[[], None] | None = None,
    ) -> None:
        """Open the context of `material` and lock it.

        `on_half_used` is called when half of the messages that the keys allow are used up,
        now or during this run; once. Raises: SequenceStateError.
        """
        self.sender_id = material.sender_id
        self.recipient_id = material.recipient_id
        self._directory = material.directory
        self._on_half_used = on_half_used
        self.derive_keys(material.master_salt, material.master_secret)
        self._numbers = SequenceNumbers(material.directory, material.fingerprint(), files)
        self._open_window(fresh=self._numbers.fresh_at_start)

    @property
    def messages_used(self) -> int:
        """An upper bound of the messages that this end has protected since the keys were made.

        A request takes a number of ours; a response takes the number of the peer's request.
        """
        window: Any = self.recipient_replay_window
        if not window.is_initialized():
            return self._numbers.used
        state = window.persist()
        received: int = state["index"] + state["bitfield"].bit_length()
        return self._numbers.used + received

    def protect(self, message: Any, request_id: Any = None) -> tuple[Any, Any]:
        """Encrypt a request, or the response to `request_id`.

        Raises: ContextUnavailable if the keys are used up or no number can be reserved.
        """
        used = self.messages_used
        if used >= MESSAGE_LIMIT:
            raise ContextUnavailable(
                f"the keys in {self._directory} have protected {MESSAGE_LIMIT:,} messages and "
                "are used up; make new keys with `laconic keys new`"
            )
        if used >= MESSAGE_LIMIT // 2 and self._on_half_used is not None:
            self._on_half_used()
            self._on_half_used = None
        protected: tuple[Any, Any] = super().protect(message, request_id)
        return protected

    def new_sequence_number(self) -> int:
        return self._numbers.take()

    def post_seqnoincrease(self) -> None:
        raise AssertionError("SequenceNumbers does this before the number is used")

    def close(self) -> None:
        """Release the lock; nothing can be protected after this."""
        self._numbers.close()

    def _open_window(self, *, fresh: bool) -> None:
        self.recipient_replay_window = oscore.ReplayWindow(REPLAY_WINDOW, lambda: None)
        if fresh:
            self.recipient_replay_window.initialize_empty()
        else:
            self.echo_recovery = secrets.token_bytes(ECHO_BYTES)
