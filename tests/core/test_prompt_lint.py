"""The prompt lint, rule by rule, with a kind sentence and its unkind twin."""

from __future__ import annotations

from typing import Any

import pytest

from ritualsd.core.lint import lint_prompt
from ritualsd.core.lint_deck import lint_deck
from ritualsd.core.lint_words import UNHEARD
from ritualsd.core.near import near_twins, twins
from ritualsd.model import Prompt

GOOD = "Which ordinary sound at home would you be sorry to lose?"


def rules(text: str, kind: str = "gratitude", severity: str = "", **over: Any) -> set[str]:
    found = lint_prompt(Prompt(text=text, **over), kind)
    return {each.rule for each in found if severity in ("", each.severity)}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        (GOOD, "gratitude"),
        ("Put the kettle on before anyone asks.", "gesture"),
        ("Is there a small worry you'd like to say out loud? Skipping is fine.", "check-in"),
        ("The way you handled the…", "note"),
        ("Pick the finest row #1 in the garden.", "date"),
        ("What would you like to know about {other}'s day?", "check-in"),
    ],
)
def test_a_plain_kind_prompt_breaks_nothing(text: str, kind: str) -> None:
    assert rules(text, kind) == set()


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("L1", "Why so?"),
        ("L1", "word " * 40),
        ("L2", "Stop for a moment. Breathe slowly. Look around."),
        ("L2", "What was good today? And what was not?"),
        ("L2", "and ".join(["one "] * 25)),
        ("L3", "What a lovely day this was!"),
        ("L3", "And then there was the day when…"),
        ("L3", "Smile at someone today 🙂"),
        ("L3", "Say something REALLY kind today."),
        ("L3", "Read https://example.org before dinner."),
        ("L3", "Call +49 30 1234567 before dinner."),
        ("L4", "You should thank someone today."),
        ("L4", "You forgot what matters here."),
        ("L5", "Where is your shared journey going?"),
        ("L5", "Share one vulnerable moment of today."),
        ("L6", "What did your wife do for you today?"),
        ("L6", "What do the two of you laugh about?"),
        ("L7", "Get {other} to open up about the day."),
        ("L7", "Find out if something is being hidden."),
        ("L8", "Who gave a little extra this week?"),
        ("L9", "Send this: “I adore you and I will forever be here.”"),
        ("L10", "What did {ohter} do for you today?"),
        ("L10", "What did {other do for you today?"),
        ("L10", "{name}, {other} and {others} at one table."),
        ("L16", "What will you leave for tomorrow tonight?"),
        ("L16", "What was good about this weekend for you?"),
    ],
)
def test_each_rule_finds_what_it_is_for(rule: str, text: str) -> None:
    assert rule in rules(text, severity="error")


@pytest.mark.parametrize(("rule", "text"), [
    ("L4", "What arrived late but was welcome?"),
    ("L6", "What does your partner like about rain?"),
    ("L8", "What do you like more than coffee?"),
    ("L15", "What is always good about Mondays?"),
])  # fmt: skip
def test_what_may_be_innocent_is_only_a_warning(rule: str, text: str) -> None:
    assert rules(text) == {rule}
    assert rules(text, severity="error") == set()


def test_words_are_matched_whole() -> None:
    assert rules("The theme of a manual about mustard, then a shero.") == set()


def test_other_with_solo_contradicts_itself() -> None:
    assert "L10" in rules("What would you ask {other} today?", who=frozenset({"solo"}))


def test_depth_stays_within_the_kind() -> None:
    assert "L11" in rules(GOOD, depth=3)
    assert "L11" in rules(GOOD, "check-in", depth=5)
    assert rules(GOOD, "check-in", depth=5, tags=frozenset({"pick-only"})) == set()


def test_a_time_word_with_its_tag_is_fine() -> None:
    assert rules("What can wait, so that tonight is yours?", tags=frozenset({"evening"})) == set()


@pytest.mark.parametrize(
    "text",
    ["Cafe\u0301 or tea, which is it today?", "Read this \u202ebackwards for a while.", "Wh\u0430t is it today, then?"],
)
def test_hidden_signs_and_mixed_alphabets_are_found(text: str) -> None:
    assert "L17" in rules(text)


def test_the_written_text_is_what_is_searched_for_hidden_signs() -> None:
    found = lint_prompt(Prompt(text=GOOD), "gratitude", written=GOOD + "\u200b")
    assert [each.rule for each in found] == ["L17"]


def test_tone_is_not_judged_in_another_language() -> None:
    assert lint_prompt(Prompt(text="Was hat her und his heute getan, must du sagen?"), "gratitude", lists=UNHEARD) == []


def test_exact_twins_differ_only_in_signs() -> None:
    assert list(twins(["Same words, here.", "other words", "same words here"])) == [(0, 2)]


def test_near_twins_share_their_content_words() -> None:
    texts = [
        "Which old song reminds you of summer holidays?",
        "What old song reminds you of the summer holidays?",
        "Which old chair would you miss?",
    ]
    assert [(one, other) for one, other, _ in near_twins(texts)] == [(0, 1)]


def test_a_short_prompt_inside_a_longer_one_is_no_twin() -> None:
    texts = ["Water a plant.", "Water a plant, sweep the stairs, greet the neighbour and mend the bell."]
    assert list(near_twins(texts)) == []


def test_three_thousand_prompts_are_compared_without_trying_every_pair() -> None:
    def word(stem: str, number: int) -> str:
        return stem + "".join("abcdefghij"[int(digit)] for digit in str(number))

    texts = [f"{word('k', n)} {word('m', n * 7 % 3000)} {word('p', n * 13 % 3000)} kitchen" for n in range(3000)]
    texts.append(texts[17] + " more")
    assert [(one, other) for one, other, _ in near_twins(texts)] == [(17, 3000)]


def test_one_word_in_common_makes_no_twins() -> None:
    assert list(near_twins(["Thank someone today.", "You may thank {other} for it."])) == []


def test_a_deck_that_opens_alike_is_told_so() -> None:
    alike = [Prompt(text=f"What would you say about number {n}?") for n in range(12)]
    assert {each.rule for each in lint_deck(alike)} == {"L14"}


def test_a_deck_of_long_prompts_is_told_so() -> None:
    openings = ["Ana", "Ben", "Cleo", "Dora"]
    long = [Prompt(text=f"{openings[n % 4]} {n} " + "x" * 120) for n in range(12)]
    assert "L1" in {each.rule for each in lint_deck(long)}


def test_a_small_deck_is_not_judged_as_a_whole() -> None:
    assert list(lint_deck([Prompt(text="What is it?")] * 3)) == []
