"""What must be true of a virtual site, whatever has happened to it."""

from collections import Counter
from collections.abc import Iterator

from tests.support.virtual_expander import OWN
from tests.support.virtual_judge_down import judge_answers, judge_commands, judge_transactions
from tests.support.virtual_judge_rest import judge_rest
from tests.support.virtual_judge_up import judge_upstream
from tests.support.virtual_problem import Problem, changed, doubled
from tests.support.virtual_site import World


def problems(world: World, *, lossless: bool = False) -> list[Problem]:
    """Return everything that is wrong; `lossless` says that nothing was lost for good."""
    found: list[Problem] = []
    for charger in world.chargers:
        found += judge_upstream(world, charger)
        found += judge_answers(charger, lossless=lossless)
        found += judge_commands(world, charger, lossless=lossless)
    found += judge_transactions(world)
    found += _too_early(world)
    found += _repeated_at_once(world)
    return [*found, *judge_rest(world)]


def _too_early(world: World) -> Iterator[Problem]:
    """Only what is on disk may be answered."""
    for text in world.site.watch.early_answers:
        yield changed(f"answered before it was durable: {text}")


def _repeated_at_once(world: World) -> Iterator[Problem]:
    """D12: without a lost socket nothing is in doubt."""
    if not world.lost_sockets and (count := in_doubt(world)):
        yield doubled(f"{count} messages came again although no socket was lost")


def in_doubt(world: World) -> int:
    """Return how many messages the CSMS has received more than once without having refused them."""
    return sum(
        count > 1
        for received in world.csms.received.values()
        for message_id, count in Counter(r.message_id for r in received).items()
        if message_id not in world.csms.refused and not message_id.startswith(OWN)
    )
