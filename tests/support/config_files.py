"""Short configuration files, and a folder in which they are loaded."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from msgspec import Struct

from laconic_gateway import config as configuration
from laconic_gateway.config import ConfigError, ExpanderConfig, SiteConfig

MINIMAL_SITE = """\
[site]
name = "kisumu-1"
keys = "keys/kisumu-1/site"
expander = "expander.example:5683"
"""
MINIMAL_EXPANDER = """\
[csms]
url = "wss://csms.example{path}"
[[site]]
name = "kisumu-1"
keys = "keys/kisumu-1/expander"
"""
CHARGER = '[[charger]]\nidentity = "CP1"\npassword = "secret"\n'
SITE_CHARGER = '[[site.charger]]\nidentity = "CP1"\n'


@dataclass(frozen=True, slots=True)
class ConfigFolder:
    """A folder with configuration files."""

    path: Path

    def site(self, text: str) -> SiteConfig:
        return configuration.load_site(self._written(text))

    def expander(self, text: str) -> ExpanderConfig:
        return configuration.load_expander(self._written(text))

    def error(self, load: Callable[[str], Struct], text: str) -> str:
        """What is said about a wrong file, with the path of the file shortened to its name."""
        with pytest.raises(ConfigError) as caught:
            load(text)
        return str(caught.value).replace(f"{self.path}/", "")

    def _written(self, text: str) -> Path:
        file = self.path / "x.toml"
        file.write_bytes(text.encode())
        return file
