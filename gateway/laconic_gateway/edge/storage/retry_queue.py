"""A retry queue: items that must reach the storage, in order, tried again until they do."""

import asyncio
from collections import deque
from collections.abc import Callable
from functools import partial
from typing import Generic, TypeAlias, TypeVar

from laconic_gateway.edge.storage.database import Connection, StorageError
from laconic_gateway.edge.storage.storage import Job, Report, Storage

FIRST_RETRY_SECONDS = 0.05
LAST_RETRY_SECONDS = 1.0
LARGEST_GROUP_ITEMS = 1000

Item = TypeVar("Item")
Write: TypeAlias = Callable[[Connection, list[Item]], Report]
"""Writes a group of items, in the writer thread; returns what to call once they are on disk."""


class RetryQueue(Generic[Item]):
    """Writes items in the order given, as one job at a time with all that wait (group commit).

    A group that fails stays at the head of the queue. After a failure the next attempt takes one
    item only, since less may fit where much did not.
    """

    def __init__(
        self,
        storage: Storage,
        write: Write[Item],
        on_trouble: Callable[[str], None],
        *,
        reads_only: bool = False,
    ) -> None:
        self._storage = storage
        self._reads_only = reads_only
        self._write = write
        self._on_trouble = on_trouble
        self._loop = asyncio.get_running_loop()
        self._waiting: deque[Item] = deque()
        self._under_way: list[Item] = []
        self._troubled = False
        self._group_limit = LARGEST_GROUP_ITEMS
        self._retry_seconds = FIRST_RETRY_SECONDS
        self._attempt: asyncio.Handle | None = None
        self._drained: asyncio.Future[None] | None = None
        self._closed = False

    @property
    def is_troubled(self) -> bool:
        """True from a failure until everything is written."""
        return self._troubled

    def put(self, item: Item) -> None:
        """Adds an item; it is written as soon as the group before it is on disk.

        After `close` it is ignored: it is never reported.
        """
        if self._closed:
            return
        self._waiting.append(item)
        if not self._under_way and self._attempt is None:
            # Not at once: what is put in the same turn of the loop shares the commit.
            self._attempt = self._loop.call_soon(self._start)

    async def close(self) -> None:
        """Waits until everything is written, or until the next item alone cannot be."""
        if self._waiting or self._under_way:
            self._drained = self._loop.create_future()
            if self._attempt is not None:
                self._attempt.cancel()
                self._start()
            await self._drained
        self._closed = True

    def _start(self) -> None:
        self._attempt = None
        count = min(len(self._waiting), self._group_limit)
        group = [self._waiting.popleft() for _ in range(count)]
        self._under_way = group
        self._storage.submit(Job(partial(self._work, group), self._failed, self._reads_only))

    def _work(self, group: list[Item], connection: Connection) -> Report:
        return partial(self._succeeded, self._write(connection, group))

    def _succeeded(self, report: Report) -> None:
        self._under_way = []
        self._group_limit = min(2 * self._group_limit, LARGEST_GROUP_ITEMS)
        self._retry_seconds = FIRST_RETRY_SECONDS
        if self._waiting:
            self._start()
        else:
            self._troubled = False
            self._resolve_drained()
        report()

    def _failed(self, error: StorageError) -> None:
        hopeless = len(self._under_way) == 1
        self._waiting.extendleft(reversed(self._under_way))
        self._under_way = []
        self._group_limit = 1
        if not self._troubled:
            self._troubled = True
            self._on_trouble(f"{error} (it is tried again until it succeeds)")
        if self._drained is not None and hopeless:
            self._resolve_drained()
        elif self._drained is not None:
            self._start()
        else:
            self._attempt = self._loop.call_later(self._retry_seconds, self._start)
            self._retry_seconds = min(2 * self._retry_seconds, LAST_RETRY_SECONDS)

    def _resolve_drained(self) -> None:
        if self._drained is not None and not self._drained.done():
            self._drained.set_result(None)
