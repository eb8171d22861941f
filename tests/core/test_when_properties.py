"""What holds for every rule and every text: a rule prints as a phrase that means it, and any text has an answer."""

from __future__ import annotations

import json

from hypothesis import example, given, settings
from hypothesis import strategies as st

from ritualsd.core.rules import Rule
from ritualsd.core.when import canonical, parse
from ritualsd.errors import WhenError
from tests.core.rules import NEARLY, RULES


@settings(max_examples=1000, deadline=None)
@given(RULES)
def test_a_rule_prints_as_a_phrase_that_means_the_same_rule(rule: Rule) -> None:
    assert parse(canonical(rule)) == rule


@settings(max_examples=300, deadline=None)
@given(RULES)
def test_a_canonical_phrase_is_its_own_canonical_form(rule: Rule) -> None:
    phrase = canonical(rule)
    assert canonical(parse(phrase)) == phrase
    assert canonical(parse(phrase.lower())) == phrase
    assert canonical(parse(f"  {phrase.replace(' ', '  ')} ".replace(";  ", "; "))) == phrase


def read(value: object) -> Rule | WhenError:
    try:
        return parse(value)  # type: ignore[arg-type] # anything may stand in a file
    except WhenError as error:
        return error


@settings(max_examples=600, deadline=1000)
@given(NEARLY | st.text(max_size=60))
@example("0" * 990)
@example("every " * 150)
@example("; " * 300)
@example("İ every day at 07:30")
@example("cron:" + "*," * 400)
@example("rrule:" + "FREQ=DAILY;" * 50)
@example("on 5 may 99999999999 at 09:00")
@example("\ud800")
def test_any_text_is_a_rule_or_an_error_with_a_phrase_that_works(text: str) -> None:
    answer = read(text)
    if not isinstance(answer, WhenError):
        assert parse(canonical(answer)) == answer
        return
    assert answer.what
    assert 0 <= answer.start <= answer.end <= len(answer.phrase) + 1
    assert not answer.suggestion or parse(answer.suggestion)


KEYS = st.sampled_from(["cron", "rrule", "every", "on", "at", "from", "until", "times", "x"])
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | NEARLY | st.dates() | st.times() | st.datetimes()
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner), max_leaves=6)


@settings(max_examples=400, deadline=1000)
@given(VALUES)
def test_any_value_that_toml_can_hold_is_a_rule_or_an_error(value: object) -> None:
    answer = read(value)
    if isinstance(answer, WhenError):
        assert not answer.suggestion or parse(answer.suggestion)


def test_lists_nested_in_lists_are_refused_and_never_a_recursion() -> None:
    nested = json.loads("[" * 900 + '"every day at 07:30"' + "]" * 900)
    assert isinstance(read(nested), WhenError)
    assert isinstance(read({"every": nested}), WhenError)
