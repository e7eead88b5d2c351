"""A world is decided by its seed."""

from laconic_bench.workloads.causes import RIDER_UP
from laconic_bench.workloads.world import World
from tests.support.workload_life import world


def first_cards(place: World) -> list[int]:
    riders = [place.riders.come(RIDER_UP) for _ in range(5)]
    return [place.riders.card_long(rider, RIDER_UP) for rider in riders]


def test_the_same_seed_gives_the_same_world() -> None:
    assert first_cards(world(1)) == first_cards(world(1)) != first_cards(world(2))


def test_all_chance_of_a_world_is_in_one_account() -> None:
    place = world()
    place.csms.message_id()
    place.mains.meter(0).read(0, 0.0, 0.1)
    place.batteries.any_elsewhere()
    names = {entry.cause.name for entry in place.draws.entries()}
    assert {"message id", "mains voltage", "which battery"} <= names
