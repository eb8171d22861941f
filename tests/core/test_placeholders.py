"""Placeholders, and what makes two texts the same prompt."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ritualsd.core.words import fill, has_stray_brace, is_known, normalise, placeholders, prompt_id


def test_a_placeholder_is_filled_with_its_value() -> None:
    assert fill("Thank {other}, {name}.", {"name": "Ana", "other": "Ben"}) == "Thank Ben, Ana."


def test_a_value_is_never_scanned_again() -> None:
    assert fill("{name} and {other}", {"name": "{other}", "other": "{name}"}) == "{other} and {name}"


def test_doubled_braces_are_braces() -> None:
    assert fill("{{name}} is {name}", {"name": "Ana"}) == "{name} is Ana"


@pytest.mark.parametrize("text", ["{name.__class__}", "{0}", "{name!r}", "{name:>9}", "{}", "{unknown}", "} {"])
def test_what_is_no_placeholder_of_ours_is_only_text(text: str) -> None:
    assert fill(text, {"name": "Ana"}) == text


@given(st.text(), st.dictionaries(st.sampled_from(["name", "other"]), st.text()))
def test_filling_never_fails_whatever_the_text(text: str, values: dict[str, str]) -> None:
    fill(text, values)


@given(st.text(alphabet=st.characters(exclude_characters="{}")))
def test_a_text_without_braces_stays_as_it_is(text: str) -> None:
    assert fill(text, {"name": "Ana"}) == text


def test_placeholders_are_named_known_or_not() -> None:
    assert placeholders("{name} meets {ohter}, not {{others}}") == {"name", "ohter"}


def test_only_the_fixed_list_and_facts_are_known() -> None:
    assert is_known("name")
    assert is_known("fact.favourite-drink")
    assert not is_known("fact.favourite-tea")
    assert not is_known("fact.")
    assert not is_known("nmae")


def test_a_brace_that_opens_nothing_is_stray() -> None:
    assert has_stray_brace("{name and {other}")
    assert has_stray_brace("name}")
    assert not has_stray_brace("{name} {{ }}")


def test_mending_a_comma_or_a_capital_keeps_the_identity() -> None:
    assert prompt_id("What warmed you, today?") == prompt_id("what warmed you today")
    assert prompt_id("Ana’s cup") == prompt_id("Ana's cup")


def test_other_words_are_another_prompt() -> None:
    assert prompt_id("What warmed you?") != prompt_id("What cooled you?")


def test_texts_without_a_letter_are_told_apart() -> None:
    assert prompt_id("1 + 1") != prompt_id("2 + 2")


@given(st.text())
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)
