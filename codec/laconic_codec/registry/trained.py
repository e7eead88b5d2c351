"""What was trained, by edition of the registry: both ends must have the very same.

SHA-256 of the dictionary of the `zstd` coding (`dictionary.bin`) and of the prior of the `adaptive`
coding (`prior.bin`, uncompressed). They are part of the fingerprint.
"""

from typing import Final

TRAINED: Final[dict[int, tuple[str, ...]]] = {
    1: (
        "f69e3b003971094a8bfea78c7133a1bdd68835e9ff4cc7da17ccd03f1520db7e",
        "2a5b9e3783722b05c7f82ebeab29c4c051b6c3205565bbf6c75b319782065e87",
    ),
}
