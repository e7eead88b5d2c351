"""Hypothesis strategies for messages, items and frames of the wire profile."""

import json
from collections.abc import Sequence
from typing import Final

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from laconic_codec import frame, items, messages, registry
from laconic_codec.errors import FrameFault
from laconic_codec.frame import Direction, Header
from laconic_codec.limits import CHANNEL_MAX, MESSAGE_ID_MAX_CHARACTERS, PATH_MAX_CHARACTERS
from laconic_codec.registry import tables
from tests.support.strategies import deep_texts, json_strings, payload_texts, texts

COUNT_MAX: Final = 2**63 - 1
"""Highest number in a header."""


def message_ids() -> SearchStrategy[str]:
    """Message ids of every length that OCPP-J allows."""
    return (
        texts(MESSAGE_ID_MAX_CHARACTERS) | st.uuids().map(str) | st.integers(0).map(str).map(_short)
    )


def actions() -> SearchStrategy[str]:
    """Names of actions, known and unknown."""
    return st.sampled_from(tables.ACTIONS) | texts(20)


def error_arguments() -> SearchStrategy[str]:
    """Elements of a CALLERROR after its id, as an array; chargers in the field leave some out."""
    codes = st.sampled_from(["GenericError", "FormationViolation", "X"]).map(json.dumps)
    elements = st.tuples(codes, json_strings(), payload_texts())
    return st.tuples(elements, st.integers(1, 3)).map(
        lambda drawn: "[" + ",".join(drawn[0][: drawn[1]]) + "]"
    )


def ocpp_messages(
    ids: SearchStrategy[str] | None = None, payloads: SearchStrategy[str] | None = None
) -> SearchStrategy[messages.Message]:
    """Messages of the types 2 to 6."""
    ids = message_ids() if ids is None else ids
    payloads = payload_texts() | deep_texts() if payloads is None else payloads
    return st.one_of(
        st.builds(messages.Call, ids, actions(), payloads),
        st.builds(messages.CallResult, ids, payloads),
        st.builds(messages.CallError, ids, error_arguments()),
        st.builds(messages.CallResultError, ids, error_arguments()),
        st.builds(messages.Send, ids, actions(), payloads),
    )


def channels() -> SearchStrategy[int]:
    """Channel numbers."""
    return st.integers(0, 20) | st.integers(0, CHANNEL_MAX)


def counts() -> SearchStrategy[int]:
    """Sequence numbers and what else is counted: small mostly, any that a header allows."""
    return st.integers(0, 300) | st.integers(0, COUNT_MAX)


def binds() -> SearchStrategy[items.Bind]:
    """Bind items."""
    paths = texts(PATH_MAX_CHARACTERS).filter(bool) | st.just("/ocpp/CP%201")
    versions = st.sampled_from(items.VERSIONS)
    return st.builds(items.Bind, channels(), paths, versions, *[st.booleans()] * 3)


def presences() -> SearchStrategy[items.Presence]:
    """Presence items."""
    return st.builds(items.Presence, channels(), counts())


@st.composite
def message_items(
    draw: st.DrawFn, payloads: SearchStrategy[str] | None = None
) -> items.MessageItem:
    """Items with a message; only requests keep an id, only answers have a reference."""
    message = draw(ocpp_messages(st.just("") | message_ids(), payloads))
    channel = draw(channels())
    if isinstance(message, messages.Call):
        return items.MessageItem(channel, message, answered=draw(st.booleans()))
    if isinstance(message, messages.Send):
        return items.MessageItem(channel, message)
    return items.MessageItem(channel, _without_id(message), draw(counts()))


def any_items() -> SearchStrategy[items.Item]:
    """Items of every kind."""
    return binds() | presences() | message_items() | st.just(items.Void())


def headers(direction: Direction) -> SearchStrategy[Header]:
    """Headers of batches and fragments; the backlog travels towards the site only."""
    backlogs = counts() if direction is Direction.DOWN else st.just(0)
    return st.builds(Header, counts(), counts(), counts(), backlogs)


@st.composite
def encoded_frames(draw: st.DrawFn, direction: Direction) -> bytes:
    """Valid frames of every kind that travels in a direction."""
    header = draw(headers(direction))
    encoded = [items.encode(item) for item in draw(st.lists(any_items(), max_size=6))]
    choices = [frame.encode_batch(header, encoded, direction)[0], *_other_frames(draw, direction)]
    if encoded:
        choices.append(frame.encode_fragments(header, max(encoded, key=len), direction)[0])
    return draw(st.sampled_from(choices))


def _other_frames(draw: st.DrawFn, direction: Direction) -> list[bytes]:
    if direction is Direction.UP:
        states: Sequence[items.Item] = draw(st.lists(binds() | presences(), max_size=3))
        opening = frame.Open(draw(counts()), draw(counts()), registry.FINGERPRINT, tuple(states))
        return [frame.encode_open(opening)[0]]
    opened = frame.Opened(draw(counts()), draw(counts()), draw(counts()))
    fault = draw(st.sampled_from(FrameFault))
    return [frame.encode_opened(opened), frame.encode_refused(fault)]


def _short(text: str) -> str:
    return text[:MESSAGE_ID_MAX_CHARACTERS]


def _without_id(
    message: messages.CallResult | messages.CallError | messages.CallResultError,
) -> messages.CallResult | messages.CallError | messages.CallResultError:
    if isinstance(message, messages.CallResult):
        return messages.CallResult("", message.payload)
    return type(message)("", message.arguments)
