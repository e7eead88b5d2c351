"""What the commands of `laconic journal` do with a journal that no gateway has open."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from laconic_gateway.config import SiteConfig
from laconic_gateway.core.instant import timestamp
from laconic_gateway.core.records import Stamp
from laconic_gateway.core.site.clock import repaired
from laconic_gateway.edge.storage import facts, journal_view
from laconic_gateway.edge.storage.database import downgrade
from laconic_gateway.edge.storage.journal import SCHEMA

FILE_NAME: Final = "journal.db"


def show_journal(config: SiteConfig) -> None:
    """Print a line for each damaged record, for each run of records that were shed, and for what
    waits of each charger.

    Raises:
        StorageError: the gateway runs, or the files cannot be read.
    """
    view = journal_view.read(_path(config))
    known = facts.read(config.site.state_directory)
    for one in view.damaged:
        found = datetime.fromtimestamp(one.found_unix_seconds, UTC)
        print(
            f"damaged {one.sequence} of charger {one.charger}: {one.reason},"
            f" found {found:%Y-%m-%dT%H:%M:%SZ}: {one.raw!r}"
        )
    for gap in view.gaps:
        count = gap.last - gap.first + 1
        print(
            f"{gap.reason} of charger {gap.charger}: {count} from {gap.first} to {gap.last},"
            f" {_span(gap.since, gap.until, known)}"
        )
    for backlog in view.backlogs:
        first, last = backlog.first, backlog.last
        print(
            f"in the journal of charger {backlog.charger}: {backlog.count} from {first.sequence}"
            f" to {last.sequence}, {_span(first.stamp, last.stamp, known)}"
        )
    if not view.damaged and not view.gaps:
        print("nothing is damaged, and nothing undelivered was shed")


def _span(since: Stamp, until: Stamp, known: Mapping[str, str]) -> str:
    return f"received {_time(since, known)} to {_time(until, known)}"


def _time(stamp: Stamp, known: Mapping[str, str]) -> str:
    """Return a time with its quality; by what the expander has told later, if that is known."""
    better = repaired(stamp, known)
    quality = stamp.quality.name.lower()
    return f"{timestamp(better.unix_seconds)} ({quality}{', repaired' * (better != stamp)})"


def downgrade_journal(config: SiteConfig, version: int) -> None:
    """Take the schema of the journal back for an older release.

    Raises:
        StorageError: the gateway runs, or there is no way to this version.
    """
    downgrade(_path(config), SCHEMA, version)
    print(f"{_path(config)}: its schema has version {version} now")


def _path(config: SiteConfig) -> Path:
    return config.site.state_directory / FILE_NAME
