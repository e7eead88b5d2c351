"""Whether the CSMS accepts a charger now: before it does, nothing is sent (traps 1 and 2, D5).

A boot that the site has answered itself is sent first. While the CSMS answers Pending or Rejected,
it is sent again after the interval that the CSMS gives, until it is accepted, and nothing else is.
The charger, which has been told that it is accepted, is not disturbed. After Pending or Rejected to
a boot that the charger waits for, only what is older than that boot is held: the charger itself
keeps to the rules, and what the CSMS triggers may pass.
"""

from typing import Final

from laconic_codec.messages import CallError, CallResult
from laconic_gateway.core.expander.kept import to_object
from laconic_gateway.core.records import Record

OWN_INTERVAL_SECONDS: Final = 60.0
"""Time until the next boot where the CSMS leaves it to the charger (trap 5), and the shortest."""

INTERVAL_MAX_SECONDS: Final = 86_400.0


class BootGate:
    """The gate of one charger."""

    def __init__(self) -> None:
        self.is_open = True
        self.boot_at = 0.0
        """While it is closed: when the boot is to be sent."""
        self.holds_before = 0
        """Records before this sequence number wait."""

    def holds(self, record: Record) -> bool:
        """Tell whether a record, which is no boot, has to wait."""
        return not self.is_open or record.sequence < self.holds_before

    def close(self, now: float) -> None:
        """Have a boot sent now and everything else wait for it."""
        self.is_open = False
        self.boot_at = now

    def own_answer(self, answer: CallResult | CallError, now: float) -> bool:
        """Take the answer to a boot that no charger waits for; return whether it is accepted."""
        content = to_object(answer.payload) if isinstance(answer, CallResult) else {}
        if content.get("status") == "Accepted":
            self.open()
            return True
        self.is_open = False
        self.boot_at = now + _interval(content.get("interval"))
        return False

    def relayed_answer(self, record: Record, answer: CallResult | CallError) -> None:
        """Take the answer to a boot that the charger waits for."""
        content = to_object(answer.payload) if isinstance(answer, CallResult) else {}
        if content.get("status") in ("Pending", "Rejected"):
            self.holds_before = record.sequence
        elif content.get("status") == "Accepted":
            self.open()

    def open_for_want_of_a_boot(self) -> None:
        """Open the gate if it waits for a boot that nobody has: of another version of OCPP."""
        self.is_open = True

    def open(self) -> None:
        """Let everything pass."""
        self.is_open = True
        self.holds_before = 0


def _interval(given: object) -> float:
    if not isinstance(given, int | float) or not given > 0:
        return OWN_INTERVAL_SECONDS
    return min(max(float(given), OWN_INTERVAL_SECONDS), INTERVAL_MAX_SECONDS)
