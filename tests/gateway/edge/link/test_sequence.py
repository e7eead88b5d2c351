"""No number is ever used twice, whatever dies and whenever."""

import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from laconic_gateway.core.coap.endpoint import ContextUnavailable
from laconic_gateway.edge.link import keys
from laconic_gateway.edge.link.sequence import (
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


def test_after_kill_9_no_number_is_used_again(tmp_path: Path) -> None:
    """A real process, killed at a random point of its work, over and over."""
    directory, _ = keys.create("kisumu-1", tmp_path)
    used: list[int] = []
    for numbers_before_the_kill in (1, 2, 255, 256, 257, 400, 512, 700, 1, 1000):
        child = subprocess.Popen(
            [sys.executable, "-c", CHILD, str(directory)], stdout=subprocess.PIPE, text=True
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


class FullDisk(CuttableFiles):
    full = False

    def write_synced(self, path: Path, content: bytes) -> None:
        if self.full:
            raise OSError(28, "No space left on device")
        super().write_synced(path, content)


def test_a_full_disk_stops_new_numbers_and_says_so(tmp_path: Path) -> None:
    files = FullDisk(SequenceState("f", 0, fresh=False).encode())
    numbers = SequenceNumbers(tmp_path, "f", files)
    files.full = True
    with pytest.raises(ContextUnavailable, match="No space left on device"):
        numbers.take()
    SequenceNumbers(tmp_path, "f", files)  # a restart has nothing to write
    files.full = False
    assert numbers.take() == 0


def test_fresh_keys_cannot_be_begun_on_a_full_disk(tmp_path: Path) -> None:
    files = FullDisk(SequenceState("f", 0, fresh=True).encode())
    files.full = True
    with pytest.raises(SequenceStateError, match="No space left on device") as caught:
        SequenceNumbers(tmp_path, "f", files)
    assert caught.value.is_for_want_of_space
