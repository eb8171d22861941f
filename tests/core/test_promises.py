"""A promise in words: what it says and until when, what its owner makes of it, and when it is spoken of."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ritualsd.core.days_said import day_said, spoken_day
from ritualsd.core.phrases import IN_ENGLISH, Phrases
from ritualsd.core.promises import answered, choices, moment_of, moved, new_day, promised, reminders, settled
from ritualsd.errors import RitualsdError
from ritualsd.model import Household, Promise, PromiseState
from tests.builders import person

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = datetime(2026, 11, 30, 9, 30, tzinfo=UTC)
GERMAN = Phrases(
    language="de",
    texts={
        "weekday.5": "Freitag",
        "month.12": "Dezember",
        "when.tomorrow": "morgen",
        "promise.by": "bis zum, bis",
        "promise.at": "um",
        "promise.hour": "Uhr",
        "promise.kept": "gehalten",
        "promise.move": "verschoben auf",
        "promise.let-go": "losgelassen",
        "promise.week": "nächste Woche",
    },
)
HOME = Household(people={"ana": person("ana", "Europe/Berlin"), "ben": person("ben")})


def local(due_utc):
    return None if due_utc is None else f"{due_utc.astimezone(BERLIN):%Y-%m-%d %H:%M}"


def made(due="2026-12-04 23:59", **over):
    due_utc = datetime.fromisoformat(due).replace(tzinfo=BERLIN).astimezone(UTC) if due else None
    given = {"person": "ana", "words": "call the plumber", "made_utc": MONDAY, "changed_utc": MONDAY, "id": 7}
    return Promise(**given | {"due_utc": due_utc} | over)


@pytest.mark.parametrize(
    ("text", "words", "due"),
    [
        ("call the plumber by Friday", "call the plumber", "2026-12-04 23:59"),
        ("Call the plumber by Friday at 18:00.", "Call the plumber", "2026-12-04 18:00"),
        ("call the plumber, by fri at 6 pm", "call the plumber", "2026-12-04 18:00"),
        ("call by tomorrow", "call", "2026-12-01 23:59"),
        ("call by today", "call", "2026-11-30 23:59"),
        ("call by 3 December", "call", "2026-12-03 23:59"),
        ("call by December 3rd", "call", "2026-12-03 23:59"),
        ("call by 3 Nov 2027", "call", "2027-11-03 23:59"),
        ("call by 29 November", "call", "2027-11-29 23:59"),
        ("call until 2026-12-03 at 7:30", "call", "2026-12-03 07:30"),
        ("call by Monday", "call", "2026-12-07 23:59"),
        ("call by next week", "call", "2026-12-07 23:59"),
        ("stop by Tom's by Friday", "stop by Tom's", "2026-12-04 23:59"),
        ("read the book by Friday Fry", "read the book by Friday Fry", None),
        ("call by 31 February", "call by 31 February", None),
        ("call by Friday at 25:00", "call by Friday at 25:00", None),
        ("call the plumber", "call the plumber", None),
        ("  two\nlines   by 2026-12-03 ", "two lines", "2026-12-03 23:59"),
    ],
)
def test_a_day_at_the_end_is_until_when_and_anything_else_is_words(text, words, due):
    meant = promised(text, BERLIN, MONDAY)
    assert (meant.words, local(meant.due_utc)) == (words, due)


@pytest.mark.parametrize(
    ("text", "words", "due"),
    [
        ("den Klempner anrufen bis Freitag", "den Klempner anrufen", "2026-12-04 23:59"),
        ("anrufen bis zum 3. Dezember um 18 Uhr", "anrufen", "2026-12-03 18:00"),
        ("anrufen bis morgen", "anrufen", "2026-12-01 23:59"),
        ("call by Friday", "call", "2026-12-04 23:59"),
    ],
)
def test_a_promise_is_read_in_its_makers_language_and_in_english(text, words, due):
    meant = promised(text, BERLIN, MONDAY, GERMAN)
    assert (meant.words, local(meant.due_utc)) == (words, due)


@pytest.mark.parametrize("text", ["", "  ", "by Friday", "call by 2020-01-01", "call by 2029-01-01", "a" * 501])
def test_what_is_no_promise_is_refused_and_not_quoted(text):
    with pytest.raises(RitualsdError) as refused:
        promised(text, BERLIN, MONDAY)
    assert "call" not in refused.value.what


def test_a_day_ends_when_it_ends_where_its_owner_is():
    assert day_said("Friday", ZoneInfo("Pacific/Kiritimati"), MONDAY) == datetime(2026, 12, 4, 9, 59, tzinfo=UTC)
    assert day_said("Friday", ZoneInfo("America/New_York"), MONDAY) == datetime(2026, 12, 5, 4, 59, tzinfo=UTC)


def test_a_time_that_the_clock_skips_is_the_first_after_it():
    at = datetime(2026, 3, 27, 12, tzinfo=UTC)
    assert day_said("Sunday at 02:30", BERLIN, at) == datetime(2026, 3, 29, 1, 0, tzinfo=UTC)


def test_a_day_is_said_without_a_time_unless_it_has_one():
    assert spoken_day(made().due_utc, BERLIN, IN_ENGLISH) == "Friday, 4 December"
    assert spoken_day(made("2026-12-04 18:00").due_utc, BERLIN, IN_ENGLISH) == "Friday, 4 December, 18:00"


@given(st.text(max_size=200))
def test_any_text_is_a_promise_or_is_refused(text):
    try:
        meant = promised(text, BERLIN, MONDAY)
    except RitualsdError:
        return
    assert meant.words
    assert meant.due_utc is None or meant.due_utc > MONDAY


# what its owner says of it


def test_its_owner_says_kept_let_go_or_another_day():
    assert answered(made(), "Kept.", BERLIN, MONDAY, IN_ENGLISH).state is PromiseState.KEPT
    assert answered(made(), "let go", BERLIN, MONDAY, IN_ENGLISH).state is PromiseState.DROPPED
    moved_on = answered(made(), "moved to Sunday", BERLIN, MONDAY, IN_ENGLISH)
    assert (moved_on.state, local(moved_on.due_utc)) == (PromiseState.OPEN, "2026-12-06 23:59")
    assert local(answered(made(), "move by 12 December", BERLIN, MONDAY, IN_ENGLISH).due_utc) == "2026-12-12 23:59"
    assert answered(made(), "gehalten", BERLIN, MONDAY, GERMAN).state is PromiseState.KEPT
    assert local(answered(made(), "verschoben auf Freitag", BERLIN, MONDAY, GERMAN).due_utc) == "2026-12-04 23:59"


@pytest.mark.parametrize("text", ["", "👍", "ok", "skip", "I forgot", "not kept"])
def test_nothing_else_says_how_it_went(text):
    assert answered(made(), text, BERLIN, MONDAY, IN_ENGLISH) is None


def test_each_choice_that_is_offered_is_understood():
    for phrases in (IN_ENGLISH, GERMAN):
        for choice in choices(phrases):
            assert answered(made(), choice, BERLIN, MONDAY, phrases) is not None


@pytest.mark.parametrize("text", ["moved to Blursday", "move to yesterday", "moved to 2020-01-01"])
def test_a_move_to_no_day_ahead_is_refused(text):
    with pytest.raises(RitualsdError, match="day"):
        answered(made(), text, BERLIN, MONDAY, IN_ENGLISH)


def test_a_new_day_is_named_with_or_without_by():
    assert new_day("by Sunday", BERLIN, MONDAY) == new_day("Sunday", BERLIN, MONDAY)


# when it is spoken of


def times(promise, now=MONDAY):
    return [(moment_of(each)[0], local(each.due_utc)) for each in reminders(promise, HOME, now)]


def test_it_is_spoken_of_on_the_day_before_and_on_the_day_after():
    assert times(made()) == [("ahead", "2026-12-03 09:00"), ("after", "2026-12-05 09:00")]


def test_made_the_day_before_it_is_spoken_of_that_very_morning():
    evening = datetime(2026, 12, 3, 18, 0, tzinfo=UTC)
    assert times(made(), evening) == [("ahead", "2026-12-04 09:00"), ("after", "2026-12-05 09:00")]
    assert times(made("2026-12-04 08:00"), evening) == [("after", "2026-12-05 09:00")]
    assert times(made("2026-12-04 18:00"), evening + timedelta(hours=15)) == [("after", "2026-12-05 09:00")]


@pytest.mark.parametrize("promise", [made(due=""), settled(made(), PromiseState.KEPT, MONDAY)])
def test_without_a_day_or_once_settled_nothing_is_said(promise):
    assert times(promise) == []


def test_a_move_makes_a_promise_open_again():
    kept = settled(made(), PromiseState.KEPT, MONDAY)
    assert moved(kept, made().due_utc, MONDAY).state is PromiseState.OPEN
