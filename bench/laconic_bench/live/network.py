"""Puts the parts together: namespaces, the link between them, and the NAT behind it."""

import json
import os
from collections.abc import Generator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from laconic_bench.live.control import LinkCounts, RelayProcess
from laconic_bench.live.namespaces import Namespace, NetworkError, lacking, new_suffix, run
from laconic_bench.live.nat import Nat
from laconic_bench.live.tun import open_tun
from laconic_bench.radio.profiles import LinkProfile

SITE_ADDRESS: Final = "100.64.0.2"
"""In the address space that carriers share among customers (RFC 6598)."""
_CARRIER_ADDRESS: Final = "100.64.0.1"
NAT_ADDRESSES: Final = ("198.51.100.1", "198.51.100.2")
"""Outside addresses of the NAT: at the start, and after `move_nat`."""
EXPANDER_ADDRESS: Final = "198.51.100.10"
_PREFIX: Final = "/24"
RADIO: Final = "radio0"
INTERNET: Final = "internet0"


@dataclass(frozen=True, slots=True)
class NetworkSettings:
    """What kind of network."""

    profile: LinkProfile = field(default_factory=LinkProfile)
    seed: int = 1
    nat_timeout_seconds: int | None = None
    """How long the NAT keeps an idle mapping; None: there is no NAT."""
    capture: Path | None = None
    """Capture file with what the site's SIM sees of the link."""


@dataclass(slots=True)
class Network:
    """A running network. Services run in `site` and `expander`."""

    site: Namespace
    expander: Namespace
    nat: Nat | None
    _relay: RelayProcess
    _outside: int = 0

    @property
    def relay_process_id(self) -> int:
        """Process id of the relay."""
        return self._relay.process_id

    def counts(self) -> LinkCounts:
        """Return what the link has carried so far. Raises: NetworkError."""
        return self._relay.counts()

    def radio_bytes(self) -> tuple[int, int]:
        """Return what the kernel of the site has sent and received by radio. Raises: NetworkError.

        It is another account of what `counts` says; the two differ while a packet is on its way
        between kernel and relay.
        """
        listed = self.site.run("ip", "-json", "-statistics", "link", "show", "dev", RADIO)
        statistics = json.loads(listed)[0]["stats64"]
        return int(statistics["tx"]["bytes"]), int(statistics["rx"]["bytes"])

    def shape(self, profile: LinkProfile) -> None:
        """Give the link another profile from now on. Raises: NetworkError."""
        self._relay.shape(profile)

    def rebind(self) -> None:
        """Let the NAT forget its mappings and take other outside ports. Raises: NetworkError."""
        self._required_nat().rebind()

    def move_nat(self) -> None:
        """Exchange the outside address of the NAT, too. Raises: NetworkError."""
        old, new = NAT_ADDRESSES[self._outside], NAT_ADDRESSES[1 - self._outside]
        self._required_nat().move(old + _PREFIX, new + _PREFIX)
        self._outside = 1 - self._outside

    def _required_nat(self) -> Nat:
        if self.nat is None:
            raise NetworkError("this network has no NAT")
        return self.nat


@contextmanager
def network(settings: NetworkSettings) -> Generator[Network]:
    """Run a network; at the end remove it and end all processes in its namespaces.

    Raises:
        NetworkError: this machine cannot have one; the text says why.
    """
    if reason := lacking():
        raise NetworkError(reason)
    suffix = new_suffix()
    with ExitStack() as stack:

        def namespace(role: str) -> Namespace:
            made = Namespace(f"laconic-{role}-{suffix}")
            stack.callback(made.remove)
            return made

        site, expander = namespace("site"), namespace("expander")
        far, far_address, nat = expander, EXPANDER_ADDRESS, None
        if settings.nat_timeout_seconds is not None:
            far, far_address = namespace("nat"), _CARRIER_ADDRESS
            _connect(far, expander)
            nat = Nat(far, INTERNET, settings.nat_timeout_seconds)
        names = sorted({site.name, expander.name, far.name})
        with ExitStack() as devices:
            radio = open_tun(site, RADIO, SITE_ADDRESS + _PREFIX)
            devices.callback(os.close, radio)
            far_radio = open_tun(far, RADIO, far_address + _PREFIX)
            devices.callback(os.close, far_radio)
            relay = RelayProcess(
                *(radio, far_radio, settings.profile, settings.seed, settings.capture, names)
            )
        stack.callback(relay.stop)
        for end in (site, far):
            if end is site or nat is None:
                run("ip", "-n", end.name, "route", "add", "default", "dev", RADIO)
        yield Network(site, expander, nat, relay)


def _connect(carrier: Namespace, expander: Namespace) -> None:
    """Lay the cable between NAT and expander."""
    run(
        *("ip", "-n", carrier.name, "link", "add", INTERNET, "type", "veth"),
        *("peer", "name", INTERNET, "netns", expander.name),
    )
    for namespace, address in ((carrier, NAT_ADDRESSES[0]), (expander, EXPANDER_ADDRESS)):
        ip = ("ip", "-n", namespace.name)
        run(*ip, "address", "add", address + _PREFIX, "dev", INTERNET)
        run(*ip, "link", "set", INTERNET, "up")
