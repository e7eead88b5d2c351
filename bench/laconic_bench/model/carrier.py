"""What carries OCPP-J between the chargers of a site and the CSMS, and what it owes both."""

from typing import Protocol

from laconic_bench.model.link import ModelLink
from laconic_bench.trace import Version


class Ends(Protocol):
    """The two ends of all conversations, as a carrier sees them."""

    def opened(self, identity: str) -> None:
        """Tell a charger that it may speak."""
        ...

    def closed(self, identity: str) -> None:
        """Tell a charger that its connection is gone; the carrier opens a new one by itself."""
        ...

    def csms_opened(self, identity: str) -> None:
        """Tell the CSMS that it may speak to a charger."""
        ...

    def csms_closed(self, identity: str) -> None:
        """Tell the CSMS that it cannot reach a charger."""
        ...

    def charger_hears(self, identity: str, text: str) -> None:
        """Give a charger a message."""
        ...

    def altered(self) -> None:
        """Note that a message has another content at the far end than it had when it was said.

        Carriers with an encoding of their own look at what arrives, and hand on the text that was
        said: of a text they do not promise every byte, but its content.
        """
        ...

    def csms_hears(self, identity: str, text: str) -> None:
        """Give the CSMS a message of a charger."""
        ...


class Carrier(Protocol):
    """One contender. Texts are whole OCPP-J messages; of one charger and way they keep order.

    `label` is what a message is billed for: its action, or that of the CALL it answers followed by
    " (answer)".
    """

    def open(self, identity: str, version: Version) -> None:
        """Let a charger that has just been switched on connect; `Ends.opened` follows."""
        ...

    def cut(self, identity: str) -> None:
        """Take the power of a charger away: it is gone without a word."""
        ...

    def charger_says(self, identity: str, text: str, label: str) -> None:
        """Take a message of a charger. It was told `opened`, and not `closed` since."""
        ...

    def csms_says(self, identity: str, text: str, label: str) -> None:
        """Take a message of the CSMS. It was told `csms_opened`, and not `csms_closed` since."""
        ...

    def move(self) -> None:
        """Give the site another address: the carrier's NAT has lost every mapping."""
        ...

    def finish(self) -> None:
        """Complete the bill; nothing is said any more."""
        ...


class CarrierFactory(Protocol):
    """Makes the carrier of a contender: both ends, and what is between them and the link.

    It can be pickled: a function of a module, or an object of a dataclass.
    """

    def __call__(
        self, link: ModelLink, ends: Ends, nat_seconds: float, identities: frozenset[str]
    ) -> Carrier:
        """Return a new carrier.

        Args:
            link: where its packets go, and what counts them.
            ends: the chargers and the CSMS.
            nat_seconds: how long the carrier's NAT keeps a mapping.
            identities: those of all chargers that may come.
        """
        ...
