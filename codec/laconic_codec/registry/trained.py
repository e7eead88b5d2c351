"""What was trained, by edition of the registry: both ends must have the very same.

SHA-256 of the dictionary of the `zstd` coding (`dictionary.bin`) and of the prior of the `adaptive`
coding (`prior.bin`, uncompressed). They are part of the fingerprint.
"""

from typing import Final

TRAINED: Final[dict[int, tuple[str, ...]]] = {
    1: (
        "f69e3b003971094a8bfea78c7133a1bdd68835e9ff4cc7da17ccd03f1520db7e",
        "c3285621836038280fa802bdcf66b06d86bda85a59e60c8ce0bf52b69a11428e",
    ),
}
