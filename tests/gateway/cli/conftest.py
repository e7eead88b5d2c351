"""A folder with both configuration files, and a log set-up that lasts for one test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from laconic_gateway.config import SiteConfig
from laconic_gateway.config.docs import example
from tests.support.log_state import log_state_kept

SITE = example(SiteConfig).replace("0.0.0.0:8887", "127.0.0.1:0").replace("9464", "0")
EXPANDER = """\
[expander]
listen = "127.0.0.1:0"
[csms]
url = "ws://127.0.0.1:1{path}"
[[site]]
name = "a"
keys = "keys/a/expander"
"""


@pytest.fixture(autouse=True)
def log_state() -> Iterator[None]:
    with log_state_kept():
        yield


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "site.toml").write_text(SITE, encoding="utf-8")
    (tmp_path / "expander.toml").write_text(EXPANDER, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path
