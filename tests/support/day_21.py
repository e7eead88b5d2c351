"""A day of an OCPP 2.1 battery swap cabinet with 12 slots."""

from tests.support.day_201 import BOOT_201, TOKEN, status_2x
from tests.support.foreign import Charger, Csms, Payload
from tests.support.visits import arrive, leave, reset


async def day_21(charger: Charger, csms: Csms) -> None:
    """Live a day of an OCPP 2.1 battery swap cabinet."""
    await arrive(charger, csms)
    await charger.call("BootNotification", BOOT_201)
    await charger.call("Heartbeat", {})
    for slot in range(1, 13):
        await status_2x(charger, slot, "Occupied" if slot > 6 else "Available")
    for request in (1, 2, 3):
        wanted: Payload = {"requestId": request, "idToken": TOKEN}
        await csms.call(charger.identity, "RequestBatterySwap", wanted)
        await _swap_21(charger, "BatteryIn", request, slot=request, charge=11.5)
        await status_2x(charger, request, "Occupied")
        await _swap_21(charger, "BatteryOut", request, slot=6 + request, charge=100)
        await status_2x(charger, 6 + request, "Available")
    await _swap_21(charger, "BatteryOutTimeout", 4, slot=12, charge=99.75)
    await csms.wait_for_calls(charger.identity, "Heartbeat", 1)
    await reset(charger, csms, {"type": "OnIdle"})
    await charger.call("BootNotification", {**BOOT_201, "reason": "ScheduledReset"})
    await leave(charger, csms)


async def _swap_21(charger: Charger, event: str, request: int, slot: int, charge: float) -> None:
    battery: Payload = {
        "evseId": slot,
        "serialNumber": f"BAT-{request:06}",
        "soC": charge,
        "soH": 97.3,
        "vendorInfo": "ζ",
    }
    payload: Payload = {
        "batteryData": [battery],
        "eventType": event,
        "idToken": TOKEN,
        "requestId": request,
    }
    await charger.call("BatterySwap", payload)
