"""Why a charger's connection is refused, and what it and the operator are told."""

from enum import StrEnum
from http import HTTPStatus
from typing import Final


class Refusal(StrEnum):
    """Why a connection was refused; also the label of a counter."""

    ORIGIN = "origin"
    PATH = "path"
    UNKNOWN = "unknown"
    CREDENTIALS = "credentials"
    RATE = "rate"
    DUPLICATE = "duplicate"
    SUBPROTOCOL = "subprotocol"
    MALFORMED = "malformed"
    TIMEOUT = "timeout"
    CROWDED = "crowded"


STATUS: Final = {
    Refusal.ORIGIN: HTTPStatus.FORBIDDEN,
    Refusal.PATH: HTTPStatus.NOT_FOUND,
    Refusal.UNKNOWN: HTTPStatus.NOT_FOUND,
    Refusal.CREDENTIALS: HTTPStatus.UNAUTHORIZED,
    Refusal.RATE: HTTPStatus.TOO_MANY_REQUESTS,
    Refusal.DUPLICATE: HTTPStatus.CONFLICT,
}
"""The HTTP status of the refusals that answer an upgrade request."""

EXPLANATION: Final = {
    Refusal.ORIGIN: "the request comes from a web page",
    Refusal.PATH: "the path of the URL names no charger",
    Refusal.UNKNOWN: "this charger is not in the configuration",
    Refusal.CREDENTIALS: "user name or password is missing or wrong",
    Refusal.RATE: "too many wrong passwords within a minute",
    Refusal.DUPLICATE: "this charger is connected already, and that connection is alive",
    Refusal.SUBPROTOCOL: "it offers none of the subprotocols ocpp1.6, ocpp2.0.1, ocpp2.1",
    Refusal.MALFORMED: "it sent no valid WebSocket upgrade request, or went away",
    Refusal.TIMEOUT: "it sent no complete upgrade request in time",
    Refusal.CROWDED: "too many connections wait for their upgrade request",
}
"""One sentence for the log and for the body of the HTTP answer."""


class Refused(Exception):
    """This request is refused, for a reason and with the identity it claims, if known."""

    def __init__(self, reason: Refusal, identity: str | None = None) -> None:
        super().__init__(reason, identity)
        self.reason = reason
        self.identity = identity
