"""`laconic bench report`: writes the page, and the plots as files."""

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.progress import Progress

from laconic_bench.results.canvas import WIDE, to_png
from laconic_bench.results.html_page import BEGINS, page, plots_of
from laconic_bench.results.html_parts import html_plot
from laconic_bench.results.plot import Plot
from laconic_bench.results.price import Price
from laconic_bench.results.result_file import ResultError, check_place, read_all, write_text


def run(
    results: Sequence[Path],
    out: Path,
    png_folder: Path | None,
    price_per_mb: float | None,
    currency: str | None,
    budget_mb: float,
) -> None:
    """Write the page of some files of results; print what was written.

    Raises:
        ResultError: a file or a place is wrong, or there is a price without a currency.
    """
    if (price_per_mb is None) != (currency is None):
        raise ResultError("a price needs both: write, for example, --price-per-mb 2 --currency KES")
    check_place(out, BEGINS)
    if png_folder is not None:
        _make(png_folder)
    found = read_all(results)
    price = Price(budget_mb=budget_mb)
    if price_per_mb is not None and currency is not None:
        price = Price(price_per_mb, currency, budget_mb)
    plots = plots_of(found, price)
    console = Console(stderr=True)
    with Progress(console=console, transient=True, disable=not console.is_terminal) as progress:
        task = progress.add_task("plots", total=len(plots.all()) * (1 if png_folder is None else 2))

        def draw(plot: Plot) -> str:
            progress.advance(task)
            return html_plot(plot)

        write_text(out, page(found, plots, price, draw))
        if png_folder is not None:
            for plot in plots.all():
                _write_png(plot, png_folder / f"{plot.name}.png")
                progress.advance(task)
    results_text = "1 result" if len(found) == 1 else f"{len(found)} results"
    print(f"{out}: {results_text}, {len(plots.all())} plots")
    if png_folder is not None:
        print(f"{png_folder}: {', '.join(f'{plot.name}.png' for plot in plots.all())}")


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except FileExistsError:
        raise ResultError(f"{folder}: it is a file. --png needs a folder.") from None
    except OSError as error:
        raise ResultError(f"{folder}: {error.strerror}. Correct the path.") from None


def _write_png(plot: Plot, path: Path) -> None:
    try:
        to_png(plot.draw(WIDE), path)
    except OSError as error:
        raise ResultError(f"{path}: {error.strerror}. Correct the path.") from None
