"""Trains the prior of the adaptive coding on traces, and cross-validates it.

    python -m laconic_codec.training.prior TRACE... --update          writes registry/prior.bin
    python -m laconic_codec.training.prior TRACE... --cross-validate  prints a table

The prior that is released was trained on the logs of real chargers and of two simulators that
`RELEASED` names, in the order of their names, both directions, at most 400 messages of a log and
direction. It holds numbers only: how likely a bit is under a hashed context, how the predictions
are to be weighted, and which token of the registry follows which. No text of a log is in it.
Messages of the same make of charger are kept together when the logs are split for validation.
"""

import argparse
import hashlib
import json
import lzma
import sys
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from laconic_codec import messages
from laconic_codec.adaptive import prior as released
from laconic_codec.adaptive.body import Body, BodyCoder, grouped
from laconic_codec.adaptive.coder import Coder
from laconic_codec.adaptive.entries import of_item
from laconic_codec.adaptive.state import Prior, State
from laconic_codec.adaptive.tokens import LEARNED
from laconic_codec.encoder import Encoder
from laconic_codec.errors import MessageError
from laconic_codec.frame import Direction, Header
from laconic_codec.items import VERSIONS, Bind, Item, MessageItem
from laconic_codec.messages import Call, CallResult, Send
from laconic_codec.registry import CORE

MESSAGES_MAX: Final = 400
"""Of one log and direction."""
FRAME_MESSAGES: Final = 20
CELL_COUNT_MAX: Final = 1
LETTER_COUNT_MAX: Final = 2
"""What is left of the counts, so that the cells still learn quickly."""


@dataclass(frozen=True, slots=True)
class Log:
    """One trace."""

    name: str
    up: tuple[Item, ...]
    """Everything from the chargers."""
    down: tuple[Item, ...]
    calls: tuple[Item, ...]
    """The CALLs from the chargers alone, for validation."""
    xz_bytes: int
    """`xz -9e` over the lines of `[action,payload]` of these CALLs."""

    @property
    def make(self) -> str:
        """Logs of one make are kept together; each simulator is a make of its own."""
        first, *rest = self.name.split("-")
        return "-".join((first, *rest)) if first == "sim" else first


def read_log(path: Path) -> Log:
    """Return a trace; lines that are no messages are left out."""
    ways: dict[str, list[Item]] = {"up": [], "down": []}
    calls: list[Item] = []
    lines: list[str] = []
    channels: dict[str, int] = {}
    for record in _records(path):
        try:
            message = messages.parse(record["raw"])
        except MessageError:
            continue
        if record["cp"] not in channels:
            channels[record["cp"]] = len(channels)
            version = record["ver"] if record["ver"] in VERSIONS else VERSIONS[0]
            bind = Bind(channels[record["cp"]], "/" + record["cp"], version)
            ways["up"].append(bind)
            calls.append(bind)
        item = MessageItem(channels[record["cp"]], replace(message, message_id=""))
        if isinstance(message, Call | CallResult | Send):
            ways[record["dir"]].append(item)
        if isinstance(message, Call) and record["dir"] == "up":
            calls.append(item)
            lines.append(f'["{message.action}",{_compact(message.payload)}]\n')
    xz = lzma.compress("".join(lines).encode(), preset=9 | lzma.PRESET_EXTREME)
    return Log(path.stem, tuple(ways["up"]), tuple(ways["down"]), tuple(calls), len(xz))


def train(logs: Sequence[Log]) -> Prior:
    """Return what a state has learned from logs, one after the other."""
    state = State(CORE)
    # What comes last is remembered best, and it is the way up that costs most.
    for way in (*(log.down for log in logs), *(log.up for log in logs)):
        state = State(CORE, Prior(state.memory, state.successors))
        _learn(state, way[:MESSAGES_MAX])
    return _released(state)


def _learn(state: State, way: Sequence[Item]) -> None:
    for start in range(0, len(way), FRAME_MESSAGES):
        entries = tuple(of_item(item) for item in way[start : start + FRAME_MESSAGES])
        ordered = tuple(entries[place] for place in grouped(entries))
        # A body that is too long for a frame teaches as well as any.
        coder = Coder(state.memory, is_unbounded=True)
        BodyCoder(coder, state).code(Body(state.items, 0, 0, ordered))


def _released(state: State) -> Prior:
    for cells, count_max in (
        (state.memory.cells, CELL_COUNT_MAX),
        (state.memory.letters, LETTER_COUNT_MAX),
    ):
        for place, cell in enumerate(cells):
            cells[place] = cell & 0xFFF0 | min(cell & 15, count_max)
    table = state.successors.table
    for place, token in enumerate(table):
        if token & LEARNED:
            table[place] = 0  # its name is known to nobody
    return Prior(state.memory, state.successors)


def frame_bytes(calls: Sequence[Item], prior: Prior | None, frame_messages: int) -> int:
    """Return the bytes of the frames that carry some CALLs, from a cold start."""
    encoder = Encoder(Direction.UP, 1, prior=prior)
    total = at = 0
    while at < len(calls):
        made = encoder.encode(Header(1, at, 0), calls[at : at + frame_messages], commit=True)
        if not made.order:
            pieces = encoder.encode_fragments(Header(1, at, 0), calls[at])
            total += sum(len(piece) for piece in pieces)
            at += 1
            continue
        if made.commits:
            encoder.acknowledge()
        total += len(made.frame)
        at += len(made.order)
    return total


@dataclass(frozen=True, slots=True)
class Result:
    """The sizes of a log with a prior that logs of other makes have trained."""

    name: str
    calls: int
    xz_bytes: int
    frame_bytes: tuple[int, ...]
    """For each of `FRAME_SIZES`."""


FRAME_SIZES: Final = (10, 50)
"""Messages in a frame."""


def cross_validated(logs: Sequence[Log]) -> Iterator[Result]:
    """Yield the sizes of each log."""
    for log in logs:
        count = sum(isinstance(item, MessageItem) for item in log.calls)
        if count:
            prior = train([other for other in logs if other.make != log.make])
            sizes = tuple(frame_bytes(log.calls, prior, size) for size in FRAME_SIZES)
            yield Result(log.name, count, log.xz_bytes, sizes)


def summary(results: Sequence[Result], place: int) -> tuple[float, float]:
    """Return the ratio to `xz -9e` in sum and as the mean of the logs, for one of `FRAME_SIZES`."""
    total = sum(r.frame_bytes[place] for r in results) / sum(r.xz_bytes for r in results)
    mean = sum(r.frame_bytes[place] / r.xz_bytes for r in results) / len(results)
    return total, mean


def _print_table(logs: Sequence[Log]) -> None:
    results: list[Result] = []
    print(f"{'log':38} {'CALLs':>6} {'xz -9e':>7} {'of 10':>7} {'of 50':>7} {'ratio of 50':>12}")
    for result in cross_validated(logs):
        results.append(result)
        sizes = " ".join(f"{size:7}" for size in result.frame_bytes)
        ratio = result.frame_bytes[-1] / result.xz_bytes
        print(f"{result.name:38} {result.calls:6} {result.xz_bytes:7} {sizes} {ratio:12.3f}")
    for place, size in enumerate(FRAME_SIZES):
        total, mean = summary(results, place)
        print(f"frames of {size} messages against xz -9e: sum {total:.3f}, mean {mean:.3f}")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit code."""
    parser = argparse.ArgumentParser(prog="python -m laconic_codec.training.prior")
    parser.add_argument("traces", nargs="+", type=Path, metavar="TRACE")
    parser.add_argument("--update", action="store_true", help="write the prior")
    parser.add_argument("--check", action="store_true", help="fail if the prior is another one")
    parser.add_argument("--cross-validate", action="store_true", help="print a table")
    options = parser.parse_args(arguments)
    logs = [read_log(path) for path in sorted(options.traces, key=lambda path: path.name)]
    if options.cross_validate:
        _print_table(logs)
    if not options.update and not options.check:
        return 0
    trained = released.dump(train(logs))
    print(f"prior: SHA-256 {hashlib.sha256(trained).hexdigest()}")
    if options.update:
        path = Path(__file__).parents[1] / "registry" / released.FILE
        path.write_bytes(zlib.compress(trained, 9))
        print("now write its SHA-256 into registry/trained.py, and make the vectors anew")
    elif trained != zlib.decompress(released.stored()):
        print("registry/prior.bin is another one: run with --update", file=sys.stderr)
        return 1
    return 0


def _records(path: Path) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def _compact(payload: str) -> str:
    return json.dumps(json.loads(payload), separators=(",", ":"))


if __name__ == "__main__":
    sys.exit(main())
