"""What surrounds a slot while its value is coded."""

from laconic_codec.adaptive.quantities import Quantities


class Situation:
    """What surrounds a slot."""

    __slots__ = (
        *("base", "entity", "last", "misses", "named", "quantities", "regime", "stamp"),
        *("template", "whole"),
    )

    def __init__(self, last: int, stamp: int, template: int) -> None:
        self.template = template
        """Digest of the template."""
        self.entity = 0
        """Hash of the charger and what of it the slot is about."""
        self.whole = 0
        """Hash of the charger itself."""
        self.named = -1
        """Number of the connector, EVSE or transaction that was named last; -1: none yet."""
        self.misses = 8
        """The last three slots of the message: bits that are 1 if not as predicted."""
        self.regime = 0
        """Hash of the texts of the registry among the values so far: a state, a reason."""
        self.last = last
        """Time of the last message of this charger, or of any, in microseconds since 2020."""
        self.base = 0
        """Time that this message has told already; 0: none yet."""
        self.stamp = stamp
        """Number of the message."""
        self.quantities = Quantities()

    def note(self, hit: bool) -> None:
        """Remember whether a slot was as predicted."""
        self.misses = (self.misses << 1 | (not hit)) & 7
