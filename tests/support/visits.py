"""How a charger comes, goes and is reset, in every version."""

from typing import Final

from tests.support.foreign import Charger, Csms, Payload

START: Final = "2026-03-01T08:00:00Z"


async def arrive(charger: Charger, csms: Csms) -> None:
    """Connect the charger and wait until the CSMS sees it."""
    count = len(csms.of(charger.identity, "connected")) + 1
    await charger.connect()
    await csms.wait_for_event(charger.identity, "connected", count)


async def leave(charger: Charger, csms: Csms) -> None:
    """Disconnect the charger and wait until the CSMS sees that."""
    count = len(csms.of(charger.identity, "disconnected")) + 1
    await charger.disconnect()
    await csms.wait_for_event(charger.identity, "disconnected", count)


async def reset(charger: Charger, csms: Csms, payload: Payload) -> None:
    """Let the CSMS reset the charger, which answers, goes away and comes back."""
    await csms.call(charger.identity, "Reset", payload)
    await leave(charger, csms)
    await arrive(charger, csms)


def time_text(minute: int) -> str:
    """Return a time of the day as OCPP text."""
    return f"2026-03-01T08:{minute:02}:00Z"
