"""Which site speaks for a charger that several sites list (D14)."""

from collections.abc import Mapping
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from laconic_codec.items import Bind, MessageItem, Presence
from laconic_codec.messages import Call
from laconic_gateway.core.expander.claims import Claim, Claims
from laconic_gateway.core.expander.expander import Expander
from laconic_gateway.core.expander.io import (
    Action,
    CloseCsms,
    CsmsOpened,
    CsmsText,
    Input,
    KeepNow,
    Key,
    OpenCsms,
    RecordDone,
    RecordsStored,
    SendToCsms,
    SiteRequest,
)
from laconic_gateway.core.expander.kept import Kept
from laconic_gateway.core.expander.sites import SiteSettings
from laconic_gateway.core.instant import Instant
from laconic_gateway.core.notes import Topic
from tests.support.actions import notes, of_kind
from tests.support.cloud import batch_of, opening

A, B, C = ("a", "CP1"), ("b", "CP1"), ("c", "CP1")
SITES = {"a": ["CP1", "CP2"], "b": ["CP1"], "c": ["CP1"]}
LEASES = {"a": 90.0, "b": 90.0, "c": 90.0}


@dataclass
class Lane:
    is_present: bool = False
    has_messages: bool = False
    is_connected: bool = False


class Play:
    """Lanes that obey at once when they may, and close only when `lets_go` says so."""

    def __init__(self, restored: dict[Key, int] | None = None) -> None:
        self.claims = Claims(SITES, restored or {}, LEASES)
        self.lanes = {key: Lane() for key in (A, B, C)}
        self.told: list[Key] = []
        self.given: list[Claim] = []

    def review(self) -> None:
        told, claim = self.claims.review("CP1", self.lanes)
        self.told += told
        if claim is not None:
            self.given.append(claim)
        for key, lane in self.lanes.items():
            may = self.claims.may_connect(key)
            lane.is_connected = may and (lane.is_present or lane.has_messages)

    def settle(self) -> None:
        for _ in range(4):
            self.review()


def test_a_charger_of_one_site_needs_no_claim() -> None:
    claims = Claims(SITES, {}, LEASES)
    assert claims.may_connect(("a", "CP2"))
    assert not claims.is_shared("CP2")


def test_the_later_one_waits_until_the_first_is_gone() -> None:
    play = Play()
    play.lanes[A].is_present = True
    play.settle()
    play.lanes[B].is_present = play.lanes[B].has_messages = True
    play.settle()
    assert play.claims.may_connect(A) and play.told == [B]
    play.lanes[A].is_present = False
    play.settle()
    assert play.claims.may_connect(B)
    assert [claim.fence for claim in play.given] == [1, 2]


def test_what_a_site_still_has_of_a_charger_is_sent_between() -> None:
    play = Play()
    play.lanes[A].is_present = True
    play.settle()
    play.lanes[B].has_messages = True
    play.settle()
    assert play.claims.may_connect(B) and play.told == []
    play.lanes[B].has_messages = False
    play.settle()
    assert play.claims.may_connect(A)


def test_who_has_messages_itself_gives_nothing_back() -> None:
    play = Play()
    play.lanes[A].is_present = play.lanes[A].has_messages = True
    play.settle()
    play.lanes[B].has_messages = True
    play.settle()
    assert play.claims.may_connect(A)


def test_a_claim_of_before_the_start_is_kept_for_a_lease() -> None:
    play = Play({A: 4, B: 7})
    play.claims.begin(100.0)
    play.lanes[A].is_present = True
    play.settle()
    assert not play.claims.may_connect(A) and play.told == [A]
    assert play.claims.timer() == 190.0
    assert play.claims.due(190.0) == ["CP1"]
    play.settle()
    assert play.claims.may_connect(A)
    assert play.given == [Claim(A, 8)]


def test_a_site_that_is_back_in_time_has_its_claim_still() -> None:
    play = Play({B: 7})
    play.lanes[A].is_present = True
    play.claims.begin(100.0)
    play.settle()
    play.lanes[B].is_present = True
    play.settle()
    assert play.claims.may_connect(B) and play.given == []
    play.lanes[B].is_present = False
    play.settle()
    assert play.claims.may_connect(A)


STEPS = st.tuples(
    st.sampled_from([A, B, C]), st.booleans(), st.sampled_from([False, False, True]), st.booleans()
)


@given(st.lists(STEPS, max_size=40))
def test_one_at_most_is_connected_and_who_wants_it_gets_it_in_the_end(
    steps: list[tuple[Key, bool, bool, bool]],
) -> None:
    play = Play()
    for key, present, messages, settles in steps:
        play.lanes[key].is_present, play.lanes[key].has_messages = present, messages
        play.review()
        assert sum(lane.is_connected for lane in play.lanes.values()) <= 1
        if settles:
            play.settle()
            wanting = [lane for lane in play.lanes.values() if lane.is_present or lane.has_messages]
            assert any(lane.is_connected for lane in wanting) or not wanting
    fences = [claim.fence for claim in play.given]
    assert fences == sorted(set(fences))
    for lane in play.lanes.values():
        lane.is_present = False
    for _ in play.lanes:  # each sends what it has, then leaves
        play.settle()
        for key, lane in play.lanes.items():
            lane.has_messages = lane.has_messages and not play.claims.may_connect(key)
    assert not any(lane.has_messages for lane in play.lanes.values())


# --- the whole expander


class Cloud:
    """An expander for two sites that list the same charger."""

    def __init__(self, kept: Mapping[str, tuple[Kept, ...]] | None = None) -> None:
        settings = {
            name: SiteSettings(
                90.0, frozenset({"CP1"}), 0, 0, kept={"CP1": (kept or {}).get(name, ())}
            )
            for name in ("a", "b")
        }
        self.core = Expander(settings, random=lambda: 0.5, new_id=lambda: "made")
        self.requests = 0
        self.next = {"a": 0, "b": 0}

    def feed(self, item: Input, now: float = 0.0) -> list[Action]:
        return self.core.receive(item, Instant(now, now))

    def arrive(self, site: str, now: float = 0.0) -> list[Action]:
        """Have the charger connect at a site."""
        self.requests += 1
        frame = opening(Bind(0, "/CP1", "1.6"), Presence(0, 1))
        return self.feed(SiteRequest(site, self.requests, frame, True, True), now)

    def say(self, site: str, *items: MessageItem | Presence, now: float = 0.0) -> list[Action]:
        self.requests += 1
        frame = batch_of(self.next[site], *items)
        self.next[site] += len(items)
        actions = self.feed(SiteRequest(site, self.requests, frame, True, True), now)
        messages = sum(isinstance(item, MessageItem) for item in items)
        return [*actions, *self.feed(RecordsStored(site, messages), now)] if messages else actions


METER = MessageItem(0, Call("", "MeterValues", "{}"), answered=True)


def test_a_charger_at_two_sites_has_one_socket_and_nothing_is_lost() -> None:
    cloud = Cloud()
    (opened,) = of_kind(cloud.arrive("a"), OpenCsms)
    assert opened.key == A
    cloud.feed(CsmsOpened(A))
    second = cloud.arrive("b")
    assert of_kind(second, OpenCsms) == []
    assert len(notes(second, Topic.SECOND_CLAIM)) == 1
    assert of_kind(cloud.say("b", METER), SendToCsms) == []
    left = cloud.say("a", Presence(0, 2))
    assert [a.key for a in left if isinstance(a, CloseCsms | OpenCsms)] == [A, B]
    assert [keep.key for keep in of_kind(left, KeepNow)] == [B]
    (sent,) = of_kind(cloud.feed(CsmsOpened(B)), SendToCsms)
    assert "MeterValues" in sent.text


def test_messages_of_a_site_that_lost_the_charger_are_sent_between() -> None:
    cloud = Cloud()
    cloud.arrive("a")
    cloud.feed(CsmsOpened(A))
    cloud.arrive("b")
    left = cloud.say("b", METER, Presence(0, 2))
    assert [a.key for a in left if isinstance(a, CloseCsms | OpenCsms)] == [A, B]
    assert of_kind(cloud.say("a", METER), SendToCsms) == []
    (sent,) = of_kind(cloud.feed(CsmsOpened(B)), SendToCsms)
    actions = cloud.feed(CsmsText(B, f"[3,{sent.text.split(',')[1]},{{}}]"))
    actions += cloud.feed(RecordDone(B, 1))
    assert [a.key for a in actions if isinstance(a, CloseCsms | OpenCsms)] == [B, A]
    assert len(of_kind(cloud.feed(CsmsOpened(A)), SendToCsms)) == 1


def test_the_claim_is_on_disk_and_kept_over_a_restart() -> None:
    cloud = Cloud()
    keeps = {
        keep.key[0]: (keep.kept,)
        for keep in of_kind([*cloud.arrive("b"), *cloud.arrive("a")], KeepNow)
    }
    assert set(keeps) == {"b"}
    again = Cloud(keeps)
    assert of_kind(again.arrive("a"), OpenCsms) == []
    assert [a.key for a in of_kind(again.arrive("b"), OpenCsms)] == [B]


def test_a_claim_that_nobody_renews_passes_on_when_its_time_is_over() -> None:
    cloud = Cloud()
    keeps = {keep.key[0]: (keep.kept,) for keep in of_kind(cloud.arrive("b"), KeepNow)}
    again = Cloud(keeps)
    again.arrive("a")
    due = 90.0
    assert again.core.timer() == due
    again.say("a", METER, now=60.0)  # a sign of life
    actions = again.core.handle_timer(Instant(due, due))
    assert [a.key for a in of_kind(actions, OpenCsms)] == [A]
