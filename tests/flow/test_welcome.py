"""The first message to somebody new: once, at once, holding nothing up; and nothing else before a yes that is asked."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ritualsd.core.changes import PREFIX, changes_of
from ritualsd.errors import RitualsdError
from ritualsd.flow.send_test import send_test
from ritualsd.flow.welcome import greet
from ritualsd.model import Household, Settings
from ritualsd.testing import VirtualClock
from tests.builders import NIGHT, person, ritual, settings
from tests.flow.stage import Stage
from tests.flow.test_leaving import say, told

MONDAY = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def home(**ana: object) -> Stage:
    thanks = ritual(when="every day at 09:00", to=("ana", "ben"), zone="UTC")
    people = (person("ana", **{"preview": "full"} | ana), person("ben", max_per_day=1))
    stage = Stage(settings=settings(thanks, people=people), clock=VirtualClock(MONDAY))
    greet(stage.world, stage.settings, MONDAY)
    return stage


def again(stage: Stage, changed: Settings) -> None:
    """The daemon takes up another configuration."""
    stage.adopt(changed)
    greet(stage.world, changed, stage.clock.at)


def test_the_first_message_says_who_what_and_how_to_stop() -> None:
    stage = home()
    stage.until(MONDAY + HOUR)
    (words,) = told(stage, "ana")
    assert words.startswith("Hello Ana, this is ritualsd. It was set up by the people you share it with: Ben.")
    assert "“leave” and nothing more comes" in words
    assert "`ritualsd leave --as ana`" in words


def test_everybody_is_welcomed_once_and_it_takes_no_place_in_a_day() -> None:
    stage = home()
    stage.until(MONDAY + 12 * HOUR)
    again(stage, stage.settings)
    greet(stage.world, stage.settings, stage.clock.at)
    stage.until(MONDAY + 2 * DAY)
    assert len(told(stage, "ana")) == len(told(stage, "ben")) == 3
    assert told(stage, "ben")[1:] == ["the words of thanks"] * 2


def test_the_welcome_waits_for_quiet_hours_to_end() -> None:
    stage = home(quiet=NIGHT)
    stage.until(MONDAY + HOUR - timedelta(minutes=1))
    assert told(stage, "ana") == []
    stage.until(MONDAY + HOUR + timedelta(minutes=1))
    assert len(told(stage, "ana")) == 1


def test_nothing_but_the_welcome_comes_before_a_yes() -> None:
    stage = home(confirm=True)
    stage.until(MONDAY + 2 * DAY)
    (words,) = told(stage, "ana")
    assert "Nothing else comes until you say “Yes”" in words
    assert len(told(stage, "ben")) == 3
    assert {reason for slot, state, reason in stage.states("thanks") if reason != "sent"} == {"waiting-for-yes"}
    say(stage, "yes", "~welcome@first/ana/ask")
    stage.until(MONDAY + 3 * DAY)
    assert told(stage, "ana")[1:] == ["the words of thanks"]
    again(stage, stage.settings)
    stage.until(MONDAY + 4 * DAY)
    assert len(told(stage, "ana")) == 3


def test_a_no_to_the_welcome_is_silence_and_so_is_no_answer() -> None:
    stage = home(confirm=True)
    stage.until(MONDAY + HOUR)
    assert "nothing more comes to you" in say(stage, "No thanks", "~welcome@first/ana/ask")
    stage.until(MONDAY + 5 * DAY)
    assert len(told(stage, "ana")) == 1


def test_whoever_is_new_reads_it_at_once_even_where_messages_are_discreet() -> None:
    stage = home(preview="discreet")
    again(stage, replace(stage.settings, public_url="https://rituals.example.org"))
    stage.until(MONDAY + 4 * HOUR)
    first, second = told(stage, "ana")
    assert "this is ritualsd" in first
    assert second == "Something for you, behind this link."


def test_who_is_asked_for_a_yes_later_hears_nothing_until_then() -> None:
    stage = home()
    stage.until(MONDAY + 12 * HOUR)
    people = {**stage.settings.household.people, "ana": person("ana", confirm=True, preview="full")}
    asking = replace(stage.settings, household=replace(stage.settings.household, people=people))
    plain, before = stage.settings, len(told(stage, "ana"))
    again(stage, asking)
    stage.until(MONDAY + 2 * DAY)
    assert ["Nothing else comes" in words for words in told(stage, "ana")[before:]] == [True]
    again(stage, plain)
    stage.until(MONDAY + 3 * DAY)
    assert told(stage, "ana")[before + 1 :] == ["the words of thanks"]


def changed(stage: Stage, who: str) -> list[tuple[str, str]]:
    return [(each.ritual, each.what) for each in changes_of(who, stage.world.store.recall_all(PREFIX))]


def with_rituals(stage: Stage, *rituals: object) -> Settings:
    household: Household = replace(stage.settings.household, rituals={each.id: each for each in rituals})  # type: ignore[attr-defined]  # rituals
    return replace(stage.settings, household=household)


def test_each_can_see_what_changed_for_them_and_nothing_of_a_surprise() -> None:
    stage = home()
    assert changed(stage, "ana") == [("thanks", "added")]
    stage.clock.at = MONDAY + HOUR
    thanks = replace(stage.settings.household.rituals["thanks"], reveal="at-once")
    party = ritual("party", to=("ben",), secret_from=frozenset({"ana"}))
    again(stage, with_rituals(stage, thanks, party))
    assert changed(stage, "ana") == [("thanks", "changed"), ("thanks", "added")]
    assert changed(stage, "ben") == [("thanks", "changed"), ("party", "added"), ("thanks", "added")]
    stage.clock.at = MONDAY + 2 * HOUR
    again(stage, with_rituals(stage, party))
    assert changed(stage, "ana")[0] == ("thanks", "removed")


def test_a_change_of_what_is_written_about_a_person_is_theirs_to_see() -> None:
    stage = home()
    people = {**stage.settings.household.people, "ana": person("ana", quiet=NIGHT)}
    stage.clock.at = MONDAY + HOUR
    again(stage, replace(stage.settings, household=replace(stage.settings.household, people=people)))
    assert changed(stage, "ana")[0] == ("", "changed")
    assert changed(stage, "ben") == [("thanks", "added")]


def test_a_new_entry_in_somebodys_own_calendar_is_no_change_of_the_configuration() -> None:
    stage = home()
    ana = replace(stage.settings.household.people["ana"], busy=((MONDAY, MONDAY + HOUR),))
    people = {**stage.settings.household.people, "ana": ana}
    again(stage, replace(stage.settings, household=replace(stage.settings.household, people=people)))
    assert changed(stage, "ana") == [("thanks", "added")]


def test_what_is_kept_of_a_change_holds_no_words_and_the_next_start_changes_nothing() -> None:
    stage = home()
    kept = stage.world.store.recall_all(PREFIX)
    assert "the words of thanks" not in str(kept)
    again(stage, stage.settings)
    assert stage.world.store.recall_all(PREFIX) == kept


def test_an_erasure_takes_the_changes_along_and_welcomes_nobody_again() -> None:
    stage = home()
    stage.until(MONDAY + HOUR)
    stage.world.store.erasure.person("ana", stage.clock.at)
    assert changed(stage, "ana") == []
    again(stage, stage.settings)
    stage.until(MONDAY + 2 * HOUR)
    assert len(told(stage, "ana")) == 1


def test_whoever_is_asked_first_is_sent_no_test_and_nothing_tells_whether_they_said_yes() -> None:
    stage, refusals = home(confirm=True), []
    stage.until(MONDAY + HOUR)
    for yes in (False, True):
        if yes:
            say(stage, "yes", "~welcome@first/ana/ask")
        with pytest.raises(RitualsdError, match="asked first") as refused:
            send_test(stage.world, stage.settings, "ana/phone")
        refusals.append(str(refused.value))
    assert refusals[0] == refusals[1]
    assert send_test(stage.world, stage.settings, "ben/phone").kind == "sent"
