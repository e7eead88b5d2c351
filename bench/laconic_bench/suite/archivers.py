"""Offline archivers: what is left of a trace when all of it is there before it is packed.

They are references for the payload: no live protocol can wait for the end of the month. What is
packed is a line `[action,payload]` for each message, an answer without its action, and no message
id: as Laconic carries it.
"""

import lzma
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import zstandard

from laconic_bench.suite.script import Work
from laconic_bench.workloads.catalog import WORKLOADS
from laconic_bench.workloads.workload import START
from laconic_codec.messages import Call, CallResult, Send, parse

_BROTLI: Final[Any] = import_module("brotli")
"""It ships no type information."""
_ZSTD_LEVEL: Final = 22
_ZSTD_WINDOW_LOG: Final = 27
_BROTLI_WINDOW_LOG: Final = 24
_BLOCK_BYTES: Final = 1 << 20


def archive_sizes(work: Work) -> Mapping[str, int]:
    """Return the size of the packed trace in bytes, by archiver; those that are installed."""
    with tempfile.TemporaryDirectory(prefix="laconic-bench-") as folder:
        path = Path(folder, "trace")
        with path.open("wb") as file:
            file.writelines(trace_lines(work))
        sizes = {name: pack(path) for name, pack in _PACKERS.items()}
        if shutil.which("zpaq"):
            sizes["zpaq -m5"] = _zpaq(path)
        return sizes


def trace_lines(work: Work) -> Iterator[bytes]:
    """Yield what is packed, a line for each message."""
    for record in WORKLOADS[work.scenario](work.seed, work.days, START).records():
        match parse(record.raw):
            case Call() | Send() as request:
                yield f'["{request.action}",{request.payload}]\n'.encode()
            case CallResult(_, payload):
                yield f"[{payload}]\n".encode()
            case other:
                yield f"{other.arguments}\n".encode()


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            yield block


def _xz(path: Path) -> int:
    packer = lzma.LZMACompressor(preset=9 | lzma.PRESET_EXTREME)
    return sum(len(packer.compress(block)) for block in _blocks(path)) + len(packer.flush())


def _zstd(path: Path) -> int:
    parameters = zstandard.ZstdCompressionParameters.from_level(  # pyright: ignore[reportUnknownMemberType]
        _ZSTD_LEVEL, window_log=_ZSTD_WINDOW_LOG, enable_ldm=True
    )
    packer = zstandard.ZstdCompressor(compression_params=parameters).compressobj()
    return sum(len(packer.compress(block)) for block in _blocks(path)) + len(packer.flush())


def _brotli(path: Path) -> int:
    packer = _BROTLI.Compressor(quality=11, lgwin=_BROTLI_WINDOW_LOG)
    return sum(len(packer.process(block)) for block in _blocks(path)) + len(packer.finish())


def _zpaq(path: Path) -> int:
    archive = path.with_suffix(".zpaq")
    command = ["zpaq", "add", str(archive), str(path), "-m5"]
    subprocess.run(command, check=True, capture_output=True)
    return archive.stat().st_size


_PACKERS: Final[Mapping[str, Callable[[Path], int]]] = {
    "xz -9e": _xz,
    "zstd --ultra -22 --long": _zstd,
    "brotli -q 11": _brotli,
}
