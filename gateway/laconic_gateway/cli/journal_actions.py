"""What the commands of `laconic journal` do with a journal that no gateway has open."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from laconic_gateway.config import SiteConfig
from laconic_gateway.edge.storage import journal_view
from laconic_gateway.edge.storage.database import downgrade
from laconic_gateway.edge.storage.journal import SCHEMA

FILE_NAME: Final = "journal.db"


def show_journal(config: SiteConfig) -> None:
    """Print a line for each damaged record, and for each run of records that were shed.

    Raises:
        StorageError: the gateway runs, or the file cannot be read.
    """
    damaged, gaps = journal_view.read(_path(config))
    for one in damaged:
        found = datetime.fromtimestamp(one.found_unix_seconds, UTC)
        print(
            f"damaged {one.sequence} of charger {one.charger}: {one.reason},"
            f" found {found:%Y-%m-%dT%H:%M:%SZ}: {one.raw!r}"
        )
    for gap in gaps:
        count = gap.last - gap.first + 1
        print(f"{gap.reason} of charger {gap.charger}: {count} from {gap.first} to {gap.last}")
    if not damaged and not gaps:
        print("nothing is damaged, and nothing undelivered was shed")


def downgrade_journal(config: SiteConfig, version: int) -> None:
    """Take the schema of the journal back for an older release.

    Raises:
        StorageError: the gateway runs, or there is no way to this version.
    """
    downgrade(_path(config), SCHEMA, version)
    print(f"{_path(config)}: its schema has version {version} now")


def _path(config: SiteConfig) -> Path:
    return config.site.state_directory / FILE_NAME
