"""Messages are gathered into frames, and every byte is charged to one of them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from laconic_bench.codec_stats.figures import Figures
from laconic_bench.codec_stats.lane import Lane
from laconic_bench.codec_stats.selection import Parcel
from laconic_bench.codec_stats.settings import CodingChoice, Settings
from laconic_codec.decoder import Decoder
from laconic_codec.frame import Batch, Direction
from laconic_codec.items import Bind, MessageItem
from laconic_codec.messages import Call
from tests.support.traces import noise

PAYLOADS = (
    "{}",
    '{"connectorId":1,"errorCode":"NoError","status":"Available"}',
    '{ "a" :1}',
    f'{{"data":"{noise(2000)}"}}',
)


def heartbeat(time_seconds: float = 0.0, payload: str = "{}") -> Parcel:
    item = MessageItem(0, Call("", "Heartbeat", payload))
    return Parcel(Direction.UP, item, time_seconds, "Heartbeat", payload)


def bind(channel: int = 0) -> Parcel:
    return Parcel(Direction.UP, Bind(channel, f"/CP{channel}", "1.6"), 0.0)


def run(choices: Settings, *given: Parcel) -> Figures:
    figures = Figures(is_verified=choices.verify)
    lane = Lane(Direction.UP, choices, figures)
    for parcel in given:
        lane.add(parcel, acknowledged=0)
    lane.flush(acknowledged=0)
    lane.finish()
    assert lane.sent_items == len(given)
    return figures


@pytest.mark.parametrize(("messages", "frames"), [(1, 7), (3, 3), (7, 1), (50, 1)])
def test_frames_have_so_many_messages(messages: int, frames: int) -> None:
    figures = run(Settings(messages), bind(), *[heartbeat()] * 7)
    assert (figures.messages, figures.frames) == (7, frames)
    assert figures.lossless


def test_bind_items_do_not_count_as_messages() -> None:
    figures = run(Settings(2), bind(0), heartbeat(), bind(1), heartbeat())
    assert (figures.messages, figures.frames) == (2, 1)


@pytest.mark.parametrize(
    ("times", "frames"),
    [([0, 1, 9.9], 1), ([0, 10, 20], 3), ([9, 11], 2), ([0, 99], 2), ([15, 5], 2), ([25, 26], 1)],
)
def test_a_frame_has_the_messages_of_one_window(times: list[float], frames: int) -> None:
    figures = run(Settings(None, 10.0), *map(heartbeat, times))
    assert figures.frames == frames


def test_a_frame_that_cannot_hold_all_goes_on_in_another() -> None:
    payloads = [f'{{"data":"{noise(300, seed)}"}}' for seed in range(20)]
    figures = run(Settings(20), *(heartbeat(payload=payload) for payload in payloads))
    assert figures.messages == 20
    assert figures.frames > 2
    assert figures.lossless


@settings(max_examples=30)
@given(
    st.lists(st.sampled_from(PAYLOADS), min_size=1, max_size=8),
    st.integers(1, 4),
    st.sampled_from(CodingChoice),
)
def test_the_charges_add_up_to_the_frames(
    payloads: list[str], frame_messages: int, choice: CodingChoice
) -> None:
    figures = run(
        Settings(frame_messages, coding=choice),
        bind(),
        *(heartbeat(payload=payload) for payload in payloads),
    )
    charged = sum(action.bits for action in figures.by_action.values())
    assert charged == pytest.approx(8 * figures.frame_bytes)
    assert sum(figures.codings.values()) == figures.frames
    assert figures.payload_json_bytes == sum(map(len, payloads))
    assert figures.escapes == payloads.count(PAYLOADS[2])
    assert figures.lossless


def test_state_is_measured_where_there_is_one() -> None:
    assert run(Settings(coding=CodingChoice.CBOR), heartbeat()).state.exported_bytes == 0
    size = run(Settings(), heartbeat()).state
    assert 0 < size.exported_bytes < size.buffer_bytes <= size.object_bytes


def test_without_verification_nothing_is_decoded() -> None:
    figures = run(Settings(verify=False), heartbeat())
    assert figures.lossless is None
    assert figures.decode.frames == []


def test_what_does_not_come_back_is_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    """A decoder that loses the last item of each frame."""
    decode = Decoder.decode

    def losing(self: Decoder, encoded: bytes) -> Batch:
        found = decode(self, encoded)
        assert isinstance(found, Batch)
        return Batch(found.header, found.items[:-1])

    monkeypatch.setattr(Decoder, "decode", losing)
    figures = run(Settings(2), *[heartbeat()] * 4)
    assert figures.lossless is False
    assert figures.differences == 2
