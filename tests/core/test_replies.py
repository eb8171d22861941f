"""What a reply means: the same few words everywhere, then the ritual's own answers, and nothing guessed."""

import re
import unicodedata
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ritualsd.core.phrases import Phrases
from ritualsd.core.replies import LONGEST, forms, parse_reply, said
from ritualsd.errors import RitualsdError
from ritualsd.model import Action, ActionKind

A = ActionKind
MOODS = ("Wonderful", "ok", "Not today", "Ça va")
ASKS = st.sampled_from(["none", "done", "text", "scale", MOODS])


def meant(text, ask="none"):
    action = parse_reply(text, ask)
    return action.kind, action.words


@pytest.mark.parametrize("ask", ["none", "done", "text", "scale", MOODS])
@pytest.mark.parametrize("text", ["done", "Done", " DONE. ", "okay", "👍", "👍🏽", "✅", "✔️"])
def test_done_is_said_in_few_words_whatever_is_asked(text, ask):
    assert meant(text, ask) == (A.DONE, "")


@pytest.mark.parametrize("ask", ["none", "text", "scale", MOODS, ("skip", "done")])
def test_skip_and_done_mean_the_same_everywhere_even_beside_choices_of_that_name(ask):
    assert meant("skip", ask) == (A.SKIP, "")
    assert meant("done", ask) == (A.DONE, "")


@pytest.mark.parametrize(
    ("text", "hours"), [("snooze 2h", 2), ("Snooze for 30 min", 0.5), ("snooze 1 day", 24), ("snooze1h30m", 1.5)]
)
def test_a_snooze_says_for_how_long(text, hours):
    assert parse_reply(text, "text") == Action(kind=A.SNOOZE, wait=timedelta(hours=hours))


@pytest.mark.parametrize("text", ["snooze", "snooze for", "snooze 2", "snooze 0h", "snooze 60 weeks", "snooze 2 moons"])
def test_a_snooze_that_does_not_is_told_how_to_write_it(text):
    with pytest.raises(RitualsdError, match="snooze 2h"):
        parse_reply(text, "text")


def test_words_that_only_begin_with_snooze_are_words():
    assert meant("Snooze buttons are the best of mornings", "text")[0] is A.TEXT


def test_a_number_is_an_answer_where_a_number_is_asked_for():
    assert [meant(str(n), "scale") for n in range(1, 6)] == [(A.SCALE, str(n)) for n in range(1, 6)]
    assert meant("4", "text") == (A.TEXT, "4")


@pytest.mark.parametrize("text", ["0", "6", "4.5", "four", "45", "-1"])
def test_a_number_off_the_scale_is_no_answer(text):
    with pytest.raises(RitualsdError, match="a number from 1 to 5"):
        parse_reply(text, "scale")


@pytest.mark.parametrize(
    ("text", "choice"),
    [("wonderful", "Wonderful"), ("NOT  TODAY", "Not today"), ("ok", "ok"), ("Ok.", "ok"), ("C\u0327a va", "Ça va")],
)
def test_a_choice_is_kept_as_the_ritual_spells_it(text, choice):
    assert meant(text, MOODS) == (A.CHOICE, choice)


def test_the_rituals_own_ok_comes_before_the_plain_yes():
    assert meant("ok", MOODS)[0] is A.CHOICE
    assert meant("ok", "scale")[0] is A.DONE


@pytest.mark.parametrize(
    ("ask", "named"),
    [
        ("none", "done, skip or snooze 2h"),
        ("done", "done, skip or snooze 2h"),
        ("scale", "done, skip, snooze 2h or a number from 1 to 5"),
        (("tea", "coffee"), 'done, skip, snooze 2h, "tea" or "coffee"'),
    ],
)
def test_what_is_no_answer_is_told_which_there_are_without_being_quoted(ask, named):
    assert forms(ask) == named
    with pytest.raises(RitualsdError) as refused:
        parse_reply("CANARY in the coal mine", ask)
    assert named in str(refused.value)
    assert "CANARY" not in str(refused.value)


@pytest.mark.parametrize("ask", ["none", "text", "scale", MOODS])
@pytest.mark.parametrize("text", ["", "  \n", "\x00", "\u202e"])
def test_an_empty_answer_says_so(text, ask):
    with pytest.raises(RitualsdError, match="nothing in that answer"):
        parse_reply(text, ask)


def test_words_are_kept_as_they_were_said_but_for_what_cannot_be_seen():
    assert said(" Cafe\u0301\r\nwith\tyou\x1b[31m\u202e \ud83d") == "Café\nwith you[31m"
    assert said("\u241f1:0a1b2c3d:words") == "1:0a1b2c3d:words"  # nobody's words can look like sealed ones
    family = "👩‍👩‍👧 ❤️"
    assert meant(family, "text") == (A.TEXT, family)


def test_an_answer_has_an_end():
    assert len(parse_reply("x" * LONGEST, "text").words) == LONGEST
    for length in (LONGEST + 1, 10 * LONGEST):
        with pytest.raises(RitualsdError, match="at most 4000"):
            parse_reply("x" * length, "text")


@given(st.text(max_size=200), ASKS)
def test_any_text_is_an_action_or_a_kind_word(text, ask):
    try:
        action = parse_reply(text, ask)
    except RitualsdError:
        return
    assert (action.wait is not None) == (action.kind is A.SNOOZE)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\ud800-\udfff]", action.words)
    assert unicodedata.is_normalized("NFC", action.words)
    if action.kind is A.TEXT:
        assert ask == "text"
        assert parse_reply(action.words, ask) == action


# verdicts, promises, undo, and a snooze that names a time

GERMAN = Phrases(
    language="de",
    texts={"reply.done": "erledigt, fertig", "reply.skip": "auslassen", "reply.snooze": "später", "reply.until": "bis"},
)
MONDAY = datetime(2026, 3, 2, 18, 0, tzinfo=ZoneInfo("Europe/Berlin"))


@pytest.mark.parametrize("ask", ["none", "done", "text", "scale", MOODS])
@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("favourite", A.FAVOURITE),
        ("Favorite.", A.FAVOURITE),
        ("not tonight", A.NOT_TONIGHT),
        ("Never again!", A.NEVER),
        ("undo", A.UNDO),
    ],
)
def test_what_is_said_beside_an_answer_means_the_same_everywhere(text, kind, ask):
    assert meant(text, ask) == (kind, "")


def test_a_rituals_own_choice_comes_before_what_is_said_beside_it():
    assert meant("not tonight", ("Tonight", "Not tonight")) == (A.CHOICE, "Not tonight")


def test_one_word_never_is_an_answer_in_words():
    assert meant("never", "text") == (A.TEXT, "never")


@pytest.mark.parametrize("text", ["promise: water the fern", "Promise :  water the fern ", "PROMISE:water the fern"])
@pytest.mark.parametrize("ask", ["none", "text", "scale"])
def test_a_promise_says_what_is_promised(text, ask):
    assert meant(text, ask) == (A.PROMISE, "water the fern")


def test_a_promise_of_nothing_is_none():
    assert meant("promise:", "text")[0] is A.TEXT
    with pytest.raises(RitualsdError):
        parse_reply("promise:", "none")


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("snooze until 18:30", 30),
        ("snooze till 18.30", 30),
        ("snooze until 9:00", 15 * 60),
        ("snooze tonight", 120),
        ("snooze tomorrow", 24 * 60),
    ],
)
def test_a_snooze_may_name_a_time_of_day(text, minutes):
    assert parse_reply(text, "text", at=MONDAY).wait == timedelta(minutes=minutes)


def test_a_snooze_until_a_time_counts_through_a_clock_change():
    late = datetime(2026, 3, 28, 22, 0, tzinfo=ZoneInfo("Europe/Berlin"))  # an hour is missing that night
    assert parse_reply("snooze until 08:00", "text", at=late).wait == timedelta(hours=9)


def test_late_in_the_evening_tonight_is_over():
    with pytest.raises(RitualsdError, match="this evening already"):
        parse_reply("snooze tonight", "text", at=MONDAY.replace(hour=20))


def test_a_reply_may_be_in_english_or_in_its_writers_language():
    for text in ("done", "Erledigt.", "fertig"):
        assert parse_reply(text, "text", GERMAN).kind is A.DONE
    assert parse_reply("auslassen", "text", GERMAN).kind is A.SKIP
    assert parse_reply("später 2h", "text", GERMAN).wait == timedelta(hours=2)
    assert parse_reply("später bis 20:00", "text", GERMAN, MONDAY).wait == timedelta(hours=2)
    assert parse_reply("erledigt", "text").kind is A.TEXT
    assert forms("none", GERMAN) == "erledigt, auslassen or später 2h"
