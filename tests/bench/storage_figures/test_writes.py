"""What is counted is what SQLite writes: whole frames of its log, and one sync for each commit."""

import pytest

from laconic_bench.storage_figures import writes
from laconic_bench.storage_figures.journal_sections import COMMIT_GOAL_BYTES, RECORD_GOAL_BYTES
from laconic_bench.storage_figures.writes import GROUP_RECORDS, Load, at_the_files

FRAME_BYTES = 24 + 1024
"""Of the log: a header and a page."""


def test_a_lone_commit_writes_whole_frames_and_syncs_once() -> None:
    found = at_the_files(Load(1, 50, is_new=True))
    assert (found.commits, found.records) == (50, 50)
    assert found.counts.flushes == 50
    assert found.counts.checkpoint_flushes == 0
    assert found.counts.written_bytes % FRAME_BYTES == 0
    assert found.bytes_per_commit <= COMMIT_GOAL_BYTES


def test_a_group_shares_its_commit() -> None:
    found = at_the_files(Load(GROUP_RECORDS, 60))
    checkpoints = found.counts.checkpoint_flushes
    assert checkpoints > 0
    assert 60 <= found.counts.flushes <= 60 + 4 * (1 + checkpoints)
    assert found.bytes_per_record <= RECORD_GOAL_BYTES


@pytest.mark.skipif(writes.lacking() is not None, reason=f"no loop device: {writes.lacking()}")
def test_the_block_device_sees_more_than_the_files() -> None:
    load = Load(1, 20, is_new=True)
    at_files, at_device = at_the_files(load), writes.at_the_device(load)
    assert at_device.counts.flushes >= 20
    assert at_device.counts.written_bytes >= at_files.counts.written_bytes
