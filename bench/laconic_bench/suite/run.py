"""A run: one workload over one link, all contenders on the same work."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from laconic_bench.contenders.entrant import Entrant
from laconic_bench.live_run.catalog import live_contender, reason_why_not
from laconic_bench.live_run.play import play_live
from laconic_bench.results.result import Contender, Measured, Result
from laconic_bench.suite.job import Played, play
from laconic_bench.suite.links import settings_of
from laconic_bench.suite.pool import play_all
from laconic_bench.suite.script import Work
from laconic_bench.suite.versions import versions

INTERRUPTED: Final = "not measured: interrupted before it had finished"


@dataclass(frozen=True, slots=True)
class Run:
    """What is to be run."""

    work: Work
    link: str
    """Name of the link of `work`."""
    entrants: Sequence[Entrant]
    jobs: int
    """Processes at a time."""
    measured: Measured = "model"

    def measure(
        self,
        on_day: Callable[[str, float], None] = lambda name, day: None,
        archive: Callable[[Work], Mapping[str, int]] = lambda work: {},
    ) -> Result:
        """Run it; `on_day` is told the contender and how many of its days are over.

        An interruption leaves out the contenders that have not finished: `INTERRUPTED` is their
        reason. It passes if none has.

        Raises:
            NetworkError: this machine cannot have the network of a live run.
        """
        work, players = self.work, self.players
        player = play if self.measured == "model" else play_live
        # First: an interruption of it loses nothing that was played.
        archivers = archive(work)
        played = play_all(work, players, self.jobs, on_day, player)
        first = next(iter(played.values()))
        _check_same(played)
        return Result(
            scenario=work.scenario,
            link=self.link,
            days=work.days,
            from_hour=work.from_hour,
            seed=work.seed,
            messages=first.messages,
            json_bytes=first.json_bytes,
            entropy_floor_bytes=first.entropy_bytes,
            heartbeat_entropy_bytes=first.heartbeat_entropy_bytes,
            contenders={one.name: self._contender(one, played) for one in self.entrants},
            versions=versions(),
            link_settings=settings_of(work.profile, work.nat_seconds),
            measured=self.measured,
            archivers=archivers,
            chargers=first.chargers,
            events=work.told_events,
        )

    @property
    def players(self) -> Sequence[Entrant]:
        """Return those that can take part."""
        if self.measured == "model":
            return self.entrants
        return [one for one in self.entrants if live_contender(one) is not None]

    def _contender(self, entrant: Entrant, played: Mapping[str, Played]) -> Contender:
        if entrant.name in played:
            return Contender(played[entrant.name].figures, entrant.settings, reason=entrant.note)
        reason = INTERRUPTED if entrant in self.players else reason_why_not(entrant)
        return Contender(None, entrant.settings, reason=reason)


def _check_same(played: Mapping[str, Played]) -> None:
    """Make sure that all contenders had the same work."""
    works = {(one.messages, one.json_bytes, one.entropy_bytes) for one in played.values()}
    if len(works) != 1:
        raise AssertionError(f"the contenders had different messages to carry: {works}")
