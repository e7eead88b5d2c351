"""The stories in the model alone."""

import pytest

from laconic_bench.model.tcp.kernel.modelled import play
from laconic_bench.model.tcp.kernel.stories import STORIES, Story, traffic


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_every_question_is_answered(story: Story) -> None:
    seen = play(story)
    assert len(seen.answers_seconds) == sum(line.answer_bytes > 0 for line in story.lines)
    assert seen.wire_bytes == sum(seen.sizes("up")) + sum(seen.sizes("down")) > 0


def test_traffic_is_answered_on_a_bad_link() -> None:
    story = traffic(1, 200.0)
    assert len(play(story).answers_seconds) == len(story.lines)
