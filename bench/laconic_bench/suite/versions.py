"""What a result depends on, and where it was made."""

import os
import platform
import ssl
import subprocess
import zlib
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from laconic_codec import __version__, registry

LIBRARIES: Final = ("aiocoap", "cbor2", "zstandard", "websockets", "msgpack")
"""Of which the bytes of some contender depend."""


def versions() -> dict[str, str]:
    """Return versions by name; `machine` is where it was run."""
    found = {
        "laconic": __version__,
        "commit": _commit(),
        "registry": registry.FINGERPRINT.hex(),
        "python": platform.python_version(),
        "openssl": ssl.OPENSSL_VERSION.split()[1],
        "zlib": zlib.ZLIB_RUNTIME_VERSION,
    }
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    found["machine"] = f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()}"
    return found


def _commit() -> str:
    """Return the commit of a checkout, with a plus if there are changes; else "unknown"."""
    try:
        told = subprocess.run(
            ["git", "describe", "--always", "--dirty=+", "--exclude=*"],
            cwd=Path(__file__).parent,
            capture_output=True,
            text=True,
            check=False,
        )
    except OSError:
        return "unknown"
    return told.stdout.strip() or "unknown"
