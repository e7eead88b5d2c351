"""Writes the registry and the prior as plain files, for implementations in other languages.

    python -m laconic_codec.registry.export FOLDER

`registry.txt` has the sections `[actions]`, `[keys]` and `[texts]`; the first line of a section is
number 0, the next one number 1, and so on. `[enumerated keys]` names the keys whose texts are
written as numbers in CBOR. `prior.raw` is the prior, not compressed.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

from laconic_codec.adaptive import prior
from laconic_codec.registry import CORE


def registry_text() -> str:
    """Return the names of the registry, one a line."""
    edition = CORE.editions[-1]
    sections = {
        "actions": edition.actions,
        "keys": edition.keys,
        "texts": edition.texts,
        "enumerated keys": edition.enumerated_keys,
    }
    return f"fingerprint {CORE.fingerprint.hex()}\n" + "".join(
        f"[{section}]\n" + "".join(f"{name}\n" for name in names)
        for section, names in sections.items()
    )


def main(arguments: Sequence[str]) -> int:
    """Write both files; return the exit code."""
    if len(arguments) != 1:
        print("usage: python -m laconic_codec.registry.export FOLDER", file=sys.stderr)
        return 2
    folder = Path(arguments[0])
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "registry.txt").write_text(registry_text(), encoding="utf-8")
    (folder / "prior.raw").write_bytes(prior.dump(prior.load()))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
