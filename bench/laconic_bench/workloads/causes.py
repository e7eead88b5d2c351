"""The account's lines: everything that a workload draws by chance."""

from typing import Final

from laconic_bench.workloads.draws import Cause, Lane

MESSAGE_ID_UP: Final = Cause("message id", Lane.UP_CALL)
MESSAGE_ID_DOWN: Final = Cause("message id", Lane.DOWN_CALL)

SERIAL_NUMBER: Final = Cause("charger serial number", Lane.UP_CALL)
REGISTER_START: Final = Cause("register at the start", Lane.UP_CALL)
METER_OFFSET: Final = Cause("meter calibration", Lane.UP_CALL)
OUTAGE: Final = Cause("outage", Lane.UP_CALL)
BOOT_TIME: Final = Cause("boot time", Lane.UP_CALL)

ARRIVAL: Final = Cause("arrival time", Lane.UP_CALL)
RIDER_UP: Final = Cause("rider", Lane.UP_CALL)
RIDER_DOWN: Final = Cause("rider", Lane.DOWN_CALL)
CARD_UP: Final = Cause("card number", Lane.UP_CALL)
CARD_DOWN: Final = Cause("card number", Lane.DOWN_CALL)
BIKE: Final = Cause("bike model", Lane.UP_CALL)
FIRST_CHARGE: Final = Cause("state of charge at the start", Lane.UP_CALL)
START_DELAY: Final = Cause("plug to start", Lane.UP_CALL)
STATUS_DELAY: Final = Cause("time of a status", Lane.UP_CALL)
STAY: Final = Cause("time of departure", Lane.UP_CALL)
STOP_REASON: Final = Cause("stop reason", Lane.UP_CALL)
SAMPLE_DELAY: Final = Cause("time of a sample", Lane.UP_CALL)

VOLTAGE: Final = Cause("mains voltage", Lane.UP_CALL)
CURRENT: Final = Cause("charging current", Lane.UP_CALL)
TEMPERATURE: Final = Cause("charger temperature", Lane.UP_CALL)

FAULT: Final = Cause("kind of a fault", Lane.UP_CALL)
FAULT_TIME: Final = Cause("time of a fault", Lane.UP_CALL)
FLAPPING: Final = Cause("flapping of a connector", Lane.UP_CALL)
INSTALLATION: Final = Cause("time of an installation", Lane.UP_CALL)
BOOT_LOOP: Final = Cause("boots in a loop", Lane.UP_CALL)

SWAP_DELAY: Final = Cause("battery in to battery out", Lane.UP_CALL)
BATTERY: Final = Cause("which battery", Lane.UP_CALL)
BATTERY_SERIAL: Final = Cause("battery serial number", Lane.UP_CALL)
HEALTH: Final = Cause("battery health", Lane.UP_CALL)
TRANSACTION_UUID: Final = Cause("transaction id (UUID)", Lane.UP_CALL)
PACK_VOLTAGE: Final = Cause("pack voltage", Lane.UP_CALL)
PACK_CURRENT: Final = Cause("pack current", Lane.UP_CALL)
PACK_TEMPERATURE: Final = Cause("pack temperature", Lane.UP_CALL)

REMOTE_START: Final = Cause("remote start", Lane.DOWN_CALL)
REMOTE_SWAP: Final = Cause("remote swap", Lane.DOWN_CALL)
REFUSAL: Final = Cause("authorisation", Lane.DOWN_ANSWER)
REQUEST_ID: Final = Cause("request id", Lane.DOWN_CALL)
FLEET: Final = Cause("fleet of a rider", Lane.DOWN_ANSWER)
TRANSACTION_ID: Final = Cause("transaction id (CSMS)", Lane.DOWN_ANSWER)
CLOCK: Final = Cause("clock of the CSMS", Lane.DOWN_ANSWER)
HEARTBEAT_CLOCK: Final = Cause("clock of the CSMS in answers to heartbeats", Lane.DOWN_ANSWER)
"""All that heartbeats tell: a gateway that answers them itself need not carry it."""

MESSAGE_IDS: Final = frozenset({MESSAGE_ID_UP, MESSAGE_ID_DOWN})
"""Re-minted on the wire by default, so the floor is also given without them."""
