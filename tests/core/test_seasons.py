"""Seasons of life, judged by themselves: what rests in each, for whom, and that a week holds no more than it may."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ritualsd.core.notices import ECHO, ritual_called
from ritualsd.core.recur import slots
from ritualsd.core.resting import Spot, kind_rests, rests
from ritualsd.core.seasons import (
    CONFLICT,
    GRIEF,
    MOODS,
    REPAIR,
    SEPARATED,
    Mood,
    apart_is_over,
    holding,
    in_mood,
    mood_of,
    seen_by,
    suits,
)
from ritualsd.core.streams import policy
from ritualsd.core.when import parse
from ritualsd.model import Ask, Household, LifeSeason, Prompt, Ritual
from tests.builders import NOON, person, ritual

KEY = b"k" * 32
BEFORE = NOON - timedelta(days=30)
TIRED = ("newborn", "illness", "exam")


def season(name: str, whose: str = "", since: datetime = BEFORE, until: datetime | None = None) -> LifeSeason:
    return LifeSeason(name=name, person=whose, since_utc=since, until_utc=until)


def home(*rituals: Ritual, seasons: tuple[LifeSeason, ...] = ()) -> Household:
    people = {id_: person(id_, "Europe/Berlin") for id_ in ("ana", "ben")}
    return Household(people=people, rituals={each.id: each for each in rituals}, seasons=seasons)


def spots(told: Ritual, days: int, whose: str = "ana", start: datetime = NOON) -> list[Spot]:
    """Every slot of those days, as they lie on a Berlin calendar."""
    end, found = start + timedelta(days=days), []
    rules = policy(told, told.to, home(told), KEY)
    for slot in slots(parse(told.when), ZoneInfo("Europe/Berlin"), start, policy=rules):
        if slot.due_utc >= end:
            break
        found.append(Spot(ritual=told, person=whose, key=slot.key, part=slot.part, due_utc=slot.due_utc))
    return found


def prompt(**over: Any) -> Prompt:
    return Prompt(**{"text": "a thought", "id": "t.1"} | over)


def mood(*names: str) -> Mood:
    return mood_of([season(name) for name in names])


# ── whose, and when ───────────────────────────────────────────────────────────────────────────


def test_a_season_holds_from_its_beginning_up_to_its_end() -> None:
    told = season("exam", since=NOON, until=NOON + timedelta(hours=1))
    assert holding([told], "ana", NOON - timedelta(seconds=1)) == ()
    assert holding([told], "ana", NOON) == (told,)
    assert holding([told], "ana", NOON + timedelta(hours=1)) == ()


def test_a_season_of_ones_own_holds_for_nobody_else_and_is_seen_by_nobody_else() -> None:
    hers, ours, hidden = season(GRIEF, "ana"), season("apart"), season(CONFLICT, REPAIR)
    everything = (hers, ours, hidden)
    assert holding(everything, "ana", NOON) == everything
    assert holding(everything, "ben", NOON) == (ours, hidden)
    assert seen_by(everything, "ana") == (hers, ours)
    assert seen_by(everything, "ben") == (ours,)
    assert seen_by(everything, None) == (ours,)


def test_two_seasons_at_once_ask_for_the_more_careful_of_each() -> None:
    both = mood(GRIEF, "newborn")
    assert both.kinds == MOODS[GRIEF].kinds | MOODS["newborn"].kinds
    assert (both.depth, both.minutes, both.a_week, both.halved) == (2, 10, 2, True)


def test_an_ordinary_time_asks_for_nothing() -> None:
    assert mood() == Mood()
    assert suits(prompt(depth=4, effort=3, minutes=600, tags=frozenset({"playful"}), avoid=frozenset(MOODS)), mood())


# ── which kinds ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "kinds"),
    [
        *((name, {"date"}) for name in TIRED),
        (GRIEF, {"celebrate", "date", "growth", "curiosity", "memory"}),
        (CONFLICT, {"celebrate", "date", "curiosity", "affection", "repair"}),
        ("apart", set()),
    ],
)
def test_a_season_lets_its_kinds_rest_and_no_others(name: str, kinds: set[str]) -> None:
    everything = {
        "check-in",
        "gratitude",
        "gesture",
        "reflection",
        "note",
        "listening",
        "promise",
        "quality-time",
        *kinds,
    }
    both = ("ana", "ben")
    assert {kind for kind in everything if kind_rests(ritual(kind=kind, to=both), mood(name))} == kinds


def test_a_conflict_lets_surprises_rest_but_not_every_gesture() -> None:
    assert kind_rests(ritual(kind="gesture", secret_from="others"), mood(CONFLICT))
    assert not kind_rests(ritual(kind="gesture"), mood(CONFLICT))


@pytest.mark.parametrize("name", [GRIEF, SEPARATED])
def test_no_echo_comes_in_grief_or_after_parting(name: str) -> None:
    echo = ritual_called(home(), ECHO)
    assert echo is not None
    assert kind_rests(echo, mood(name))
    assert not kind_rests(echo, mood("newborn"))


def test_after_parting_only_what_needs_nobody_goes_on() -> None:
    parted = mood(SEPARATED)
    assert kind_rests(ritual(kind="check-in", to=("ana", "ben")), parted)
    assert kind_rests(ritual(kind="affection", to=("ana",)), parted)
    assert kind_rests(ritual(message="{years} years together", since=2015, to=("ana",)), parted)
    assert kind_rests(ritual(message="Call {other}", to=("ana",)), parted)
    assert kind_rests(ritual(message="Dinner", to=("ana", "ben")), parted)
    assert not kind_rests(ritual(kind="reflection", to=("ana", "ben")), parted)
    assert not kind_rests(ritual(message="Water the plants", to=("ana",)), parted)


# ── how many ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("name", TIRED)
def test_a_tiring_season_halves_every_two_weeks_and_leaves_what_matters(name: str) -> None:
    daily = ritual(kind="gratitude", importance=2, when="every day at 09:00")
    talk = ritual("talk", kind="check-in", importance=4, when="every Sunday at 18:00")
    told = home(daily, talk, seasons=(season(name),))
    monday = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)
    for fortnight in range(13):
        start = monday + timedelta(weeks=2 * fortnight)
        assert sum(not rests(spot, told, KEY) for spot in spots(daily, 14, start=start)) == 7
    kept = [not rests(spot, told, KEY) for spot in spots(daily, 364, start=monday)]
    assert kept.count(True) == 182
    assert not any(rests(spot, told, KEY) for spot in spots(talk, 100))


def test_of_two_weeks_a_weekly_ritual_keeps_one_whatever_its_name() -> None:
    for number in range(50):
        weekly = ritual(f"r{number}", kind="gratitude", importance=2, when="every Tuesday at 09:00")
        told = home(weekly, seasons=(season("illness"),))
        kept = [not rests(spot, told, KEY) for spot in spots(weekly, 7 * 20)]
        gaps = "".join("k" if each else "." for each in kept)
        assert kept.count(True) in (9, 10, 11)
        assert "..." not in gaps


WEEKS = st.lists(
    st.tuples(
        st.sampled_from(["gratitude", "check-in", "reflection", "note", "curiosity", ""]),
        st.sampled_from(["every day at 09:00", "every Sunday at 18:00", "3 times a week between 10:00 and 17:00"]),
        st.integers(1, 5),
        st.sampled_from([frozenset[str](), frozenset({"ben"})]),
    ),
    min_size=1,
    max_size=5,
)


@given(WEEKS)
def test_grief_never_lets_a_week_hold_more_than_two_and_keeps_the_more_important(weeks: list[Any]) -> None:
    rituals = [
        ritual(f"r{number}", kind=kind, when=when, importance=importance, secret_from=secret)
        for number, (kind, when, importance, secret) in enumerate(weeks)
    ]
    told = home(*rituals, seasons=(season(GRIEF, "ana"),))
    every = [spot for each in rituals for spot in spots(each, 28, start=datetime(2026, 3, 8, 23, tzinfo=UTC))]
    kept = [spot for spot in every if not rests(spot, told, KEY)]
    of_week = Counter(week(spot) for spot in kept)
    assert max(of_week.values(), default=0) <= 2
    assert "curiosity" not in {spot.ritual.kind for spot in kept}
    for spot in every:
        rivals = [each for each in kept if week(each) == week(spot)]
        if spot not in kept and not spot.ritual.secret_from and spot.ritual.kind != "curiosity":
            assert all(each.ritual.importance >= spot.ritual.importance for each in rivals)
            assert len(rivals) == 2


def week(spot: Spot) -> tuple[int, int]:
    return spot.due_utc.astimezone(ZoneInfo("Europe/Berlin")).isocalendar()[:2]


def test_a_secret_decides_nothing_that_somebody_else_can_see() -> None:
    plain = [ritual(f"p{n}", when="every day at 09:00", importance=1) for n in range(2)]
    secret = ritual("s", when="every day at 08:00", importance=5, secret_from="others")
    seasons = (season(GRIEF, "ana"),)
    with_it, without = home(*plain, secret, seasons=seasons), home(*plain, seasons=seasons)
    for spot in (spot for each in plain for spot in spots(each, 21)):
        assert rests(spot, with_it, KEY) == rests(spot, without, KEY)


def test_what_somebody_sends_on_purpose_is_not_thinned() -> None:
    thanks = ritual(kind="gratitude", importance=1)
    told = home(thanks, seasons=(season(GRIEF), season("newborn", "ana")))
    day = replace(spots(thanks, 1)[0], part="by-hand")
    assert not rests(day, told, KEY)
    assert rests(replace(day, ritual=ritual(kind="celebrate")), told, KEY)


# ── which prompts ─────────────────────────────────────────────────────────────────────────────


def test_a_tiring_season_takes_little_effort_and_time() -> None:
    for name in TIRED:
        assert suits(prompt(effort=2, minutes=10, depth=2), mood(name))
        assert not suits(prompt(effort=3), mood(name))
        assert not suits(prompt(minutes=11), mood(name))
        assert not suits(prompt(depth=3), mood(name))


@pytest.mark.parametrize("name", [GRIEF, CONFLICT])
def test_nothing_playful_comes_in_grief_or_conflict(name: str) -> None:
    assert not suits(prompt(tags=frozenset({"playful"})), mood(name))


def test_a_prompt_is_never_said_in_a_season_it_avoids() -> None:
    for name in MOODS:
        assert not suits(prompt(avoid=frozenset({name})), mood(name))


ASK = Ask(kind="gratitude", ritual="thanks", at=NOON, tags=frozenset({"small"}), depth=3)
AT_HOME = prompt(id="home", place=frozenset({"home"}))
ANYWHERE = prompt(id="any")
FAR = [prompt(id=f"far.{n}", place=frozenset({"apart"})) for n in range(10)]


def test_days_apart_draw_what_was_made_for_them_where_there_is_enough() -> None:
    prompts, ask = in_mood([AT_HOME, ANYWHERE, *FAR], ASK, mood("apart"))
    assert list(prompts) == FAR
    assert ask.tags == {"small", "apart"}
    prompts, ask = in_mood([AT_HOME, ANYWHERE, *FAR[:9]], ASK, mood("apart"))
    assert list(prompts) == [ANYWHERE]
    assert ask.tags == {"small"}


def test_days_apart_are_over_when_everyones_last_season_was_that_and_has_ended() -> None:
    past = NOON - timedelta(days=1)
    assert apart_is_over([season("apart", until=past)], NOON)
    assert not apart_is_over([season("apart")], NOON)
    assert not apart_is_over([season("apart", "ana", until=past)], NOON)
    assert not apart_is_over([season("illness", until=past)], NOON)


def test_after_parting_no_prompt_names_another() -> None:
    parted = mood(SEPARATED)
    assert suits(prompt(text="What did you need today?"), parted)
    assert not suits(prompt(text="What did {other} need?"), parted)
    assert not suits(prompt(who=frozenset({"pair"})), parted)
    assert suits(prompt(who=frozenset({"solo", "pair"})), parted)


def test_a_mood_only_ever_lowers_the_depth() -> None:
    assert in_mood([], ASK, mood(GRIEF))[1].depth == 2
    assert in_mood([], replace(ASK, depth=1), mood(GRIEF))[1].depth == 1
