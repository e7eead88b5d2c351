"""The files of a site: opened one after the other, with patience while the disk is full."""

import logging
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from typing import Final

from laconic_gateway.config import SiteConfig
from laconic_gateway.core.site.budget.governor import MEGABYTE
from laconic_gateway.core.site.nat_probe import NatState
from laconic_gateway.edge.storage.facts import FactStore
from laconic_gateway.edge.storage.journal import Journal
from laconic_gateway.edge.storage.patience import Patience
from laconic_gateway.edge.storage.usage import UsageStore

HELD_THROUGH: Final = "held_through"
"""Number of the last held message that has its place in the journal."""
EPOCH: Final = "epoch"
MOVES_AFTER: Final = "moves_after"
MOVES_ONTO: Final = "moves_onto"
"""What came after the one number belongs behind the other; 0: nothing is to be moved."""

_log = logging.getLogger("laconic")


@dataclass(frozen=True, slots=True)
class SiteFiles:
    """What a site has on disk, beside its keys."""

    journal: Journal
    usage: UsageStore
    facts: FactStore
    epoch: int
    """On disk as used: no epoch has it again."""

    @classmethod
    async def open(
        cls, config: SiteConfig, patience: Patience, stack: AsyncExitStack
    ) -> "SiteFiles":
        """Open all of them; `stack` closes them.

        Raises:
            StorageError: a file is in use, damaged, or written by a newer release.
            StopWaiting: the disk is full, and the gateway is to stop.
        """
        directory = config.site.state_directory
        journal = await patience.have(partial(_open_journal, config))
        stack.push_async_callback(journal.close)
        usage = await patience.have(
            lambda: UsageStore.open(
                directory,
                released_through=journal.numbers.get(HELD_THROUGH, 0),
                on_trouble=_log.error,
            )
        )
        stack.push_async_callback(usage.close)
        facts = await patience.have(lambda: FactStore.open(directory, on_trouble=_log.error))
        stack.push_async_callback(facts.close)
        await patience.have(partial(_move_records, journal))
        epoch = journal.numbers.get(EPOCH, 0) + 1
        await patience.have(lambda: journal.set_number(EPOCH, epoch))
        return cls(journal, usage, facts, epoch)

    def nat_state(self, names: tuple[str, str]) -> NatState | None:
        """Return what was measured on this SIM; `names` are those of `set_number`."""
        proven, searched = (self.journal.numbers.get(name) for name in names)
        return None if proven is None or searched is None else NatState(proven, searched)


async def _open_journal(config: SiteConfig) -> Journal:
    journal = await Journal.open(
        config.site.state_directory / "journal.db",
        max_bytes=round(config.site.journal_megabytes * MEGABYTE),
        on_trouble=_log.error,
    )
    try:
        if journal.last_sequence == 0:
            # A journal that replaces a lost one begins beyond it, or the expander would take new
            # messages for old ones.
            await journal.begin_after(int(time.time() * 1000))
    except BaseException:
        await journal.close()
        raise
    return journal


async def _move_records(journal: Journal) -> None:
    """Do what an earlier run has planned (`MoveRecords`)."""
    after, onto = (journal.numbers.get(name, 0) for name in (MOVES_AFTER, MOVES_ONTO))
    if onto:
        await journal.move(after, onto, {MOVES_AFTER: 0, MOVES_ONTO: 0})
        _log.info("the journal goes on behind %d", onto)
