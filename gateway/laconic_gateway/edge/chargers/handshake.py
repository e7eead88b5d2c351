"""A charger's upgrade request in the terms of the gateway, and the HTTP answers to it."""

from collections.abc import Sequence
from typing import Final

from websockets.asyncio.server import ServerConnection
from websockets.http11 import Request, Response
from websockets.typing import Subprotocol

from laconic_gateway.edge.chargers.doorman import FAILURE_WINDOW_SECONDS, Visit
from laconic_gateway.edge.chargers.refusals import EXPLANATION, STATUS, Refusal

SUBPROTOCOLS: Final = (
    Subprotocol("ocpp1.6"),
    Subprotocol("ocpp2.0.1"),
    Subprotocol("ocpp2.1"),
)
MAX_SHOWN_CHARACTERS: Final = 64


def visit_of(socket: ServerConnection, request: Request) -> Visit:
    """Returns what an upgrade request says about who is there."""
    return Visit(
        source=source_of(socket),
        path=request.path,
        authorization=request.headers.get_all("Authorization"),
        has_origin="Origin" in request.headers,
    )


def first_supported(socket: ServerConnection, offered: Sequence[Subprotocol]) -> Subprotocol | None:
    """Returns the first of the charger's ordered list that we speak (OCPP-J 2.1, 3.3)."""
    return next((name for name in offered if name in SUBPROTOCOLS), None)


def refusal_answer(socket: ServerConnection, reason: Refusal) -> Response:
    """Returns the HTTP answer to a request that is refused."""
    response = socket.respond(STATUS[reason], f"Refused: {EXPLANATION[reason]}.\n")
    if reason is Refusal.CREDENTIALS:
        response.headers["WWW-Authenticate"] = 'Basic realm="OCPP", charset="UTF-8"'
    elif reason is Refusal.RATE:
        response.headers["Retry-After"] = str(round(FAILURE_WINDOW_SECONDS))
    return response


def source_of(socket: ServerConnection) -> str:
    """Returns the address of the peer without the port; empty if it is gone already."""
    address = socket.remote_address
    return str(address[0]) if address else ""


def shown(identity: str) -> str:
    """Returns an identity for the log: one that is only claimed may be very long."""
    return repr(identity[:MAX_SHOWN_CHARACTERS])
