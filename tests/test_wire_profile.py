"""docs/wire-profile.md says what the codec does: its tables, its examples, its grammar."""

import json
import re
from collections.abc import Iterator
from typing import Final

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from laconic_codec import frame, items, limits
from laconic_codec.adaptive import (
    arithmetic,
    coder,
    hashing,
    letters,
    memory,
    records,
    shapes,
    state,
    texts,
    tokens,
    walk,
)
from laconic_codec.adaptive.entries import of_item
from laconic_codec.adaptive.prior import dump, load
from laconic_codec.decoder import Decoder
from laconic_codec.encoder import Encoder
from laconic_codec.errors import FrameError, FrameFault
from laconic_codec.frame import Batch, Coding, Direction, Header
from laconic_codec.messages import Call, parse
from tests.support import wire_decisions, wire_examples, wire_profile
from tests.support.cddl import GRAMMAR, accepts
from tests.support.corpus import FOLDER
from tests.support.frame_strategies import encoded_frames

PAGE: Final = wire_profile.PAGE.read_text(encoding="utf-8")
ROOTS: Final = {Direction.UP: "frame-up", Direction.DOWN: "frame-down"}


# --- tables ------------------------------------------------------------------------------------


def test_the_tables_are_those_of_the_code() -> None:
    update = "run: .venv/bin/python -m tests.support.wire_profile --update"
    assert wire_profile.updated(PAGE) == PAGE, update


def test_the_text_uses_every_decision_of_the_table_and_no_other() -> None:
    text = re.sub(r"<!-- made: decisions -->.*?<!-- end -->", "", PAGE, flags=re.DOTALL)
    used = set(re.findall(r"(?:flag|tree|unsigned|signed|letter)\[([a-z.]+)\]", text))
    assert used == {decision.name for decision in wire_decisions.decisions()}


def test_the_text_codes_each_decision_in_the_way_of_the_table() -> None:
    for decision in wire_decisions.decisions():
        assert f"{decision.method}[{decision.name}]" in PAGE


@pytest.mark.parametrize(
    "sentence",
    [
        f"SALT   = 0x{hashing.SALT:08X}",
        f"FIRST  = 0x{hashing.FIRST:08X}",
        f"SECOND = 0x{hashing.SECOND:08X}",
        f"THIRD  = 0x{hashing.THIRD:08X}",
        f"FOURTH = 0x{hashing.FOURTH:08X}",
        f"a cell would be 0x{arithmetic.CELL_NEW:04X}",
        f"work_max = {coder.WORK_FREE} + {coder.WORK_PER_BYTE} * size",
        f"`cells` | {memory.CELLS:,} x u16",
        f"`weights` | {memory.MIXERS} x 16 x 3 x i32",
        f"`letter_weights` | {memory.LETTER_MIXERS * 16} x 4 x i32",
        f"`successors` | {1 << shapes.SUCCESSORS_BITS:,} x u32",
        f"`ints` | R x {records.INTS} x i32",
        f"`shorts` | R x {records.SHORTS} x u16",
        f"R is the number of rows: {1 << records.ROWS_BITS:,} at the start",
        f"if (R < {1 << records.ROWS_BITS_MAX} && stamps[oldest] > 0",
        f"S.stamp - stamps[oldest] < {records.GROWTH_MESSAGES}",
        f"followers[k >> {32 - texts.FOLLOWERS_BITS}]",
        f"`followers` | {1 << texts.FOLLOWERS_BITS:,} x u32",
        f"{texts.LISTS} lists of at most {texts.LIST_MAX} u32",
        f"at most {texts.TEXTS_MAX:,} texts, {texts.TEXTS_MAX_BYTES:,} bytes in all",
        f"> {texts.TEXTS_MAX_BYTES}, or learned has {texts.TEXTS_MAX} texts or more",
        f"if text has more than {texts.TEXT_MAX_BYTES} bytes: return",
        f"if code == {texts.CODE_VENDOR}: id = raw(16)",
        f"`ring`, `ring_next` | {letters.RING_BYTES:,} bytes",
        f"`places` | {1 << letters.PLACES_BITS:,} x u16",
        f"out has more than {letters.LITERAL_MAX_BYTES} bytes",
        f"at most {state.TEMPLATES_MAX}, {state.TEMPLATE_TOKENS_MAX:,} tokens in all",
        f"while the shelf has {state.TEMPLATES_MAX} templates or more,",
        f"or tokens > {state.TEMPLATE_TOKENS_MAX}:",
        f"`next` | {1 << state.NEXT_BITS:,} x u16",
        f"channels | at most {state.CHANNELS_MAX:,},",
        f"stamps[r] < messages - {state.CONDENSED_MESSAGES}:",
        f"((bit << 12) - p) * {coder.LEARNING};",
        f"((c >> {memory.CELL_SHIFT}) + node) & {memory.CELLS_MASK}",
        f"(number of channels) + new > {state.CHANNELS_MAX}: refuse",
        f"if there are {shapes.TOKENS_MAX} tokens, or {limits.FRAME_TOKENS_MAX} in this frame:",
        f"the text has more than {walk.NAME_MAX_CHARACTERS} characters",
        f"if total == {limits.FRAME_MAX_ITEMS}: refuse",
        f"yes if fewer than {limits.DEPTH_MAX} containers are open",
        f"16 to {tokens.TIMESTAMP_END - 1} | TIMESTAMP",
        f"A string of at most {tokens.CONSTANT_MAX_CHARACTERS} characters under",
        f"at multiples of {limits.FRAGMENT_DATA_BYTES} bytes",
        f"The version of this profile is {frame.PROFILE_VERSION}.",
    ],
)
def test_a_number_that_the_text_states_is_that_of_the_code(sentence: str) -> None:
    assert " ".join(sentence.split()) in " ".join(PAGE.split())


def test_the_prior_is_as_long_as_the_text_says() -> None:
    assert f"| {len(dump(load())):,} | end | |" in PAGE


# --- examples ----------------------------------------------------------------------------------


def _stories() -> list[list[list[str]]]:
    """Return the example blocks of the page, as lines of words."""
    blocks = re.findall(r"^```text\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)
    return [[line.split(" ", 4) for line in block.splitlines()] for block in blocks]


def _told(story: list[list[str]], name: str) -> list[list[str]]:
    return [words[1:] for words in story if words[0] == name]


def test_the_frames_of_the_examples_carry_what_the_page_says() -> None:
    cbor_story, *adaptive = _stories()
    assert len(adaptive) == len(wire_examples.FRAMES)
    decoder = Decoder(Direction.UP, 1)
    for story in (cbor_story, *adaptive):
        ((encoded,),) = _told(story, "frame")
        found = decoder.decode(bytes.fromhex(encoded))
        assert isinstance(found, Batch)
        assert [str(found.header.first), "0", "0"] == _told(story, "header")[0]
        assert list(map(_entry_words, found.items)) == _told(story, "entry")
        for (digest,) in _told(story, "state"):
            assert f"{decoder.state_digest:08x}" == digest


def _entry_words(item: items.Item) -> list[str]:
    entry = of_item(item)
    quoted = (json.dumps(text) for text in (entry.message_id, entry.action, entry.text))
    return [str(entry.channel), str(entry.kind), str(entry.reference), " ".join(quoted)]


def test_an_encoder_makes_the_adaptive_frames_of_the_page() -> None:
    encoder = Encoder(Direction.UP, 1, codings=Coding.ADAPTIVE)
    first = 0
    for story, carried in zip(_stories()[1:], wire_examples.FRAMES, strict=True):
        made = encoder.encode(Header(1, first, 0), carried, commit=True)
        assert [[made.frame.hex()]] == _told(story, "frame")
        encoder.acknowledge()
        first += len(carried)


def test_the_bytes_of_the_cbor_example_are_those_of_its_table() -> None:
    table = PAGE.partition("Byte by byte:")[2].partition("###")[0]
    rows = re.findall(r"^\| (`[0-9a-f` ]+`) \|", table, re.MULTILINE)
    assert [["".join(rows).replace("`", "").replace(" ", "")]] == _told(_stories()[0], "frame")


# --- grammar -----------------------------------------------------------------------------------


def test_the_page_has_the_whole_grammar() -> None:
    assert f"```cddl\n{GRAMMAR.read_text(encoding='utf-8')}```\n" in PAGE


@pytest.mark.parametrize("direction", Direction)
@given(st.data())
def test_every_frame_is_what_the_grammar_says(direction: Direction, data: st.DataObject) -> None:
    encoded = data.draw(encoded_frames(direction))
    assert accepts("frame", encoded)
    assert accepts(ROOTS[direction], encoded)


@pytest.mark.skipif(not FOLDER.is_dir(), reason="the recorded traffic is not on this machine")
def test_every_frame_of_recorded_traffic_is_what_the_grammar_says() -> None:
    for encoded in _recorded_frames():
        assert accepts("frame-up", encoded)


def _recorded_frames() -> Iterator[bytes]:
    """Return frames, some of them too long to be sent, with messages of each log and action."""
    for path in sorted(FOLDER.glob("*.jsonl")):
        chosen: dict[str, list[bytes]] = {}
        for line in path.read_text(encoding="utf-8").splitlines():
            logged = json.loads(line)
            message = parse(logged["raw"]) if logged["dir"] == "up" else None
            if isinstance(message, Call):
                same = chosen.setdefault(message.action, [])
                if len(same) < 3:
                    same.append(items.encode(items.MessageItem(0, message)))
        for encoded in chosen.values():
            yield frame.batch_content(Header(1, 0, 0), encoded, Direction.UP)


EMPTY: Final[dict[int, int]] = {}
NO_ENTRIES: Final[list[int]] = []
MUTILATED: Final[tuple[object, ...]] = (
    NO_ENTRIES,
    EMPTY,
    7,
    [1, 1, 0],
    [1, -1, 0, 0],
    [1, 2**63, 0, 0],
    [4, 1, 0, 0],
    [3, 1],
    [1, 1, 0, 0, 5],
    [1, 1, 0, 0, NO_ENTRIES],
    [1, 1, 0, 0, [2]],
    [1, 1, 0, 0, [2, 2, 5]],
    [1, 1, 0, 0, [2, 2, [16, EMPTY]]],
    [1, 1, 0, 0, [2, 2, EMPTY, 5]],
    [1, 1, 0, 0, [2, 2, EMPTY, "19", 0]],
    [1, 1, 0, 0, [2, b"", EMPTY]],
    [1, 1, 0, 0, [-1, 2, EMPTY]],
    [1, 1, 0, 0, [2, 2, {4: 1.5}]],
    [1, 1, 0, 0, [2, 2, {4: b""}]],
    [1, 1, 0, 0, [2, 2, {-1: 1}]],
    [1, 1, 0, 0, [2, 2, {b"x": 1}]],
    [1, 1, 0, 0, [2, 2, {"n": -(2**63)}]],
    [1, 1, 0, 0, [0, "/CP1", 3, 0]],
    [1, 1, 0, 0, [0, "/CP1", 0, 8]],
    [1, 1, 0, 0, [0, "", 0, 0]],
    [1, 1, 0, 0, [7, -1]],
    [1, 1, 0, 0, [3, 2**63, EMPTY]],
    [2, 1, 0, 0, 0, 5],
    [2, 1, 0, 0, 0, 5, b""],
    [2, 1, 0, 0, 0, 5, "data"],
    [0, 1, 1, b"12345678", 1],
    [0, 1, 1, b"12345678", 1, 0, None],
    [0, 1, 1, b"12345678", 1, 0, [2, 2, EMPTY]],
)


@pytest.mark.parametrize("fields", MUTILATED, ids=repr)
def test_what_the_decoder_refuses_for_its_structure_the_grammar_refuses_too(
    fields: object,
) -> None:
    encoded = cbor2.dumps(fields)
    with pytest.raises(FrameError) as refused:
        frame.decode(encoded, Direction.UP)
    assert refused.value.fault is FrameFault.MALFORMED
    assert not accepts("frame-up", encoded)
