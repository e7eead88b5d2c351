"""Generated pages say what the code says."""

import re
from pathlib import Path

import pytest

from laconic_gateway.config import ExpanderConfig, SiteConfig
from laconic_gateway.config import docs as config_docs
from laconic_gateway.config.schema import tables
from laconic_gateway.edge.metrics import DEFINITIONS

UPDATE = "run: .venv/bin/python -m laconic_gateway.config.docs --update"
PAGES = {
    "configuration.md": config_docs.configuration_page,
    "metrics.md": config_docs.metrics_page,
}


@pytest.mark.parametrize("name", PAGES)
def test_a_generated_page_is_up_to_date(name: str) -> None:
    assert (config_docs.DOCS / name).read_text(encoding="utf-8") == PAGES[name](), UPDATE


def test_every_setting_is_documented() -> None:
    page = config_docs.configuration_page()
    for model in (SiteConfig, ExpanderConfig):
        for table in tables(model):
            assert f"### `{table.header}`" in page
            for setting in table.settings:
                assert f"| `{setting.key[-1]}` |" in page


def test_every_metric_is_documented() -> None:
    for metric in DEFINITIONS:
        assert f"| `{metric.name}` |" in config_docs.metrics_page()


@pytest.mark.parametrize("name", PAGES)
def test_the_tables_of_a_page_have_as_many_cells_as_their_head(name: str) -> None:
    for block in re.findall(r"(?:^\|.*\n)+", PAGES[name](), re.MULTILINE):
        assert len({row.count("|") for row in block.splitlines()}) == 1, block


def test_the_generator_writes_what_it_compares(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(config_docs, "DOCS", tmp_path)
    assert config_docs.main([]) == 1
    assert capsys.readouterr().err.count("is out of date: run this command with --update") == 2
    assert config_docs.main(["--update"]) == 0
    assert config_docs.main([]) == 0
    (tmp_path / "metrics.md").write_text("edited by hand", encoding="utf-8")
    assert config_docs.main([]) == 1
