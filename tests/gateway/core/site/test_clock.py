"""The time that chargers are told, and what is known about it (D10, G10)."""

from dataclasses import dataclass, field
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from laconic_gateway.core.instant import Instant
from laconic_gateway.core.records import Stamp, TimeQuality
from laconic_gateway.core.site.clock import (
    BOOTS_MAX,
    EARLIEST_SECONDS,
    FLOOR_STEP_SECONDS,
    Clock,
    repaired,
)
from laconic_gateway.core.site.offline.facts import Facts, KeepFact

GOOD: Final = 1_790_000_000.0
YEAR_SECONDS: Final = 365 * 86_400.0
YEAR_2038: Final = 2.0**31
BACK_SECONDS: Final = 2.0
"""What is told may go back by this without a word (G10)."""


@dataclass
class Disk:
    """Facts as they are on disk."""

    facts: dict[str, str] = field(default_factory=dict[str, str])
    writes: int = 0

    def keep(self, fact: KeepFact) -> None:
        self.writes += 1
        self.facts.pop(fact.name, None)
        if fact.value:
            self.facts[fact.name] = fact.value

    def clock(self, boot: str = "b1") -> Clock:
        """Start a process."""
        return Clock(Facts(self.facts, self.keep), boot)


def with_floor(floor: float) -> Disk:
    return Disk({"clock/floor": str(round(floor))})


# --- one source after the other


def test_the_machine_is_believed_until_the_expander_speaks() -> None:
    clock = Disk().clock()
    assert clock.stamp(Instant(7.0, GOOD)) == Stamp(GOOD, "b1", 7.0, TimeQuality.MACHINE)
    assert clock.told(GOOD + 500.0, 7.5, Instant(8.0, GOOD + 1.0)) == 0.0
    told = Stamp(GOOD + 510.0, "b1", 18.0, TimeQuality.TOLD)
    assert clock.stamp(Instant(18.0, GOOD - YEAR_SECONDS)) == told, "no matter what it says now"


def test_a_machine_that_lost_its_clock_goes_on_from_the_last_good_time() -> None:
    """Not one charger's clock is pushed back."""
    clock = with_floor(GOOD).clock()
    assert clock.stamp(Instant(100.0, 12.0)) == Stamp(GOOD, "b1", 100.0, TimeQuality.ESTIMATED)
    assert clock.unix(Instant(160.0, 72.0)) == GOOD + 60.0
    assert clock.told(GOOD + 9_000.0, 160.5, Instant(161.0, 73.0)) == 0.0
    assert clock.unix(Instant(162.0, 74.0)) == GOOD + 9_001.0


def test_a_machine_that_finds_the_time_is_believed() -> None:
    """By NTP, say."""
    clock = with_floor(GOOD).clock()
    assert clock.stamp(Instant(1.0, 0.0)).quality is TimeQuality.ESTIMATED
    found = Stamp(GOOD + 5_000.0, "b1", 2.0, TimeQuality.MACHINE)
    assert clock.stamp(Instant(2.0, GOOD + 5_000.0)) == found


def test_a_new_box_without_a_clock_does_not_say_1970() -> None:
    assert Disk().clock().stamp(Instant(30.0, 30.0)) == Stamp(
        EARLIEST_SECONDS, "b1", 30.0, TimeQuality.ESTIMATED
    )


def test_a_machine_that_jumps_back_is_not_followed() -> None:
    clock = Disk().clock()
    clock.unix(Instant(0.0, GOOD))
    stamp = clock.stamp(Instant(10.0, GOOD - YEAR_SECONDS))
    assert stamp == Stamp(GOOD + 10.0, "b1", 10.0, TimeQuality.ESTIMATED)
    assert clock.stamp(Instant(20.0, GOOD + 20.5)).quality is TimeQuality.MACHINE


@pytest.mark.parametrize(("seconds_off", "back_seconds"), [(0.9, 0.0), (1.1, 1.1), (3e7, 3e7)])
def test_only_the_expander_puts_back_what_was_said(seconds_off: float, back_seconds: float) -> None:
    clock = Disk().clock()
    clock.unix(Instant(0.0, GOOD + seconds_off))
    back = clock.told(GOOD + 10.0, 10.0, Instant(10.0, GOOD + 10.0 + seconds_off))
    assert back == pytest.approx(back_seconds)
    assert clock.told(GOOD + 20.0, 20.0, Instant(20.0, GOOD + 20.0 + seconds_off)) == 0.0
    assert abs(clock.unix(Instant(30.0, 0.0)) - (GOOD + 30.0)) <= 1.0


def test_an_answer_that_was_long_under_way_does_not_put_a_good_clock_back() -> None:
    clock = Disk().clock()
    clock.unix(Instant(0.0, GOOD))
    assert clock.told(GOOD + 1.0, 0.5, Instant(90.0, GOOD + 90.0)) == 0.0
    assert clock.unix(Instant(100.0, 0.0)) == GOOD + 100.0


@pytest.mark.parametrize("absurd", [-1.0, 9e15])
def test_a_time_that_ocpp_cannot_write_is_not_taken(absurd: float) -> None:
    clock = Disk().clock()
    assert clock.told(absurd, 0.0, Instant(0.0, GOOD)) == 0.0
    assert clock.stamp(Instant(1.0, GOOD + 1.0)).quality is TimeQuality.MACHINE
    assert clock.unix(Instant(2.0, absurd)) == GOOD + 2.0


# --- what is on disk


def test_the_floor_is_written_in_steps_and_only_when_the_time_is_known() -> None:
    disk = Disk()
    clock = disk.clock()
    clock.unix(Instant(0.0, GOOD))
    assert "clock/floor" not in disk.facts
    for second in range(0, 3 * int(FLOOR_STEP_SECONDS), 60):
        clock.told(GOOD + second, second, Instant(second, GOOD + second))
        clock.unix(Instant(second, GOOD + second))
    assert disk.writes == 2 + 3  # the line, the same line as told, and the floor


def test_a_process_goes_on_where_the_one_before_it_was() -> None:
    disk = with_floor(GOOD)
    disk.clock().told(GOOD + 1_800.0, 50.0, Instant(50.0, 50.0))
    again = disk.clock()
    assert again.stamp(Instant(60.0, 60.0)) == Stamp(GOOD + 1_810.0, "b1", 60.0, TimeQuality.TOLD)
    assert disk.clock("b2").stamp(Instant(9.0, 9.0)).quality is TimeQuality.ESTIMATED


def test_the_lines_of_some_boots_are_kept_and_the_floor() -> None:
    disk = with_floor(GOOD)
    for number in range(BOOTS_MAX + 5):
        disk.clock(f"b{number}").unix(Instant(0.0, 0.0))
    assert len(disk.facts) == BOOTS_MAX + 1
    assert "clock/floor" in disk.facts and "clock/boot/b4" not in disk.facts


@pytest.mark.parametrize("fact", ["", "told", "x said"])
def test_a_fact_that_tells_no_line_is_none(fact: str) -> None:
    clock = Disk({"clock/boot/b1": fact}).clock()
    assert clock.stamp(Instant(0.0, GOOD)).quality is not TimeQuality.TOLD


# --- records


def test_a_record_gets_its_true_time_when_that_is_known() -> None:
    disk = with_floor(GOOD)
    clock = disk.clock()
    bad = clock.stamp(Instant(100.0, 0.0))
    assert repaired(bad, disk.facts) == bad
    clock.told(GOOD + 50_000.0, 500.0, Instant(500.0, 400.0))
    true = Stamp(GOOD + 49_600.0, "b1", 100.0, TimeQuality.TOLD)
    assert repaired(bad, disk.facts) == true
    disk.clock("b2").unix(Instant(3.0, 3.0))
    assert repaired(bad, disk.facts) == true, "also in later boots"


def test_nothing_is_repaired_without_a_word_of_the_expander() -> None:
    disk = Disk()
    clock, other = disk.clock(), Stamp(1.0, "b9", 1.0, TimeQuality.ESTIMATED)
    machine = clock.stamp(Instant(1.0, GOOD))
    assert repaired(machine, disk.facts) == machine
    clock.told(GOOD, 1.0, Instant(1.0, GOOD))
    for stamp in (other, Stamp(5.0), clock.stamp(Instant(9.0, GOOD))):
        assert repaired(stamp, disk.facts) == stamp


# --- whatever happens


@dataclass
class Box:
    """A gateway whose clocks and starts are played with; `said` is what chargers were told."""

    disk: Disk
    machine: float
    """The machine's clock less the monotonic one."""
    has_battery: bool
    now: float = 50.0
    true: float = GOOD
    boots: int = 0
    said: list[Stamp] = field(default_factory=list[Stamp])

    def __post_init__(self) -> None:
        self.clock = self.disk.clock("b0")

    @property
    def instant(self) -> Instant:
        return Instant(self.now, self.machine + self.now)

    def say(self) -> None:
        """Answer a Heartbeat."""
        stamp = self.clock.stamp(self.instant)
        highest = max((one.unix_seconds for one in self.said), default=0.0)
        assert stamp.unix_seconds >= highest - BACK_SECONDS, "pushed back without a word"
        assert stamp.monotonic_seconds == self.now
        self.said.append(stamp)

    def pass_time(self, seconds: float) -> None:
        self.now += seconds
        self.true += seconds

    def tell(self, under_way_seconds: float) -> None:
        """Have the expander's time come in."""
        true = self.true
        asked_at = self.now
        self.pass_time(under_way_seconds)
        if self.clock.told(true, asked_at, self.instant) > 0:
            self.said.clear()  # a note says it
        self.say()
        off_seconds = abs(self.said[-1].unix_seconds - self.true)
        assert off_seconds <= under_way_seconds + 1.001
        assert self.said[-1].quality is TimeQuality.TOLD

    def restart(self, *, reboots: bool) -> None:
        """Start the process anew, perhaps with the machine; a reboot begins a new account."""
        if reboots:
            self.boots += 1
            self.said.clear()
            unix = self.machine + self.now
            self.now = 3.0
            self.machine = (unix if self.has_battery else 0.0) - self.now
        self.clock = self.disk.clock(f"b{self.boots}")
        self.say()


STEPS: Final = st.lists(
    st.one_of(
        st.tuples(st.just("wait"), st.floats(0.0, 100_000.0)),
        st.tuples(
            st.just("jump"),
            st.sampled_from([-YEAR_SECONDS, YEAR_SECONDS, -3_600.0, 3_600.0, -1.5, 1.5]),
        ),
        st.tuples(st.just("set"), st.sampled_from([0.0, YEAR_2038, GOOD, EARLIEST_SECONDS])),
        st.tuples(st.just("tell"), st.floats(0.0, 90.0)),
        st.tuples(st.sampled_from(["restart", "reboot"]), st.just(0.0)),
    ),
    max_size=40,
)


@given(STEPS, st.sampled_from([0.0, GOOD, YEAR_2038]), st.booleans())
def test_no_charger_is_pushed_back_in_a_boot_unless_the_expander_says_so(
    steps: list[tuple[str, float]], begin_unix: float, has_battery: bool
) -> None:
    box = Box(Disk(), begin_unix - 50.0, has_battery)
    for what, value in steps:
        match what:
            case "wait":
                box.pass_time(value)
            case "jump":
                box.machine += value
            case "set":
                box.machine = value - box.now
            case "tell":
                box.tell(value)
            case _:
                box.restart(reboots=what == "reboot")
        box.say()


@given(
    st.floats(EARLIEST_SECONDS, 2_000_000_000),
    st.lists(st.tuples(st.floats(0, 1_000), st.floats(0, 2_000_000_000)), max_size=20),
)
def test_before_the_expander_speaks_no_time_is_before_the_floor(
    floor: float, steps: list[tuple[float, float]]
) -> None:
    clock = with_floor(floor).clock()
    monotonic = 0.0
    for seconds, unix in steps:
        monotonic += seconds
        assert clock.unix(Instant(monotonic, unix)) >= round(floor) - 0.5
