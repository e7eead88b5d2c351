"""What a site's items are when they arrive: records, questions, states of chargers."""

from dataclasses import dataclass
from uuid import NAMESPACE_URL, uuid5

from laconic_codec.errors import FrameError, FrameFault
from laconic_codec.items import Bind, Item, MessageItem
from laconic_codec.messages import Call, CallError, CallResult, Send
from laconic_gateway.core.express import QUESTIONS
from laconic_gateway.core.identity import IdentityError, identity_of
from laconic_gateway.core.records import Record, RecordKind
from laconic_gateway.core.site.session import with_id


@dataclass(frozen=True, slots=True)
class Arrival:
    """One item of the site in its order."""

    sequence: int
    """Absolute sequence number of a message; of another item, that of the next message."""
    epoch: int
    item: Item
    bind: Bind | None
    """What the item's channel stands for."""
    record: Record | None
    """What goes into the outbox; None for an item that is no message."""
    counts: bool = True
    """It has a sequence number in the epoch; the items of an open frame have none."""
    question: Record | None = None
    """A CALL that overtakes the others; it does not go into the outbox."""


def record_of(site: str, sequence: int, item: MessageItem, bind: Bind, now_unix: float) -> Record:
    """Return the record of a CALL or SEND.

    Raises:
        FrameError: MALFORMED, its charger has no identity.
    """
    assert isinstance(item.message, Call | Send)
    message_id = item.message.message_id or message_id_of(site, bind.path, sequence)
    return Record(
        sequence,
        RecordKind.MESSAGE,
        checked_identity(bind.path),
        bind.path,
        bind.version,
        with_id(item.message, message_id).to_text(),
        answered=item.answered,
        received_unix_seconds=now_unix,
    )


def message_id_of(site: str, path: str, sequence: int) -> str:
    """Return the id of a message towards the CSMS.

    A function of its arguments: the same message sent again has the same id (D12).
    """
    return str(uuid5(NAMESPACE_URL, f"laconic:{site}:{path}:{sequence}"))


def may_be_express(item: Item) -> bool:
    """Tell whether an item may go on an express channel (wire profile 7.6)."""
    if not isinstance(item, MessageItem):
        return False
    if isinstance(item.message, Call):
        return not item.answered and item.message.action in QUESTIONS
    return isinstance(item.message, CallResult | CallError)


def checked_identity(path: str) -> str:
    """Return the identity in a path. Raises: FrameError, MALFORMED."""
    try:
        return identity_of(path)
    except IdentityError as error:
        raise FrameError(FrameFault.MALFORMED, str(error)) from error
