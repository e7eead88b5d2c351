"""No acknowledged record is lost in a power cut; and a disk that lies is found out."""

import random

import pytest

from laconic_bench.virtual.failing_disk import SECTOR_BYTES, Disk, Write
from tests.support.cut_stores import Ledger
from tests.support.powercut import SHARE, main, run_share
from tests.support.records import message
from tests.support.verdict import Verdict, on_all_cores

CUTS = 2_000
SEED = 1


@pytest.mark.alone
def test_nothing_acknowledged_is_lost_in_a_power_cut() -> None:
    verdict = on_all_cores(run_share, SEED, CUTS, SHARE, per_core=2)
    assert verdict.problems == []
    assert verdict.is_clean
    assert verdict.runs == CUTS


@pytest.mark.parametrize("share", range(4))
def test_a_disk_that_does_not_sync_is_found_out(share: int) -> None:
    verdict = run_share(f"lies {share}", SHARE, lies=True)
    assert verdict.lost + verdict.corrupted > 0
    assert verdict.seeds_failed == 1
    assert verdict.problems[0].startswith(f"seed lies {share}: ")


def test_one_share_can_be_run_again(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--cuts", "5", "--share", "1 0"]) == 0
    assert capsys.readouterr().out == Verdict(runs=5).line + "\n"


def test_the_disk_keeps_what_is_synced_and_anything_of_the_rest() -> None:
    left: set[bytes] = set()
    for seed in range(200):
        disk = Disk()
        image = disk.open("file", creates=True)
        disk.write(image, Write(0, b"a" * 2 * SECTOR_BYTES))
        disk.sync(image)
        disk.write(image, Write(SECTOR_BYTES, b"b" * SECTOR_BYTES))
        after = disk.after_cut(random.Random(seed))
        assert disk.is_cut
        content = bytes(after.open("file", creates=False).seen)
        assert content[:SECTOR_BYTES] == b"a" * SECTOR_BYTES
        left.add(content[SECTOR_BYTES:])
    assert {b"a" * SECTOR_BYTES, b"b" * SECTOR_BYTES} < left


def test_what_was_not_reported_may_come_back_until_something_else_is() -> None:
    ledger = Ledger()
    before, first, second = (message(n, text=text) for n, text in ((1, "a"), (2, "b"), (2, "c")))
    ledger.give([before, first])
    ledger.look([before], last=1)
    ledger.give([second])
    assert ledger.versions() == {1: [before], 2: [second, first]}
    ledger.look([before], last=1)
    assert ledger.versions() == {1: [before], 2: [second, first]}
    ledger.look([before, first], last=2)
    assert ledger.versions() == {1: [before], 2: [first]}
