"""A disk in memory whose power can be cut, that can be full, and whose calls can fail.

It is a VFS of SQLite. What was written and not synced when the power goes is, piece by piece, kept,
dropped or garbled, in any order. What was synced is there. That is what SQLite expects of a disk; a
disk that reports a sync as done and has not done it (`lies=True`) is here too, to show that the
tests can fail.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from threading import Lock
from typing import Final

import apsw

SECTOR_BYTES: Final = 512
"""What a disk writes whole, or not at all, or garbles."""
NEVER: Final = 2**62

_CREATE: Final = apsw.SQLITE_OPEN_CREATE


@dataclass(frozen=True, slots=True)
class Write:
    """Bytes that go to a place of a file."""

    offset: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Truncate:
    """A new size of a file."""

    size: int


@dataclass(slots=True)
class Image:
    """One file: what is certainly on the disk, and what a reader sees before a power cut."""

    durable: bytearray | None = None
    """None: not even its name."""
    seen: bytearray = field(default_factory=bytearray)
    pending: list[Write | Truncate] = field(default_factory=list[Write | Truncate])

    def do(self, operation: Write | Truncate) -> None:
        """Change what a reader sees."""
        _apply(self.seen, operation)
        self.pending.append(operation)

    def sync(self) -> None:
        """Make it durable."""
        self.durable = bytearray() if self.durable is None else self.durable
        for operation in self.pending:
            _apply(self.durable, operation)
        self.pending.clear()

    def after_cut(self, chance: random.Random) -> "Image | None":
        """Return what is left of the file."""
        if self.durable is None and (not self.pending or chance.random() < 0.5):
            return None
        left = bytearray(self.durable or b"")
        kept, garbled = chance.choice(_MOODS)
        for piece in _pieces(self.pending):
            drawn = chance.random()
            if drawn < kept:
                _apply(left, piece)
            elif drawn < kept + garbled and isinstance(piece, Write):
                _apply(left, Write(piece.offset, chance.randbytes(len(piece.data))))
        return Image(bytearray(left), left)


_MOODS: Final = ((0.0, 0.0), (1.0, 0.0), (0.5, 0.0), (0.9, 0.05), (0.5, 0.5), (0.1, 0.2))
"""How much of what is not synced is kept, and how much is garbled; the rest is dropped."""


class Disk:
    """The files of one machine between two power cuts."""

    def __init__(self, *, lies: bool = False) -> None:
        self.images: dict[str, Image] = {}
        self.is_cut = False
        self._removed: dict[str, Image] = {}
        self._operations_left = NEVER
        self.capacity_bytes = NEVER
        """Of all files together; what would exceed it fails as on a full disk (ENOSPC)."""
        self.fails: Callable[[], bool] = lambda: False
        """Asked at each call whether it fails (EIO)."""
        self.failures = 0
        """Calls that failed with the power on."""
        self._lies = lies
        self._lock = Lock()
        """Held while a disk changes, and while it is copied as a whole."""

    @property
    def used_bytes(self) -> int:
        """Return the sum of the sizes of all files."""
        return sum(len(image.seen) for image in self.images.values())

    def cut_after(self, operations: int) -> None:
        """Have the power go in the middle of a write, a truncation, a sync or a deletion."""
        self._operations_left = operations

    def after_cut(self, chance: random.Random) -> "Disk":
        """Return the disk as it is found when the power is back."""
        self.is_cut = True
        found = Disk(lies=self._lies)
        for name, image in (self._removed | self.images).items():
            # The deletion of a file may not have reached the disk either.
            left = image.after_cut(chance) if name in self.images or chance.random() < 0.5 else None
            if left is not None:
                found.images[name] = left
        return found

    def after_loss(self) -> "Disk":
        """Return the disk with nothing but what is certainly on it."""
        found = Disk(lies=self._lies)
        with self._lock:
            for name, image in self.images.items():
                if image.durable is not None:
                    found.images[name] = Image(bytearray(image.durable), bytearray(image.durable))
        return found

    def open(self, name: str, *, creates: bool) -> Image:
        """Return a file. Raises: apsw.CantOpenError."""
        self.check()
        if name not in self.images:
            if not creates:
                raise apsw.CantOpenError(name)
            self._removed.pop(name, None)
            self.images[name] = Image()
        return self.images[name]

    def write(self, image: Image, operation: Write | Truncate) -> None:
        """Write, in a way that a sync makes durable. Raises: apsw.IOError, apsw.FullError."""
        self.check()
        if isinstance(operation, Write):
            grows = operation.offset + len(operation.data) - len(image.seen)
            if grows > 0 and self.used_bytes + grows > self.capacity_bytes:
                self.failures += 1
                raise apsw.FullError("no space left on the disk")
        with self._lock:
            image.do(operation)
        self._count()

    def sync(self, image: Image) -> None:
        """Make a file durable. Raises: apsw.IOError."""
        try:
            self.check()
        except apsw.IOError:
            if not self.is_cut:
                # Linux takes what it could not write for written: no later sync brings it back.
                image.pending.clear()
            raise
        self._count()
        if self._lies:
            return
        if image.durable is None:
            # The first sync of a journal or WAL also syncs the directory (os_unix.c of SQLite), and
            # with it the deletions before.
            self._removed.clear()
        with self._lock:
            image.sync()

    def delete(self, name: str) -> None:
        """Delete a file, in a way that may not be durable. Raises: apsw.IOError."""
        self.check()
        if name not in self.images:
            raise apsw.IOError(name)
        with self._lock:
            self._removed[name] = self.images.pop(name)
        self._count()

    def check(self) -> None:
        """Raise apsw.IOError if there is no power, or if this call is to fail."""
        if self.is_cut:
            raise apsw.IOError("the power is cut")
        if self.fails():
            self.failures += 1
            raise apsw.IOError("the disk reports an error")

    def _count(self) -> None:
        self._operations_left -= 1
        if self._operations_left <= 0:
            self.is_cut = True
            raise apsw.IOError("the power is cut")


class DiskVfs(apsw.VFS):
    """Registers a disk as the place where SQLite opens its files; it may be exchanged."""

    def __init__(self, disk: Disk) -> None:
        self.disk = disk
        super().__init__("failing-disk", base="", makedefault=True)

    def xOpen(self, name: object, flags: list[int]) -> "_File":  # type: ignore[override]
        flags[1] = flags[0]
        if name is None:
            return _File(Disk(), Image())
        path = name.filename() if isinstance(name, apsw.URIFilename) else str(name)
        return _File(self.disk, self.disk.open(path, creates=bool(flags[0] & _CREATE)))

    def xDelete(self, filename: str, syncdir: bool) -> None:
        self.disk.delete(filename)

    def xAccess(self, pathname: str, flags: int) -> bool:
        return pathname in self.disk.images

    def xFullPathname(self, name: str) -> str:
        return name


class _File:
    """One open file, in the methods that SQLite calls."""

    def __init__(self, disk: Disk, image: Image) -> None:
        self._disk = disk
        self._image = image

    def xRead(self, amount: int, offset: int) -> bytes:
        self._disk.check()
        return bytes(self._image.seen[offset : offset + amount])

    def xWrite(self, data: bytes, offset: int) -> None:
        self._disk.write(self._image, Write(offset, bytes(data)))

    def xTruncate(self, newsize: int) -> None:
        self._disk.write(self._image, Truncate(newsize))

    def xSync(self, flags: int) -> None:
        self._disk.sync(self._image)

    def xFileSize(self) -> int:
        self._disk.check()
        return len(self._image.seen)

    def xLock(self, level: int) -> None: ...
    def xUnlock(self, level: int) -> None: ...
    def xClose(self) -> None: ...

    def xCheckReservedLock(self) -> bool:
        return False

    def xFileControl(self, op: int, ptr: int) -> bool:
        return False

    def xSectorSize(self) -> int:
        return SECTOR_BYTES

    def xDeviceCharacteristics(self) -> int:
        # A torn write damages nothing beside it: the assumption of SQLite on every Unix.
        return apsw.SQLITE_IOCAP_POWERSAFE_OVERWRITE


def _apply(content: bytearray, operation: Write | Truncate) -> None:
    match operation:
        case Write(offset, data):
            content.extend(bytes(max(0, offset - len(content))))
            content[offset : offset + len(data)] = data
        case Truncate(size):
            del content[size:]
            content.extend(bytes(size - len(content)))


def _pieces(pending: list[Write | Truncate]) -> Iterator[Write | Truncate]:
    """Yield what a disk carries out one by one."""
    for operation in pending:
        if isinstance(operation, Truncate):
            yield operation
            continue
        start = operation.offset
        data = memoryview(operation.data)
        while data:
            size = SECTOR_BYTES - start % SECTOR_BYTES
            yield Write(start, bytes(data[:size]))
            data, start = data[size:], start + size
