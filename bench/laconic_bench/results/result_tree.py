"""A result as the JSON tree of its file, and back.

What follows from other figures (`wire_mb_per_month`, `entropy_ratio`) is written for those who read
the file with other tools, and must agree when it is read.
"""

from collections.abc import Callable
from dataclasses import asdict
from typing import Any, Final, TypeVar

from laconic_bench.results.fields import (
    FieldError,
    Fields,
    found,
    integer,
    number,
    setting,
    text,
    truth,
    whole,
)
from laconic_bench.results.result import (
    MEASURED,
    Contender,
    Figures,
    LinkSettings,
    Measured,
    Percentiles,
    Result,
)

FORMAT: Final = 1
"""Of the file. Keys may be added without another number; a file without one has this one too."""
_DIGITS: Final = 6
_AGREES: Final = 0.01
"""How far a derived figure may be off, absolutely or as a share: others may have rounded it."""

_Made = TypeVar("_Made")


def to_tree(result: Result) -> dict[str, Any]:
    """Return a result as a tree for `json`."""
    return {
        "format": FORMAT,
        "scenario": result.scenario,
        "link": result.link,
        "link_settings": None if result.link_settings is None else asdict(result.link_settings),
        "measured": result.measured,
        "days": result.days,
        "from_hour": result.from_hour,
        "seed": result.seed,
        "events": list(result.events),
        "chargers": result.chargers,
        "messages": result.messages,
        "json_bytes": result.json_bytes,
        "entropy_floor_bytes": result.entropy_floor_bytes,
        "heartbeat_entropy_bytes": result.heartbeat_entropy_bytes,
        "archivers": dict(result.archivers),
        "contenders": {name: _contender(result, one) for name, one in result.contenders.items()},
        "versions": dict(result.versions),
    }


def from_tree(tree: object, place: str = "") -> Result:
    """Return the result of a tree. `place` is where it stands in its file.

    Raises:
        FieldError: a value is missing or wrong.
    """
    fields = Fields.of(tree, place)
    _check_format(fields)
    result = _checked(
        place,
        lambda: Result(
            scenario=fields.take("scenario", text),
            link=fields.take("link", text),
            days=fields.take("days", number),
            seed=fields.take("seed", integer),
            messages=fields.take("messages", whole),
            json_bytes=fields.take("json_bytes", whole),
            entropy_floor_bytes=fields.maybe("entropy_floor_bytes", number),
            contenders=fields.take("contenders", _contenders),
            versions=fields.take("versions", _versions),
            link_settings=fields.maybe("link_settings", _link_settings),
            measured=fields.maybe("measured", _measured) or "model",
            archivers=fields.mapping("archivers", whole),
            chargers=fields.maybe("chargers", whole),
            heartbeat_entropy_bytes=fields.maybe("heartbeat_entropy_bytes", number),
            events=tuple(fields.items("events", text)),
            from_hour=fields.maybe("from_hour", number) or 0.0,
        ),
    )
    _check_derived(result, fields)
    return result


def _contender(result: Result, contender: Contender) -> dict[str, Any]:
    head: dict[str, Any] = {"computed": contender.is_computed, "settings": dict(contender.settings)}
    if contender.reason is not None:
        head["reason"] = contender.reason
    return head if contender.figures is None else {**_figures(result, contender.figures), **head}


def _figures(result: Result, figures: Figures) -> dict[str, Any]:
    ratio = result.entropy_ratio(figures.payload_bytes)
    return {
        "payload_bytes": figures.payload_bytes,
        "entropy_ratio": None if ratio is None else round(ratio, _DIGITS),
        "wire_bytes_up": figures.wire_bytes_up,
        "wire_bytes_down": figures.wire_bytes_down,
        "wire_mb_per_month": round(result.mb_per_month(figures.wire_bytes), _DIGITS),
        "by_layer": dict(figures.by_layer),
        "by_action": dict(figures.by_action),
        "by_cause": dict(figures.by_cause),
        "latency_ms": {name: asdict(one) for name, one in figures.latency_ms.items()},
        "delivery_ms": {name: asdict(one) for name, one in figures.delivery_ms.items()},
        "lost": figures.lost,
        "payload_mismatches": figures.payload_mismatches,
        "repeated_messages": figures.repeated_messages,
        "substituted_answers": figures.substituted_answers,
        "refused_commands": figures.refused_commands,
        "detection_seconds": figures.detection_seconds,
        "recovery_seconds": figures.recovery_seconds,
        "cpu_seconds": dict(figures.cpu_seconds),
        "memory_mb": dict(figures.memory_mb),
        "daily_wire_bytes": list(figures.daily_wire_bytes),
    }


def _contenders(value: object, place: str) -> dict[str, Contender]:
    fields = Fields.of(value, place)
    return {name: fields.take(name, _read_contender) for name in fields.tree}


def _read_contender(value: object, place: str) -> Contender:
    fields = Fields.of(value, place)
    reason = fields.maybe("reason", text)
    has_none = reason is not None and not fields.has("wire_bytes_up")
    return Contender(
        figures=None if has_none else _read_figures(fields),
        settings=fields.mapping("settings", setting),
        is_computed=fields.maybe("computed", truth) or False,
        reason=reason,
    )


def _read_figures(fields: Fields) -> Figures:
    return _checked(
        fields.place,
        lambda: Figures(
            payload_bytes=fields.maybe("payload_bytes", whole),
            wire_bytes_up=fields.take("wire_bytes_up", whole),
            wire_bytes_down=fields.take("wire_bytes_down", whole),
            by_layer=fields.mapping("by_layer", whole),
            by_action=fields.mapping("by_action", whole),
            by_cause=fields.mapping("by_cause", whole),
            latency_ms=fields.mapping("latency_ms", _percentiles),
            delivery_ms=fields.mapping("delivery_ms", _percentiles),
            lost=fields.maybe("lost", whole),
            payload_mismatches=fields.maybe("payload_mismatches", whole),
            repeated_messages=fields.maybe("repeated_messages", whole),
            substituted_answers=fields.maybe("substituted_answers", whole),
            refused_commands=fields.maybe("refused_commands", whole),
            detection_seconds=fields.maybe("detection_seconds", number),
            recovery_seconds=fields.maybe("recovery_seconds", number),
            cpu_seconds=fields.mapping("cpu_seconds", number),
            memory_mb=fields.mapping("memory_mb", number),
            daily_wire_bytes=tuple(fields.items("daily_wire_bytes", whole)),
        ),
    )


def _percentiles(value: object, place: str) -> Percentiles:
    fields = Fields.of(value, place)
    numbers = [fields.take(name, number) for name in ("p50", "p95", "p99")]
    return _checked(place, lambda: Percentiles(*numbers))


def _link_settings(value: object, place: str) -> LinkSettings:
    fields = Fields.of(value, place)
    loss = fields.take("loss", number)
    if loss > 1:
        raise FieldError(fields.at("loss"), f"expected a share from 0 to 1, found {loss:g}")
    return LinkSettings(
        round_trip_ms=fields.take("round_trip_ms", number),
        jitter_ms=fields.take("jitter_ms", number),
        rate_bits_per_second=fields.maybe("rate_bits_per_second", number),
        loss=loss,
        nat_timeout_seconds=fields.maybe("nat_timeout_seconds", number),
    )


def _measured(value: object, place: str) -> Measured:
    for one in MEASURED:
        if value == one:
            return one
    raise FieldError(place, f"expected {' or '.join(map(repr, MEASURED))}, found {found(value)}")


def _versions(value: object, place: str) -> dict[str, str]:
    fields = Fields.of(value, place)
    return {name: fields.take(name, text) for name in fields.tree}


def _check_format(fields: Fields) -> None:
    given = fields.maybe("format", whole)
    if given not in (None, FORMAT):
        raise FieldError(
            fields.at("format"), f"is {given}, and this version of laconic reads only {FORMAT}"
        )


def _check_derived(result: Result, fields: Fields) -> None:
    contenders = Fields.of(fields.tree["contenders"], fields.at("contenders"))
    for name, figures in result.measured_contenders.items():
        one = Fields.of(contenders.tree[name], contenders.at(name))
        month = result.mb_per_month(figures.wire_bytes)
        _check_agrees(one, "wire_mb_per_month", month)
        _check_agrees(one, "entropy_ratio", result.entropy_ratio(figures.payload_bytes))


def _check_agrees(fields: Fields, key: str, expected: float | None) -> None:
    given = fields.maybe(key, number)
    if given is None or expected is None:
        return
    if abs(given - expected) > _AGREES * max(1.0, expected):
        raise FieldError(
            fields.at(key), f"is {given:g}, but the other figures make it {expected:g}"
        )


def _checked(place: str, make: Callable[[], _Made]) -> _Made:
    try:
        return make()
    except ValueError as error:
        raise FieldError(place, str(error)) from None
