"""The expander's core: sites on one side, the CSMS on the other, the outbox between.

A message of a charger goes: frame -> association -> outbox -> (stored) -> lane -> CSMS. An answer
or a CALL of the CSMS goes: lane -> association -> frame.
"""

from collections.abc import Callable, Mapping

from laconic_codec.errors import MessageError
from laconic_gateway.core.expander.csms_policy import DEFAULT_POLICY, CsmsPolicy
from laconic_gateway.core.expander.io import (
    Action,
    CsmsClosed,
    CsmsFailed,
    CsmsOpened,
    CsmsText,
    DeliveredThrough,
    DownlinkAnswered,
    DownlinkFailed,
    Input,
    Key,
    OutboxPage,
    RecordDone,
    RecordsStored,
    SiteMoved,
    SiteRequest,
    TakenBack,
)
from laconic_gateway.core.expander.lanes import Lanes
from laconic_gateway.core.expander.sites import Sites, SiteSettings
from laconic_gateway.core.expander.to_site import ToSite, Withdraw
from laconic_gateway.core.instant import Instant
from laconic_gateway.core.notes import Level, Note, Topic


class Expander:
    """Decides everything that an expander does. Feed inputs, carry out the actions."""

    def __init__(
        self,
        sites: Mapping[str, SiteSettings],
        *,
        random: Callable[[], float],
        new_id: Callable[[], str],
        policy: CsmsPolicy = DEFAULT_POLICY,
    ) -> None:
        """Begin with what is on disk."""
        self._actions: list[Action] = []
        self._lanes = Lanes(
            {name: settings.chargers for name, settings in sites.items()},
            random=random,
            new_id=new_id,
            note=self._actions.append,
            policy=policy,
            kept={
                (name, identity): kept
                for name, settings in sites.items()
                for identity, kept in settings.kept.items()
            },
            lease_seconds={name: settings.lease_seconds for name, settings in sites.items()},
        )
        self._sites = Sites(sites, self._lanes, self._actions)
        for name, settings in sites.items():
            for identity in settings.backlog:
                if (lane := self._lanes.of((name, identity))) is not None:
                    lane.queue.add_backlog()

    @property
    def backlog(self) -> int:
        """Return how many stored messages the CSMS has not taken."""
        return self._sites.backlog

    @property
    def present(self) -> int:
        """Return how many chargers are connected at sites that are alive."""
        return self._lanes.present

    @property
    def alive(self) -> int:
        """Return how many sites have given a sign of life within their lease."""
        return self._sites.alive

    def receive(self, item: Input, now: Instant) -> list[Action]:
        """Take one input; return what is to be done, in order."""
        match item:
            case SiteRequest():
                self._sites.request(item, now)
            case CsmsText():
                self._csms_text(item, now)
            case RecordsStored():
                self._sites.stored(item, now)
            case RecordDone():
                self._lanes.existing(item.key).queue.confirm(item.sequence)
            case DeliveredThrough():
                self._sites.delivered(item.site, item.through)
            case DownlinkAnswered():
                self._sites.downlink_answered(item, now)
            case DownlinkFailed():
                self._sites.downlink_failed(item, now)
            case SiteMoved():
                self._sites.moved(item.site)
            case OutboxPage():
                self._lanes.existing(item.key).queue.add_page(item.records)
            case TakenBack():
                if (lane := self._lanes.of(item.key)) is not None:
                    lane.queue.add_again(item.record)
            case CsmsOpened():
                self._csms_opened(item.key, now)
            case CsmsFailed():
                self._csms_lost(item.key, _why_not_connected(item), now)
            case CsmsClosed():
                text = f"the connection to the CSMS is closed ({item.reason})"
                self._csms_lost(item.key, text, now)
        return self._finish(now)

    def handle_timer(self, now: Instant) -> list[Action]:
        """Do what is due."""
        self._sites.handle_timer(now)
        self._lanes.handle_timer(now.monotonic)
        return self._finish(now)

    def timer(self) -> float | None:
        """Return when `handle_timer` wants to be called, on the monotonic clock."""
        times = (self._lanes.timer(), self._sites.timer())
        return min((time for time in times if time is not None), default=None)

    def _finish(self, now: Instant) -> list[Action]:
        for action in self._lanes.outgoing(now):
            if isinstance(action, ToSite):
                self._sites.send_down(action, now)
            elif isinstance(action, Withdraw):
                self._sites.withdraw(action)
            else:
                self._actions.append(action)
        self._sites.finish(now)
        actions = self._actions[:]
        self._actions.clear()
        return actions

    # --- CSMS

    def _csms_text(self, item: CsmsText, now: Instant) -> None:
        try:
            self._lanes.existing(item.key).text(item.text, now.monotonic)
        except MessageError as error:
            text = f"{_name(item.key)}: the CSMS sent a bad message ({error})"
            self._note(Topic.BAD_INPUT, error.fault, text, Level.WARNING)

    def _csms_opened(self, key: Key, now: Instant) -> None:
        if self._lanes.existing(key).opened(now.monotonic):
            self._note(Topic.CSMS_LINK, "up", f"{_name(key)}: connected to the CSMS", Level.INFO)

    def _csms_lost(self, key: Key, what: str, now: Instant) -> None:
        # Said once per episode; the tries that follow are counted only.
        if self._lanes.existing(key).lost(now.monotonic):
            text = f"{_name(key)}: {what}; trying again, with longer and longer waits"
            self._note(Topic.CSMS_LINK, "down", text, Level.WARNING)
        else:
            self._note(Topic.CSMS_LINK, "down")

    def _note(
        self, topic: Topic, label: str = "", text: str = "", level: Level = Level.SILENT
    ) -> None:
        self._actions.append(Note(topic, label, text, level))


def _name(key: Key) -> str:
    return f"{key[0]}/{key[1]}"


def _why_not_connected(failed: CsmsFailed) -> str:
    charger = failed.key[1]
    match failed.status:
        case None:
            return f"cannot connect to the CSMS ({failed.reason})"
        case 401 | 403:
            return (
                f"the CSMS refuses the password of {charger} (HTTP {failed.status}); check"
                " [[site.charger]] password"
            )
        case 404:
            return f"the CSMS does not know {charger} (HTTP 404); check csms.url and the CSMS"
        case _:
            return f"cannot connect to the CSMS (HTTP {failed.status}, {failed.reason})"
