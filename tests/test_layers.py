"""The fences: what is pure stays pure, and nothing imports what stands above it."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest

ROOT: Final = Path(__file__).parents[1]
CODEC: Final = ROOT / "codec" / "laconic_codec"
GATEWAY: Final = ROOT / "gateway" / "laconic_gateway"
CORE: Final = GATEWAY / "core"

IMPURE: Final = frozenset(
    """
    apsw asyncio io os pathlib random secrets selectors shutil signal socket sqlite3 ssl
    subprocess tempfile threading time websockets
    """.split()
)
"""Modules that know about sockets, files, clocks, chance or threads."""

IMPURE_METHODS: Final = frozenset({"now", "utcnow", "today", "uuid1", "uuid4"})
"""They ask for the time or for chance, in modules of which the rest is pure (datetime, uuid)."""

IMPURE_FUNCTIONS: Final = frozenset({"open", "input", "print", "uuid1", "uuid4"})

DEVELOPERS_TOOLS: Final = frozenset(
    {
        CODEC / "registry" / "export.py",
        *(CODEC / "registry").glob("build*.py"),
        *(CODEC / "training").glob("*.py"),
    }
)
"""They write the registry and its trained data; nothing that runs imports them."""

BENCH_IMPORTERS: Final = frozenset(
    {GATEWAY / "cli" / name for name in ("services.py", "codec.py", "bench.py", "estimate.py")}
)
"""`laconic demo`, `codec`, `bench` and `estimate` import the bench when they are called."""

PURE_FILES: Final = sorted({*CODEC.rglob("*.py"), *CORE.rglob("*.py")} - DEVELOPERS_TOOLS)


def imports(source: str, package: str = "") -> Iterator[str]:
    """Yield the full names of the modules that a source imports, wherever in it."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = _absolute(node, package)
            yield module
            yield from (f"{module}.{alias.name}" for alias in node.names)


def impurities(source: str) -> Iterator[str]:
    """Yield what a pure module must not have, as a reader of the failure should see it."""
    for name in imports(source):
        if name.partition(".")[0] in IMPURE:
            yield f"imports {name}"
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            function = node.func
            if isinstance(function, ast.Attribute) and function.attr in IMPURE_METHODS:
                yield f"line {node.lineno} calls .{function.attr}()"
            if isinstance(function, ast.Name) and function.id in IMPURE_FUNCTIONS:
                yield f"line {node.lineno} calls {function.id}()"


@pytest.mark.parametrize("path", PURE_FILES, ids=lambda path: _name(path))
def test_the_codec_and_the_cores_are_pure(path: Path) -> None:
    assert list(impurities(path.read_text(encoding="utf-8"))) == [], _name(path)


@pytest.mark.parametrize(
    ("folder", "forbidden"),
    [
        (CODEC, ("laconic_gateway", "laconic_bench")),
        (CORE, ("laconic_gateway.edge", "laconic_bench")),
        (GATEWAY, ("laconic_bench",)),
    ],
    ids=["codec", "core", "gateway"],
)
def test_nothing_imports_what_stands_above_it(folder: Path, forbidden: tuple[str, ...]) -> None:
    assert [
        f"{_name(path)} imports {name}"
        for path in sorted(folder.rglob("*.py"))
        for name in imports(path.read_text(encoding="utf-8"), _package(path))
        if path not in BENCH_IMPORTERS
        and any(name == other or name.startswith(other + ".") for other in forbidden)
    ] == []


def test_nothing_that_runs_imports_a_developers_tool() -> None:
    tools = {_module(path) for path in DEVELOPERS_TOOLS}
    for path in {*CODEC.rglob("*.py"), *GATEWAY.rglob("*.py")} - DEVELOPERS_TOOLS:
        assert tools.isdisjoint(imports(path.read_text(encoding="utf-8"), _package(path)))


def test_the_command_line_imports_the_bench_only_when_it_is_called() -> None:
    for path in BENCH_IMPORTERS:
        module = ast.parse(path.read_text(encoding="utf-8"))
        at_import = [node for node in module.body if isinstance(node, ast.Import | ast.ImportFrom)]
        names = list(imports(ast.unparse(ast.Module(list(at_import), []))))
        assert not any(name.startswith("laconic_bench") for name in names), _name(path)


def test_the_fences_stand_around_something() -> None:
    assert len([path for path in PURE_FILES if CODEC in path.parents]) >= 12
    assert len([path for path in PURE_FILES if CORE in path.parents]) >= 3
    assert CODEC / "registry" / "build.py" in DEVELOPERS_TOOLS
    for path in BENCH_IMPORTERS:
        assert path.is_file(), f"{_name(path)} is gone: take it off the list"


@pytest.mark.parametrize(
    "source",
    [
        "import socket",
        "import os.path",
        "from asyncio import sleep",
        "def f():\n    import time",
        "from datetime import datetime\ndatetime.now()",
        "import datetime\ndatetime.datetime.utcnow()",
        "from datetime import date\nage = date.today()",
        "open('journal')",
        "import uuid\nuuid.uuid4()",
        "from uuid import uuid4\nuuid4()",
    ],
)
def test_an_impurity_is_seen(source: str) -> None:
    assert list(impurities(source))


@pytest.mark.parametrize(
    "source",
    [
        "from datetime import UTC, datetime\ndatetime.fromisoformat('2026-01-01')",
        "import json, re, hashlib",
        "from uuid import UUID, uuid5\nuuid5(UUID(int=0), 'CP1')",
        "def handle_timer(now: float) -> None: ...",
        "from laconic_codec.frame import Open",
    ],
)
def test_what_is_pure_is_let_through(source: str) -> None:
    assert not list(impurities(source))


def test_relative_imports_are_seen_too() -> None:
    assert list(imports("from ..edge import loop", "laconic_gateway.core")) == [
        "laconic_gateway.edge",
        "laconic_gateway.edge.loop",
    ]


def _absolute(node: ast.ImportFrom, package: str) -> str:
    parents = package.split(".")
    base = parents[: len(parents) - node.level + 1] if node.level else []
    return ".".join([*base, *([node.module] if node.module else [])])


def _module(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts[1:]
    return ".".join(parts)


def _package(path: Path) -> str:
    return _module(path).rpartition(".")[0]


def _name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()
