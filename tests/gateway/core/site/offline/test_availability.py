"""When the CSMS counts as out of reach."""

from laconic_gateway.core.site.offline.availability import BEHIND_RECORDS, Availability


def test_a_link_that_fails_is_offline_until_it_answers() -> None:
    one = Availability()
    assert not one.is_offline
    one.link_failed(10.0)
    one.link_failed(50.0)
    assert one.is_offline and one.offline_since == 10.0
    one.link_answered(60.0)
    assert not one.is_offline and one.offline_since is None


def test_a_csms_that_lets_a_call_wait_is_offline_until_it_is_heard() -> None:
    one = Availability()
    one.waited(20.0)
    one.link_answered(21.0)  # the expander is there; the CSMS behind it is not
    assert one.is_offline and one.offline_since == 20.0
    one.progress(0, 7, 22.0)
    assert one.is_offline
    one.progress(1, 6, 23.0)  # it has taken something
    assert not one.is_offline
    one.waited(40.0)
    one.heard(41.0)
    assert not one.is_offline


def test_both_have_to_be_over() -> None:
    one = Availability()
    one.link_failed(1.0)
    one.waited(2.0)
    one.heard(3.0)
    assert one.is_offline and one.offline_since == 1.0
    one.link_answered(4.0)
    assert not one.is_offline


def test_it_is_behind_while_much_waits() -> None:
    one = Availability()
    one.progress(5, BEHIND_RECORDS + 1, 0.0)
    assert one.is_behind and not one.is_offline
    one.progress(6, BEHIND_RECORDS, 0.0)
    assert not one.is_behind
