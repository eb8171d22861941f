"""Before every send: quiet hours, pauses, expiry, safe channels, and a channel that keeps failing."""

from datetime import timedelta

from ritualsd.core.gate import BROKEN_AFTER, PROBE_EVERY, gate
from ritualsd.model import DeliveryState, Health, OccurrenceState, Pause
from tests.builders import NIGHT, NOON, channel, delivery, person, ritual

PHONE = (channel("ana"),)
BOTH = (channel("ana"), channel("ana", "mail"))


def ask(over=None, *, who=None, channels=PHONE, pauses=(), health=None, now=NOON, what=None):
    return gate(
        delivery(**(over or {})),
        what or ritual(),
        who or person("ana"),
        channels,
        pauses=pauses,
        health=health or Health(),
        now=now,
    )


def test_a_delivery_with_nothing_against_it_goes_now():
    assert ask() is None


def test_quiet_hours_hold_it_until_they_end_in_the_persons_own_zone():
    who = person("ana", "America/New_York", quiet=NIGHT)
    at_night = NOON.replace(hour=4)  # 23:00 in New York
    held = ask({"expires_utc": NOON + timedelta(days=1)}, who=who, now=at_night)
    assert held.state is DeliveryState.PENDING
    assert held.next_attempt_utc == NOON  # 07:00 in New York


def test_quiet_hours_longer_than_the_message_makes_sense_end_it_with_a_reason():
    who = person("ana", quiet=NIGHT)
    late = NOON.replace(hour=23)
    ended = ask({"due_utc": late, "expires_utc": late + timedelta(hours=1)}, who=who, now=late)
    assert ended.occurrence[0] is OccurrenceState.SKIPPED
    assert ended.occurrence[1].code == "quiet"


def test_a_pause_that_began_after_planning_is_kept():
    ended = ask(pauses=(Pause(ritual="", person="ana", since_utc=NOON - timedelta(minutes=1)),))
    assert ended.occurrence[1].code == "own-pause"


def test_another_persons_pause_changes_nothing():
    assert ask(pauses=(Pause(ritual="", person="ben", since_utc=NOON - timedelta(minutes=1)),)) is None


def test_past_its_time_it_expires_and_says_whether_a_newer_one_came():
    late = ask({"expires_utc": NOON}, what=ritual(expires=timedelta(0)))
    assert late.occurrence[0] is OccurrenceState.EXPIRED
    overtaken = ask({"expires_utc": NOON, "due_utc": NOON - timedelta(hours=2)}, what=ritual(expires=timedelta(days=1)))
    assert overtaken.occurrence[0] is OccurrenceState.SUPERSEDED


def test_a_removed_ritual_takes_its_deliveries_along():
    ended = gate(delivery(), None, person("ana"), PHONE, pauses=(), health=Health(), now=NOON)
    assert ended.occurrence[1].code == "config"


def test_a_channel_that_is_no_longer_safe_gives_way_to_the_next():
    moved = ask(channels=(channel("ana", "mail"),))
    assert moved.fallback.channel == "mail"
    assert moved.fallback.body == "words"


def test_without_a_safe_channel_nothing_is_sent_and_it_says_so():
    ended = ask(channels=())
    assert ended.occurrence == (OccurrenceState.FAILED, ended.reason)
    assert ended.reason.code == "no-safe-channel"


def test_a_broken_channel_is_probed_now_and_then():
    health = Health(failures=BROKEN_AFTER, last_attempt_utc=NOON - timedelta(minutes=1))
    held = ask(health=health)
    assert held.next_attempt_utc == NOON - timedelta(minutes=1) + PROBE_EVERY
    assert ask(health=health, now=NOON + PROBE_EVERY) is None


def test_a_broken_channel_hands_over_to_its_fallback_at_once():
    health = Health(failures=BROKEN_AFTER, last_attempt_utc=NOON - timedelta(minutes=1))
    assert ask(health=health, channels=BOTH).fallback.channel == "mail"
