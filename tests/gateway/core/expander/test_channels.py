"""Whom channels stand for, and who is connected."""

from typing import Final

import pytest

from laconic_codec.errors import FrameError, FrameFault
from laconic_codec.items import Bind, Presence
from laconic_gateway.core.expander.channels import Channels

BIND: Final = Bind(0, "/ocpp/CP1", "1.6")
NEWER: Final = Bind(1, "/ocpp/CP1", "2.1")


def opened(*binds: Bind) -> Channels:
    channels = Channels()
    channels.begin(5)
    for bind in binds:
        channels.bind(bind)
    return channels


def test_a_charger_has_a_channel_once_it_is_bound_in_the_epoch() -> None:
    assert Channels().channel_of("/ocpp/CP1", "1.6") is None
    channels = opened(BIND)
    assert channels.channel_of("/ocpp/CP1", "1.6") == 0
    assert channels.channel_of("/ocpp/CP1", "2.1") is None
    assert channels.channel_of("/ocpp/CP1", "1.6", express=True) is None
    channels.begin(6)
    assert channels.channel_of("/ocpp/CP1", "1.6") is None


def test_a_channel_that_is_not_bound_stands_for_nobody() -> None:
    with pytest.raises(FrameError) as caught:
        opened(BIND).bind_of(3)
    assert caught.value.fault is FrameFault.UNKNOWN_CHANNEL


def test_what_happened_before_and_is_told_after_changes_nothing() -> None:
    channels = opened(BIND)
    for generation in (2, 1):
        channels.note_presence(Presence(0, generation), BIND)
    assert channels.present("CP1") is None
    channels.note_presence(Presence(0, 3), BIND)
    assert channels.present("CP1") is not None and channels.connected == ["CP1"]


def test_the_end_of_an_old_channel_does_not_end_the_new_one() -> None:
    channels = opened(BIND, NEWER)
    channels.note_presence(Presence(0, 1), BIND)
    channels.note_presence(Presence(1, 1), NEWER)
    channels.note_presence(Presence(0, 2), BIND)
    present = channels.present("CP1")
    assert present is not None and present.version == "2.1"
    assert channels.reached_by("CP1") == NEWER


def test_a_new_epoch_knows_nobody_and_its_connections_are_new() -> None:
    channels = opened(BIND)
    channels.note_presence(Presence(0, 1), BIND)
    before = channels.present("CP1")
    channels.begin(6)
    assert channels.present("CP1") is None
    channels.note_presence(Presence(0, 1), BIND)
    after = channels.present("CP1")
    assert before is not None and after is not None and before.generation != after.generation


def test_after_the_end_of_an_epoch_nobody_is_reached_and_all_stay_connected() -> None:
    channels = opened(BIND)
    channels.note_presence(Presence(0, 1), BIND)
    channels.end()
    assert channels.reached_by("CP1") is None
    assert channels.channel_of("/ocpp/CP1", "1.6") is None
    assert channels.present("CP1") is not None
