"""Decks that say the same prompts in another language, and the one language a pool is in."""

from __future__ import annotations

from pathlib import Path

import pytest

from ritualsd.content.deck import Deck
from ritualsd.content.deckfile import read_deck
from ritualsd.content.host import ContentHost
from ritualsd.core.fit import FALLBACK
from ritualsd.core.languages import in_one_language, is_foreign, preferred, told_source
from ritualsd.model import Household, Prompt
from tests.content.hosting import FIVE_LINES_WITH_DECKS, Yard, ask
from tests.content.test_deck_shelf import touch_later

ENGLISH = """\
format = 1
kind = "gesture"
language = "en"

[[prompts]]
id = "gesture.kettle"
text = "Put the kettle on for {other}."
who = ["pair"]
season = ["winter"]
tags = ["drink"]
weight = 2

[[prompts]]
id = "gesture.towel"
text = "Warm a towel."
"""
GERMAN = """\
format = 1
kind = "gesture"
language = "de"

[[prompts]]
id = "gesture.kettle"
text = "Setz für {other} Wasser auf."

[[prompts]]
id = "gesture.towel"
text = "Wärme ein Handtuch."
"""


@pytest.fixture
def twin(tmp_path: Path) -> Deck:
    path = tmp_path / "warm.toml"
    path.write_text(ENGLISH)
    return read_deck(path)


def german(folder: Path, twin: Deck, content: str = GERMAN) -> Deck:
    path = folder / "warm.de.toml"
    path.write_text(content)
    return read_deck(path, twin=twin)


def own(host: ContentHost, kind: str = "tea", **over: str) -> list[str]:
    return [prompt.text for prompt in host.offers(ask(kind, **over)).prompts if FALLBACK not in prompt.tags]


# ── one file ──────────────────────────────────────────────────────────────────────────────────


def test_a_translation_takes_everything_but_the_words_from_its_twin(tmp_path: Path, twin: Deck) -> None:
    deck = german(tmp_path, twin)
    first = deck.prompts[0]
    assert (deck.name, deck.language, deck.twin, deck.problems) == ("warm", "de", twin.path, ())
    assert (first.id, first.text, first.language) == ("gesture.kettle", "Setz für {other} Wasser auf.", "de")
    assert (first.who, first.season, first.tags, first.weight) == ({"pair"}, {"winter"}, {"drink"}, 2)


@pytest.mark.parametrize(
    ("before", "after", "key", "message", "hint"),
    [
        ('"gesture.kettle"', '"gesture.ketle"', "id", "is not in warm.toml", "did you mean gesture.kettle?"),
        ('"gesture.kettle"', '"zzz"', "id", "is not in warm.toml", "write the id that its words have there"),
        ('id = "gesture.kettle"', "", "id", "is not in warm.toml", "write the id that its words have there"),
        ("für {other} ", "", "text", "lacks the {other} of warm.toml", "use the same placeholders"),
        ("für {other} ", "für {others} und {other} ", "text", "has {others}, not in warm.toml", "same placeholders"),
        ('id = "gesture.kettle"', 'id = "gesture.kettle"\ndepth = 4', "depth", "is taken from warm.toml", "leave it"),
    ],
)
def test_an_entry_that_says_no_prompt_of_the_twin_is_a_problem(
    tmp_path: Path, twin: Deck, before: str, after: str, key: str, message: str, hint: str
) -> None:
    deck = german(tmp_path, twin, GERMAN.replace(before, after))
    assert [prompt.id for prompt in deck.prompts] == ["gesture.towel"]
    assert [(each.line, each.key, each.message) for each in deck.problems] == [(5, key, message)]
    assert hint in deck.problems[0].hint


def test_a_deck_of_another_language_without_a_twin_is_a_deck_like_any_other(tmp_path: Path) -> None:
    path = tmp_path / "warm.de.toml"
    path.write_text(GERMAN.replace('text = "W', 'depth = 2\ntext = "W'))
    deck = read_deck(path)
    assert (deck.twin, deck.problems, [prompt.depth for prompt in deck.prompts]) == ("", (), [1, 2])


def test_a_header_that_differs_from_the_files_name_is_a_problem(tmp_path: Path, twin: Deck) -> None:
    deck = german(tmp_path, twin, GERMAN.replace('"de"', '"fr"'))
    assert [(each.key, each.hint) for each in deck.problems] == [("language", 'write language = "de"')]
    assert deck.language == "de"


# ── on the shelf ──────────────────────────────────────────────────────────────────────────────


def both(yard: Yard) -> ContentHost:
    yard.deck("tea/warm.toml", ENGLISH.replace('"gesture"', '"tea"'))
    yard.deck("tea/warm.de.toml", GERMAN.replace('"gesture"', '"tea"'))
    return yard.host()


def test_each_reads_their_own_language_under_the_same_ids(yard: Yard) -> None:
    host = both(yard)
    assert own(host, language="de") == ["Setz für {other} Wasser auf.", "Wärme ein Handtuch."]
    assert own(host, language="en") == ["Put the kettle on for {other}.", "Warm a towel."]
    ids = [{p.id for p in host.offers(ask("tea", language=each)).prompts} for each in ("de", "en")]
    assert {"gesture.kettle", "gesture.towel"} <= ids[0] & ids[1]


def test_a_region_reads_its_plain_language(yard: Yard) -> None:
    assert own(both(yard), language="de-AT")[0] == "Setz für {other} Wasser auf."


def test_the_household_language_comes_before_english(yard: Yard) -> None:
    yard.household = Household(language="de")
    assert own(both(yard), language="fr")[0] == "Setz für {other} Wasser auf."


def test_without_any_of_them_it_is_english_and_the_source_says_so(yard: Yard) -> None:
    first = both(yard).offers(ask("tea", language="fr")).prompts[0]
    assert first.text == "Put the kettle on for {other}."
    assert told_source(first, "fr") == 'deck:warm (in "en", for want of "fr")'
    assert told_source(first, "en") == "deck:warm"


def test_a_prompt_that_is_only_in_another_language_is_not_offered(yard: Yard) -> None:
    yard.deck("tea/more.en.txt", "Share the last biscuit.\nSit by the window.\n")
    assert len(own(both(yard), language="de")) == 2
    assert len(own(both(yard), language="en")) == 4


def test_words_of_no_named_language_are_for_everybody(yard: Yard) -> None:
    yard.deck("tea/ours.txt", "Our very own words.\n")
    host = both(yard)
    assert own(host, language="de")[-1] == own(host, language="en")[-1] == "Our very own words."


def test_a_translation_is_read_again_when_its_twin_changes(yard: Yard) -> None:
    host = both(yard)
    path = yard.root / "decks" / "tea" / "warm.toml"
    path.write_text(path.read_text().replace("gesture.towel", "gesture.cloth"))
    touch_later(path)
    assert own(host, language="de") == ["Setz für {other} Wasser auf."]
    assert [problem.key for deck in host.decks() if deck.language == "de" for problem in deck.problems if deck.twin][
        -1
    ] == "id"


def test_a_pack_translates_a_deck_that_another_plugin_brought(yard: Yard) -> None:
    yard.plugin("garden", FIVE_LINES_WITH_DECKS.format(path="decks/tea/warm.toml"))
    deck = yard.root / "plugins" / "decks" / "tea" / "warm.toml"
    deck.parent.mkdir(parents=True)
    deck.write_text(ENGLISH.replace('"gesture"', '"tea"'))
    yard.deck("tea/warm.de.toml", GERMAN.replace('"gesture"', '"tea"'))
    host = yard.host()
    assert own(host, language="de") == ["Setz für {other} Wasser auf.", "Wärme ein Handtuch."]
    assert [p.text for p in host.offers(ask("", language="en"), deck="warm").prompts if FALLBACK not in p.tags] == [
        "Put the kettle on for {other}.",
        "Warm a towel.",
    ]


def test_a_plugin_brings_the_translations_beside_its_decks(yard: Yard) -> None:
    yard.plugin("garden", FIVE_LINES_WITH_DECKS.format(path="decks/tea/warm.toml"))
    folder = yard.root / "plugins" / "decks" / "tea"
    folder.mkdir(parents=True)
    (folder / "warm.toml").write_text(ENGLISH.replace('"gesture"', '"tea"'))
    (folder / "warm.de.toml").write_text(GERMAN.replace('"gesture"', '"tea"'))
    assert own(yard.host(), language="de") == ["Setz für {other} Wasser auf.", "Wärme ein Handtuch."]


# ── the choice itself ─────────────────────────────────────────────────────────────────────────


def test_the_languages_to_look_in_are_the_readers_the_households_and_english() -> None:
    assert preferred("pt-BR", "de") == ("pt-BR", "pt", "de", "en")
    assert preferred("en", "en") == ("en",)
    assert preferred("", "de-CH") == ("de-CH", "de", "en")


def test_a_region_is_laid_over_its_plain_language() -> None:
    plain = Prompt(text="o café", id="a", language="pt"), Prompt(text="a rua", id="b", language="pt")
    region = Prompt(text="o cafezinho", id="a", language="pt-BR")
    assert in_one_language([*plain, region], "pt-BR", "en")[0] is region
    assert in_one_language([*plain, region], "pt", "en") == list(plain)


def test_what_there_is_is_better_than_nothing() -> None:
    only = [Prompt(text="o café", id="a", language="pt")]
    assert in_one_language(only, "fr", "de") == only
    assert is_foreign(only[0], "fr")
    assert not is_foreign(only[0], "pt-BR")
    assert not is_foreign(Prompt(text="x"), "fr")
