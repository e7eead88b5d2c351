"""The page of the codec's figures is made from a real run."""

import re

import pytest

from laconic_bench import codec_figures


def test_the_page_says_what_a_short_run_has_measured(capsys: pytest.CaptureFixture[str]) -> None:
    assert codec_figures.main(["--days", "0.04"]) == 0
    page = capsys.readouterr().out
    found = re.search(r"\| frames \| ([0-9,]+) of ([0-9,]+) bytes together \|", page)
    assert found is not None
    frames, frame_bytes = (int(number.replace(",", "")) for number in found.groups())
    assert frames >= 5
    overhead = re.search(r"\| overhead of a frame, last day, mean \| ([0-9.]+) bytes \|", page)
    assert overhead is not None
    assert 3 < float(overhead[1]) <= 4  # head and check are 3 bytes
    shares = [int(n.replace(",", "")) for n in re.findall(r"\| ([0-9,]+) \| [0-9.]+% \|", page)]
    # Values and overhead add up to the frames; the table leaves out what is rare.
    assert 0.9 * frame_bytes < sum(shares) + float(overhead[1]) * frames < 1.02 * frame_bytes
