"""Who a charger is, and where its CSMS expects it: identities and URLs (OCPP-J 2.1, 3.1.1)."""

import re
from functools import lru_cache
from urllib.parse import quote, unquote

from laconic_codec.limits import PATH_MAX_CHARACTERS

_PLACEHOLDER = re.compile(r"\{(path|identity)\}")


class IdentityError(ValueError):
    """The path of a WebSocket URL names no usable charger identity."""


@lru_cache(maxsize=256)
def identity_of(path: str) -> str:
    """Returns the charger's identity: the last segment of `path`, percent-decoded once.

    `path` is the target of the HTTP request, with or without a query. One slash at the end
    is tolerated, because some chargers send it. The identity may have any length: OCPP 1.6 has
    no limit, and for OCPP 2.x (48 characters) the operator's list of chargers decides.

    Raises:
        IdentityError: the path is too long or not absolute printable ASCII, or the identity
            is empty, is not UTF-8, or holds a colon (RFC 7617, 2: a user name has none) or a
            character that cannot be printed.
    """
    if len(path) > PATH_MAX_CHARACTERS:
        raise IdentityError(f"the path is longer than {PATH_MAX_CHARACTERS} characters")
    if not path.startswith("/") or not path.isascii() or not path.isprintable() or "#" in path:
        raise IdentityError(f"the path {path!r} is not an absolute path of printable ASCII")
    segment = path.partition("?")[0].removesuffix("/").rpartition("/")[2]
    try:
        identity = unquote(segment, errors="strict")
    except UnicodeDecodeError:
        raise IdentityError(f"the last segment of {path!r} is not UTF-8") from None
    if not identity:
        raise IdentityError(f"the path {path!r} ends without an identity")
    if ":" in identity:
        raise IdentityError(f"the identity {identity!r} holds a colon, which Basic auth forbids")
    if not identity.isprintable():
        raise IdentityError(f"the identity {identity!r} holds a character that is not printable")
    return identity


def upstream_url(template: str, path: str, identity: str) -> str:
    """Returns the CSMS's URL for a charger.

    `{path}` in `template` becomes `path` exactly as the charger asked for it (OCPP-J 2.1,
    6.2), and `{identity}` becomes `identity`, percent-encoded once.
    """
    values = {"path": path, "identity": quote(identity, safe="")}
    # One pass: a path that itself holds "{identity}" stays as it is.
    return _PLACEHOLDER.sub(lambda found: values[found[1]], template)
