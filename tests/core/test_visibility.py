"""Who sees what: the table of every noun by every viewer, and that nothing visible is made by any other hand."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import get_args

import pytest

from ritualsd.core.kept import kept_from, safe_channels
from ritualsd.core.reasons import reason
from ritualsd.core.upcoming import Upcoming
from ritualsd.core.visibility import (
    Answer,
    Own,
    Thing,
    Trouble,
    Turn,
    Visible,
    Wish,
    answers_heard,
    can_see,
    may_be_theirs,
    visible_to,
)
from ritualsd.model import (
    ActionKind,
    DeliveryState,
    Entry,
    Fact,
    LifeSeason,
    Occurrence,
    OccurrenceState,
    Pause,
    Promise,
    Reply,
    Slot,
    Taste,
    Verdict,
)
from tests.builders import NOON, channel, delivery, person, ritual, settings

OPEN = ritual("open", to=("ana", "ben"), ask="text")
SURPRISE = ritual("surprise", to=("ana", "ben"), turns=True, secret_from="others")
FROM_BEN = ritual("from-ben", to=("ana",), secret_from=frozenset({"ben"}))
PARTY = ritual("party", to=("ana",), secret_from="others", secret_until=date(2026, 3, 2))
GIFT = ritual("gift", to=("ana",), secret_from="others", secret_until="after done")
AT_ONCE = ritual("at-once", to=("ana", "ben"), ask="text", reveal="at-once")
HOME = settings(
    OPEN, SURPRISE, FROM_BEN, PARTY, GIFT, AT_ONCE, people=(person("ana"), person("ben"), person("cleo"))
).household
VIEWERS = ("ana", "ben", "cleo", None)


def occurrence(ritual_="open", who="ana", **over):
    return Occurrence(
        **{
            "ritual": ritual_, "slot": "2026-03-02", "person": who, "due_utc": NOON, "zone": "UTC",
            "slot_local": NOON.replace(tzinfo=None),
        } | over
    )  # fmt: skip


def reply(who="ana", ritual_="open", words="I felt calm"):
    return Reply(
        occurrence=1, ritual=ritual_, person=who, action=ActionKind.TEXT, source="test", source_msg_id=who,
        received_utc=NOON, words=words,
    )  # fmt: skip


ANAS, BENS = reply(), reply("ben")
BOTH = {"ana": ANAS, "ben": BENS}
SLOT = Slot(key="2026-03-02", local=datetime(2026, 3, 2, 12), zone="UTC", due_utc=NOON)
FACT = Fact(person="ana", key="k", value="v", audience=frozenset({"ben"}), told_utc=NOON)
TASTE = Taste(person="ana", kind="k", prompt_id="p", verdict=Verdict.NEVER, at_utc=NOON)
TABLE = [  # the thing, and what ana (whose it is), ben, cleo and nobody in particular see of it
    ("a message", occurrence(), "full none none full"),
    ("one nobody may know of", occurrence("surprise"), "full none none masked"),
    ("one kept from ben", occurrence("from-ben"), "full none none masked"),
    ("one of a ritual that is gone", occurrence("gone"), "full none none masked"),
    ("a nudge", occurrence(part="~nudge-1"), "full none none none"),
    ("a promise's reminder", occurrence("~promise"), "full none none none"),
    ("a message with its tries", Entry(occurrence=occurrence()), "full none none full"),
    ("a delivery", delivery(ritual="open"), "full none none full"),
    ("a delivery of a secret", delivery(ritual="surprise"), "full none none masked"),
    ("a slot ahead", Upcoming(ritual=OPEN, person="ana", slot=SLOT), "full none none full"),
    ("a secret slot ahead", Upcoming(ritual=SURPRISE, person="ana", slot=SLOT), "full none none masked"),
    ("whose turn it is", Turn(ritual=SURPRISE, person="ana", due_utc=NOON), "full none none masked"),
    ("an answer before the others'", Answer(reply=ANAS, ritual=OPEN, beside={"ana": ANAS}), "full none none none"),
    ("an answer once all are there", Answer(reply=ANAS, ritual=OPEN, beside=BOTH), "full full none none"),
    ("an answer that was taken back", Answer(reply=ANAS, ritual=OPEN, beside={"ben": BENS}), "full none none none"),
    ("an answer shared at once", Answer(reply=ANAS, ritual=AT_ONCE, beside={"ana": ANAS}), "full full none none"),
    ("an answer to a secret", Answer(reply=ANAS, ritual=SURPRISE, beside=BOTH), "full none none none"),
    ("an answer to what is gone", Answer(reply=ANAS, ritual=None, beside=BOTH), "full none none none"),
    ("words to be passed on", Wish(reply=ANAS, ritual=OPEN), "full full none none"),
    ("words beside a secret", Wish(reply=ANAS, ritual=SURPRISE), "full none none none"),
    ("a pause of one's own", Pause(person="ana", since_utc=NOON), "full none none none"),
    ("a mute of one's own", Pause(person="ana", ritual="open", since_utc=NOON), "full none none none"),
    ("everyone's pause", Pause(since_utc=NOON), "full full full full"),
    ("a season of one's own", LifeSeason(name="grief", person="ana", since_utc=NOON), "full none none none"),
    ("everyone's season", LifeSeason(name="newborn", since_utc=NOON), "full full full full"),
    ("somebody's repair", LifeSeason(name="conflict", person="~repair", since_utc=NOON), "none none none none"),
    ("a setting", Own(person="ana", key="level", value="1"), "full none none none"),
    ("a fact", FACT, "full none none none"),
    ("a verdict", TASTE, "full none none none"),
    ("a promise", Promise(person="ana", words="w", made_utc=NOON, changed_utc=NOON), "full none none none"),
    (
        "a shared promise",
        Promise(person="ana", words="w", made_utc=NOON, changed_utc=NOON, shared_with=frozenset({"ben"})),
        "full full none none",
    ),
    ("a channel that fails", Trouble(person="ana", label="ana/phone"), "full none none full"),
]  # fmt: skip


@pytest.mark.parametrize(("what", "thing", "seen"), TABLE, ids=[row[0] for row in TABLE])
def test_the_table_of_who_sees_what(what, thing, seen):
    assert " ".join(can_see(viewer, thing, HOME, NOON) for viewer in VIEWERS) == seen


@pytest.mark.parametrize(("what", "thing", "seen"), TABLE, ids=[row[0] for row in TABLE])
def test_only_what_is_seen_in_full_becomes_visible(what, thing, seen):
    shown = [sum(1 for _ in visible_to(viewer, [thing], HOME, NOON)) for viewer in VIEWERS]
    assert shown == [int(sight == "full") for sight in seen.split()]


def test_every_noun_that_can_be_seen_is_in_the_table():
    assert {type(thing) for _, thing, _ in TABLE} == set(get_args(Thing))


@pytest.mark.parametrize(
    "what", [occurrence(), occurrence("surprise"), occurrence(part="~nudge-1"), occurrence("gone")]
)
def test_a_name_says_of_every_message_whose_it_can_be(what):
    assert [may_be_theirs(viewer, what.name) for viewer in VIEWERS] == [True, False, False, True]


@pytest.mark.parametrize("name", ["", "ana", "open@2026-03-02", "open/ana", "@/", "open@2026-03-02/anabel", "/ana@"])
def test_a_name_of_nothing_is_nobodys(name):
    assert not may_be_theirs("ana", name)


def test_nothing_visible_is_made_by_any_other_hand():
    with pytest.raises(TypeError, match="visible_to"):
        Visible(object(), occurrence())


def test_a_secret_until_a_day_is_one_until_that_day_is_over_at_home():
    party = occurrence("party")
    assert can_see(None, party, HOME, datetime(2026, 3, 2, 23, 59, tzinfo=UTC)) == "masked"
    assert can_see(None, party, HOME, datetime(2026, 3, 3, tzinfo=UTC)) == "full"
    assert can_see("ben", party, HOME, datetime(2026, 3, 3, tzinfo=UTC)) == "none"  # what is ana's stays hers


def test_a_secret_until_done_ends_for_what_was_due_by_then_and_begins_anew():
    done = replace(HOME, done={("gift", "ana"): NOON + timedelta(hours=1)})
    assert can_see(None, occurrence("gift"), HOME, NOON) == "masked"
    assert can_see(None, occurrence("gift"), done, NOON) == "full"
    assert can_see(None, occurrence("gift", due_utc=NOON + timedelta(days=1)), done, NOON) == "masked"
    assert can_see(None, occurrence("gift", who="ben"), done, NOON) == "masked"


@pytest.mark.parametrize(
    "code", ["own-pause", "own-quiet", "own-budget", "private", "answered", "done", "free", "swapped", "settled"]
)
def test_why_a_person_was_left_alone_is_a_private_matter_to_everybody_else(code):
    ended = occurrence(state=OccurrenceState.SKIPPED, reason=code, detail=reason(code).detail)
    cancelled = delivery(ritual="open", state=DeliveryState.CANCELLED, code=code, reason=code)
    entry = Entry(occurrence=ended, deliveries=(cancelled,))
    (own,) = visible_to("ana", [entry], HOME, NOON)
    (others,) = visible_to(None, [entry], HOME, NOON)
    assert own.thing == entry
    assert (others.thing.occurrence.reason, others.thing.occurrence.detail) == ("private", "it rests for now")
    assert others.thing.deliveries == ()


def test_what_followed_once_a_message_arrived_is_between_it_and_its_reader():
    sent = delivery(ritual="open", state=DeliveryState.SENT, sent_utc=NOON)
    again = delivery(ritual="open", id=8, code="snooze", next_attempt_utc=NOON + timedelta(hours=2))
    plain = Entry(occurrence=occurrence(state=OccurrenceState.CLOSED, reason="sent", detail="sent"), deliveries=(sent,))
    put_off = Entry(occurrence=occurrence(state=OccurrenceState.READY), deliveries=(sent, again))
    given_back = Entry(occurrence=occurrence(state=OccurrenceState.SKIPPED, reason="free"), deliveries=(sent,))
    seen = [next(visible_to(None, [each], HOME, NOON)).thing for each in (plain, put_off, given_back)]
    assert seen[1:] == [plain, plain]
    assert next(visible_to("ana", [put_off], HOME, NOON)).thing == put_off


def test_the_answers_somebody_hears_are_those_of_the_others_in_the_order_they_are_asked():
    assert list(answers_heard("ben", OPEN, BOTH, HOME, NOON)) == ["ana"]
    assert answers_heard("cleo", OPEN, BOTH, HOME, NOON) == {}
    assert answers_heard("ben", OPEN, {"ana": ANAS}, HOME, NOON) == {}


def test_a_secret_from_others_is_kept_from_everyone_but_its_recipient():
    assert kept_from(SURPRISE, "ana", HOME.people) == {"ben", "cleo"}


def test_a_recipient_is_never_among_those_it_is_kept_from():
    assert kept_from(ritual(secret_from=frozenset({"ana", "ben"})), "ana", HOME.people) == {"ben"}


def test_a_shared_channel_never_carries_the_secret():
    shared = channel("ana", "tablet", shared_with=frozenset({"ben"}))
    own = channel("ana")
    assert safe_channels((shared, own), {"ben"}) == (own,)
    assert safe_channels((shared, own), {"cleo"}) == (shared, own)


def test_a_secret_that_has_ended_still_goes_over_no_shared_channel():
    assert kept_from(PARTY, "ana", HOME.people) == {"ben", "cleo"}
