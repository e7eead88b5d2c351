"""Key material: the files of the two ends of one site's OSCORE association.

`create` makes DIRECTORY/SITE/site and DIRECTORY/SITE/expander. Each folder belongs to one end
and has to be moved there, not copied: two ends with the same sender id and the same numbers
would break the encryption. No text that leaves this module holds a secret.
"""

import fcntl
import hashlib
import os
import re
import secrets
import shutil
import tempfile
import tomllib
from collections.abc import Collection, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Final

from laconic_gateway.edge.link.durable import Disk
from laconic_gateway.edge.link.sequence import STATE_FILE, SequenceState
from laconic_gateway.errors import GatewayError

KEY_FILE: Final = "oscore.toml"
MASTER_SECRET_BYTES: Final = 16
MASTER_SALT_BYTES: Final = 8
SENDER_ID_BYTES: Final = 2
SENDER_ID_LIMIT_BYTES: Final = 7
_SITE_NAME: Final = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}")
_OTHERS_MODE: Final = 0o077


class KeyMaterialError(GatewayError):
    """Keys cannot be made or used; the text says which, why, and what to do."""


class End(StrEnum):
    """Which end of the link a folder of keys is for."""

    SITE = "site"
    EXPANDER = "expander"


@dataclass(frozen=True, slots=True)
class KeyMaterial:
    """What one end needs for its security context (RFC 8613, 3.1)."""

    directory: Path
    site: str
    end: End
    sender_id: bytes
    recipient_id: bytes
    master_secret: bytes = field(repr=False)
    master_salt: bytes = field(repr=False)

    def fingerprint(self) -> str:
        """Return 8 hexadecimal digits that both ends share and that are safe to show."""
        return hashlib.sha256(self.master_secret + self.master_salt).hexdigest()[:8]


def create(site: str, directory: Path) -> tuple[Path, Path]:
    """Make new keys for `site`; return the folder of the site and the folder of the expander.

    Raises: KeyMaterialError if the name is unusable, the keys exist, or the disk refuses.
    """
    if not _SITE_NAME.fullmatch(site):
        raise KeyMaterialError(
            f"{site!r} cannot name a site; use 1 to 64 letters, digits, '.', '_' or '-', "
            "and no '.' at the beginning"
        )
    try:
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _exclusive(directory):
            _create(site, directory)
    except OSError as error:
        raise KeyMaterialError(
            f"cannot make keys in {error.filename or directory}: {error.strerror}"
        ) from error
    return directory / site / End.SITE, directory / site / End.EXPANDER


def load(directory: Path, end: End | None = None, site: str | None = None) -> KeyMaterial:
    """Return the keys in `directory`, which must be those of `end` and `site` if these are given.

    Raises: KeyMaterialError if they are missing, damaged, readable by others, or of the
    other end or another site.
    """
    path = directory / KEY_FILE
    try:
        mode = path.stat().st_mode
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise _missing(directory) from None
    except OSError as error:
        raise KeyMaterialError(f"cannot read {path}: {error.strerror}") from error
    except UnicodeDecodeError:
        raise _damaged(path, "it is not text") from None
    if mode & _OTHERS_MODE:
        raise KeyMaterialError(f"other users may read {path}; run `chmod 600 {path}`")
    material = _parse(text, path)
    if end is not None and material.end is not end:
        raise KeyMaterialError(
            f"the keys in {directory} are for the {material.end} end; this is the {end} end, "
            f"which needs the folder {end!s} of the same site"
        )
    if site is not None and material.site != site:
        raise KeyMaterialError(
            f"the keys in {directory} are of site {material.site!r}, but the configuration gives "
            f"them to site {site!r}; correct the name or the keys"
        )
    return material


def free_sender_id(taken: Collection[bytes]) -> bytes:
    """Return a random sender id of 2 bytes that is not among those `taken`.

    One expander may serve sites whose keys were made in different places. Chance keeps their ids
    apart where no list of all of them exists.

    Raises: KeyMaterialError if all ids are taken.
    """
    ids = (number.to_bytes(SENDER_ID_BYTES) for number in range(256**SENDER_ID_BYTES))
    free = [one for one in ids if one not in taken]
    if not free:
        raise KeyMaterialError("all sender ids are in use here; give another directory")
    return secrets.choice(free)


def _create(site: str, directory: Path) -> None:
    if (directory / site).exists():
        raise KeyMaterialError(
            f"{directory / site} exists already and is left as it is; choose another name, "
            "or move the old keys away if both ends have stopped using them"
        )
    kid = free_sender_id(set(_kids(directory)))
    secret, salt = secrets.token_bytes(MASTER_SECRET_BYTES), secrets.token_bytes(MASTER_SALT_BYTES)
    temporary = Path(tempfile.mkdtemp(prefix=f".{site}.", dir=directory))
    try:
        _write(KeyMaterial(temporary / End.SITE, site, End.SITE, kid, b"", secret, salt))
        _write(KeyMaterial(temporary / End.EXPANDER, site, End.EXPANDER, b"", kid, secret, salt))
        Disk().sync_directory(temporary)
        temporary.rename(directory / site)
    except BaseException:
        shutil.rmtree(temporary, ignore_errors=True)
        raise
    Disk().sync_directory(directory)


def _write(material: KeyMaterial) -> None:
    material.directory.mkdir(mode=0o700)
    state = SequenceState(material.fingerprint(), reserved=0, fresh=True)
    Disk().write_synced(material.directory / KEY_FILE, _format(material).encode())
    Disk().write_synced(material.directory / STATE_FILE, state.encode())
    Disk().sync_directory(material.directory)


def _format(material: KeyMaterial) -> str:
    return (
        f"# OSCORE keys of site {material.site}, {material.end} end. Secret. "
        "Move this folder, never copy it.\n"
        f'site = "{material.site}"\n'
        f'end = "{material.end}"\n'
        f'sender_id = "{material.sender_id.hex()}"\n'
        f'recipient_id = "{material.recipient_id.hex()}"\n'
        f'master_secret = "{material.master_secret.hex()}"\n'
        f'master_salt = "{material.master_salt.hex()}"\n'
    )


def _parse(text: str, path: Path) -> KeyMaterial:
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        raise _damaged(path, "it is not TOML") from None
    try:
        material = KeyMaterial(
            directory=path.parent,
            site=str(values["site"]),
            end=End(values["end"]),
            sender_id=bytes.fromhex(values["sender_id"]),
            recipient_id=bytes.fromhex(values["recipient_id"]),
            master_secret=bytes.fromhex(values["master_secret"]),
            master_salt=bytes.fromhex(values["master_salt"]),
        )
    except KeyError as error:
        raise _damaged(path, f"{error.args[0]} is missing") from None
    except (ValueError, TypeError):
        raise _damaged(path, "a value has the wrong form") from None
    return _checked(material, path)


def _checked(material: KeyMaterial, path: Path) -> KeyMaterial:
    """Refuse what would make weak keys or nonces that collide (RFC 8613, 3.3)."""
    if len(material.master_secret) != MASTER_SECRET_BYTES:
        raise _damaged(path, f"master_secret does not have {MASTER_SECRET_BYTES} bytes")
    if len(material.master_salt) != MASTER_SALT_BYTES:
        raise _damaged(path, f"master_salt does not have {MASTER_SALT_BYTES} bytes")
    if material.sender_id == material.recipient_id:
        raise _damaged(path, "sender_id and recipient_id are the same")
    if max(len(material.sender_id), len(material.recipient_id)) > SENDER_ID_LIMIT_BYTES:
        raise _damaged(path, f"an id is longer than {SENDER_ID_LIMIT_BYTES} bytes")
    return material


def _missing(directory: Path) -> KeyMaterialError:
    ends = [str(directory / end) for end in End if (directory / end / KEY_FILE).exists()]
    if ends:
        return KeyMaterialError(f"the keys are below {directory}; give {' or '.join(ends)}")
    return KeyMaterialError(f"there are no keys in {directory}; make them with `laconic keys new`")


def _damaged(path: Path, what: str) -> KeyMaterialError:
    return KeyMaterialError(f"{path} is damaged: {what}; make new keys with `laconic keys new`")


def _kids(directory: Path) -> Iterator[bytes]:
    """Find the ids in use; the folder of one end may have been moved away already."""
    for end in End:
        for path in directory.glob(f"*/{end}/{KEY_FILE}"):
            material = _parse(path.read_text(encoding="utf-8"), path)
            yield material.sender_id if end is End.SITE else material.recipient_id


@contextmanager
def _exclusive(directory: Path) -> Generator[None]:
    """Keep a second `create` from choosing the same id at the same time."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
