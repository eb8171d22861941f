"""Decks nobody planned for: empty, of one prompt, enormous, the same twice, renewed, and with markup in a name."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from ritualsd.content.lint import MOST_NEAR_TWINS, lint
from ritualsd.core.draw import draw
from ritualsd.core.fit import FALLBACK
from ritualsd.model import Drawn, Prompt, Seen
from ritualsd.testing import ListContent, VirtualClock
from tests.builders import NOON, person, ritual, settings
from tests.content.hosting import WEDNESDAY, Yard, ask
from tests.content.test_deck_shelf import touch_later
from tests.flow.stage import Stage

MARKUP = "<b>Ana</b> & {other} **[x](https://evil.example)** ${HOME} {{name}}"


def letters(number: int) -> str:
    return "".join("abcdefghij"[int(digit)] for digit in str(number))


def drawn(yard: Yard, kind: str, seen: dict[str, Seen] | None = None, days: int = 0) -> Drawn:
    at = WEDNESDAY + timedelta(days=days)
    pool = yard.host().offers(ask(kind, at=at)).prompts
    found = draw(pool, seen or {}, ask=ask(kind, at=at), key=b"k", people=2, placeholders={"name"})
    assert isinstance(found, Drawn)
    return found


@pytest.mark.parametrize("name", ["none.txt", "none.toml"])
def test_a_deck_without_a_prompt_is_no_problem_and_the_fallback_speaks(yard: Yard, name: str) -> None:
    yard.deck(f"bedtime/{name}", "# nothing yet\n" if name.endswith("txt") else 'kind = "bedtime"\n')
    assert [deck.problems for deck in yard.host().decks() if deck.kind == "bedtime"] == [()]
    assert FALLBACK in drawn(yard, "bedtime").prompt.tags


def test_a_deck_of_one_prompt_says_it_again_rather_than_nothing(yard: Yard) -> None:
    yard.deck("bedtime/one.txt", "Which star is yours?\n")
    first = drawn(yard, "bedtime")
    again = drawn(yard, "bedtime", {first.prompt.id: Seen(round=first.round, last_utc=WEDNESDAY)}, days=1)
    assert first.prompt.text == again.prompt.text == "Which star is yours?"
    assert again.round == first.round + 1


def test_one_prompt_among_a_hundred_thousand_is_drawn_and_the_next_is_another(yard: Yard) -> None:
    yard.deck("bedtime/huge.txt", "".join(f"What was {letters(n)} like?\n" for n in range(100_000)))
    first = drawn(yard, "bedtime")
    after = drawn(yard, "bedtime", {first.prompt.id: Seen(round=1, last_utc=WEDNESDAY)}, days=1)
    assert first.prompt.id != after.prompt.id
    assert "of 100000 that fit" in first.why


def test_thousands_of_prompts_of_one_pattern_are_checked_and_told_of_often_enough(yard: Yard) -> None:
    deck = "".join(f"Which {letters(n)} waited by the green garden door?\n" for n in range(5_000))
    yard.deck("bedtime/pattern.txt", deck)
    found = lint(deck for deck in yard.host().decks() if deck.kind == "bedtime")
    assert sum(problem.key == "L13" for problem in found) == MOST_NEAR_TWINS


def test_two_packs_with_the_same_prompt_offer_it_once(yard: Yard) -> None:
    yard.deck("bedtime/one.txt", "Which star is yours?\nWhich cloud was best?\n")
    yard.deck("bedtime/two.txt", "Which STAR is yours?!\n")
    yard.deck("bedtime/three.toml", '[[prompts]]\nid = "bedtime.star"\ntext = "Which star is yours?"\n')
    pool = [prompt for prompt in yard.host().offers(ask("bedtime")).prompts if FALLBACK not in prompt.tags]
    assert sorted(prompt.text for prompt in pool) == ["Which cloud was best?", "Which star is yours?"]


def test_two_packs_with_the_same_id_offer_the_first_of_them(yard: Yard) -> None:
    for name, text in (("a", "Which star is yours?"), ("b", "Which planet is yours?")):
        yard.deck(f"bedtime/{name}.toml", f'[[prompts]]\nid = "bedtime.star"\ntext = "{text}"\n')
    pool = [prompt for prompt in yard.host().offers(ask("bedtime")).prompts if FALLBACK not in prompt.tags]
    assert [prompt.text for prompt in pool] == ["Which star is yours?"]


def test_what_was_seen_stays_seen_when_a_pack_is_renewed(yard: Yard) -> None:
    old = '[[prompts]]\nid = "bedtime.{0}"\ntext = "Which {0} is yours?"\n'
    path = yard.deck("bedtime/pack.toml", old.format("star") + old.format("cloud"))
    first = drawn(yard, "bedtime")
    seen = {first.prompt.id: Seen(round=first.round, last_utc=WEDNESDAY)}
    path.write_text(path.read_text().replace("is yours", "would you call your own"))
    touch_later(path)
    after = drawn(yard, "bedtime", seen, days=1)
    assert after.prompt.id != first.prompt.id
    assert after.prompt.text.endswith("would you call your own?")


def test_a_line_whose_comma_was_mended_stays_seen(yard: Yard) -> None:
    path = yard.deck("bedtime/lines.txt", "Well which star is yours?\n")
    first = drawn(yard, "bedtime")
    path.write_text("Well, which star is yours?\n")
    touch_later(path)
    assert drawn(yard, "bedtime").prompt.id == first.prompt.id


def test_markup_in_a_name_is_only_a_name() -> None:
    ana, ben = person("ana", name=MARKUP), person("ben", name="{name}")
    told = ritual(kind="gratitude", to=("ana", "ben"))
    content = ListContent(prompts=(Prompt(text="{name}, thank {other} for {{it}}.", id="t", source="deck:test"),))
    day = Stage(settings(told, people=(ana, replace(ben, zone="UTC"))), VirtualClock(NOON), content=content)
    day.until(NOON + timedelta(days=1))
    assert sorted(day.bodies()) == sorted(
        [f"{MARKUP}, thank {{name}} for {{it}}.", f"{{name}}, thank {MARKUP} for {{it}}."]
    )
