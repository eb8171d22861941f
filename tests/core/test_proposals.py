"""Proposals: three at most, each a rule one can say in a sentence, and a rarer phrase that is a phrase."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ritualsd.core.proposals import proposals
from ritualsd.core.rarer import rarer
from ritualsd.core.reflect import Look, Point
from ritualsd.core.when import parse
from tests.builders import ritual

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)  # a Monday
TODAY = NOW.date()


def look(name: str, count: int, every: int = 1, **over: int) -> Look:
    told = tuple(NOW - timedelta(days=every * each) for each in range(count, 0, -1))
    return Look(ritual=name, told=told, **over)


@pytest.mark.parametrize(
    ("when", "becomes"),
    [
        ("every day at 09:00", "every Monday, Wednesday and Friday at 09:00"),
        ("every weekday at 07:40", "every Tuesday and Thursday at 07:40"),
        ("every Monday, Wednesday and Friday at 18:00", "every Monday at 18:00"),
        ("once a day between 12:00 and 17:00", "3 times a week between 12:00 and 17:00"),
        ("once a week between 11:00 and 20:00", "2 times a month between 11:00 and 20:00"),
        ("2 times a month between 10:00 and 17:00", "once a month between 10:00 and 17:00"),
        ("every Sunday at 17:00", "every other Sunday at 17:00 from 2026-05-10"),
        ("every other Sunday at 17:00 from 2026-05-10", None),
        ("on 2026-12-31 at 23:55", None),
        ("3 weeks after done", None),
    ],
)
def test_one_step_rarer(when: str, becomes: str | None) -> None:
    assert rarer(when, TODAY) == becomes


@given(
    day=st.dates(date(2026, 1, 1), date(2030, 1, 1)),
    when=st.sampled_from(["every Monday at 08:00", "every day at 08:00"]),
)
def test_what_is_proposed_can_be_read_again(day: date, when: str) -> None:
    phrase = rarer(when, day)
    assert phrase is not None
    parse(phrase)


def test_only_rituals_that_come_to_this_person_are_spoken_of() -> None:
    rituals = {"theirs": ritual("theirs", to=("ben",)), "off": ritual("off", enabled=False)}
    looks = [look("theirs", 20, skipped=20), look("off", 20, skipped=20), look("gone", 20, skipped=20)]
    assert [idea.idea for idea in proposals("ana", looks, rituals, NOW, TODAY)] == []


def test_a_ritual_that_asks_nothing_and_gets_no_reply_is_left_alone() -> None:
    rituals = {"thanks": ritual("thanks", ask="none", kind="gratitude")}
    ideas = proposals("ana", [look("thanks", 30)], rituals, NOW, TODAY)
    assert all(idea.ritual != "thanks" for idea in ideas)


def test_there_are_three_at_most_and_one_of_them_is_new_at_most() -> None:
    names = [f"r{number}" for number in range(9)]
    rituals = {name: ritual(name) for name in names}
    ideas = proposals("ana", [look(name, 7, 8, skipped=7) for name in names], rituals, NOW, TODAY)
    assert len(ideas) == 3
    alone = proposals("ana", [look("r0", 2, 8)], rituals, NOW, TODAY)
    assert [idea.idea for idea in alone] == ["try"]


def test_what_helped_is_kept_whatever_else_was_left_out() -> None:
    good = tuple(Point(at_utc=NOW, value=5) for _ in range(3))
    kept = Look(ritual="r", told=look("r", 9).told, skipped=6, done=3, ratings=good)
    (idea, *_) = proposals("ana", [kept], {"r": ritual("r", ask="scale")}, NOW, TODAY)
    assert idea.idea == "keep"


def test_a_full_plan_is_lightened_only_after_four_weeks_and_the_least_important_first() -> None:
    rituals = {"daily": ritual("daily", importance=2), "talk": ritual("talk", importance=4)}
    for days, wanted in ((20, False), (30, True)):
        looks = [look("daily", days), look("talk", days)]
        ideas = proposals("ana", looks, rituals, NOW, TODAY)
        assert any(idea.idea == "lighter" for idea in ideas) is wanted
    assert [idea.ritual for idea in ideas if idea.idea == "lighter"] == ["daily", "talk"]
