"""Which prompts fit an ask, and what gives way when none does."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from ritualsd.core.fit import FALLBACK, NO_LIMITS, Fit, Limits, Wishes, fitting, season_of, times_of
from ritualsd.model import Ask, Prompt

MONDAY_NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def prompt(id_: str, text: str = "", **over: Any) -> Prompt:
    sets = {key: frozenset(value.split()) for key, value in over.items() if isinstance(value, str)}
    return Prompt(**({"text": text or f"words of {id_}", "id": id_} | over | sets))


def fit(*pool: Prompt, at: datetime = MONDAY_NOON, people: int = 2, season: str = "", **over: Any) -> Fit:
    known = over.pop("placeholders", ("name", "other"))
    given: dict[str, Any] = {"kind": "gesture", "ritual": "r", "at": at} | over
    return fitting(pool, ask=Ask(**given), people=people, season=season, placeholders=known)


def ids(found: Fit) -> set[str]:
    return {each.id for each in found.prompts}


def test_everything_fits_an_open_ask() -> None:
    assert ids(fit(prompt("a"), prompt("b", tags="fun"))) == {"a", "b"}


def test_tags_mean_one_of_these() -> None:
    pool = prompt("a", tags="fun slow"), prompt("b", tags="slow"), prompt("c")
    assert ids(fit(*pool, tags=frozenset({"fun", "loud"}))) == {"a"}


def test_a_place_a_season_and_who_count_as_tags() -> None:
    pool = prompt("a", place="apart"), prompt("b", who="pair"), prompt("c")
    assert ids(fit(*pool, tags=frozenset({"apart", "pair"}))) == {"a", "b"}


def test_depth_never_widens() -> None:
    found = fit(prompt("deep", depth=3), depth=2)
    assert found.prompts == ()


def test_depth_five_is_not_drawn_however_deep_the_ritual() -> None:
    assert fit(prompt("raw", depth=5), depth=5).prompts == ()


@pytest.mark.parametrize(
    ("people", "fits"), [(1, {"any", "solo"}), (2, {"any", "pair"}), (3, {"any", "group"}), (9, {"any", "group"})]
)
def test_who_follows_the_number_of_people(people: int, fits: set[str]) -> None:
    pool = prompt("any"), prompt("solo", who="solo"), prompt("pair", who="pair"), prompt("group", who="group")
    assert ids(fit(*pool, people=people)) == fits


def test_a_prompt_for_two_is_not_given_to_one_even_when_there_is_nothing_else() -> None:
    assert fit(prompt("pair", who="pair"), people=1).prompts == ()


@pytest.mark.parametrize("text", ["{others} here", "{nmae}", "{name.__class__}", "{fact.tea}"])
def test_a_placeholder_without_a_value_keeps_its_prompt_out(text: str) -> None:
    assert ids(fit(prompt("a"), prompt("b", text))) == {"a"}


def test_a_placeholder_with_a_value_is_welcome() -> None:
    assert ids(fit(prompt("a", "{other} {{x}}"))) == {"a"}


def test_a_season_of_the_year_must_be_the_present_one() -> None:
    pool = prompt("snow", season="winter"), prompt("sea", season="summer"), prompt("tea")
    assert ids(fit(*pool, season="winter")) == {"snow", "tea"}
    assert ids(fit(*pool, season="")) == {"tea"}


def test_morning_evening_and_weekend_prompts_wait_for_their_time() -> None:
    pool = prompt("m", tags="morning"), prompt("e", tags="evening"), prompt("w", tags="weekend"), prompt("a")
    assert ids(fit(*pool)) == {"a"}
    assert ids(fit(*pool, at=datetime(2026, 3, 2, 8, tzinfo=UTC))) == {"a", "m"}
    assert ids(fit(*pool, at=datetime(2026, 3, 7, 20, tzinfo=UTC))) == {"a", "e", "w"}


def test_filters_widen_in_a_fixed_order_and_say_so() -> None:
    pool = prompt("snow", season="winter", tags="evening")
    found = fit(pool, tags=frozenset({"fun"}), season="summer")
    assert ids(found) == {"snow"}
    assert found.notes == (
        "nothing tagged fun fits, so any tag",
        "nothing fits this time of year, so any",
        "nothing fits this time of day, so any",
    )


def test_only_as_much_widens_as_must() -> None:
    pool = prompt("snow", season="winter"), prompt("tea")
    found = fit(*pool, tags=frozenset({"fun"}), season="summer")
    assert ids(found) == {"tea"}
    assert len(found.notes) == 1


def test_the_fallback_speaks_only_when_nothing_of_the_kind_may() -> None:
    spare = prompt("spare", tags=FALLBACK)
    assert ids(fit(prompt("deep", depth=4), spare, depth=1)) == {"spare"}
    assert ids(fit(prompt("own", tags="evening"), spare)) == {"own"}


def test_a_weight_of_nothing_is_never_drawn() -> None:
    assert fit(prompt("a", weight=0.0), prompt("b", weight=float("nan"))).prompts == ()


@pytest.mark.parametrize(
    ("day", "latitude", "season"),
    [
        (date(2026, 1, 15), 52.5, "winter"),
        (date(2026, 12, 1), 52.5, "winter"),
        (date(2026, 4, 1), 52.5, "spring"),
        (date(2026, 7, 1), 52.5, "summer"),
        (date(2026, 10, 1), 52.5, "autumn"),
        (date(2026, 1, 15), -33.9, "summer"),
        (date(2026, 7, 1), -33.9, "winter"),
        (date(2026, 7, 1), 1.3, ""),
        (date(2026, 7, 1), None, ""),
    ],
)
def test_the_time_of_year_follows_the_hemisphere(day: date, latitude: float | None, season: str) -> None:
    assert season_of(day, latitude) == season


def test_friday_evening_is_weekend_and_friday_noon_is_not() -> None:
    assert "weekend" in times_of(datetime(2026, 3, 6, 18))
    assert "weekend" not in times_of(datetime(2026, 3, 6, 12))


def test_just_after_midnight_is_still_evening() -> None:
    assert times_of(datetime(2026, 3, 3, 0, 30)) == {"evening"}


def test_how_to_receive_what_somebody_said_waits_for_that_moment() -> None:
    pool = prompt("thank", tags="receive"), prompt("ears", tags="attention")
    assert ids(fit(*pool)) == {"ears"}
    assert ids(fit(*pool, tags=frozenset({"receive"}))) == {"thank"}


def test_what_needs_a_distance_is_left_out_until_a_ritual_asks_for_it() -> None:
    pool = prompt("far", place="apart"), prompt("home", place="home"), prompt("both", place="apart home")
    assert ids(fit(*pool)) == {"home", "both"}
    assert ids(fit(*pool, tags=frozenset({"apart"}))) == {"far", "both"}


def within(*pool: Prompt, limits: Limits = NO_LIMITS, **wishes: Any) -> Fit:
    return fitting(
        pool, ask=Ask(kind="gesture", ritual="r", at=MONDAY_NOON), people=2, season="", placeholders=(),
        wishes=Wishes(**wishes), limits=limits,
    )  # fmt: skip


def test_a_ritual_may_wish_for_a_place_a_price_a_length_and_an_effort() -> None:
    pool = (
        prompt("easy"),
        prompt("out", place="out"),
        prompt("dear", cost=3),
        prompt("long", minutes=90),
        prompt("planned", effort=3),
    )
    assert ids(within(*pool, place=frozenset({"home"}))) == {"easy", "dear", "long", "planned"}
    assert ids(within(*pool, max_cost=0)) == {"easy", "out", "long", "planned"}
    assert ids(within(*pool, max_minutes=30)) == {"easy", "out", "dear", "planned"}
    assert ids(within(*pool, max_effort=2)) == {"easy", "out", "dear", "long"}


def test_a_wish_that_nothing_meets_gives_way_and_money_last() -> None:
    dear_and_long = prompt("dear", cost=2, minutes=90, effort=3, place="out")
    found = within(dear_and_long, max_cost=0, max_minutes=5, max_effort=1, place=frozenset({"home"}))
    assert ids(found) == {"dear"}
    assert [note.partition(" fits")[0] for note in found.notes] == [
        "nothing",
        "nothing so easy",
        "nothing so short",
        "nothing",
        "nothing",
        "nothing costs so little, so any cost",
    ]
    assert ids(within(dear_and_long, prompt("cheap", minutes=90), max_cost=0, max_minutes=5)) == {"cheap"}


def test_touch_waits_until_it_is_welcome_to_everyone() -> None:
    pool = prompt("hug", tags="touch"), prompt("word", tags="words")
    assert ids(within(*pool, limits=Limits(touch=False))) == {"word"}
    assert within(pool[0], limits=Limits(touch=False)).prompts == ()


def test_a_prompt_somebody_never_wants_is_gone_and_not_even_counted_out() -> None:
    pool = prompt("a"), prompt("b"), prompt("c")
    found = within(*pool, limits=Limits(never=frozenset({"b"})))
    assert (ids(found), found.among) == ({"a", "c"}, 3)


def test_when_all_that_meets_a_wish_is_unwanted_the_wish_gives_way() -> None:
    pool = prompt("near", place="home"), prompt("out", place="out")
    found = within(*pool, limits=Limits(never=frozenset({"near"})), place=frozenset({"home"}))
    assert ids(found) == {"out"}


def test_when_all_of_a_kind_is_unwanted_the_fallback_speaks_and_when_that_is_too_nothing_does() -> None:
    pool = prompt("own"), prompt("spare", tags=FALLBACK)
    assert ids(within(*pool, limits=Limits(never=frozenset({"own"})))) == {"spare"}
    assert within(*pool, limits=Limits(never=frozenset({"own", "spare"}))).prompts == ()


def test_the_times_of_everyone_asked_count() -> None:
    evening = prompt("e", tags="evening")
    ask = Ask(kind="gesture", ritual="r", at=datetime(2026, 3, 2, 19, tzinfo=UTC))
    found = fitting(
        [evening, prompt("any")], ask=ask, people=2, season="", placeholders=(), times=frozenset()
    )  # fmt: skip
    assert ids(found) == {"any"}
