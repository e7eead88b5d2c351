"""Payloads made from the skeletons of the registry: valid OCPP of every message and version."""

import random
import string
from typing import Final

from laconic_codec.jsontext import STYLES, Number, Tree, render
from laconic_codec.registry import CORE
from laconic_codec.registry.skeletons import Array, Enumerated, Scalar, Skeleton, Type

MESSAGES: Final = sorted(CORE.skeletons)
"""All messages: (OCPP version, action, is it the response)."""

ALL: Final = 1.0
REQUIRED_ONLY: Final = 0.0


def payload(
    message: tuple[str, str, bool], draws: random.Random, optional: float = 0.5, style: int = 0
) -> str:
    """Return the JSON text of a payload; `optional` is how likely a field is that may be absent."""
    return render(instance(CORE.skeletons.skeleton(*message), draws, optional), STYLES[style])


def instance(shape: Type, draws: random.Random, optional: float = 0.5) -> Tree:
    """Return a tree of a shape."""
    if isinstance(shape, Skeleton):
        return {
            each.name: instance(each.type, draws, optional)
            for each in shape.properties
            if each.is_required or draws.random() < optional
        }
    if isinstance(shape, Array):
        return [instance(shape.entry, draws, optional) for _ in range(draws.randint(1, 2))]
    if isinstance(shape, Enumerated):
        return draws.choice(shape.values)
    return _scalar(shape, draws)


def _scalar(scalar: Scalar, draws: random.Random) -> Tree:
    match scalar:
        case Scalar.DATE_TIME:
            fraction = draws.choice(("", "", ".000", ".25", ".123456"))
            zone = draws.choice(("Z", "Z", "", "+05:30"))
            return (
                f"2026-03-{draws.randint(1, 31):02}T08:00:{draws.randrange(60):02}{fraction}{zone}"
            )
        case Scalar.INTEGER:
            return Number(draws.choice((0, 1, 2, draws.randint(-300, 10**6))))
        case Scalar.NUMBER:
            decimals = draws.randrange(4)
            return Number(f"{draws.uniform(-50, 5_000):.{decimals}f}")
        case Scalar.BOOLEAN:
            return draws.random() < 0.5
        case Scalar.TEXT:
            return _text(draws)
        case Scalar.ANY:
            values: tuple[Tree, ...] = (_text(draws), {"vendorKey": [_text(draws), None]})
            return draws.choice(values)


def _text(draws: random.Random) -> str:
    alphabet = draws.choice(
        (string.digits, "0123456789abcdef", string.ascii_letters, 'aé€😀 /\\"\n')
    )
    texts = (
        "".join(draws.choices(alphabet, k=draws.randint(0, 24))),
        draws.choice(("1", "Charging", "230.40", "CP1", "")),
        f"{draws.getrandbits(32):08x}-0000-4000-8000-{draws.getrandbits(48):012x}",
    )
    return draws.choice(texts)
