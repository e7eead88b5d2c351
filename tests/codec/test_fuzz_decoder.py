"""The decoders, fuzzed for a minute of one core: see `tests.support.fuzz_decoder`.

FUZZ_SECONDS says for how long, FUZZ_SEED with which seed; without it, each run has another one.
"""

import gc
import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import Final

import pytest

from laconic_codec.errors import FrameError, FrameFault
from tests.support.fuzz_decoder import Fuzzer, Result, fuzz
from tests.support.fuzz_targets import Target, targets

SECONDS: Final = float(os.environ.get("FUZZ_SECONDS", "60"))
SEED: Final = os.environ.get("FUZZ_SEED", str(time.time_ns() % 2**32))
FAULTS: Final = {fault.name for fault in FrameFault}
MEMORY_GROWTH_MAX_BYTES: Final = 32 << 20
BLOCKS_GROWTH_MAX: Final = 2_000
"""Python's blocks of memory: each object takes at least one."""


@pytest.fixture(scope="module")
def decoders() -> list[Target]:
    return targets()


def _counts(result: Result) -> tuple[int, int, dict[str, int], int]:
    return result.executions, result.accepted, dict(result.documented), result.undocumented


def test_valid_inputs_are_accepted(decoders: Sequence[Target]) -> None:
    assert len(decoders) == len({target.name for target in decoders})
    valid = [(target, encoded) for target in decoders for encoded in target.valid]
    assert len(valid) > 200
    for target, encoded in valid:
        target.decode(encoded)


def test_only_documented_errors_come_out(decoders: Sequence[Target]) -> None:
    result = fuzz(decoders, SEED, seconds=SECONDS)
    print(f"\n{_counts(result)}, seed {SEED}", *result.reports, sep="\n")
    assert result.undocumented == 0
    assert result.executions == result.accepted + result.documented.total()
    assert set(result.documented) <= FAULTS
    # What must have been reached, or it proves nothing.
    assert result.accepted > 100
    assert {"MALFORMED", "BAD_STATE", "UNKNOWN_EPOCH", "OVER_LIMIT"} <= set(result.documented)
    first, last = result.memory_bytes
    assert last - first <= MEMORY_GROWTH_MAX_BYTES


def test_the_same_seed_runs_the_same_inputs(decoders: Sequence[Target]) -> None:
    assert _counts(fuzz(decoders, "7", 900)) == _counts(fuzz(decoders, "7", 900))


def test_nothing_is_kept_of_what_was_decoded(decoders: Sequence[Target]) -> None:
    fuzz(decoders, "1", 1_500)
    gc.collect()
    before = sys.getallocatedblocks()
    fuzz(decoders, "2", 1_500)
    gc.collect()
    assert sys.getallocatedblocks() - before <= BLOCKS_GROWTH_MAX


def _fragile(encoded: bytes) -> int:
    """Decode badly."""
    if len(encoded) > 6:
        raise FrameError(FrameFault.OVER_LIMIT, "more than 6 bytes")
    return 1 // encoded[0]


def test_an_undocumented_error_is_counted_and_can_be_repeated() -> None:
    decoders = [Target("fragile", _fragile, (b"\x01\x02",))]
    result = fuzz(decoders, "1", 500)
    assert result.executions == 500
    assert 0 < result.undocumented < 500
    assert result.accepted + result.documented.total() + result.undocumented == 500
    report = result.reports[0]
    assert "seed 1" in report
    again = Fuzzer(decoders)
    again.run(bytes.fromhex(report.partition("--input ")[2].split()[0]))
    assert again.result.undocumented == 1


def test_the_command_prints_one_line_of_figures() -> None:
    command = [sys.executable, "-m", "tests.support.fuzz_decoder", "--executions", "1200"]
    done = subprocess.run([*command, "--seed", "3"], capture_output=True, text=True, check=True)
    (line,) = done.stdout.splitlines()
    figures = json.loads(line)
    assert list(figures) == [
        *("executions", "undocumented", "memory_growth_bytes", "seconds", "documented_errors"),
    ]
    assert (figures["executions"], figures["undocumented"]) == (1_200, 0)
    assert set(figures["documented_errors"]) <= FAULTS
    assert 0 < sum(figures["documented_errors"].values()) < 1_200
