"""Laconic, live: `laconic site` and `laconic expander` as processes of their own."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from laconic_bench.live.namespaces import Namespace
from laconic_bench.live.network import EXPANDER_ADDRESS
from laconic_bench.live.precedence import take_precedence
from laconic_bench.live_run.carrier import SocketCarrier
from laconic_bench.live_run.charger import Line
from laconic_bench.live_run.csms import LiveCsms
from laconic_bench.live_run.websocket import Socket, dial
from laconic_bench.live_run.world import LiveCarrier, Tally, World
from laconic_bench.model.laconic.settings import LaconicSettings
from laconic_bench.services import Service
from laconic_bench.trace import Version
from laconic_gateway.edge.link import keys

_UDP_PORT: Final = 5683
_CHARGERS_PORT: Final = 8887
"""Nobody else is in the namespaces."""
_SITE: Final = "site"
_PASSWORD: Final = "live"


@dataclass(frozen=True, slots=True)
class Laconic:
    """One contender (`LiveContender`)."""

    settings: LaconicSettings

    async def __call__(self, world: World) -> LiveCarrier:
        """See `LiveContender`."""
        network = world.network
        listening = network.expander.socket()
        listening.setblocking(False)
        listening.bind(("127.0.0.1", 0))
        tally = Tally()
        csms = LiveCsms(world, tally)
        await csms.start(world, listening)
        site_file, expander_file = self._configure(world, listening.getsockname()[1])
        expander = Service("expander", expander_file, "on UDP", network.expander.command())
        site = Service("site", site_file, "serves chargers", network.site.command())
        for service in (expander, site):
            await service.start()
            world.stack.callback(service.kill)
            world.stack.push_async_callback(service.stop)
            take_precedence(service.process_id)
        dial = DialGateway(network.site, tally)
        return SocketCarrier(world, dial, csms, tally, {"site": site, "expander": expander})

    def _configure(self, world: World, csms_port: int) -> tuple[Path, Path]:
        site_keys, expander_keys = keys.create(_SITE, world.folder / "keys")
        site_file, expander_file = world.folder / "site.toml", world.folder / "expander.toml"
        site_file.write_text(self._site_text(site_keys, world.identities), encoding="utf-8")
        text = _expander_text(expander_keys, csms_port, world.identities)
        expander_file.write_text(text, encoding="utf-8")
        return site_file, expander_file

    def _site_text(self, folder: Path, identities: Iterable[str]) -> str:
        settings = self.settings
        batch = "\n".join(
            f"{name}_seconds = {seconds:g}"
            for name, seconds in settings.patience_seconds.items()
            if name != "interactive"
        )
        return f"""\
[site]
name = "{_SITE}"
state_directory = "state-site"
keys = "{folder}"
expander = "{EXPANDER_ADDRESS}:{_UDP_PORT}"
carrier = "udp"

[chargers]
listen = "127.0.0.1:{_CHARGERS_PORT}"
answers = "{settings.answers}"
empty_answers = {json.dumps(sorted(settings.empty_answers))}

[batch]
{batch}

[link]
reachability = "{settings.reachability}"
{_chargers_text("charger", identities)}"""


def _expander_text(folder: Path, csms_port: int, identities: Iterable[str]) -> str:
    return f"""\
[expander]
listen = "{EXPANDER_ADDRESS}:{_UDP_PORT}"
state_directory = "state-expander"

[csms]
url = "ws://127.0.0.1:{csms_port}{{path}}"

[[site]]
name = "{_SITE}"
keys = "{folder}"
{_chargers_text("site.charger", identities)}"""


def _chargers_text(table: str, identities: Iterable[str]) -> str:
    return "".join(
        f'\n[[{table}]]\nidentity = "{identity}"\npassword = "{_PASSWORD}"\n'
        for identity in sorted(identities)
    )


@dataclass(frozen=True, slots=True)
class DialGateway:
    """Connects a charger to the gateway at its site (`charger.Dial`)."""

    site: Namespace
    tally: Tally

    async def __call__(self, identity: str, version: Version) -> Line:
        """See `Dial`."""
        opened = self.site.socket()
        opened.setblocking(False)
        url = f"ws://127.0.0.1:{_CHARGERS_PORT}/{identity}"
        address, credentials = ("127.0.0.1", _CHARGERS_PORT), (identity, _PASSWORD)
        connection = await dial(opened, address, url, credentials, version, ping_interval=None)
        return Socket(connection, self.tally)
