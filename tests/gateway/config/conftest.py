"""A folder for configuration files."""

import pytest

from tests.support.config_files import ConfigFolder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> ConfigFolder:
    return ConfigFolder(tmp_path_factory.mktemp("configuration"))
