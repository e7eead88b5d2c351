"""The work of a run, and hours of it."""

from laconic_bench.model.exchanges import Exchange
from laconic_bench.radio.profiles import LinkProfile
from laconic_bench.suite.script import Script, Work

HOURS = 3.0


def script(from_hour: float, hours: float) -> tuple[Script, list[Exchange]]:
    made = Script(Work("chaji", 1, hours / 24, LinkProfile(), 120.0, from_hour=from_hour))
    return made, list(made.exchanges())


def test_the_hours_of_a_work_are_the_whole_of_it() -> None:
    whole, exchanges = script(0.0, HOURS)
    (first, early), (second, late) = script(0.0, 1.0), script(1.0, HOURS - 1.0)
    assert [one.text for one in (*early, *late)] == [one.text for one in exchanges]
    moved = [one.at_seconds for one in early] + [one.at_seconds + 3_600.0 for one in late]
    for found, expected in zip(moved, exchanges, strict=True):
        assert abs(found - expected.at_seconds) < 1e-6
    assert first.messages + second.messages == whole.messages > 0
    assert first.json_bytes + second.json_bytes == whole.json_bytes


def test_the_information_of_a_part_is_not_known() -> None:
    whole, _ = script(0.0, HOURS)
    part, _ = script(1.0, HOURS - 1.0)
    assert whole.entropy_bytes is not None and 0 < whole.entropy_bytes < whole.json_bytes
    assert part.entropy_bytes is None
