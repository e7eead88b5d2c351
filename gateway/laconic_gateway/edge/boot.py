"""Which start of the machine this is: all processes since then agree on the monotonic clock."""

import secrets
from pathlib import Path
from typing import Final

BOOT_ID_FILE: Final = Path("/proc/sys/kernel/random/boot_id")
DIGITS: Final = 12
"""Of the id that are used: 48 bits tell the starts of one machine apart."""


def boot_id(file: Path = BOOT_ID_FILE) -> str:
    """Returns the first digits of the kernel's boot id, or random ones where there is none.

    With random ones each process is a boot of its own.
    """
    try:
        digits = file.read_text(encoding="ascii").replace("-", "").strip().lower()
    except (OSError, ValueError):
        digits = ""
    is_id = len(digits) == 32 and all(digit in "0123456789abcdef" for digit in digits)
    return (digits if is_id else secrets.token_hex())[:DIGITS]
