"""How much is measured; less for a test."""

from dataclasses import dataclass

from laconic_bench.storage_figures import (
    csms_gone,
    damage,
    disk_trouble,
    grouping,
    hundred_chargers,
    journal_cpu,
    outage,
    writes,
)


@dataclass(frozen=True, slots=True)
class Effort:
    """Of each figure."""

    lone_commits: int = writes.LONE_COMMITS
    group_commits: int = writes.GROUP_COMMITS
    grouping_rounds: int = grouping.ROUNDS
    cpu_groups: int = journal_cpu.GROUPS
    chargers: int = hundred_chargers.CHARGERS
    minutes: int = hundred_chargers.MINUTES
    minute_seconds: float = hundred_chargers.MINUTE_SECONDS
    idle_seconds: float = hundred_chargers.IDLE_SECONDS
    flips: int = damage.FLIPS
    pages: int = damage.PAGES
    full_points: int = disk_trouble.FULL_POINTS
    largest_nth: int = disk_trouble.LARGEST_NTH
    random_points: int = disk_trouble.RANDOM_POINTS
    csms_hours: float = csms_gone.HOURS
    outage_hours: float = outage.HOURS
    outage_chargers: int = outage.CHARGERS
