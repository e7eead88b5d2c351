"""What must be true at rest: who is shown as connected, what time it is, that nothing waits."""

from collections.abc import Iterator
from typing import Final

from tests.support.virtual_expander import LEASE_SECONDS
from tests.support.virtual_problem import Problem, other
from tests.support.virtual_site import World

CLOCK_SECONDS: Final = 2.0
"""A time that is known is not further from the truth, beside what it was old when it came; it is
told in whole seconds."""


def judge_rest(world: World) -> Iterator[Problem]:
    """Return what is wrong with sockets, heartbeats, clocks and queues."""
    yield from _sockets(world)
    yield from _heartbeats(world)
    yield from _times(world)
    yield from _leftovers(world)


def _sockets(world: World) -> Iterator[Problem]:
    """At rest, sockets are open exactly for those that are connected."""
    connected = {c.identity: (c.path, c.version) for c in world.chargers if c.connection}
    if world.csms.open_for != connected:
        yield other(f"connected: {connected}, open at the CSMS: {world.csms.open_for}")


def _presence_known_seconds(world: World) -> float:
    """Return after what time the expander knows that a charger has left, whatever the link does.

    It heard it, or the lease is over.
    """
    setup = world.setup
    silence = setup.sign_of_life_seconds + setup.keepalive_seconds
    return 5 * max(LEASE_SECONDS, 2.25 * silence)


def _heartbeats(world: World) -> Iterator[Problem]:
    """Return heartbeats that were re-created for who had left long ago, or who has its own."""
    known_seconds = _presence_known_seconds(world)
    for at, identity in world.expander.heartbeats:
        charger = world.charger(identity)
        if charger.answers == "relay":
            yield other(f"{identity}: a heartbeat was made for a charger that sends its own")
        if not charger.was_connected(at - known_seconds, at):
            yield other(f"{identity}: a heartbeat at {at:.0f}, long after it left")


def _times(world: World) -> Iterator[Problem]:
    """D10: once the expander has told the time, no clock of a charger is set wrong."""
    for told in world.site.watch.times_told:
        accuracy = told.accuracy_seconds
        if accuracy is not None and abs(told.error_seconds) > CLOCK_SECONDS + accuracy:
            yield other(f"{told.identity}: was told a time {told.error_seconds:+.0f} s wrong")


def _leftovers(world: World) -> Iterator[Problem]:
    if world.site.core.undelivered:
        count = world.site.core.undelivered
        yield other(f"the site still counts {count} undelivered messages")
    if world.expander.core.backlog:
        count = world.expander.core.backlog
        yield other(f"the expander still counts {count} undelivered messages")
    if world.expander.outbox.backlog:
        yield other(f"the outbox still holds messages of {world.expander.outbox.backlog}")
