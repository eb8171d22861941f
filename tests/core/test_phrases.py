"""What ritualsd itself says: names, days and numbers as a language writes them, and one value filled once."""

from __future__ import annotations

from datetime import datetime

import pytest

from ritualsd.core.english import PHRASES
from ritualsd.core.phrases import IN_ENGLISH, Phrases
from ritualsd.core.plurals import plural

AT = datetime(2026, 5, 4, 18, 5)
POLISH = Phrases(
    language="pl",
    texts={"when.days.one": "za dzień", "when.days.few": "za {count} dni", "when.days.many": "{count} dni"},
)


@pytest.mark.parametrize(
    ("names", "said"),
    [(["Ana"], "Ana"), (["Ana", "Ben"], "Ana and Ben"), (["Ana", "Ben", "Cleo"], "Ana, Ben and Cleo")],
)
def test_names_are_listed_as_in_a_sentence(names: list[str], said: str) -> None:
    assert IN_ENGLISH.names(names) == said


@pytest.mark.parametrize(
    ("days", "said"),
    [(0, "today"), (1, "tomorrow"), (3, "in 3 days"), (7, "in a week"), (10, "in 10 days"), (21, "in 3 weeks")],
)
def test_a_day_is_so_far_off(days: int, said: str) -> None:
    assert IN_ENGLISH.days_off(days) == said


def test_days_and_times_are_written_out() -> None:
    assert IN_ENGLISH.weekday_and_time(AT) == "Monday 18:05"
    assert IN_ENGLISH.day(AT) == "Monday, 4 May"
    assert IN_ENGLISH.day_and_year(AT) == "4 May 2026"


def test_a_number_takes_the_form_its_language_has_for_it() -> None:
    assert POLISH.days_off(3) == "za 3 dni"
    assert POLISH.days_off(5) == "5 dni"


def test_a_form_that_a_pack_leaves_out_is_said_in_its_other_form() -> None:
    czech = Phrases(language="cs", texts={"when.days.other": "za {count} dní"})
    assert czech.days_off(3) == "za 3 dní"


def test_what_a_pack_leaves_out_is_said_in_english() -> None:
    assert POLISH.days_off(14) == "in 2 weeks"
    assert POLISH.say("title.discreet") == "A small note"


def test_a_value_is_filled_once_and_never_looked_into() -> None:
    assert IN_ENGLISH.names(["{last}", "{{x}}"]) == "{last} and {{x}}"


def test_an_unknown_key_is_a_mistake_of_ours() -> None:
    with pytest.raises(KeyError):
        IN_ENGLISH.say("no.such")


@pytest.mark.parametrize(
    ("language", "forms"),
    [
        ("en", {0: "other", 1: "one", 2: "other"}),
        ("de-AT", {1: "one", 21: "other"}),
        ("fr", {0: "one", 1: "one", 2: "other"}),
        ("ja", {1: "other"}),
        ("pl", {1: "one", 2: "few", 5: "many", 12: "many", 22: "few", 21: "many"}),
        ("ru", {1: "one", 21: "one", 11: "many", 24: "few", 14: "many", 100: "many"}),
        ("hr", {1: "one", 4: "few", 5: "other"}),
        ("cs", {1: "one", 4: "few", 5: "other"}),
        ("lt", {1: "one", 2: "few", 11: "other", 20: "other"}),
        ("ro", {0: "few", 1: "one", 19: "few", 20: "other"}),
        ("sl", {1: "one", 102: "two", 3: "few", 5: "other"}),
        ("ar", {0: "zero", 1: "one", 2: "two", 7: "few", 11: "many", 100: "other"}),
    ],
)
def test_plural_forms_are_those_of_cldr(language: str, forms: dict[int, str]) -> None:
    assert {count: plural(language, count) for count in forms} == forms


def test_every_plural_in_english_has_both_of_its_forms() -> None:
    several = {key.rpartition(".")[0] for key in PHRASES if key.endswith(".one")}
    assert {f"{key}.other" for key in several} <= PHRASES.keys()
