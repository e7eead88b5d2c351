"""What is drawn from a log to be played."""

from collections import Counter

import pytest

from laconic_bench.estimate.month import messages_of
from laconic_bench.estimate.sample import EACH_ACTION_EXCHANGES, KEPT_TIMES, Chosen, Sample
from laconic_bench.model.exchanges import Exchange
from tests.support.small_logs import Talk, charging_day


def drawn(exchanges: list[Exchange], messages_max: int) -> Chosen:
    sample = Sample(messages_max)
    for exchange in exchanges:
        sample.add(exchange)
    return sample.chosen()


def played(chosen: Chosen) -> list[Exchange]:
    return [one for piece in chosen.pieces for one in piece.exchanges]


def test_a_short_log_is_played_whole_and_without_a_gap() -> None:
    exchanges = charging_day().exchanges()
    found = drawn(exchanges, 10_000)
    assert played(found) == exchanges and not found.rare_actions
    first, second = found.pieces[:2]
    assert first.end_seconds == second.exchanges[0].at_seconds


@pytest.mark.parametrize("messages_max", [100, 200, 400])
def test_pieces_come_from_all_over_the_log(messages_max: int) -> None:
    exchanges = charging_day("CP1", 60).exchanges()
    found = drawn(exchanges, messages_max)
    kept = played(found)
    assert 0.75 * messages_max <= sum(map(messages_of, kept)) <= messages_max + 3 * 2
    positions = [exchanges.index(one) for one in kept]
    assert positions == sorted(set(positions))
    twentieths = {20 * position // len(exchanges) for position in positions}
    assert len(twentieths) >= 15


def test_memory_is_bounded_and_old_and_new_are_drawn_alike() -> None:
    talk = Talk()
    talk.heartbeats(0, 60 * 20_000, 60)
    exchanges = talk.exchanges()
    sample = Sample(200)
    for exchange in exchanges:
        sample.add(exchange)
        assert sample.kept_messages <= (2 * KEPT_TIMES) * 200
    kept = played(sample.chosen())
    assert sum(map(messages_of, kept)) == 200
    middle = exchanges[len(exchanges) // 2].at_seconds
    assert sum(one.at_seconds < middle for one in kept) == 50


def test_some_of_each_action_are_played_however_rare() -> None:
    talk = Talk()
    for number in range(12):
        talk.up(number, "Authorize", {"idTag": f"{number}"})
    talk.up(20, "BootNotification", {})
    talk.heartbeats(60, 600_000, 60)
    found = drawn(talk.exchanges(), 100)
    kept = played(found)
    actions = Counter(one.message.action for one in kept)
    assert actions["Authorize"] >= EACH_ACTION_EXCHANGES
    assert actions["BootNotification"] == 1
    assert "BootNotification" in found.rare_actions
    assert len({id(one) for one in kept}) == len(kept)
    assert kept == sorted(kept, key=lambda one: one.at_seconds)
    (boot,) = (one for one in found.pieces if one.exchanges[0].message.action == "BootNotification")
    assert (boot.messages, boot.end_seconds) == (2, 21)
