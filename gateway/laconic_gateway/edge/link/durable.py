"""Replacing a small file so that a power cut leaves the old content or the new, never a mix."""

import fcntl
import os
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

PRIVATE_FILE_MODE = 0o600


class FileLayer(Protocol):
    """The few calls that durability hangs on; a test puts a layer with power cuts here."""

    def lock(self, path: Path) -> Callable[[], None]:
        """Lock the file for this process alone and return what releases it.

        Raises: BlockingIOError if another process has it, OSError.
        """
        ...

    def read(self, path: Path) -> bytes:
        """Return the content. Raises: OSError."""
        ...

    def write_synced(self, path: Path, content: bytes) -> None:
        """Write a private file and wait until its content is on the medium."""
        ...

    def rename(self, source: Path, target: Path) -> None:
        """Put `source` in the place of `target`."""
        ...

    def sync_directory(self, directory: Path) -> None:
        """Wait until the names in `directory` are on the medium."""
        ...


class Disk:
    """The real files."""

    def lock(self, path: Path) -> Callable[[], None]:
        flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
        descriptor = os.open(path, flags, PRIVATE_FILE_MODE)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
            raise
        return lambda: os.close(descriptor)

    def read(self, path: Path) -> bytes:
        return path.read_bytes()

    def write_synced(self, path: Path, content: bytes) -> None:
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC
        descriptor = os.open(path, flags, PRIVATE_FILE_MODE)
        with open(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())

    def rename(self, source: Path, target: Path) -> None:
        source.replace(target)

    def sync_directory(self, directory: Path) -> None:
        descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def replace_durably(path: Path, content: bytes, files: FileLayer) -> None:
    """Return when `content` is under `path` for good. Raises: OSError.

    Without the last step a power cut can bring the old file back, because a rename is only
    in the directory, and syncing the file does not sync that.
    """
    temporary = path.with_name(path.name + ".new")
    files.write_synced(temporary, content)
    files.rename(temporary, path)
    files.sync_directory(path.parent)
