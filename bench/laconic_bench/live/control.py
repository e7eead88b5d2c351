"""The relay process as whoever started it sees it."""

import json
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Final

from laconic_bench.live.lane import LaneCounts, Tally
from laconic_bench.live.namespaces import NetworkError
from laconic_bench.radio.profiles import LinkProfile

STOP_TIMEOUT_SECONDS: Final = 10.0


@dataclass(frozen=True, slots=True)
class LinkCounts:
    """What a link has carried so far."""

    up: LaneCounts
    """From the site."""
    down: LaneCounts

    @property
    def sim_bytes(self) -> int:
        """Bytes of IP packets that the site's SIM pays for: sent, and received."""
        return self.up.entered.packet_bytes + self.down.left.packet_bytes


class RelayProcess:
    """One running relay. It carries packets between two TUN devices until `stop`."""

    def __init__(
        self,
        site: int,
        far: int,
        profile: LinkProfile,
        seed: int,
        capture: Path | None,
        namespaces: Sequence[str],
    ) -> None:
        """Start the process, which takes over the descriptors of both devices.

        When it ends, for whatever reason but SIGKILL, it removes the `namespaces`.

        Raises:
            NetworkError: it ended at once.
        """
        settings = {
            "site": site,
            "far": far,
            "profile": asdict(profile),
            "seed": seed,
            "capture": str(capture) if capture else None,
            "namespaces": list(namespaces),
        }
        self._process = subprocess.Popen(
            [sys.executable, "-m", "laconic_bench.live.relay", json.dumps(settings)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            pass_fds=(site, far),
            text=True,
            # Ctrl-C on the terminal is for whoever uses the network; the relay ends last.
            start_new_session=True,
        )
        try:
            self._read()
        except BaseException:
            self.stop()
            raise

    @property
    def process_id(self) -> int:
        """Process id of the relay."""
        return self._process.pid

    def counts(self) -> LinkCounts:
        """Return what was carried so far. Raises: NetworkError."""
        answer = self._ask({"do": "counts"})
        return LinkCounts(_lane_counts(answer["up"]), _lane_counts(answer["down"]))

    def shape(self, profile: LinkProfile) -> None:
        """Give the link another profile from now on. Raises: NetworkError."""
        self._ask({"do": "shape", "profile": asdict(profile)})

    def stop(self) -> None:
        """End the process; nothing happens if it has ended."""
        assert self._process.stdin is not None and self._process.stdout is not None
        with suppress(OSError):
            self._process.stdin.close()
        try:
            self._process.wait(STOP_TIMEOUT_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process.stdout.close()

    def _ask(self, command: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None
        try:
            self._process.stdin.write(json.dumps(command) + "\n")
            self._process.stdin.flush()
        except (OSError, ValueError) as error:
            raise NetworkError("the relay of the link has ended") from error
        return self._read()

    def _read(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise NetworkError("the relay of the link has ended; its last words are above")
        answer: dict[str, Any] = json.loads(line)
        return answer


def _lane_counts(values: dict[str, dict[str, int]]) -> LaneCounts:
    return LaneCounts(**{one.name: Tally(**values[one.name]) for one in fields(LaneCounts)})
