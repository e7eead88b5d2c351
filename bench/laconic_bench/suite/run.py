"""A run: one workload over one link, all contenders on the same work."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from laconic_bench.contenders.entrant import Entrant
from laconic_bench.results.result import Contender, Result
from laconic_bench.suite.job import Played
from laconic_bench.suite.links import settings_of
from laconic_bench.suite.pool import play_all
from laconic_bench.suite.script import Work
from laconic_bench.suite.versions import versions


@dataclass(frozen=True, slots=True)
class Run:
    """What is to be run."""

    work: Work
    link: str
    """Name of the link of `work`."""
    entrants: Sequence[Entrant]
    jobs: int
    """Processes at a time."""

    def measure(
        self,
        on_day: Callable[[str, int], None] = lambda name, day: None,
        archive: Callable[[Work], Mapping[str, int]] = lambda work: {},
    ) -> Result:
        """Run it; `on_day` is told the contender and the number of each day that is over."""
        played = play_all(self.work, self.entrants, self.jobs, on_day)
        first = next(iter(played.values()))
        contenders = {
            one.name: Contender(played[one.name].figures, one.settings, reason=one.note)
            for one in self.entrants
        }
        _check_same(played)
        return Result(
            scenario=self.work.scenario,
            link=self.link,
            days=self.work.days,
            seed=self.work.seed,
            messages=first.messages,
            json_bytes=first.json_bytes,
            entropy_floor_bytes=first.entropy_bytes,
            contenders=contenders,
            versions=versions(),
            link_settings=settings_of(self.work.profile, self.work.nat_seconds),
            archivers=archive(self.work),
            chargers=first.chargers,
        )


def _check_same(played: Mapping[str, Played]) -> None:
    """Make sure that all contenders had the same work."""
    works = {(one.messages, one.json_bytes, one.entropy_bytes) for one in played.values()}
    if len(works) != 1:
        raise AssertionError(f"the contenders had different messages to carry: {works}")
