"""Which commands of the CSMS do harm when they come late, and how old they may be.

All other commands may come late. Some only ask. Some set what the next one sets anew, in their
order. RemoteStopTransaction, RequestStopTransaction and CancelReservation name what they end: once
it has ended they do nothing, and to end it late is better than never. A firmware update and a
charging profile say themselves when they hold. TriggerMessage costs one superfluous message.
"""

from collections.abc import Mapping
from typing import Final

from laconic_codec.items import Item, MessageItem
from laconic_codec.messages import Call

HARMFUL_LATE: Final[Mapping[str, str]] = {
    "DataTransfer": "nobody but the vendor knows what it does",
    "RemoteStartTransaction": "energy flows for somebody who has left",
    "RequestBatterySwap": "a slot opens for somebody who has left",
    "RequestStartTransaction": "energy flows for somebody who has left",
    "ReserveNow": "a connector is kept free that the CSMS holds for free already",
    "Reset": "it ends transactions that began after it was asked for",
    "UnlockConnector": "a cable is let go that somebody else has plugged in",
}
"""By action: what happens."""

AGE_MAX_SECONDS: Final = 30.0
"""How old such a command may be when it reaches the site. 30 s is the usual time-out of a CSMS:
whoever asked has been told by then that it failed (trap 29)."""


def is_harmful(item: Item) -> bool:
    """Tell whether an item is a CALL that does harm when it comes late."""
    return (
        isinstance(item, MessageItem)
        and isinstance(item.message, Call)
        and item.message.action in HARMFUL_LATE
    )
