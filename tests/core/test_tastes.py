"""Tastes: what verdicts do to the next draw, for one person and for several asked together."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from ritualsd.core.tastes import FAVOURITE, NOT_TONIGHT, RESTS_FOR, weighed
from ritualsd.model import Taste, Verdict

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def taste(person: str, prompt: str, verdict: Verdict, days_ago: int = 1) -> Taste:
    return Taste(person=person, kind="gratitude", prompt_id=prompt, verdict=verdict, at_utc=NOW - days_ago * DAY)


def test_a_favourite_is_twice_as_likely_and_stays_so() -> None:
    found = weighed([taste("ana", "a", Verdict.FAVOURITE, days_ago=900)], ["ana"], NOW)
    assert (found.weights, found.never) == ({"a": FAVOURITE}, frozenset())


def test_not_tonight_comes_less_often_for_sixty_days() -> None:
    fresh, old = taste("ana", "a", Verdict.NOT_TONIGHT), taste("ana", "b", Verdict.NOT_TONIGHT, RESTS_FOR.days)
    assert weighed([fresh, old], ["ana"], NOW).weights == {"a": NOT_TONIGHT, "b": 1.0}


def test_one_never_is_a_never_for_all_who_are_asked_together() -> None:
    tastes = [taste("ana", "a", Verdict.NEVER), taste("ben", "a", Verdict.FAVOURITE)]
    assert weighed(tastes, ["ana", "ben"], NOW).never == {"a"}
    assert weighed(tastes, ["ben"], NOW).never == frozenset()


def test_the_taste_of_somebody_who_is_not_asked_counts_for_nothing() -> None:
    assert weighed([taste("cleo", "a", Verdict.FAVOURITE)], ["ana", "ben"], NOW).weights == {}


def test_two_tastes_for_one_prompt_meet() -> None:
    both = [taste("ana", "a", Verdict.FAVOURITE), taste("ben", "a", Verdict.NOT_TONIGHT)]
    assert weighed(both, ["ana", "ben"], NOW).weights == {"a": FAVOURITE * NOT_TONIGHT}
