"""What was trained, by edition of the registry: both ends must have the very same.

SHA-256 of the dictionary of the `zstd` coding (`dictionary.bin`) and of the prior of the `adaptive`
coding (`prior.bin`, uncompressed). They are part of the fingerprint.
"""

from typing import Final

TRAINED: Final[dict[int, tuple[str, ...]]] = {
    1: (
        "f69e3b003971094a8bfea78c7133a1bdd68835e9ff4cc7da17ccd03f1520db7e",
        "2c7c0e7e83c21726da4373fa257f7874e433ff3644f54062768e42c30e3d31cd",
    ),
}
