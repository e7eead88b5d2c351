"""What surrounds a slot: whether the last three slots were as predicted."""

from laconic_codec.adaptive.situation import Situation


def test_the_last_three_slots_are_remembered() -> None:
    around = Situation(1, 2, 3)
    seen: list[int] = []
    for hit in (True, False, True, False, False, False, False):
        around.note(hit)
        seen.append(around.misses)
    assert seen == [0b000, 0b001, 0b010, 0b101, 0b011, 0b111, 0b111]


def test_a_message_begins_with_a_value_of_its_own() -> None:
    assert Situation(1, 2, 3).misses == 8
