"""A carrier's NAT: nftables masquerade in a namespace, with the timers of conntrack.

Mappings are made by outgoing datagrams only. What comes from outside and fits none is dropped in
silence, as carriers do it (address- and port-dependent filtering, RFC 4787, 5).
"""

import re
from dataclasses import dataclass
from typing import Final

from laconic_bench.live.namespaces import Namespace

FIRST_PORT: Final = 20_000
PORTS: Final = 100
"""Size of the range from which outside ports are taken; each rebinding takes the next range."""
_RANGES: Final = 400
_ENTRY: Final = re.compile(
    r"^udp\s+\d+ (?P<seconds>\d+) src=(?P<address>\S+) dst=\S+ sport=(?P<port>\d+) dport=\d+ "
    r"(?:\[UNREPLIED\] )?src=\S+ dst=(?P<outside>\S+) sport=\d+ dport=(?P<outside_port>\d+)"
)

_RULES: Final = """\
table ip nat
delete table ip nat
table ip nat {{
    chain postrouting {{
        type nat hook postrouting priority srcnat
        oifname "{outside}" meta l4proto udp masquerade to :{first}-{last}
        oifname "{outside}" masquerade
    }}
    chain forward {{
        type filter hook forward priority filter
        iifname "{outside}" ct state new drop
    }}
    chain input {{
        type filter hook input priority filter
        iifname "{outside}" drop
    }}
}}
"""
"""The last chain keeps the kernel from telling the sender that nobody listens."""


@dataclass(frozen=True, slots=True)
class Mapping:
    """One mapping of the NAT: a UDP flow, inside and outside."""

    inside: str
    """Address and port."""
    outside: str
    remaining_seconds: int
    """How long the mapping lives if no datagram passes."""


class Nat:
    """The NAT in a namespace between two of its interfaces."""

    def __init__(self, namespace: Namespace, outside: str, timeout_seconds: int) -> None:
        """Begin to forward and translate.

        `outside` names the interface towards the internet. A mapping ends when no datagram passed
        for `timeout_seconds`, whether or not it was ever answered; that of an open TCP connection
        as well.

        Raises:
            NetworkError: the kernel refuses.
        """
        self.namespace = namespace
        self._range = 0
        self._outside = outside
        namespace.write_sysctl("ipv4/ip_forward", "1")
        # The second address takes over when `move` deletes the first one.
        namespace.write_sysctl("ipv4/conf/all/promote_secondaries", "1")
        for timer in ("nf_conntrack_udp_timeout", "nf_conntrack_udp_timeout_stream"):
            namespace.write_sysctl(f"netfilter/{timer}", str(timeout_seconds))
        namespace.write_sysctl(
            "netfilter/nf_conntrack_tcp_timeout_established", str(timeout_seconds)
        )
        self._translate()

    def mappings(self) -> list[Mapping]:
        """Return the UDP mappings that are alive. Raises: NetworkError."""
        listed = self.namespace.run("conntrack", "-L", "-p", "udp")
        found = (_ENTRY.match(line) for line in listed.splitlines())
        return [
            Mapping(
                f"{entry['address']}:{entry['port']}",
                f"{entry['outside']}:{entry['outside_port']}",
                int(entry["seconds"]),
            )
            for entry in found
            if entry
        ]

    def rebind(self) -> None:
        """Forget all mappings; the same flows get other outside ports. Raises: NetworkError."""
        self._range = (self._range + 1) % _RANGES
        self._translate()
        self.namespace.run("conntrack", "-F")

    def move(self, old: str, new: str) -> None:
        """Exchange the outside address, with its prefix; all flows get it. Raises: NetworkError."""
        address = ("ip", "address")
        self.namespace.run(*address, "add", new, "dev", self._outside)
        self.namespace.run(*address, "delete", old, "dev", self._outside)
        self.rebind()

    def _translate(self) -> None:
        first = FIRST_PORT + self._range * PORTS
        rules = _RULES.format(outside=self._outside, first=first, last=first + PORTS - 1)
        self.namespace.run("nft", "-f", "-", given=rules)
