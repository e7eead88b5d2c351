"""Stories of somebody on the link who delays what he cannot read (T12): a remote start, late."""

from collections.abc import Callable

import pytest

from laconic_gateway.core.notes import Level, Topic
from tests.support.virtual_judge import problems
from tests.support.virtual_requests import Party
from tests.support.virtual_site import Setup, World

START = "RemoteStartTransaction"


class Attacker:
    """Holds the first request of the expander back, and may stop everything else."""

    def __init__(self, world: World, patch: pytest.MonkeyPatch) -> None:
        self._carry = world.air.carry
        self.held: list[Callable[[], None]] = []
        self.is_after_requests = True
        self.stops_all = False
        patch.setattr(world.air, "carry", self._meet)

    def _meet(self, arrive: Callable[[], None], what: str, payload: bytes = b"") -> None:
        if self.is_after_requests and what == "down request":
            self.held.append(arrive)
        elif not self.stops_all:
            self._carry(arrive, what, payload)

    def let_go(self) -> None:
        """Deliver what was held back, once, and leave."""
        self.is_after_requests = self.stops_all = False
        self.held[0]()


def begin(clock_error_seconds: float = 0.0) -> World:
    """Return a world with one charger that the CSMS knows."""
    world = World(1, Setup(parties=(Party("local"),)))
    world.site.clock_error_seconds = clock_error_seconds
    world.start()
    world.chargers[0].connect("1.6")
    world.run(70.0)
    return world


def answers(world: World) -> list[str]:
    """Return what the CSMS got for its only command."""
    (command,) = world.csms.commands.values()
    return command.answers


@pytest.mark.parametrize("clock_error_seconds", [0.0, -40 * 365 * 86_400.0, 365 * 86_400.0])
def test_a_remote_start_that_was_held_for_ten_minutes_is_not_carried_out(
    clock_error_seconds: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = begin(clock_error_seconds)
    attacker = Attacker(world, monkeypatch)
    attacker.stops_all = True
    world.csms.command("CP1", action=START)
    world.run(30.0)
    (failure,) = answers(world)  # the CSMS did not have to wait for what became of it
    assert failure.startswith("[4,") and "the outcome is unknown" in failure
    world.run(570.0)
    attacker.let_go()
    world.run(300.0)
    assert world.chargers[0].commands == []
    (said,) = [note for note in world.site.notes if note.topic is Topic.LATE_COMMAND]
    assert (said.label, said.level) == (START, Level.WARNING)
    assert answers(world) == [failure]
    assert problems(world) == []


@pytest.mark.parametrize("clock_error_seconds", [0.0, -40 * 365 * 86_400.0, 365 * 86_400.0])
def test_a_remote_start_that_was_held_for_five_seconds_is_carried_out(
    clock_error_seconds: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = begin(clock_error_seconds)
    attacker = Attacker(world, monkeypatch)
    world.csms.command("CP1", action=START)
    world.run(5.0)
    assert world.chargers[0].commands == []
    attacker.let_go()
    world.run(200.0)
    assert len(world.chargers[0].commands) == 1
    (answer,) = answers(world)
    assert answer.startswith("[3,")
    assert not [note for note in world.site.notes if note.topic is Topic.LATE_COMMAND]
    assert problems(world) == []


def test_a_command_that_may_come_late_is_carried_out_after_the_csms_was_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It does no harm, and nobody can call its datagram back."""
    world = begin()
    attacker = Attacker(world, monkeypatch)
    attacker.stops_all = True
    world.csms.command("CP1", action="TriggerMessage")
    world.run(600.0)
    attacker.let_go()
    world.run(300.0)
    assert len(world.chargers[0].commands) == 1
    (failure,) = answers(world)
    assert failure.startswith("[4,")


def test_a_remote_start_after_a_quiet_week_is_carried_out() -> None:
    """The marks count modulo six days, and clocks drift."""
    world = begin()
    world.run(7 * 86_400.0)
    world.csms.command("CP1", action=START)
    world.run(200.0)
    assert len(world.chargers[0].commands) == 1
