"""What follows an attempt: each kind of outcome, with and without a further channel."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ritualsd.core.retry import FALL_BACK_AFTER, FIRST_WAIT, LATER, LONGEST_WAIT, after_attempt, wait_after
from ritualsd.model import DeliveryState, OccurrenceState, Outcome
from tests.builders import NOON, channel, delivery

ALONE = (channel("ana"),)
BOTH = (channel("ana"), channel("ana", "mail"))
LATEST = NOON + timedelta(days=1)


def after(kind, code="http-500", *, channels=ALONE, **over):
    return after_attempt(delivery(**over), Outcome(kind=kind, code=code), NOON, channels, LATEST)


def test_accepted_closes_the_occurrence():
    settled = after("sent", "http-200")
    assert settled.state is DeliveryState.SENT
    assert settled.occurrence[0] is OccurrenceState.CLOSED
    assert settled.healthy is True


def test_refused_goes_to_the_next_channel_with_the_same_words():
    settled = after("permanent", "http-404", channels=BOTH)
    assert settled.state is DeliveryState.FAILED
    assert (settled.fallback.channel, settled.fallback.order) == ("mail", 1)
    assert settled.fallback.body == delivery().body
    assert settled.occurrence is None


def test_refused_on_the_only_channel_is_tried_once_more_and_then_failed():
    assert after("permanent", "http-401").next_attempt_utc == NOON + LATER
    assert after("permanent", "http-401", attempts=2).occurrence[0] is OccurrenceState.FAILED


@pytest.mark.parametrize("kind", ["transient", "unknown"])
def test_what_may_heal_is_tried_again_later(kind):
    settled = after(kind)
    assert settled.state is DeliveryState.PENDING
    assert FIRST_WAIT <= settled.next_attempt_utc - NOON <= LONGEST_WAIT


def test_a_channel_that_gets_nowhere_gives_way_to_the_next():
    assert after("transient", attempts=FALL_BACK_AFTER, channels=BOTH).fallback.channel == "mail"
    assert after("transient", attempts=FALL_BACK_AFTER - 1, channels=BOTH).fallback is None


def test_nothing_is_tried_past_its_expiry():
    settled = after("transient", expires_utc=NOON + timedelta(seconds=10))
    assert settled.occurrence[0] is OccurrenceState.SUPERSEDED


def test_too_many_requests_wait_at_least_a_minute():
    assert after("transient", "http-429").next_attempt_utc >= NOON + timedelta(minutes=1)


@given(delivery_id=st.integers(1, 10**9), attempts=st.integers(1, 60))
def test_waits_never_get_shorter_and_stay_bounded(delivery_id, attempts):
    wait = wait_after(delivery_id, attempts, "refused")
    assert FIRST_WAIT <= wait <= LONGEST_WAIT
    assert wait <= wait_after(delivery_id, attempts + 1, "refused")
