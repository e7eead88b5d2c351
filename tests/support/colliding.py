"""Texts whose CRC-32 agrees in the low 28 bits: for the adaptive coding they have one hash."""

from typing import Final

COLLIDING_TEXTS: Final = [
    ("fnhtor", "mqyyskgdbggdpmwrdwsrhlybgqolhr"),
    ("ufbuae", "rtejkavqwhjancakplgoenfotbeghc"),
    ("pyurcg", "ctuzbs"),
    ("akiagc", "jzefkz"),
]
