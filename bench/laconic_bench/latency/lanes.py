"""Configures some sites with one charger each, and the one expander that serves them all.

Each site is a process of its own: a charger shall find its link idle, and no message of another
charger may show it early that something was lost.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from laconic_bench.live.namespaces import Namespace
from laconic_bench.live.network import EXPANDER_ADDRESS
from laconic_bench.services import Service
from laconic_gateway.edge.link import keys

UDP_PORT: Final = 5683
FIRST_CHARGERS_PORT: Final = 8_001
PASSWORD: Final = "latency"


@dataclass(frozen=True, slots=True)
class Lane:
    """One site."""

    identity: str
    """Of its only charger."""
    chargers_port: int
    site: Service


def build(
    folder: Path, count: int, csms_port: int, site: Namespace, expander: Namespace
) -> tuple[Service, Sequence[Lane]]:
    """Write keys and configuration; return the expander and the sites, none of which runs yet."""
    lanes: list[Lane] = []
    text = _EXPANDER.format(address=EXPANDER_ADDRESS, udp_port=UDP_PORT, csms_port=csms_port)
    for number in range(count):
        name, identity = f"site-{number}", f"CP{number}"
        site_keys, expander_keys = keys.create(name, folder / "keys")
        text += _EXPANDER_SITE.format(
            name=name, keys=expander_keys, identity=identity, password=PASSWORD
        )
        port = FIRST_CHARGERS_PORT + number
        file = folder / f"{name}.toml"
        file.write_text(
            _SITE.format(
                name=name,
                keys=site_keys,
                address=EXPANDER_ADDRESS,
                udp_port=UDP_PORT,
                port=port,
                identity=identity,
                password=PASSWORD,
            ),
            encoding="utf-8",
        )
        lanes.append(Lane(identity, port, Service("site", file, "serves chargers", site.command())))
    file = folder / "expander.toml"
    file.write_text(text, encoding="utf-8")
    return Service("expander", file, "on UDP", expander.command()), lanes


_SITE: Final = """\
[site]
name = "{name}"
state_directory = "state-{name}"
keys = "{keys}"
expander = "{address}:{udp_port}"

[chargers]
listen = "127.0.0.1:{port}"

[[charger]]
identity = "{identity}"
password = "{password}"
"""

_EXPANDER: Final = """\
[expander]
listen = "{address}:{udp_port}"
state_directory = "state-expander"

[csms]
url = "ws://127.0.0.1:{csms_port}{{path}}"
"""

_EXPANDER_SITE: Final = """
[[site]]
name = "{name}"
keys = "{keys}"

[[site.charger]]
identity = "{identity}"
password = "{password}"
"""
