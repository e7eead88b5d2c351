"""Frames are found in a capture of real OSCORE messages, with the keys of either end."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from laconic_codec.frame import Direction
from laconic_gateway.edge.link.keys import create, load
from laconic_gateway.inspect.capture import frames_of
from laconic_gateway.inspect.view import InspectError
from tests.support.conversation import Conversation

UP, DOWN = Direction.UP, Direction.DOWN


@pytest.fixture
def talk(tmp_path: Path) -> Iterator[Conversation]:
    conversation = Conversation(tmp_path / "keys")
    yield conversation
    conversation.close()


@pytest.mark.parametrize("end", ["site", "expander"])
def test_both_ends_keys_open_both_ways(talk: Conversation, end: str) -> None:
    talk.exchange(b"open", b"opened")
    talk.exchange(b"batch", b"answer", separate=True)
    found = frames_of(talk.captured(), load(talk.site_keys.parent / end))
    assert [(given.direction, given.frame) for given in found] == [
        (UP, b"open"),
        (DOWN, b"opened"),
        (UP, b"batch"),
        (DOWN, b"answer"),
    ]
    assert found[0].origin.startswith("0.000 s, 198.51.100.7:40000 > 192.0.2.1:5683, CON of ")
    assert ", ACK of " in found[1].origin and ", NON of " in found[3].origin


def test_what_is_sent_again_is_not_read_again(talk: Conversation) -> None:
    talk.exchange(b"batch", b"answer")
    talk.again(0)
    talk.again(1)
    found = frames_of(talk.captured(), load(talk.site_keys))
    assert [(given.frame, given.note) for given in found] == [
        (b"batch", ""),
        (b"answer", ""),
        (b"", "sent again"),
        (b"", "sent again"),
    ]


def test_what_carries_no_frame_is_named(talk: Conversation) -> None:
    talk.exchange(b"batch", b"answer")
    talk.ask(b"", confirmable=False)
    talk.challenge(b"batch 2")
    found = frames_of(talk.captured(), load(talk.expander_keys))
    keepalive, challenged, challenge = found[2:]
    assert (keepalive.direction, keepalive.note) == (UP, "keepalive")
    assert challenged.frame == b"batch 2"
    assert challenge.direction is DOWN
    assert challenge.note.startswith("challenge")


def test_an_answer_may_come_after_later_requests(talk: Conversation) -> None:
    talk.exchange(b"first", b"answer to the first", separate=True)
    talk.ask(b"second")
    talk.move_to_end(2)
    found = frames_of(talk.captured(), load(talk.site_keys))
    assert [given.frame for given in found] == [b"first", b"second", b"answer to the first"]


def test_an_answer_without_its_request_stays_closed(talk: Conversation) -> None:
    talk.exchange(b"first", b"answer to the first")
    talk.exchange(b"second", b"answer to the second")
    talk.lose(0)
    found = frames_of(talk.captured(), load(talk.site_keys))
    assert [given.frame for given in found] == [b"second", b"answer to the second"]


def test_strangers_are_passed_over(talk: Conversation, tmp_path: Path) -> None:
    other = Conversation(tmp_path / "other")
    talk.exchange(b"batch", b"answer")
    talk.noise(b"\x12\x34 a question to a name server")
    talk.noise(other.ask(b"of another site"))
    talk.noise(b"")
    other.close()
    assert len(frames_of(talk.captured(), load(talk.site_keys))) == 2


def test_keys_that_open_nothing_are_told(talk: Conversation, tmp_path: Path) -> None:
    talk.exchange(b"batch", b"answer")
    wrong, _ = create("other", tmp_path / "other")
    with pytest.raises(InspectError, match=r"no message of the capture.*other/site; are they"):
        frames_of(talk.captured(), load(wrong))


def test_the_keys_are_left_as_they_are_while_the_service_runs(talk: Conversation) -> None:
    talk.exchange(b"batch", b"answer")
    before = {path: (path.read_bytes(), path.stat()) for path in talk.site_keys.iterdir()}
    assert len(frames_of(talk.captured(), load(talk.site_keys))) == 2
    after = {path: (path.read_bytes(), path.stat()) for path in talk.site_keys.iterdir()}
    assert [entry[0] for entry in after.values()] == [entry[0] for entry in before.values()]
    assert [one[1].st_mtime_ns for one in after.values()] == [
        one[1].st_mtime_ns for one in before.values()
    ]
