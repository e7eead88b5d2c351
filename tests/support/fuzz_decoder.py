"""Fuzzes the decoders: nothing but `FrameError` may come out, whatever the bytes are.

    python -m tests.support.fuzz_decoder --executions 10000000 --seed 1
    python -m tests.support.fuzz_decoder --input HEX        runs one input again

An input is one byte that names a target (see `fuzz_targets`), then what the target decodes: a frame
or an item that is valid there or elsewhere, or a mutation of one. An input that comes to something
new, by the text of its error or by how much is accepted, is mutated further.

The command spreads the work over all cores, in shares that each have a seed of their own: the same
seed runs the same inputs, on any machine. It prints one line of JSON; the exit code is 0 only if
nothing undocumented happened.
"""

import argparse
import gc
import itertools
import json
import multiprocessing
import os
import random
import re
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Final

from laconic_bench.mutations import Mutator
from laconic_codec.errors import FrameError
from laconic_codec.frame import Batch
from laconic_codec.limits import FRAME_MAX_BYTES
from tests.support.fuzz_targets import Target, targets
from tests.support.verdict import commit_now, record

SHARE: Final = 20_000
"""Inputs that a process runs at a time."""
FOUND_MAX: Final = 2_000
"""Most inputs that are kept because they came to something new."""
WARM_UP: Final = 1_000
"""Inputs after which the memory is looked at for the first time."""
REPORTS_MAX: Final = 10
"""Most undocumented errors that are described; all are counted."""


@dataclass(slots=True)
class Result:
    """What a run has come to."""

    executions: int = 0
    accepted: int = 0
    documented: Counter[str] = field(default_factory=Counter[str])
    """By name of the fault."""
    undocumented: int = 0
    reports: list[str] = field(default_factory=list[str])
    """What is known of the undocumented ones."""
    process: int = 0
    memory_bytes: tuple[int, int] = (0, 0)
    """Of the process, after the warm-up and at the end."""

    def add(self, other: "Result") -> None:
        """Add up what happened; memory is left out."""
        self.executions += other.executions
        self.accepted += other.accepted
        self.documented += other.documented
        self.undocumented += other.undocumented
        self.reports = [*self.reports, *other.reports][:REPORTS_MAX]


class Fuzzer:
    """Runs inputs and remembers those that came to something new."""

    def __init__(self, decoders: Sequence[Target]) -> None:
        self._targets = decoders
        self._seen: set[tuple[int, str]] = set()
        self.result = Result(process=os.getpid())
        self.inputs = [
            bytes([number]) + each
            for number, target in enumerate(decoders)
            for each in (*target.valid, *target.others)
        ]
        """What is mutated."""
        self._inputs_max = len(self.inputs) + FOUND_MAX

    def run(self, data: bytes) -> None:
        """Run one input."""
        number = data[0] % len(self._targets)
        result = self.result
        result.executions += 1
        try:
            found = self._targets[number].decode(data[1:])
        except FrameError as error:
            result.documented[error.fault.name] += 1
            self._remember(number, f"{error.fault.name} {_kind_of(error)}", data)
        except Exception:
            result.undocumented += 1
            if len(result.reports) < REPORTS_MAX:
                result.reports.append(f"--input {data.hex()}\n{traceback.format_exc()}")
        else:
            result.accepted += 1
            count = len(found.items) if isinstance(found, Batch) else 1
            self._remember(number, f"{type(found).__name__} of {count}", data)

    def _remember(self, number: int, outcome: str, data: bytes) -> None:
        if (number, outcome) not in self._seen and len(self.inputs) < self._inputs_max:
            self._seen.add((number, outcome))
            self.inputs.append(data)


def _kind_of(error: FrameError) -> str:
    """Return the start of an error's text, without numbers."""
    return re.sub(r"\d+", "#", " ".join(error.detail.split()[:4]))


# --- mutations -------------------------------------------------------------------------------

_HEADS: Final = [
    bytes.fromhex(head)
    for head in (
        *("80", "9f", "a0", "bf", "f6", "f7", "f9 7e00", "fb 7ff0000000000000", "18 18", "1c"),
        *("9b 7fffffffffffffff", "9a 0fffffff", "99 ffff", "bb 7fffffffffffffff", "ba 0fffffff"),
        *("5b 7fffffffffffffff", "5a 0fffffff", "7b ffffffffffffffff", "7a 0fffffff", "5f", "7f"),
        *("1b 7fffffffffffffff", "1b ffffffffffffffff", "3b 7fffffffffffffff", "1a ffffffff"),
        *("c2 49 010000000000000000", "c4 82 1a7fffffff 01", "d8 1c 81 d8 1d 00", "d9 d9f7"),
    )
]
"""Heads of CBOR that say something large, or something that the profile does not use."""


def _put_a_head(data: bytearray, at: int, others: Sequence[bytes], chance: random.Random) -> None:
    head = chance.choice(_HEADS)
    data[at : at + chance.choice((0, 1, len(head)))] = head


_MUTATOR: Final = Mutator(FRAME_MAX_BYTES + 2, _put_a_head, fixed_bytes=1)
"""The first byte names the target."""


def mutations(inputs: list[bytes], draws: random.Random) -> Iterator[bytes]:
    """Yield mutated inputs without an end; the list may grow meanwhile."""
    while True:
        yield _MUTATOR.mutated(draws.choice(inputs), inputs, draws)


# --- running ---------------------------------------------------------------------------------


def fuzz(
    decoders: Sequence[Target],
    seed: str,
    executions: int | None = None,
    seconds: float | None = None,
) -> Result:
    """Run the inputs of the targets once, then mutations: so many in all, or for so long.

    The seconds are those of the processor, so that other work beside it takes none away.
    """
    fuzzer, draws = Fuzzer(decoders), random.Random(seed)
    end = None if seconds is None else time.process_time() + seconds
    first = 0
    inputs = fuzzer.inputs
    for count, data in enumerate(itertools.chain(inputs[:], mutations(inputs, draws))):
        if count == WARM_UP:
            first = _memory_bytes()
        if count == executions or (end is not None and time.process_time() >= end):
            break
        fuzzer.run(data)
    last = _memory_bytes()
    fuzzer.result.memory_bytes = (first or last, last)
    fuzzer.result.reports = [f"seed {seed}: {report}" for report in fuzzer.result.reports]
    return fuzzer.result


def _memory_bytes() -> int:
    """Return the memory that this process holds now (Linux)."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


@cache
def _targets() -> Sequence[Target]:
    return targets()


def _fuzz_share(seed: str, executions: int) -> Result:
    return fuzz(_targets(), seed, executions)


def fuzz_on_all_cores(seed: int, executions: int) -> tuple[Result, int]:
    """Run so many inputs; return what they came to and the memory that was not given back."""
    shares = [
        (f"{seed} {number}", min(SHARE, executions - number * SHARE))
        for number in range(-(-executions // SHARE))
    ]
    total = Result()
    memory: dict[int, tuple[int, int]] = {}
    workers = max(1, min(len(os.sched_getaffinity(0)), len(shares)))
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, context) as pool:
        pending = {pool.submit(_fuzz_share, *share): share for share in shares}
        for future in as_completed(pending):
            result = _result_of(future, pending[future])
            total.add(result)
            first, _ = memory.get(result.process, result.memory_bytes)
            memory[result.process] = (first, result.memory_bytes[1])
            if total.executions * 10 // executions > (
                (total.executions - result.executions) * 10 // executions
            ):
                print(f"seed {seed}: {total.executions} of {executions}", file=sys.stderr)
    return total, sum(last - first for first, last in memory.values())


def _result_of(future: "Future[Result]", share: tuple[str, int]) -> Result:
    try:
        return future.result()
    except BrokenProcessPool:
        report = f"seed {share[0]}: the process that ran this share, or another one, has died"
        return Result(undocumented=1, reports=[report])


def main(arguments: Sequence[str]) -> int:
    """Run the command; return its exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--executions", type=int, default=1_000_000, help="how many inputs to run")
    parser.add_argument("--seed", type=int, default=1, help="of the mutations (1)")
    parser.add_argument("--input", help="run this one instead")
    parser.add_argument("--record", action="store_true", help="add the result to docs/records.md")
    given = parser.parse_args(arguments)
    if given.input:
        data = bytes.fromhex(given.input)
        print(targets()[data[0] % len(targets())].decode(data[1:]))
        return 0
    commit, begin = commit_now(), time.monotonic()
    result, growth = fuzz_on_all_cores(given.seed, given.executions)
    seconds = time.monotonic() - begin
    print(*result.reports, sep="\n", end="", file=sys.stderr)
    figures = {
        "executions": result.executions,
        "undocumented": result.undocumented,
        "memory_growth_bytes": growth,
    }
    documented = dict(sorted(result.documented.items()))
    print(json.dumps({**figures, "seconds": round(seconds, 1), "documented_errors": documented}))
    if given.record:
        command = f"make fuzz EXECUTIONS={given.executions} SEED={given.seed}"
        remark = f"{result.accepted} accepted; {result.executions / seconds:,.0f} inputs/s"
        record(commit, "fuzzed frames", command, json.dumps(figures), seconds, remark)
    return 1 if result.undocumented else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
