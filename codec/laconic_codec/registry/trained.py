"""What was trained, by edition of the registry: both ends must have the very same.

SHA-256 of the dictionary of the `zstd` coding (`dictionary.bin`) and of the prior of the `adaptive`
coding (`prior.bin`, uncompressed). They are part of the fingerprint.
"""

from typing import Final

TRAINED: Final[dict[int, tuple[str, ...]]] = {
    1: (
        "f69e3b003971094a8bfea78c7133a1bdd68835e9ff4cc7da17ccd03f1520db7e",
        "36b4f020e15f9975b816e89f7c8a8c5f92f4d14cf4b1ff7735da0428fd99f291",
    ),
}
