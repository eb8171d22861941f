"""Facts: what may be told, who may read it where, and when it is asked about again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ritualsd.core.english import PHRASES
from ritualsd.core.facts import APART, KEYS, LONGEST, PREFIX, STALE, fit_to_keep, known_key, mark, to_ask, usable
from ritualsd.core.words import fill, placeholders
from ritualsd.errors import NotFound, RitualsdError
from ritualsd.model import Fact

NOW = datetime(2026, 9, 2, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def fact(key: str = "favourite-drink", days_ago: float = 1, **over: Any) -> Fact:
    given: dict[str, Any] = {
        "person": "ben", "key": key, "value": "black tea", "audience": frozenset({"ana"}),
        "told_utc": NOW - days_ago * DAY,
    }  # fmt: skip
    return Fact(**given | over)


def test_every_fact_there_is_has_a_question_and_no_other_has() -> None:
    assert {key for key in PHRASES if key.startswith(PREFIX)} - {"fact.again"} == {PREFIX + key for key in KEYS}


def test_a_near_miss_is_named_and_a_value_is_not() -> None:
    assert known_key("small-joy") == "small-joy"
    with pytest.raises(NotFound, match="did you mean favourite-drink"):
        known_key("favorite-drink")
    with pytest.raises(RitualsdError) as refused:
        fit_to_keep("CANARY " * 20)
    assert "CANARY" not in str(refused.value)


@pytest.mark.parametrize("text", ["", " \n\t", "\u202e\u200b", "\x00\x1b", "\u241f"])
def test_a_fact_has_something_in_it(text: str) -> None:
    with pytest.raises(RitualsdError, match="nothing in that fact"):
        fit_to_keep(text)


@given(st.text())
def test_what_is_kept_is_one_short_line_that_hides_nothing(text: str) -> None:
    try:
        kept = fit_to_keep(text)
    except RitualsdError:
        return
    assert 0 < len(kept) <= LONGEST
    assert kept == " ".join(kept.split())
    assert not set(kept) & set("\u202e\u200b\x1b\n\t\x00")


def test_a_fact_is_for_those_it_was_told_to_and_for_nobody_who_looks_over_their_shoulder() -> None:
    told = [fact()]
    assert usable(told, "ben", {"ana"}, NOW) == {"fact.favourite-drink": "black tea"}
    assert usable(told, "ben", {"ana", "cleo"}, NOW) == {}
    assert usable(told, "ana", {"ana"}, NOW) == {}
    assert usable([fact(audience=frozenset())], "ben", {"ana"}, NOW) == {}


def test_a_fact_rests_when_it_is_old_and_one_that_is_no_longer_on_the_list_is_not_used() -> None:
    assert usable([fact(days_ago=STALE.days)], "ben", {"ana"}, NOW) == {}
    assert usable([fact("shoe-size")], "ben", {"ana"}, NOW) == {}


def test_a_value_is_put_in_once_and_never_read_again() -> None:
    hostile = "<b>{other}</b> {{name}} {fact.small-joy}"
    said = fill("Bring {fact.favourite-drink} to {other}.", {"fact.favourite-drink": hostile, "other": "Ben"})
    assert said == f"Bring {hostile} to Ben."
    assert placeholders("Bring {fact.favourite-drink}.") == {"fact.favourite-drink"}


def test_each_old_fact_is_asked_about_once_and_one_a_month() -> None:
    facts = [fact("a-place", 400), fact("small-joy", 300), fact("old-film", 10)]
    asked: dict[str, datetime] = {}
    keys = []
    for day in range(0, 400, 5):
        now = NOW + day * DAY
        old = to_ask(facts, asked, now)
        if old is not None:
            keys.append((old.key, day))
            asked[mark(old)] = now
    assert keys == [("a-place", 0), ("small-joy", 30), ("old-film", 170)]
    assert APART == 30 * DAY


def test_the_mark_of_a_question_names_neither_fact_nor_value() -> None:
    assert mark(fact()) == mark(fact(value="coffee")) != mark(fact("a-place"))
    assert not set(mark(fact())) - set("0123456789abcdef")
