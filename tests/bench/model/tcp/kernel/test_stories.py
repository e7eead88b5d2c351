"""The stories, and the channel that loses just what they say."""

import pytest

from laconic_bench.model.tcp.kernel.stories import STORIES, Story, traffic
from laconic_bench.radio.channel import Channel

LOSING = [story for story in STORIES if story.losses]


@pytest.mark.parametrize("story", LOSING[:6], ids=lambda story: story.name)
def test_the_seed_loses_just_the_packets_of_the_story(story: Story) -> None:
    for way in ("up", "down"):
        channel = Channel(story.profile(), f"{story.seed()} {way}")
        lost = [one for one in range(20) if not channel.send(52, 10.0 * one).arrivals]
        assert lost == [one.number for one in story.losses if one.way == way]


def test_names_are_unique() -> None:
    assert len({story.name for story in STORIES}) == len(STORIES)


def test_traffic_is_the_same_for_a_seed_and_shared_by_all_connections() -> None:
    story = traffic(3, 240.0)
    assert story == traffic(3, 240.0) and story != traffic(4, 240.0)
    assert story.connections == 6 and len(story.lines) > 100
    assert {line.connection for line in story.lines} == set(range(6))
