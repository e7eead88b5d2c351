"""A site with many chargers in virtual time: cores, endpoints, contexts and files are real."""

import asyncio
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from laconic_bench.storage_figures.many_csms import ManyCsms
from laconic_bench.storage_figures.slow_link import LinkRate
from laconic_bench.storage_figures.stored_ends import StoredCloud, StoredSite
from laconic_bench.storage_figures.virtual_files import VirtualFiles
from laconic_bench.virtual.nat import Nat
from laconic_bench.virtual.schedule import Schedule
from laconic_gateway.core.site import io as s

NAT_SECONDS = 300.0


class SiteWorld:
    """Site, link, expander and CSMS; the chargers are whoever uses it. Make it with `opened`."""

    def __init__(
        self, chargers: int, rate: LinkRate, seed: int, folder: Path, runner: asyncio.Runner
    ) -> None:
        self.schedule = Schedule(seed)
        self.nat = Nat(self.schedule, NAT_SECONDS)
        self.files = VirtualFiles(self.schedule, runner)
        self.identities = tuple(f"CP{number:03d}" for number in range(1, chargers + 1))
        self.site = StoredSite(self.schedule, self.nat, self.identities, self.files, folder, rate)
        self.cloud = StoredCloud(
            self.schedule, self.nat, self.site, self.identities, self.files, folder, rate
        )
        self.site.cloud = self.cloud
        self.cloud.process.start()
        self.site.start()
        for number, identity in enumerate(self.identities):
            self.site.feed(s.ChargerConnected(number, identity, f"/ocpp/{identity}", "1.6"))

    @property
    def csms(self) -> ManyCsms:
        """Return the CSMS."""
        return self.cloud.many

    def run(self, seconds: float) -> None:
        """Let time pass."""
        self.schedule.run(self.schedule.now + seconds)

    def says(self, charger: int, text: str) -> None:
        """Let a charger say something; they are counted from 0."""
        self.site.feed(s.ChargerText(charger, text))

    def set_link(self, *, is_down: bool) -> None:
        """Cut the link, or mend it."""
        self.site.pipe.is_down = self.cloud.pipe.is_down = is_down

    def journal_files(self) -> list[Path]:
        """Return the journal and its log."""
        return sorted(self.site.path.parent.glob(f"{self.site.path.name}*"))

    def close(self) -> None:
        """Close the files."""
        self.files.run(self.site.journal.close())
        self.files.run(self.cloud.outbox.close())


@contextmanager
def opened(chargers: int, rate: LinkRate, seed: int) -> Generator[SiteWorld]:
    """Yield a world whose files are gone afterwards."""
    with TemporaryDirectory() as name, asyncio.Runner() as runner:
        world = SiteWorld(chargers, rate, seed, Path(name), runner)
        try:
            yield world
        finally:
            world.close()
