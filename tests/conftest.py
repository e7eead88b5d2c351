"""Hypothesis without deadlines, which would measure the machine; and the parts of `make test`."""

from collections.abc import Callable
from pathlib import Path
from typing import Final, cast

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "laconic",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    print_blob=True,
)
settings.load_profile("laconic")

PARTS: Final[dict[str, Callable[[pytest.Item], bool]]] = {
    "together": lambda item: item.get_closest_marker("alone") is None,
    "alone": lambda item: item.get_closest_marker("alone") is not None,
}
MARK: Final = b"pytest.mark.alone"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--part",
        choices=tuple(PARTS),
        help="run only the tests that share the machine with others, or only those marked `alone`",
    )


class _NothingAlone(pytest.Module):
    """A module in which no test is marked `alone`; it is not imported."""

    def collect(self) -> list[pytest.Item | pytest.Collector]:
        return []


def pytest_pycollect_makemodule(
    module_path: Path, parent: pytest.Collector
) -> pytest.Module | None:
    """Leave out of the second part what has nothing for it: to import all takes 20 s of a core."""
    config = parent.config
    names_tests = any("::" in argument for argument in config.args)
    if config.getoption("--part") != "alone" or names_tests or MARK in module_path.read_bytes():
        return None
    # pytest does not say what a node is made of.
    make = cast(Callable[..., pytest.Module], _NothingAlone.from_parent)  # pyright: ignore
    return make(parent, path=module_path)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    part: str | None = config.getoption("--part")
    if part is None:
        return
    others = [item for item in items if not PARTS[part](item)]
    # Tests of the real services, which wait most of the time, begin: none of them is then the last.
    items[:] = sorted(filter(PARTS[part], items), key=lambda item: "whole" not in item.path.parts)
    config.hook.pytest_deselected(items=others)
