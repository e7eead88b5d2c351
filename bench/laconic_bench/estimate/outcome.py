"""What an estimate says, and its JSON."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from laconic_bench.estimate.verdict import Verdict
from laconic_bench.logs.reader import LogFacts
from laconic_bench.units import MEGABYTE

Json = dict[str, object]


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the user wants to know."""

    link: str = "2g"
    """Name of a link profile."""
    nat_timeout_seconds: float = 120.0
    budget_mb: float = 25.0
    days: float | None = None
    """How many days the log covers; None: as its times say."""
    messages_max: int = 6_000
    """How many messages are played."""
    ping_seconds: float | None = None
    """How often chargers with a connection over TCP ping; None: as seldom as the NAT allows."""


@dataclass(frozen=True, slots=True)
class ChargerOutcome:
    """One charger."""

    version: str
    messages: int
    messages_per_month: float
    covered_days: float
    heartbeat_seconds: float | None


@dataclass(frozen=True, slots=True)
class ContenderOutcome:
    """One contender. Bytes are those of a month."""

    bytes_per_month: float
    up_bytes_per_month: float
    """Of these; the rest goes down."""
    by_action: Mapping[str, float]
    by_key: Mapping[str, float]
    by_charger: Mapping[str, float]
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Saving:
    """Something to change, and the bytes it saves in a month, by contender."""

    key: str
    where: str
    before: str
    after: str
    side_effect: str
    bytes_per_month: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an estimate says."""

    logs: Sequence[LogFacts]
    wishes: Wishes
    covered_days: float
    played_messages: int
    played_days: float
    messages: int
    messages_per_month: float
    text_bytes_per_month: float
    chargers: Mapping[str, ChargerOutcome]
    contenders: Mapping[str, ContenderOutcome]
    savings: Sequence[Saving]
    after_all: Mapping[str, float]
    """Bytes of a month by contender, if all is changed at chargers and CSMS."""
    warnings: Sequence[str]

    def to_json(self) -> Json:
        """Return all of it as JSON; docs/estimate.md describes it. Sizes are in decimal MB."""
        return {
            "logs": [_log_json(one) for one in self.logs],
            "link": self.wishes.link,
            "nat_timeout_seconds": self.wishes.nat_timeout_seconds,
            "ping_seconds": self.wishes.ping_seconds,
            "budget_mb": self.wishes.budget_mb,
            "messages": self.messages,
            "covered_days": round(self.covered_days, 4),
            "played_messages": self.played_messages,
            "played_days": round(self.played_days, 4),
            "messages_per_month": round(self.messages_per_month),
            "json_mb_per_month": _mb(self.text_bytes_per_month),
            "chargers": {name: _charger_json(one) for name, one in self.chargers.items()},
            "contenders": {name: _contender_json(one) for name, one in self.contenders.items()},
            "advice": [_saving_json(one) for one in self.savings],
            "mb_per_month_with_all_advice": _all_mb(self.after_all),
            "warnings": list(self.warnings),
        }


def _log_json(log: LogFacts) -> Json:
    return {
        "file": log.name,
        "format": log.format,
        "lines": log.lines,
        "messages": log.messages,
        "unreadable_lines": log.unreadable_lines,
        "first_unreadable_lines": [asdict(one) for one in log.bad_lines],
        "problems": list(log.problems),
    }


def _charger_json(charger: ChargerOutcome) -> Json:
    return {
        "version": charger.version,
        "messages": charger.messages,
        "messages_per_month": round(charger.messages_per_month),
        "covered_days": round(charger.covered_days, 4),
        "heartbeat_seconds": charger.heartbeat_seconds,
    }


def _contender_json(contender: ContenderOutcome) -> Json:
    verdict, size = contender.verdict, contender.bytes_per_month
    return {
        "mb_per_month": _mb(size),
        "mb_up": _mb(contender.up_bytes_per_month),
        "mb_down": _mb(size - contender.up_bytes_per_month),
        "fits": verdict.fits,
        "spare_mb": round(verdict.spare_mb, 3),
        "used_up_on_day": verdict.used_up_on_day,
        "mb_by_action": _all_mb(contender.by_action),
        "mb_by_key": _all_mb(contender.by_key),
        "mb_by_charger": _all_mb(contender.by_charger),
    }


def _saving_json(saving: Saving) -> Json:
    return {
        "key": saving.key,
        "where": saving.where,
        "from": saving.before,
        "to": saving.after,
        "side_effect": saving.side_effect,
        "saved_mb_per_month": _all_mb(saving.bytes_per_month),
    }


def _mb(size_bytes: float) -> float:
    return round(size_bytes / MEGABYTE, 3)


def _all_mb(sizes: Mapping[str, float]) -> dict[str, float]:
    return {name: _mb(size) for name, size in sizes.items()}
