"""A lane alone, and an outbox that forgets at once what is delivered."""

from typing import Final

from laconic_codec.messages import CallError, parse
from laconic_gateway.core.expander.csms_socket import Present
from laconic_gateway.core.expander.io import Action, DeliverDone, OpenCsms, SendToCsms
from laconic_gateway.core.expander.lane import Lane
from laconic_gateway.core.expander.to_site import ToSite, Withdraw
from laconic_gateway.core.notes import Note
from laconic_gateway.core.records import Record, RecordKind
from tests.support.lane_world import KEY, PATH

HERE: Final = Present(PATH, "1.6", True, 1)
RESET: Final = '[2,"order","Reset",{}]'


def record(sequence: int, version: str = "1.6", kind: int = 2, *, answered: bool = False) -> Record:
    """Return a message of the charger, with an id after its sequence number."""
    text = f'[{kind},"id-{sequence}","MeterValues",{{"n":{sequence}}}]'
    return Record(sequence, RecordKind.MESSAGE, "CP1", PATH, version, text, answered=answered)


def lane_of(present: Present | None = None, now: float | None = None) -> Lane:
    """Return a lane; with `now`, its socket is open."""
    ids = iter(range(1_000))
    lane = Lane(KEY, random=lambda: 0.5, new_id=lambda: f"made-{next(ids)}")
    lane.set_present(present)
    if now is not None:
        assert do(lane, now) == [OpenCsms(KEY, PATH, "1.6")]
        lane.opened(now)
    return lane


def do(lane: Lane, now: float, *, disk_is_slow: bool = False) -> list[Action | ToSite | Withdraw]:
    """Return what the lane wants done, with an outbox that forgets at once what is delivered."""
    actions: list[Action | ToSite | Withdraw] = []
    while fresh := [action for action in lane.outgoing(now) if not isinstance(action, Note)]:
        actions += fresh
        for action in fresh:
            if isinstance(action, DeliverDone) and not disk_is_slow:
                lane.queue.confirm(action.sequence)
    return actions


def sent(actions: list[Action | ToSite | Withdraw]) -> list[str]:
    """Return the ids of the messages that the CSMS was sent."""
    return [parse(a.text).message_id for a in actions if isinstance(a, SendToCsms)]


def failures(actions: list[Action | ToSite | Withdraw]) -> list[str]:
    """Return the ids of the CALLs that the CSMS was told have failed."""
    told = [parse(action.text) for action in actions if isinstance(action, SendToCsms)]
    return [error.message_id for error in told if isinstance(error, CallError)]


def answer(lane: Lane, sequence: int, now: float) -> list[Action | ToSite | Withdraw]:
    """Have the CSMS answer a message; return what the lane wants done then."""
    lane.text(f'[3,"id-{sequence}",{{}}]', now)
    return do(lane, now)
