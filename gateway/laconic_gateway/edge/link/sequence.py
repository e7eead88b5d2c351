"""OSCORE sequence numbers that are never used twice, also after kill -9 and power loss.

A number that protects two messages under one key breaks the encryption (RFC 8613, 7.2 and
B.1.1). So a block of numbers is reserved on disk before the first of it is used, and after
any start the numbers go on where the reserved block ends. What the state file lacks cannot be
reconstructed: without it the keys are lost and new ones are needed.
"""

import errno
import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, cast

from laconic_gateway.core.coap.events import ContextUnavailable
from laconic_gateway.edge.link.durable import Disk, FileLayer, replace_durably
from laconic_gateway.errors import GatewayError

STATE_FILE: Final = "sequence"
LOCK_FILE: Final = "lock"
BLOCK: Final = 256
FORMAT: Final = 1


class SequenceStateError(GatewayError):
    """The sequence state of a security context cannot be used; the text says what to do."""


@dataclass(frozen=True, slots=True)
class SequenceState:
    """What the state file holds."""

    fingerprint: str
    """Of the keys that the numbers belong to."""
    reserved: int
    """No number from here on has been used."""
    fresh: bool
    """Whether the keys were never used, so that nothing of the peer can be a replay."""

    def encode(self) -> bytes:
        body = json.dumps({"format": FORMAT, **asdict(self)}, separators=(",", ":"))
        return f"{body}\n{_checksum(body)}\n".encode()


def decode_state(content: bytes, directory: Path) -> SequenceState:
    """Return the state in `content`. Raises: SequenceStateError unless every bit is right."""
    try:
        body, checksum, rest = content.decode().split("\n")
        if rest or checksum != _checksum(body):
            raise ValueError("checksum")
        values = cast(dict[str, Any], json.loads(body))
        if values.pop("format") != FORMAT:
            raise ValueError("format")
        return SequenceState(**values)
    except (ValueError, KeyError, TypeError) as error:
        raise SequenceStateError(_lost(directory, "is damaged")) from error


class SequenceNumbers:
    """The open sequence state of one security context; no other process can open it."""

    def __init__(self, directory: Path, fingerprint: str, files: FileLayer | None = None) -> None:
        """Lock and read the state in `directory`, and mark it as in use.

        Raises: SequenceStateError if it is locked, missing, damaged or of other keys.
        """
        self._directory = directory
        self._files = files or Disk()
        self._release = _lock(directory, self._files)
        try:
            state = self._read(fingerprint)
            self.fresh_at_start = state.fresh
            self._state = SequenceState(fingerprint, state.reserved, fresh=False)
            if state.fresh:
                self._mark_as_in_use()
        except BaseException:
            self._release()
            raise
        self._next = state.reserved
        self._open = True

    @property
    def used(self) -> int:
        """How many numbers are gone: used, or skipped at a start."""
        return self._next

    def take(self) -> int:
        """Return a number that was never returned before, by any process.

        Raises: ContextUnavailable if a new block cannot be reserved, or after `close`.
        """
        if not self._open:
            raise ContextUnavailable(f"the keys in {self._directory} are closed")
        if self._next >= self._state.reserved:
            self._reserve()
        number = self._next
        self._next += 1
        return number

    def close(self) -> None:
        """Let go of the lock; there are no numbers after this."""
        self._open = False
        self._release()

    def _mark_as_in_use(self) -> None:
        """Note that the keys are no longer fresh, before anything is received."""
        try:
            self._write(self._state)
        except OSError as error:
            raise SequenceStateError(
                f"cannot write {self._directory / STATE_FILE}: {error.strerror}",
                is_for_want_of_space=error.errno == errno.ENOSPC,
            ) from error

    def _reserve(self) -> None:
        reserved = SequenceState(self._state.fingerprint, self._next + BLOCK, fresh=False)
        try:
            self._write(reserved)
        except OSError as error:
            raise ContextUnavailable(
                f"cannot reserve sequence numbers in {self._directory}: {error.strerror}"
            ) from error
        self._state = reserved

    def _read(self, fingerprint: str) -> SequenceState:
        try:
            content = self._files.read(self._directory / STATE_FILE)
        except FileNotFoundError:
            raise SequenceStateError(_lost(self._directory, "is missing")) from None
        except OSError as error:
            raise SequenceStateError(
                f"cannot read {self._directory / STATE_FILE}: {error.strerror}"
            ) from error
        state = decode_state(content, self._directory)
        if state.fingerprint != fingerprint:
            raise SequenceStateError(_lost(self._directory, "belongs to other keys"))
        return state

    def _write(self, state: SequenceState) -> None:
        replace_durably(self._directory / STATE_FILE, state.encode(), self._files)


def _checksum(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()[:16]


def _lost(directory: Path, what: str) -> str:
    return (
        f"{directory / STATE_FILE} {what}. These keys must not be used again: a sequence number "
        "could repeat and uncover what it protects. Make new keys with `laconic keys new` and "
        "bring them to both ends."
    )


def _lock(directory: Path, files: FileLayer) -> Callable[[], None]:
    try:
        return files.lock(directory / LOCK_FILE)
    except BlockingIOError:
        raise SequenceStateError(
            f"the keys in {directory} are in use by another process; stop it first, "
            "or give each process keys of its own"
        ) from None
    except OSError as error:
        raise SequenceStateError(f"cannot lock the keys in {directory}: {error.strerror}") from None
