"""Transaction ids that a site gives while the CSMS cannot be reached (OCPP 1.6, D3).

In 1.6 the CSMS chooses the id of a transaction in its answer to StartTransaction. A site that has
to answer itself gives a provisional id. It is a function of what both ends know of the message, so
the expander needs no further word to recognise it: it puts the CSMS's id in its place on the way
up, and the provisional one back on the way down.
"""

from hashlib import sha256
from typing import Final

FIRST: Final = 1 << 30
"""Provisional ids are 31-bit numbers in the upper half: positive (trap 8), and far from the small
numbers that a CSMS counts up."""


def provisional_id(path: str, payload: str) -> int:
    """Return the provisional id for a StartTransaction.

    The same one said again has the same id, which is right: it is the same transaction (trap 11).

    Args:
        path: of the charger's URL, exactly as it asked for it.
        payload: of the StartTransaction, byte for byte as the charger said it.
    """
    digest = sha256(f"{path}\0{payload}".encode("utf-8", "surrogatepass")).digest()
    return FIRST | int.from_bytes(digest[:4], "big") >> 2
