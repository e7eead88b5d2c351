"""From what the user names to frames."""

import re
from pathlib import Path
from typing import Final

from laconic_codec.frame import Direction
from laconic_gateway.edge.link.keys import load
from laconic_gateway.inspect.capture import frames_of
from laconic_gateway.inspect.pcap import is_capture
from laconic_gateway.inspect.view import Given, InspectError

_HEX: Final = re.compile(r"(?:[0-9a-fA-F]{2}[\s:]*)+\Z")


def given_frames(named: str, direction: Direction, keys: Path | None) -> list[Given]:
    """Return the frames that `named` stands for: hex digits, a file of frames, or a capture.

    `direction` is that of all frames, but for those of a capture. `keys` are for a capture.

    Raises:
        InspectError: there is no frame in it.
        KeyMaterialError: the keys cannot be used.
        OSError: the file cannot be read.
    """
    path = Path(named)
    if not _is_file(path):
        if not _HEX.match(named.strip()):
            raise InspectError(
                f"{named}: neither a file nor a frame in hex; a frame is an even number of "
                "hexadecimal digits"
            )
        return [Given(direction, _bytes(named))]
    data = path.read_bytes()
    if is_capture(data):
        if keys is None:
            raise InspectError(
                f"{path} is a capture; its messages are encrypted: give the site's keys of "
                "either end with --keys"
            )
        return frames_of(data, load(keys))
    found = _frames(data, path, direction)
    if not found:
        raise InspectError(f"{path}: there is no frame in it")
    return found


def _is_file(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a frame in hex is no name of a file: it is too long
        return False


def _frames(data: bytes, path: Path, direction: Direction) -> list[Given]:
    """Return the frames of a file: a line of hex digits each, or one in binary."""
    try:
        lines = data.decode("ascii").splitlines()
    except UnicodeDecodeError:
        return [Given(direction, data)]
    found: list[Given] = []
    for number, line in enumerate(lines, start=1):
        text = line.partition("#")[0].strip()
        if text and not _HEX.match(text):
            raise InspectError(f"{path}, line {number}: not a frame in hex")
        if text:
            found.append(Given(direction, _bytes(text), f"line {number}"))
    return found


def _bytes(text: str) -> bytes:
    return bytes.fromhex(text.replace(":", " "))
