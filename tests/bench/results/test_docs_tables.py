"""The tables of the docs, written from results."""

from pathlib import Path

import pytest

from laconic_bench.results import result_file
from laconic_bench.results.docs_tables import main
from tests.support.bench_results import sample

MARKS = "before\n<!-- benchmarks:begin -->\nold\n<!-- benchmarks:end -->\nafter\n"


def test_both_files_get_their_tables_and_keep_the_rest(tmp_path: Path) -> None:
    docs, readme, results = (tmp_path / name for name in ("d.md", "r.md", "r.json"))
    for path in (docs, readme):
        path.write_text(MARKS, encoding="utf-8")
    result_file.write(results, [sample()])
    assert main(["--docs", str(docs), "--readme", str(readme), str(results)]) == 0
    texts = [path.read_text(encoding="utf-8") for path in (docs, readme)]
    for text in texts:
        assert text.startswith("before\n") and text.endswith("after\n")
        assert "old" not in text and "| laconic |" in text
    assert len(texts[0]) > len(texts[1])


def test_a_bad_file_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    missing = str(tmp_path / "missing.json")
    assert main(["--docs", "d", "--readme", "r", missing]) == 2
    assert "missing.json" in capsys.readouterr().err
