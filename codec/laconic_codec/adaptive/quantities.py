"""What measured quantities say about each other: P = V * I, and energy grows by P * t.

Values are integers in millionths of V, A, W and Wh.
"""

from typing import Final

from laconic_codec.adaptive.past import Past

VOLTAGE: Final = 1
CURRENT: Final = 2
POWER: Final = 3
ENERGY: Final = 4
CHARGE: Final = 5
"""State of charge."""

MICRO_DECIMALS: Final = 6
_FACTOR_MAX: Final = 1 << 31
"""Of two numbers that are multiplied."""
_SUM_MAX: Final = 1 << 60
_POWER_MAX: Final = 1 << 39
_INTERVAL_MAX: Final = 1 << 21
"""About 35 minutes. What was charged in a longer pause is not known."""
_GAIN_MAX: Final = 1 << 40
_LINK_MAX: Final = 1 << 31
_DELTA_MAX: Final = 1 << 31
_ALL: Final = 0
"""Number of the phase that stands for all of them, or for none in particular."""
PHASES: Final = 4


class Quantities:
    """The quantities of one message that were coded already."""

    __slots__ = ("_energies", "_gained", "_known", "_powers_before", "interval_milliseconds")

    def __init__(self) -> None:
        self._known: dict[int, int] = {}
        """By role * 4 + phase."""
        self._powers_before: dict[int, int] = {}
        """By phase: power in the message before."""
        self._energies: list[int] = []
        """What the energy was expected to be."""
        self._gained = 0
        """Energy since the message before."""
        self.interval_milliseconds = 0
        """Since the message before; 0: not known."""

    def note(self, role: int, phase: int, mantissa: int, decimals: int, last: int | None) -> None:
        """Remember a value; `last` is the mantissa before, at the same decimals, if any."""
        micro = micro_of(mantissa, decimals)
        if micro is None:
            return
        self._known[role * PHASES + phase] = micro
        before = None if last is None else micro_of(last, decimals)
        if before is not None:
            if role == POWER:
                self._powers_before[phase] = before
            if role == ENERGY:
                self._gained = micro - before

    def expected(
        self, role: int, phase: int, last: int, decimals: int, link: int
    ) -> tuple[int, ...]:
        """Return the mantissas, at some decimals, that the other values of the message ask for.

        `last` is the mantissa that the quantity had last, at the same decimals; `link` what the
        method of this name returned for it.
        """
        if decimals > MICRO_DECIMALS:
            return ()
        if role == POWER:
            power = self._power(phase)
            return () if power is None else (at(power, decimals),)
        if role == ENERGY:
            start = micro_of(last, decimals)
            self._energies = [] if start is None else self._energies_from(start + link, phase)
            return tuple(at(energy, decimals) for energy in self._energies)
        if role == CHARGE and abs(self._gained) < _GAIN_MAX and abs(link) < _LINK_MAX:
            return (last + ((link * (self._gained // 1000) + (1 << 23)) >> 24),)
        return ()

    def link(self, role: int, mantissa: int, decimals: int, delta: int, past: Past) -> int:
        """Return what is to be remembered of a quantity besides its value.

        Of energy: by how much it is more than its text says. Of a state of charge: what it gains
        for energy, in 1/2^24 for 1/1000 Wh.
        """
        if role == ENERGY:
            return self._rest(mantissa, decimals, past)
        gained = self._gained // 1000
        if role != CHARGE or gained == 0 or abs(delta) >= _DELTA_MAX:
            return past.link
        now = (delta << 24) // gained
        if now <= 0:
            return past.link  # another battery
        return now if past.link == 0 else past.link + ((now - past.link) >> 2)

    def _rest(self, mantissa: int, decimals: int, past: Past) -> int:
        """Return by how much the energy is more than its text says, at most half a step of it."""
        value = micro_of(mantissa, decimals)
        if value is None or not self._energies or decimals > MICRO_DECIMALS:
            return 0
        rest = self._energies[past.costs[4] > past.costs[5]] - value
        half = 10 ** (MICRO_DECIMALS - decimals + past.grain) // 2
        return max(-half, min(rest, half)) if abs(rest) < 8 * half else 0

    def _power(self, phase: int) -> int | None:
        known = self._known
        if phase == _ALL:
            phases = [
                known[POWER * PHASES + p] for p in range(1, PHASES) if POWER * PHASES + p in known
            ]
            if phases:
                return sum(phases)
            total = None
            for p in range(PHASES):
                product = self._product(p)
                if product is not None:
                    total = product if total is None else total + product
            return total
        return self._product(phase)

    def _product(self, phase: int) -> int | None:
        known = self._known
        current = known.get(CURRENT * PHASES + phase)
        voltage = known.get(VOLTAGE * PHASES + phase)
        if voltage is None:
            voltage = known.get(VOLTAGE * PHASES + (1 if phase == _ALL else _ALL))
        if current is None or voltage is None:
            return None
        if abs(current) >= _FACTOR_MAX or abs(voltage) >= _FACTOR_MAX:
            return None
        return _rounded(current * voltage, 1_000_000)

    def _energies_from(self, start: int, phase: int) -> list[int]:
        """Return the energy after a start: for the power now, and for its mean with the last."""
        power = self._known.get(POWER * PHASES + phase)
        before = self._powers_before.get(phase, power)
        if power is None and phase == _ALL:
            power = self._power(_ALL)
            before = sum(self._powers_before.values()) or power
        if power is None or before is None or not 0 < self.interval_milliseconds < _INTERVAL_MAX:
            return []
        if abs(power) >= _POWER_MAX or abs(before) >= _POWER_MAX:
            return []
        return [
            start + _rounded(power * self.interval_milliseconds, 3_600_000),
            start + _rounded((power + before) * self.interval_milliseconds, 7_200_000),
        ]


def micro_of(mantissa: int, decimals: int) -> int | None:
    """Return a number in millionths; None: it is too large."""
    shift = MICRO_DECIMALS - decimals
    micro = mantissa * 10**shift if shift >= 0 else mantissa // 10**-shift
    return micro if abs(micro) < _SUM_MAX else None


def at(micro: int, decimals: int) -> int:
    """Return the mantissa of millionths at some decimals, at most 6."""
    return _rounded(micro, 10 ** (MICRO_DECIMALS - decimals))


def _rounded(number: int, divisor: int) -> int:
    return (number + divisor // 2) // divisor
