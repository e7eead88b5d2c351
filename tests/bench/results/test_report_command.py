"""`laconic bench report` as a user runs it."""

from pathlib import Path

import pytest

from tests.support import command_line
from tests.support.bench_results import file_of, sample
from tests.support.html_tables import Page

FEW = sample(names=["laconic", "laconic-window-0", "ocppj-tls"])


def test_page_and_plots_are_written(tmp_path: Path) -> None:
    one, other = file_of(tmp_path, FEW), file_of(tmp_path, sample("chaji"), name="other.json")
    out, plots = tmp_path / "report.html", tmp_path / "new" / "plots"
    code, printed, _ = command_line.run(
        *("bench", "report", one, other, "--out", out, "--png", plots),
        *("--price-per-mb", "2", "--currency", "KES", "--budget", "10"),
    )
    assert code == 0
    text = out.read_text(encoding="utf-8")
    found = Page(text)
    assert [tag for tag, _ in found.tags].count("svg") == 14
    assert "KES in 30 days" in found.text
    assert "A budget of 10 MB over the month" in found.text
    names = sorted(path.name for path in plots.iterdir())
    assert names == [
        *("budget-boda-site-2g-nat120.png", "budget-chaji-2g-nat120.png", "cost-2g-nat120.png"),
        *("layers-boda-site-2g-nat120.png", "layers-chaji-2g-nat120.png"),
        *("windows-boda-site-2g-nat120.png", "windows-chaji-2g-nat120.png"),
    ]
    assert all((plots / name).read_bytes().startswith(b"\x89PNG") for name in names)
    assert printed.startswith(f"{out}: 2 results, 7 plots\n{plots}: cost-2g-nat120.png, ")


@pytest.mark.parametrize("option", [["--price-per-mb", "2"], ["--currency", "KES"]])
def test_a_price_needs_a_currency(option: list[str], tmp_path: Path) -> None:
    path, out = file_of(tmp_path, FEW), tmp_path / "report.html"
    code, _, err = command_line.run("bench", "report", path, "--out", out, *option)
    assert code == 2
    assert "write, for example, --price-per-mb 2 --currency KES" in err
    assert not out.exists()


def test_files_that_cannot_be_used_are_told(tmp_path: Path) -> None:
    path, out = file_of(tmp_path, FEW), tmp_path / "report.html"
    twice = command_line.run("bench", "report", path, path, "--out", out)
    assert twice[0] == 2
    assert "is also in" in twice[2]
    code, _, err = command_line.run("bench", "report", tmp_path / "no.json", "--out", out)
    assert (code, "No such file" in err) == (2, True)
    gone = tmp_path / "no" / "report.html"
    code, _, err = command_line.run("bench", "report", path, "--out", gone)
    assert (code, f"{gone}: nothing can be written to {gone.parent}" in err) == (2, True)


def test_an_input_or_another_file_is_never_replaced(tmp_path: Path) -> None:
    one, other = file_of(tmp_path, FEW), file_of(tmp_path, sample("chaji"), name="other.json")
    before = one.read_bytes(), other.read_bytes()
    for out in (one, other):
        code, _, err = command_line.run("bench", "report", one, "--out", out)
        assert (code, "something else is there" in err) == (2, True)
    assert (one.read_bytes(), other.read_bytes()) == before
    out = tmp_path / "report.html"
    for _ in range(2):  # a page may be made again
        code, printed, _ = command_line.run("bench", "report", one, "--out", out)
        assert (code, printed) == (0, f"{out}: 1 result, 3 plots\n")


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--out", "-"], "-: a file has to have another name"),
        (["--out", "/dev/full"], "/dev/full: No space left on device"),
        (["--png", "{file}"], "it is a file. --png needs a folder"),
        (["--png", "{file}/plots"], "Not a directory"),
        (["--budget", "inf"], "--budget"),
        (["--price-per-mb", "nan", "--currency", "KES"], "--price-per-mb"),
    ],
)
def test_places_and_numbers_that_cannot_be_are_told(
    options: list[str], told: str, tmp_path: Path
) -> None:
    path = file_of(tmp_path, FEW)
    given = [one.format(file=path) for one in options]
    out = [] if "--out" in given else ["--out", tmp_path / "report.html"]
    code, printed, err = command_line.run("bench", "report", path, *out, *given)
    assert (code, printed) == (2, "")
    assert told in err and "Traceback" not in err
