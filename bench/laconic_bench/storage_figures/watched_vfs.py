"""The files of SQLite on a real disk, with every write and sync counted."""

from collections import Counter
from collections.abc import Callable
from typing import Literal, TypeAlias

import apsw

Kind: TypeAlias = Literal["wal", "database"]
_BASE = "unix"


def _nothing(kind: Kind) -> None:
    """Let it pass."""


class WatchedVfs(apsw.VFS):
    """Registers itself as the place where SQLite opens its files; end it with `unregister`."""

    def __init__(self) -> None:
        self.written_bytes: Counter[Kind] = Counter()
        self.syncs: Counter[Kind] = Counter()
        self.before_sync: Callable[[Kind], None] = _nothing
        """Called in the thread that syncs."""
        super().__init__("watched", base=_BASE, makedefault=True)

    def xOpen(self, name: object, flags: list[int]) -> "_File":
        return _File(self, name, flags)

    def forget(self) -> None:
        """Count from 0 again."""
        self.written_bytes.clear()
        self.syncs.clear()


class _File(apsw.VFSFile):
    """One open file; what is not counted is done by the base."""

    def __init__(self, vfs: WatchedVfs, name: object, flags: list[int]) -> None:
        path = name.filename() if isinstance(name, apsw.URIFilename) else str(name)
        self._vfs = vfs
        self._kind: Kind = "wal" if path.endswith("-wal") else "database"
        super().__init__(_BASE, name, flags)  # type: ignore[arg-type]

    def xWrite(self, data: bytes, offset: int) -> None:
        self._vfs.written_bytes[self._kind] += len(data)
        super().xWrite(data, offset)  # pyright: ignore[reportUnknownMemberType]

    def xSync(self, flags: int) -> None:
        self._vfs.before_sync(self._kind)
        self._vfs.syncs[self._kind] += 1
        super().xSync(flags)
