"""Facts, lived through: in whose prompts they come, when they rest, and the one question about an old one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from ritualsd.core.english import PHRASES
from ritualsd.core.notices import FACT
from ritualsd.flow.facts import forget_fact, tell_fact
from ritualsd.model import Household, Person, Prompt, Ritual
from ritualsd.testing import ListContent, VirtualClock
from tests.builders import channel, person, ritual, settings
from tests.flow.stage import Stage

MONDAY = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)
DAY = timedelta(days=1)
WITH_FACT = Prompt(text="Bring {other} this: {fact.favourite-drink}.", id="fact", source="deck:test")
WITHOUT = Prompt(text="Bring {other} a smile.", id="plain", source="deck:test")


def daily(**over: Any) -> Ritual:
    return ritual("daily", **{"kind": "gesture", "to": ("ana",)} | over)


WEEKLY = daily(when="every Monday at 09:00")


def stage(
    *rituals: Ritual, people: tuple[Person, ...] = (), prompts: tuple[Prompt, ...] = (WITH_FACT, WITHOUT)
) -> Stage:
    people = people or (person("ana"), person("ben"))
    return Stage(
        settings=settings(*(rituals or (daily(),)), people=people),
        clock=VirtualClock(MONDAY),
        content=ListContent(prompts=prompts),
    )


def tell(on: Stage, who: str = "ben", value: str = "black tea", to: tuple[str, ...] | None = None) -> None:
    tell_fact(on.world, on.settings, who, "favourite-drink", value, to, on.clock.at)


def said(on: Stage, days: int = 4) -> set[str]:
    """The different words of the next days."""
    before = len(on.bodies())
    on.until(on.clock.at + days * DAY)
    return set(on.bodies()[before:])


def test_a_prompt_waits_until_its_fact_is_told_and_goes_when_it_is_taken_back() -> None:
    on = stage()
    assert said(on) == {"Bring Ben a smile."}
    tell(on)
    assert "Bring Ben this: black tea." in said(on)
    assert forget_fact(on.world, "ben", "favourite-drink")
    assert said(on) == {"Bring Ben a smile."}


def test_a_fact_that_is_the_only_thing_to_say_and_vanishes_leaves_a_reason_and_no_hole() -> None:
    on = stage(prompts=(WITH_FACT,))
    tell(on)
    assert said(on, 2) == {"Bring Ben this: black tea."}
    forget_fact(on.world, "ben", "favourite-drink")
    assert said(on, 2) == set()
    assert [reason for _, _, reason in on.states("daily")][-2:] == ["no-content", "no-content"]


def test_a_fact_rests_after_half_a_year() -> None:
    on = stage()
    tell(on)
    on.until(MONDAY + 181 * DAY)
    assert said(on) == {"Bring Ben a smile."}


def test_a_fact_comes_only_to_those_it_was_told_to() -> None:
    on = stage()
    tell(on, to=())
    assert said(on) == {"Bring Ben a smile."}


def test_a_fact_does_not_go_over_a_channel_that_somebody_shares_whom_it_was_not_told_to() -> None:
    shared = person("ana", channels=(channel("ana", shared_with=frozenset({"cleo"})),))
    on = stage(daily(to=("ana", "ben")), people=(shared, person("ben"), person("cleo")))
    for who in ("ana", "ben"):
        tell(on, who, to=("ana", "ben"))
    assert {body for body in said(on) if "this" in body} == set()
    tell(on, "ben", to=("ana", "cleo"))
    assert "Bring Ben this: black tea." in said(on)


def test_where_both_are_asked_the_same_both_must_have_told_it() -> None:
    on = stage(daily(to=("ana", "ben")))
    tell(on, "ben")
    assert said(on) == {"Bring Ben a smile.", "Bring Ana a smile."}
    tell(on, "ana", "cold milk")
    assert {"Bring Ben this: black tea.", "Bring Ana this: cold milk."} <= said(on)


def test_among_three_nobody_is_the_other_one() -> None:
    on = stage(people=(person("ana"), person("ben"), person("cleo")), prompts=(WITH_FACT, Prompt(text="A smile.")))
    tell(on)
    assert said(on) == {"A smile."}


def test_what_looks_like_markup_or_a_placeholder_stays_what_it_is() -> None:
    on = stage(prompts=(WITH_FACT,))
    tell(on, value="<b>{name}</b> {{x}} *tea*\n\u202e")
    assert said(on, 1) == {"Bring Ben this: <b>{name}</b> {{x}} *tea*."}


def test_an_old_fact_is_asked_about_once_in_private_and_rests_until_it_is_told_again() -> None:
    on = stage(WEEKLY)
    tell(on)
    on.until(MONDAY + 400 * DAY)
    (asked,) = on.record(FACT)
    assert (asked.occurrence.person, asked.occurrence.state) == ("ben", "closed")
    assert 180 <= (asked.occurrence.due_utc - MONDAY).days <= 188
    assert PHRASES["fact.favourite-drink"] in asked.deliveries[0].body
    assert "black tea" not in asked.deliveries[0].body
    tell(on)
    assert "Bring Ben this: black tea." in said(on, 30)


def test_many_old_facts_are_asked_about_one_a_month() -> None:
    on = stage(WEEKLY)
    for key in ("favourite-drink", "a-place", "small-joy"):
        tell_fact(on.world, on.settings, "ben", key, "something", None, on.clock.at)
    on.until(MONDAY + 400 * DAY)
    due = [entry.occurrence.due_utc for entry in on.record(FACT)]
    assert len(due) == 3
    assert all(later - earlier >= 30 * DAY for earlier, later in pairwise(due))


def test_a_fact_told_anew_in_time_is_not_asked_about() -> None:
    on = stage(WEEKLY)
    for month in range(3):
        on.until(MONDAY + month * 150 * DAY)
        tell(on)
    assert list(on.record(FACT)) == []


def test_told_again_it_keeps_its_audience_and_a_fact_never_counts_its_owner() -> None:
    on = stage()
    tell(on, to=("ana", "ben"))
    tell(on, value="coffee")
    (kept,) = on.world.store.personal.facts("ben")
    assert (kept.value, kept.audience) == ("coffee", frozenset({"ana"}))


def test_a_household_knows_no_facts_but_those_in_the_ledger() -> None:
    assert Household().facts == ()
