"""Each module has a test module of its name, or a reason why not."""

from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[1]

PACKAGES: Final = {
    "codec": ROOT / "codec" / "laconic_codec",
    "gateway": ROOT / "gateway" / "laconic_gateway",
    "bench": ROOT / "bench" / "laconic_bench",
}
"""Folder under tests/ that has the test modules, and the package."""

TESTED_ELSEWHERE: Final = {
    "codec/limits.py": "numbers only; tests/codec/test_readme.py and the tests of who obeys them",
    "codec/errors.py": "classes only; raised in the tests of messages, items and frame",
    "codec/registry/build.py": "tests/codec/test_registry.py",
    "codec/registry/tables.py": "generated; tests/codec/test_registry.py",
    "codec/registry/vocabulary.py": "data only; tests/codec/test_registry.py",
}
"""Modules without a test module of their own, and what tests them instead."""


def _modules() -> dict[str, Path]:
    return {
        f"{part}/{path.relative_to(package).as_posix()}": path
        for part, package in PACKAGES.items()
        for path in sorted(package.rglob("*.py"))
        if path.name not in ("__init__.py", "__main__.py")
    }


def _has_test_module(name: str) -> bool:
    folder = ROOT / "tests" / name.split("/")[0]
    return any(folder.rglob(f"test_{Path(name).name}"))


@pytest.mark.parametrize("name", sorted(_modules()))
def test_a_module_has_a_test_module_or_a_reason(name: str) -> None:
    assert _has_test_module(name) or name in TESTED_ELSEWHERE, (
        f"write tests/{name.split('/')[0]}/test_{Path(name).name}, "
        f"or say in TESTED_ELSEWHERE what tests {name}"
    )


@pytest.mark.parametrize("name", TESTED_ELSEWHERE)
def test_a_reason_is_still_needed(name: str) -> None:
    assert name in _modules(), f"{name} is gone: take it off the list"
    assert not _has_test_module(name), f"{name} has a test module: take it off the list"
