"""Who may open a WebSocket at the gateway: the checks of one upgrade request, without I/O."""

import base64
import binascii
import hmac
import re
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from laconic_gateway.core.identity import IdentityError, identity_of
from laconic_gateway.edge.chargers.refusals import Refusal, Refused

MAX_FAILURES: Final = 5
"""So many wrong passwords are looked at within FAILURE_WINDOW_SECONDS."""
FAILURE_WINDOW_SECONDS: Final = 60.0
MAX_REMEMBERED: Final = 4096
"""Pairs of source and identity whose failures are remembered; the oldest is forgotten."""

_HEXADECIMAL_KEY = re.compile(r"[0-9A-Fa-f]{40}")


@dataclass(frozen=True, slots=True)
class Visit:
    """What an upgrade request says about who is there."""

    source: str
    """Address of the peer, without the port."""
    path: str
    authorization: Sequence[str]
    """Values of all its Authorization headers."""
    has_origin: bool


class Doorman:
    """Admits chargers by identity and password, and slows down who guesses.

    `passwords` is identity to password; it is read at each visit, so it may change.
    """

    def __init__(self, passwords: Mapping[str, str]) -> None:
        self._passwords = passwords
        self._failures: dict[tuple[str, str], deque[float]] = {}

    def admit(self, visit: Visit, now: float) -> str:
        """Returns the identity of the charger that `visit` proves to be.

        Raises:
            Refused: see `Refusal`.
        """
        if visit.has_origin:  # only browsers send it: a web page on the LAN must not get in
            raise Refused(Refusal.ORIGIN)
        try:
            identity = identity_of(visit.path)
        except IdentityError:
            raise Refused(Refusal.PATH) from None
        if identity not in self._passwords:
            raise Refused(Refusal.UNKNOWN, identity)
        if not visit.authorization:  # an invitation to send the password, not a guess
            raise Refused(Refusal.CREDENTIALS, identity)
        self._check_password(visit, identity, now)
        return identity

    def _check_password(self, visit: Visit, identity: str, now: float) -> None:
        pair = (visit.source, identity)
        failures = self._failures.get(pair, deque[float]())
        while failures and failures[0] <= now - FAILURE_WINDOW_SECONDS:
            failures.popleft()
        if len(failures) >= MAX_FAILURES:
            raise Refused(Refusal.RATE, identity)
        self._failures.pop(pair, None)
        if not proves(visit.authorization, identity, self._passwords[identity]):
            failures.append(now)
            self._failures[pair] = failures
            if len(self._failures) > MAX_REMEMBERED:
                del self._failures[next(iter(self._failures))]
            raise Refused(Refusal.CREDENTIALS, identity)


def proves(authorization: Sequence[str], identity: str, password: str) -> bool:
    """Returns whether the Authorization headers hold `identity` and `password` (RFC 7617).

    A `password` of 40 hexadecimal digits is accepted as this text and as the 20 bytes it
    stands for: OCPP-J 1.6, 6.2 means the bytes, and many chargers send the text.
    """
    if len(authorization) != 1:
        return False
    scheme, _, encoded = authorization[0].strip().partition(" ")
    try:
        credentials = base64.b64decode(encoded.strip(), validate=True)
    except (binascii.Error, ValueError):
        return False
    accepted = [f"{identity}:{password}".encode()]
    if _HEXADECIMAL_KEY.fullmatch(password):
        accepted.append(f"{identity}:".encode() + bytes.fromhex(password))
    # All are compared, so that the time tells nothing.
    matches = [hmac.compare_digest(credentials, each) for each in accepted]
    return scheme.lower() == "basic" and any(matches)
