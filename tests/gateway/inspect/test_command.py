"""`laconic inspect` as a user runs it."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from laconic_codec import frame
from laconic_codec.encoder import Encoder
from laconic_codec.frame import Coding, Direction, Header, Open, Opened
from laconic_codec.items import Bind, Item, MessageItem
from laconic_codec.messages import Call, CallResult
from laconic_codec.registry import FINGERPRINT
from tests.support import command_line
from tests.support.conversation import Conversation

README_FRAME = "8501010000840202a30401090d050f623139"
STATUS = Call("", "StatusNotification", '{"connectorId":1,"errorCode":"NoError"}')
BIND = Bind(0, "/CP1", "1.6")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def talk(folder: Path) -> Iterator[Conversation]:
    """An epoch opens; two adaptive frames go up and are answered."""
    conversation = Conversation(folder / "keys")
    opened = frame.encode_opened(Opened(7, 0, 1_767_225_600_000, 3))
    conversation.exchange(frame.encode_open(Open(7, 0, FINGERPRINT, codings=3))[0], opened)
    up, down = Encoder(Direction.UP, 7), Encoder(Direction.DOWN, 7)
    for number in range(2):
        given: list[Item] = [BIND] if number == 0 else []
        given.append(MessageItem(0, STATUS))
        answer: list[Item] = [MessageItem(0, CallResult("", "{}"), number)]
        conversation.exchange(
            adaptive(up, Header(7, 2 * number, number), given),
            adaptive(down, Header(7, number, 2 + number, 1), answer),
            separate=number == 1,
        )
    yield conversation
    conversation.close()


def adaptive(encoder: Encoder, header: Header, given: list[Item]) -> bytes:
    made = encoder.encode(header, given, commit=True)
    encoder.acknowledge()
    return made.frame


def run(*arguments: object) -> tuple[int, str, str]:
    return command_line.run("inspect", *arguments)


def told(*arguments: object) -> list[dict[str, Any]]:
    code, out, error = run(*arguments, "--json")
    assert (code, error) == (0, "")
    found: list[dict[str, Any]] = json.loads(out)
    return found


def test_a_frame_in_hex_is_shown_byte_by_byte(folder: Path) -> None:
    code, out, error = run(README_FRAME)
    assert (code, error) == (0, "")
    lines = [line.rstrip() for line in out.splitlines()]
    assert lines[0] == "1: up, batch, cbor, 18 bytes"
    assert '    {"connectorId":1,"errorCode":"NoError","status":"Charging"}' in lines
    assert "  0007      02        action: 2: StatusNotification" in lines
    assert '  000f      62 31 39  message id: "19"' in lines
    dumped = re.findall(r"^  [0-9a-f]{4} +((?:[0-9a-f]{2} ?)+)(?:  |$)", out, re.MULTILINE)
    assert bytes.fromhex(" ".join(dumped)) == bytes.fromhex(README_FRAME)


def test_the_json_of_a_frame(folder: Path) -> None:
    (found,) = told(README_FRAME)
    assert list(found) == [
        *("direction", "kind", "coding", "bytes", "frame", "header", "items", "dump")
    ]
    assert found["frame"] == README_FRAME
    assert "".join(chunk["data"] for chunk in found["dump"]) == README_FRAME
    assert found["items"] == [
        {
            "number": 0,
            "channel": 0,
            "what": "CALL StatusNotification, id 19",
            "text": '{"connectorId":1,"errorCode":"NoError","status":"Charging"}',
            "bits": 104.0,
        }
    ]


def test_a_capture_of_an_adaptive_epoch_is_read_with_the_keys(
    folder: Path, talk: Conversation
) -> None:
    talk.again(2)
    (folder / "uplink.pcap").write_bytes(talk.captured())
    found = told("uplink.pcap", "--keys", talk.expander_keys)
    assert [(one["direction"], one["kind"], one.get("coding")) for one in found] == [
        ("up", "open", "cbor"),
        ("down", "opened", "cbor"),
        ("up", "batch", "adaptive"),
        ("down", "batch", "adaptive"),
        ("up", "batch", "adaptive"),
        ("down", "batch", "adaptive"),
        ("up", "sent again", None),
    ]
    assert found[4]["items"][0]["text"] == STATUS.payload
    for one in found[2:6]:
        assert sum(cost["bits"] for cost in one["costs"]) == pytest.approx(
            8 * one["bytes"], abs=0.05
        )
    code, out, error = run("uplink.pcap", "--keys", talk.site_keys)
    assert (code, error) == (0, "")
    assert "3: up, batch, adaptive," in out
    assert "7: up, sent again\n" in out
    assert 'errorCode = "NoError", as predicted' in out


@pytest.mark.parametrize("width", [80, 120])
def test_the_text_fits_the_screen(
    folder: Path, talk: Conversation, width: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    (folder / "uplink.pcap").write_bytes(talk.captured())
    _, out, _ = run("uplink.pcap", "--keys", talk.site_keys)
    payloads = [line for line in out.splitlines() if line.startswith("    {")]
    assert len(payloads) >= 3
    others = [line for line in out.splitlines() if line not in payloads]
    assert max(map(len, others)) <= width


def test_frames_in_a_file_build_up_their_state(folder: Path) -> None:
    encoder = Encoder(Direction.UP, 9)
    frames = [adaptive(encoder, Header(9, n, 0), [MessageItem(0, STATUS)]) for n in range(3)]
    (folder / "frames").write_text("".join(f"{one.hex()}\n" for one in frames), encoding="ascii")
    assert len(told("frames", "--epoch", 9)) == 3
    code, out, error = run("frames")
    assert code == 1
    assert "unreadable, adaptive" in out
    assert error.startswith("laconic: 3 of 3 frames cannot be read: bad_state")
    assert "all frames before it" in error and error.count("\n") == 1


def test_compressed_frames_and_what_cannot_be_read(folder: Path) -> None:
    call = Call("", "DataTransfer", f'{{"data":"{"again and " * 30}"}}')
    encoder = Encoder(Direction.UP, 1, codings=Coding.ZSTD)
    made = encoder.encode(Header(1, 0, 0), [MessageItem(0, call)])
    (folder / "frame").write_bytes(made.frame)
    code, out, _ = run("frame")
    assert code == 0
    assert re.match(rf"1: up, batch, zstd, {len(made.frame)} bytes\n", out)
    assert re.search(rf"\d{{3}} bytes of CBOR, compressed to {len(made.frame)}\n", out)
    code, out, error = run(README_FRAME, "--direction", "down", "--json")
    assert code == 1
    assert json.loads(out)[0]["problem"].startswith("malformed")
    assert "--direction" in error


@pytest.mark.parametrize("text", ["nonsense", "0"])
def test_what_is_no_frame_is_told_in_one_line(folder: Path, text: str) -> None:
    code, out, error = run(text)
    assert (code, out) == (1, "")
    assert error.startswith(f"laconic: {text}: neither a file nor a frame in hex")
    assert error.count("\n") == 1


def test_wrong_keys_are_told(folder: Path, talk: Conversation) -> None:
    (folder / "uplink.pcap").write_bytes(talk.captured())
    code, _, error = run("uplink.pcap", "--keys", "keys")
    assert code == 1 and "there are no keys in keys" in error
    code, _, error = run("uplink.pcap")
    assert code == 1 and "--keys" in error
