"""Lives of simulated chargers that talk to the small CSMS without a gateway between them."""

import asyncio
import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from laconic_bench.charger import Pace
from laconic_bench.chargers import Place, build_chargers
from laconic_bench.csms import Csms
from laconic_bench.judge import Verdict, judge
from laconic_bench.notebook import Notebook
from laconic_bench.transcript import Transcript
from laconic_bench.virtual import jumping_loop
from laconic_codec.messages import Call, CallResult, Send
from tests.support import ocpp_schemas

END_SECONDS = 120.0
"""After this, a life that does not come to rest is hanging."""


@dataclass(frozen=True, slots=True)
class Request:
    """A CALL or SEND of one side with its content."""

    up: bool
    action: str
    payload: dict[str, Any]


class Life:
    """What some chargers and their CSMS did in some time. The time is virtual."""

    def __init__(
        self,
        places: Sequence[Place],
        seconds: float,
        seed: int,
        command_seconds: float = 5.0,
        reset_probability: float = 0.1,
    ) -> None:
        self.notebook = Notebook()
        self.places = places
        self.csms_transcripts: dict[str, Transcript] = {}
        self._seed = seed
        passwords = {place.identity: place.password for place in places}
        csms = Csms(passwords, command_seconds, random.Random(seed), reset_probability)
        jumping_loop.run(self._run(csms, seconds))

    @property
    def verdict(self) -> Verdict:
        """What the judge says."""
        return judge(self.notebook.transcripts, self.csms_transcripts)

    def requests(self, identity: str) -> Iterator[Request]:
        """Yield what a charger and its CSMS asked each other, in the charger's order."""
        for entry in self.notebook.transcripts[identity].entries:
            if isinstance(message := entry.message, Call | Send):
                yield Request(entry.up, message.action, json.loads(message.payload))

    def check_schemas(self) -> None:
        """Check every message that the CSMS saw.

        Raises:
            AssertionError, jsonschema.ValidationError: a message is not what the schemas allow.
        """
        versions = {place.identity: place.kind.version for place in self.places}
        for identity, transcript in self.csms_transcripts.items():
            _check_transcript(transcript, versions[identity])

    async def _run(self, csms: Csms, seconds: float) -> None:
        await csms.start()
        url = f"ws://127.0.0.1:{csms.port}"
        chargers = build_chargers(self.places, url, Pace(), self.notebook, self._seed)
        lives = [asyncio.create_task(charger.run()) for charger in chargers]
        commands = asyncio.create_task(csms.command())
        works = [*lives, commands]
        await asyncio.wait(works, timeout=seconds, return_when=asyncio.FIRST_EXCEPTION)
        await _cancel([commands])
        async with asyncio.timeout(END_SECONDS):
            await asyncio.gather(*(charger.quiesce() for charger in chargers))
            while judge(self.notebook.transcripts, csms.transcripts).lost:  # noqa: ASYNC110
                await asyncio.sleep(1)
        await _cancel(lives)
        await csms.stop()
        self.csms_transcripts = csms.transcripts


def _check_transcript(transcript: Transcript, version: str) -> None:
    asked: dict[str, str] = {}
    for entry in transcript.entries:
        match entry.message:
            case Call() as call:
                asked[call.message_id] = call.action
                ocpp_schemas.check(2, call.action, call.payload, version)
            case CallResult() as result:
                ocpp_schemas.check(3, asked[result.message_id], result.payload, version)
            case Send() as send:
                ocpp_schemas.check(6, send.action, send.payload, version)
            case other:
                raise AssertionError(f"unexpected message {other}")


async def _cancel(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        task.cancel()
    for result in await asyncio.gather(*tasks, return_exceptions=True):
        assert isinstance(result, asyncio.CancelledError), result
