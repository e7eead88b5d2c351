"""Each line of the account has its own name."""

from laconic_bench.workloads import causes
from laconic_bench.workloads.draws import Cause

ALL = [value for value in vars(causes).values() if isinstance(value, Cause)]


def test_no_two_causes_of_a_lane_have_the_same_name() -> None:
    names = [(cause.lane, cause.name) for cause in ALL]
    assert len(set(names)) == len(names) > 30


def test_message_ids_are_told_apart() -> None:
    assert {cause.name for cause in causes.MESSAGE_IDS} == {"message id"}
    assert sum(cause.name == "message id" for cause in ALL) == len(causes.MESSAGE_IDS)
