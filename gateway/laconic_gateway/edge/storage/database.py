"""Opens a SQLite file for the storage: pragmas, lock, schema; and says plainly what went wrong."""

import errno
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any, Protocol, TypeAlias, TypeVar, cast

import apsw

from laconic_gateway.errors import GatewayError

WAL_LIMIT_BYTES = 4 * 2**20
"""A write-ahead log that has grown beyond this is cut back when it starts again."""


_T = TypeVar("_T")

Values: TypeAlias = tuple[object, ...]
"""One row as it came from the file: its types are to be checked."""


class Cursor(Protocol):
    """The rows of a query."""

    def __iter__(self) -> Iterator[Values]: ...
    def fetchall(self) -> list[Values]: ...


class Connection(Protocol):
    """What the storage uses of `apsw.Connection`, whose own types need a newer Python."""

    @property
    def in_transaction(self) -> bool: ...
    def execute(self, statements: str, bindings: Sequence[object] = ..., /) -> Cursor: ...
    def executemany(self, statements: str, bindings: Iterable[Sequence[object]], /) -> Cursor: ...
    def pragma(self, name: str, value: int | str = ..., /) -> object: ...
    def close(self) -> None: ...


class StorageError(GatewayError):
    """A file of the storage cannot be opened, read or written; the text names it and the remedy."""


@dataclass(frozen=True, slots=True)
class Schema:
    """What kind of file it is."""

    name: str
    """Folder below `migrations`, whose scripts 001.sql, 002.sql, ... make the tables."""
    page_bytes: int
    """Size of a page: a commit writes at least one. Small pages spare the flash of a gateway."""
    if_damaged: str
    """What the operator does with a damaged file."""
    is_shared: bool = False
    """Other processes may read it while it is open."""
    functions: Mapping[str, Callable[[bytes], bytes]] = field(
        default_factory=dict[str, Callable[[bytes], bytes]]
    )
    """SQL functions of one argument that the scripts use which take a file back."""


def connect(path: Path, schema: Schema, *, max_bytes: int) -> Connection:
    """Opens, locks and migrates the file, and creates it with its directory where needed.

    Raises:
        StorageError: the file is in use, damaged, not ours, or written by a newer release.
    """
    try:
        # Messages name people (idTags), so the directory is for the service only.
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        connection = cast(Connection, apsw.Connection(str(path)))
        try:
            _configure(connection, schema, max_bytes)
            _migrate(connection, path, schema)
        except BaseException:
            connection.close()
            raise
    except (apsw.Error, OSError) as error:
        raise explain(error, path, schema) from error
    return connection


def explain(error: Exception, path: Path, schema: Schema) -> StorageError:
    """Turns a failure into a sentence that names the file and the remedy."""
    if isinstance(error, StorageError):
        return error
    lacks_space = _is_full(error, path)
    remedy = _FREE_SPACE if lacks_space else _remedy(error, schema)
    return StorageError(f"{path}: {error}; {remedy}", is_for_want_of_space=lacks_space)


_FREE_SPACE = "free space on its disk, or wait until records are delivered"
_SCARCE_BYTES = 64 * 1024
"""On a disk with less than this SQLite cannot make the files that it needs beside its own; it
calls that an I/O error."""


def _is_full(error: Exception, path: Path) -> bool:
    if isinstance(error, apsw.IOError | apsw.CantOpenError):
        with suppress(OSError):
            disk = os.statvfs(path.parent)
            return disk.f_bavail * disk.f_frsize < _SCARCE_BYTES
    full = isinstance(error, OSError) and error.errno == errno.ENOSPC
    return full or isinstance(error, apsw.FullError)


def _remedy(error: Exception, schema: Schema) -> str:
    match error:
        case apsw.BusyError():
            return "another process has it open: stop that one, or use another state_directory"
        case OSError() | apsw.CantOpenError() | apsw.ReadOnlyError() | apsw.PermissionsError():
            return "check that this user may write in its directory"
        case apsw.IOError():
            return "check the disk"
        case apsw.Error() | ValueError():
            return f"the {schema.name} is damaged: {schema.if_damaged}"
        case _:
            return "this is a fault of the program: please report it"


def _configure(connection: Connection, schema: Schema, max_bytes: int) -> None:
    connection.pragma("page_size", schema.page_bytes)
    if not schema.is_shared:
        # The lock makes this the only connection, and the WAL index needs no shared memory.
        connection.pragma("locking_mode", "exclusive")
    connection.pragma("journal_mode", "wal")
    # NORMAL loses acknowledged records in a power cut.
    connection.pragma("synchronous", "full")
    connection.pragma("journal_size_limit", WAL_LIMIT_BYTES)
    # At this cap DELETE still works; on a full disk it does not.
    connection.pragma("max_page_count", max_bytes // cast(int, connection.pragma("page_size")))
    connection.pragma("cell_size_check", True)


def look(path: Path, schema: Schema, work: Callable[[Connection], _T]) -> _T:
    """Opens a file of the present schema that nobody uses, and does something with it.

    Raises:
        StorageError: the file is in use, damaged, or of another release.
    """

    def checked(connection: Connection) -> _T:
        known = len(_scripts(schema, ".sql"))
        if _version(connection, path, known) < known:
            raise StorageError(f"{path}: it is of an older release; start the new one once")
        return work(connection)

    return _alone(path, schema, checked)


def downgrade(path: Path, schema: Schema, version: int) -> None:
    """Takes the schema of a file back to a version that an older release knows.

    Raises:
        StorageError: the file is in use, damaged, or has an older or unknown version.
    """
    _alone(path, schema, lambda connection: _migrate_down(connection, path, schema, version))


def _alone(path: Path, schema: Schema, work: Callable[[Connection], _T]) -> _T:
    if not path.exists():
        raise StorageError(f"{path}: there is no such file; the gateway makes it when it starts")
    try:
        connection = cast(Connection, apsw.Connection(str(path)))
        try:
            connection.pragma("locking_mode", "exclusive")
            return work(connection)
        finally:
            connection.close()
    except (apsw.Error, OSError) as error:
        raise explain(error, path, schema) from error


def _migrate(connection: Connection, path: Path, schema: Schema) -> None:
    """Runs the scripts that the file has not seen; `user_version` counts those it has."""
    scripts = _scripts(schema, ".sql")
    version = _version(connection, path, len(scripts))
    for number in range(version + 1, len(scripts) + 1):
        connection.execute(
            f"BEGIN IMMEDIATE; {scripts[number]}; PRAGMA user_version = {number}; COMMIT"
        )


def _migrate_down(connection: Connection, path: Path, schema: Schema, wanted: int) -> None:
    for name, function in schema.functions.items():
        cast(Any, connection).create_scalar_function(name, function, 1)
    version = _version(connection, path, len(_scripts(schema, ".sql")))
    down = _scripts(schema, ".down.sql")
    if not 1 <= wanted <= version:
        raise StorageError(f"{path}: its schema has version {version}, it cannot go to {wanted}")
    for number in range(version, wanted, -1):
        connection.execute(
            f"BEGIN IMMEDIATE; {down[number]}; PRAGMA user_version = {number - 1}; COMMIT"
        )


def _version(connection: Connection, path: Path, known: int) -> int:
    version = cast(int, connection.pragma("user_version"))
    if version > known:
        raise StorageError(
            f"{path}: its schema has version {version}, this release knows {known}; install the"
            f" newer release again, or have it go back: laconic journal downgrade --to {known}"
        )
    return version


def _scripts(schema: Schema, suffix: str) -> dict[int, str]:
    """Returns the scripts 001.sql, 002.sql, ... or 002.down.sql, ... by number."""
    folder = files("laconic_gateway") / "migrations" / schema.name
    return {
        int(script.name[:3]): script.read_text(encoding="utf-8")
        for script in folder.iterdir()
        if script.name[3:] == suffix
    }
