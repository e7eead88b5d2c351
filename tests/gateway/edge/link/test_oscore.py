"""The security context: no number is ever used twice, whatever dies and whenever."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import aiocoap  # pyright: ignore[reportMissingTypeStubs]
import pytest

from laconic_gateway.core.coap import messages
from laconic_gateway.core.coap.endpoint import ContextUnavailable
from laconic_gateway.edge.link import keys
from laconic_gateway.edge.link.oscore import MESSAGE_LIMIT, OscoreContext
from laconic_gateway.edge.link.sequence import (
    BLOCK,
    STATE_FILE,
    SequenceNumbers,
    SequenceState,
    SequenceStateError,
    decode_state,
)

CHILD = """
import sys
from pathlib import Path
from laconic_gateway.core.coap.messages import seal_request
from laconic_gateway.edge.link.keys import load
from laconic_gateway.edge.link.oscore import OscoreContext
context = OscoreContext(load(Path(sys.argv[1])))
while True:
    print(seal_request(context, b"", confirmable=True, message_id=0).sequence, flush=True)
"""


@pytest.fixture
def ends(tmp_path: Path) -> tuple[keys.KeyMaterial, keys.KeyMaterial]:
    """Return the keys of site and expander."""
    site, expander = keys.create("kisumu-1", tmp_path / "keys")
    return keys.load(site), keys.load(expander)


Ends = tuple[keys.KeyMaterial, keys.KeyMaterial]


def seal(context: OscoreContext) -> messages.SealedRequest:
    return messages.seal_request(context, b"payload", confirmable=True, message_id=1)


def unseal(context: OscoreContext, sealed: messages.SealedRequest) -> tuple[bytes, Any]:
    parsed = messages.parse(sealed.datagram)
    assert parsed is not None
    opened = messages.open_request(context, parsed)
    return opened.payload, opened.binding


# Crashes


def test_after_kill_9_no_number_is_used_again(ends: Ends) -> None:
    """A real process, killed at a random point of its work, over and over."""
    site, _ = ends
    used: list[int] = []
    for numbers_before_the_kill in (1, 2, 255, 256, 257, 400, 512, 700, 1, 1000):
        child = subprocess.Popen(
            [sys.executable, "-c", CHILD, str(site.directory)], stdout=subprocess.PIPE, text=True
        )
        assert child.stdout is not None
        with child.stdout as lines:
            for _ in range(numbers_before_the_kill):
                used.append(int(lines.readline()))
            child.send_signal(signal.SIGKILL)
            # What it has printed since then was used too; the last line may be cut.
            used += [int(line) for line in lines.read().split("\n")[:-1]]
        child.wait()
    assert len(used) > 3000
    assert len(used) == len(set(used))
    assert used == sorted(used)


class PowerCut(Exception):
    """The power is gone in the middle of a file operation."""


class CuttableFiles:
    """Files whose unsynced part is lost when the power goes, after a given number of calls.

    `flushed` says what the kernel has happened to write by itself: nothing, or all it could.
    """

    def __init__(self, content: bytes) -> None:
        self.durable: dict[str, bytes] = {STATE_FILE: content}
        self._names = dict(self.durable)
        self.calls_left = sys.maxsize
        self.flushed = False

    def lock(self, path: Path) -> Callable[[], None]:
        return lambda: None

    def read(self, path: Path) -> bytes:
        return self._names[path.name]

    def write_synced(self, path: Path, content: bytes) -> None:
        self._names[path.name] = b""
        self._call()
        self._names[path.name] = content
        self._call()

    def rename(self, source: Path, target: Path) -> None:
        self._call()
        self._names[target.name] = self._names.pop(source.name)
        self._call()

    def sync_directory(self, directory: Path) -> None:
        self._call()
        self.durable = dict(self._names)
        self._call()

    def power_on(self) -> None:
        """Start again with what is on the medium."""
        self._names = dict(self.durable)
        self.calls_left = sys.maxsize

    def _call(self) -> None:
        if self.calls_left == 0:
            if self.flushed:
                self.durable = dict(self._names)
            raise PowerCut
        self.calls_left -= 1


@pytest.mark.parametrize("flushed", [False, True])
@pytest.mark.parametrize("calls", range(26))
def test_after_a_power_cut_anywhere_no_number_is_used_again(
    tmp_path: Path, calls: int, flushed: bool
) -> None:
    files = CuttableFiles(SequenceState("f", 0, fresh=True).encode())
    files.flushed = flushed
    used: list[int] = []
    for _ in range(5):
        files.calls_left = calls
        try:
            numbers = SequenceNumbers(tmp_path, "f", files)
            while len(used) < 5000:
                used.append(numbers.take())
        except PowerCut:
            files.power_on()
    assert len(used) == len(set(used))


def test_the_simulated_power_cut_loses_what_was_not_synced(tmp_path: Path) -> None:
    """The test above is worth nothing if the files forget nothing."""
    files = CuttableFiles(b"old")
    files.write_synced(tmp_path / "sequence.new", b"new")
    files.rename(tmp_path / "sequence.new", tmp_path / STATE_FILE)
    assert files.read(tmp_path / STATE_FILE) == b"new"
    files.power_on()
    assert files.read(tmp_path / STATE_FILE) == b"old"


# Starts


def test_each_start_continues_at_the_end_of_the_reserved_block(ends: Ends) -> None:
    site, _ = ends
    for start in range(3):
        context = OscoreContext(site)
        assert [seal(context).sequence for _ in range(3)] == [
            start * BLOCK,
            start * BLOCK + 1,
            start * BLOCK + 2,
        ]
        context.close()


def test_a_start_that_sends_nothing_uses_no_numbers(ends: Ends) -> None:
    site, _ = ends
    for _ in range(3):
        OscoreContext(site).close()
    assert seal(OscoreContext(site)).sequence == 0


@pytest.mark.parametrize("end", ["crash", "close"])
def test_after_a_restart_a_request_has_to_prove_that_it_is_fresh(ends: Ends, end: str) -> None:
    site, expander = (OscoreContext(end) for end in ends)
    recorded = seal(site)
    unseal(expander, recorded)
    crash(expander) if end == "crash" else expander.close()
    expander = OscoreContext(ends[1])
    with pytest.raises(messages.Challenged):
        unseal(expander, recorded)
    assert decode_state((ends[1].directory / STATE_FILE).read_bytes(), Path()).fresh is False


def crash(context: OscoreContext) -> None:
    """Let go of the lock, as the kernel does for a dead process, and nothing else."""
    context._numbers._release()  # pyright: ignore[reportPrivateUsage]


def test_a_second_process_cannot_use_the_same_keys(ends: Ends) -> None:
    site, _ = ends
    context = OscoreContext(site)
    with pytest.raises(SequenceStateError, match="in use by another process") as caught:
        OscoreContext(site)
    assert str(site.directory) in str(caught.value)
    context.close()
    OscoreContext(site).close()


def test_a_missing_state_is_refused(ends: Ends) -> None:
    site, _ = ends
    (site.directory / STATE_FILE).unlink()
    with pytest.raises(SequenceStateError, match=r"is missing.*laconic keys new"):
        OscoreContext(site)


def test_the_state_of_other_keys_is_refused(ends: Ends, tmp_path: Path) -> None:
    other, _ = keys.create("kisumu-2", tmp_path / "keys")
    site, _ = ends
    (other / STATE_FILE).replace(site.directory / STATE_FILE)
    with pytest.raises(SequenceStateError, match=r"belongs to other keys.*laconic keys new"):
        OscoreContext(site)


def test_any_flipped_bit_or_missing_byte_in_the_state_is_noticed() -> None:
    content = SequenceState("0a1b2c3d", 512, fresh=False).encode()
    damaged = [content[:length] for length in range(len(content))]
    for bit in range(8 * len(content)):
        flipped = bytearray(content)
        flipped[bit // 8] ^= 1 << bit % 8
        damaged.append(bytes(flipped))
    for broken in damaged:
        with pytest.raises(SequenceStateError, match=r"is damaged.*laconic keys new"):
            decode_state(broken, Path("keys"))


def test_the_state_survives_being_written_and_read() -> None:
    for fresh in (False, True):
        state = SequenceState("0a1b2c3d", 256, fresh)
        assert decode_state(state.encode(), Path()) == state


def test_a_full_disk_stops_new_numbers_and_says_so(tmp_path: Path) -> None:
    class FullDisk(CuttableFiles):
        full = False

        def write_synced(self, path: Path, content: bytes) -> None:
            if self.full:
                raise OSError(28, "No space left on device")
            super().write_synced(path, content)

    files = FullDisk(SequenceState("f", 0, fresh=False).encode())
    numbers = SequenceNumbers(tmp_path, "f", files)
    files.full = True
    with pytest.raises(ContextUnavailable, match="No space left on device"):
        numbers.take()
    with pytest.raises(SequenceStateError, match="No space left on device"):
        SequenceNumbers(tmp_path, "f", files)
    files.full = False
    assert numbers.take() == 0


def test_after_close_there_are_no_numbers(ends: Ends) -> None:
    context = OscoreContext(ends[0])
    seal(context)
    context.close()
    with pytest.raises(ContextUnavailable, match="are closed"):
        seal(context)


# Limits


def set_reserved(material: keys.KeyMaterial, reserved: int) -> None:
    state = SequenceState(material.fingerprint(), reserved, fresh=True)
    (material.directory / STATE_FILE).write_bytes(state.encode())


def test_at_the_limit_of_the_cipher_the_keys_are_refused(ends: Ends) -> None:
    set_reserved(ends[0], MESSAGE_LIMIT - 2)
    site = OscoreContext(ends[0])
    assert seal(site).sequence == MESSAGE_LIMIT - 2
    seal(site)
    with pytest.raises(ContextUnavailable, match=r"1,048,576 messages.*laconic keys new"):
        seal(site)


def test_answers_count_too(ends: Ends) -> None:
    set_reserved(ends[0], MESSAGE_LIMIT - 1)
    site, expander = (OscoreContext(end) for end in ends)
    _, binding = unseal(expander, seal(site))
    assert expander.messages_used == MESSAGE_LIMIT
    with pytest.raises(ContextUnavailable, match="used up"):
        messages.seal_response(expander, b"", binding, type=messages.ACK, message_id=1, token=b"")


def test_half_of_the_limit_is_reported_once(ends: Ends) -> None:
    set_reserved(ends[0], MESSAGE_LIMIT // 2 - 1)
    calls: list[str] = []
    site = OscoreContext(ends[0], on_half_used=lambda: calls.append("half"))
    seal(site)
    assert calls == []
    seal(site)
    seal(site)
    assert calls == ["half"]


# Algorithm


def test_vector_of_rfc_8613_appendix_c_1_1() -> None:
    """The keys derived from the master secret are those of the RFC."""
    material = keys.KeyMaterial(
        Path(),
        "vector",
        keys.End.SITE,
        b"",
        b"\x01",
        bytes(range(1, 17)),
        bytes.fromhex("9e7ca92223786340"),
    )
    files = CuttableFiles(SequenceState(material.fingerprint(), 0, fresh=False).encode())
    context: Any = OscoreContext(material, files=files)
    assert context.sender_key.hex() == "f0910ed7295e6ad4b54fc793154302ff"
    assert context.recipient_key.hex() == "ffb14e093c94c9cac9471648b4f98710"
    assert context.common_iv.hex() == "4622d4dd6d944168eefb54987c"
    assert context.alg_aead.tag_bytes == 8


def test_an_answer_is_bound_to_its_request(ends: Ends) -> None:
    site, expander = (OscoreContext(end) for end in ends)
    first, second = seal(site), seal(site)
    _, binding = unseal(expander, first)
    answer = messages.parse(
        messages.seal_response(
            expander, b"for the first", binding, type=messages.ACK, message_id=1, token=b""
        )
    )
    assert answer is not None
    with pytest.raises(messages.Refused):
        messages.open_response(site, answer, second.binding)
    assert messages.open_response(site, answer, first.binding).payload == b"for the first"


def test_only_post_is_served_and_only_changed_is_an_answer(ends: Ends) -> None:
    site, expander = (OscoreContext(end) for end in ends)
    outer, binding = site.protect(aiocoap.Message(code=aiocoap.GET))
    got = messages.parse(encoded(outer))
    assert got is not None
    with pytest.raises(messages.Refused, match="unexpected_code"):
        messages.open_request(expander, got)

    asked = seal(site)
    _, binding = unseal(expander, asked)
    outer, _ = expander.protect(aiocoap.Message(code=aiocoap.NOT_FOUND), binding)
    answered = messages.parse(encoded(outer))
    assert answered is not None
    with pytest.raises(messages.Refused, match="unexpected_code"):
        messages.open_response(site, answered, asked.binding)


def encoded(outer: Any) -> bytes:
    outer.mtype, outer.mid = aiocoap.CON, 1
    return bytes(outer.encode())


def test_the_state_file_is_private(ends: Ends) -> None:
    seal(OscoreContext(ends[0]))
    for name in os.listdir(ends[0].directory):
        assert (ends[0].directory / name).stat().st_mode & 0o077 == 0, name
