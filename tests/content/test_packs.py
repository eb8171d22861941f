"""Language packs: phrases and word lists that a plugin ships as data, and German as the first of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from ritualsd.content import problems
from ritualsd.content.find import bundled_folder
from ritualsd.content.lint import lint
from ritualsd.content.packs import read_lint, read_phrases
from ritualsd.core.english import PHRASES
from ritualsd.core.lint import lint_tone
from ritualsd.core.lint_words import IN_ENGLISH, LISTS
from ritualsd.core.phrases import IN_ENGLISH as SAID_IN_ENGLISH
from ritualsd.core.words import placeholders
from ritualsd.model import PluginTable
from tests.content.hosting import Yard, ask, status

GERMAN = bundled_folder() / "german"
REPLIES = "reply."
"""Words that people type, not words that we say."""

ALLOWED = {
    "late": "it is we who are late",
    "behind-link": "a place, not a blame",
    "page.mine.forget": "a button that makes us forget",
    "page.never": "a button, and meant",
    "page.mine.pause": "a button that means all of it",
    "page.mine.paused": "the same",
    "page.mine.paused-until": "the same",
    "page.silence.pause": "the same",
    "page.mine.waits": "the same",
    "welcome.stop": "the same",
    "left.leave": "all that is theirs is written down, and nothing less",
    "page.mine.leave.yours": "the same",
    "page.mine.yours.words": "all that is theirs is written down or removed, and nothing less",
    "page.mine.erase": "the same",
    "page.erase": "the same",
    "page.erase.words": "what is removed does not come back",
    "page.erase.yes": "the same",
    "page.erased.words": "the same",
    "page.erased.almost": "the same",
    "page.refused.413": "bytes are compared, not people",
    "page.refused.431": "the same",
    "fact.favourite-treat": "a treat that never fails is a warm word",
    "card.prepare.one": "to get everything ready",
    "card.prepare.other": "the same",
}
"""Phrases that may hold a word the lint minds, each with its reason."""

FRENCH = """\
format = 1
language = "fr"

[phrases]
"names.and" = "{most} et {last}"
late = "Un peu tard, de {when} :"

[phrases.when]
today = "aujourd'hui"
days.many = "dans {count} jours"
"""


def pack(yard: Yard, phrases: str = FRENCH, lint: str = "") -> Path:
    """A plugin without any code but what Python asks for."""
    folder = yard.root / "plugins" / "french"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text('"""French."""\n')
    if phrases:
        (folder / "phrases.toml").write_text(phrases)
    if lint:
        (folder / "lint.toml").write_text(lint)
    return folder


# ── German ────────────────────────────────────────────────────────────────────────────────────


def test_german_says_everything_that_english_says_with_the_same_placeholders() -> None:
    german = read_phrases(GERMAN / "phrases.toml")
    assert (german.language, german.problems) == ("de", ())
    assert sorted(PHRASES.keys() - german.texts.keys()) == []
    assert {key: placeholders(german.texts[key]) for key in PHRASES} == {
        key: placeholders(text) for key, text in PHRASES.items()
    }


def test_what_we_say_is_held_to_the_rules_of_prompts_in_both_languages() -> None:
    german = read_lint(GERMAN / "lint.toml").lists
    assert german is not None
    for texts, lists in ((PHRASES, IN_ENGLISH), (read_phrases(GERMAN / "phrases.toml").texts, german)):
        said = {key: text for key, text in texts.items() if key not in ALLOWED and not key.startswith(REPLIES)}
        assert [(key, each.message) for key, text in said.items() for each in lint_tone(text, lists)] == []
        assert [key for key, text in said.items() if "!" in text] == []


def test_german_listens_for_everything_that_english_does() -> None:
    german = read_lint(GERMAN / "lint.toml")
    assert german.problems == ()
    assert german.lists is not None
    assert german.lists.patterns.keys() == IN_ENGLISH.patterns.keys() == set(LISTS)


def test_the_host_speaks_german_without_importing_a_plugin(yard: Yard) -> None:
    host = yard.host()
    german = host.phrases("de")
    assert (german.language, german.say("when.tomorrow")) == ("de", "morgen")
    assert host.phrases("de-AT").say("when.tomorrow") == "morgen"
    assert host.phrases("fr") is SAID_IN_ENGLISH
    assert not any(record.boarded for record in host._crew._enlisted())


# ── any other ─────────────────────────────────────────────────────────────────────────────────


def test_a_plugin_without_a_hook_may_be_a_language(yard: Yard) -> None:
    pack(yard)
    host = yard.host()
    french = host.phrases("fr-CA")
    assert french.names(["Ana", "Zoé"]) == "Ana et Zoé"
    assert (french.say("when.today"), french.say("when.tomorrow")) == ("aujourd'hui", "tomorrow")
    assert status(host, "french").status == "active"


def test_a_pack_brings_every_deck_in_its_folder(yard: Yard) -> None:
    folder = pack(yard) / "decks" / "gratitude"
    folder.mkdir(parents=True)
    (folder / "small-things.fr.toml").write_text(
        'format = 1\nkind = "gratitude"\nlanguage = "fr"\n[[prompts]]\nid = "gratitude.sound-at-home"\n'
        'text = "Quel bruit de la maison te manquerait ?"\n'
    )
    host = yard.host()
    english = next(p for p in host.offers(ask()).prompts if p.source == "deck:small-things")
    text = (folder / "small-things.fr.toml").read_text().replace("gratitude.sound-at-home", english.id)
    (folder / "small-things.fr.toml").write_text(text)
    french = [p for p in yard.host().offers(ask(language="fr")).prompts if p.language == "fr"]
    assert [(p.id, p.tags) for p in french] == [(english.id, english.tags)]


def test_a_pack_that_is_switched_off_is_silent(yard: Yard) -> None:
    pack(yard)
    yard.tables["french"] = PluginTable(enabled=False, where="config.toml:3")
    assert yard.host().phrases("fr") is SAID_IN_ENGLISH


@pytest.mark.parametrize(
    ("line", "key", "message"),
    [
        ('"no.such" = "Quoi ?"', "no.such", "is no phrase here"),
        ('"when.tomorrow" = 7', "when.tomorrow", "is not a text"),
        ('"when.weeks.one" = "dans {weeks} semaine"', "when.weeks.one", "has a placeholder that nothing fills"),
        ('"title.discreet" = "Un mot {"', "title.discreet", "has a placeholder that nothing fills"),
    ],
)
def test_a_phrase_that_cannot_be_used_is_a_problem_and_left_out(
    tmp_path: Path, line: str, key: str, message: str
) -> None:
    path = tmp_path / "phrases.toml"
    path.write_text(FRENCH.replace("[phrases]\n", f"[phrases]\n{line}\n"))
    found = read_phrases(path)
    assert [(each.key, each.message) for each in found.problems] == [(key, message)]
    assert key not in found.texts
    assert "late" in found.texts


@pytest.mark.parametrize("content", ["", "language = 3", "= =", "phrases = 7\nlanguage = 'fr'", "\x00"])
def test_a_broken_pack_is_a_problem_and_nothing_worse(tmp_path: Path, content: str) -> None:
    path = tmp_path / "phrases.toml"
    path.write_text(content)
    found = read_phrases(path)
    assert found.texts == {}
    assert len(found.problems) == 1


def test_a_table_nested_a_thousand_times_is_one_phrase_that_nobody_knows(tmp_path: Path) -> None:
    path = tmp_path / "phrases.toml"
    path.write_text(FRENCH.replace("[phrases]\n", f"[phrases]\n{'.'.join('a' * 1000)} = 'x'\n"))
    found = read_phrases(path)
    assert [each.message for each in found.problems] == ["is no phrase here"]
    assert "late" in found.texts


LINT = 'language = "fr"\nlonger = 1.2\n[lists]\nguilt = ["tu dois", "encore oubli-"]\nevening = ["ce soir"]\n'


def test_a_deck_is_judged_by_the_lists_of_its_own_language(yard: Yard) -> None:
    pack(yard, lint=LINT)
    path = yard.deck("gratitude/petit.fr.txt", "Tu dois dire merci ce soir.\nMust you wear his hat today?\n")
    host = yard.host()
    found = lint([host.deck_at(path)], host.lint_lists())
    assert [(each.key, each.line) for each in found] == [("L4", 1), ("L16", 1)]


def test_a_deck_that_names_no_language_is_in_that_of_the_house(yard: Yard) -> None:
    path = yard.deck("gratitude/unser.txt", "Was hat her und his heute getan?\nDu solltest heute danken.\n")
    host = yard.host()
    assert [each.line for each in lint([host.deck_at(path)], host.lint_lists(), home="de")] == [2]
    assert [each.line for each in lint([host.deck_at(path)], host.lint_lists())] == [1]


@pytest.mark.parametrize(
    ("before", "after", "key"),
    [
        ('language = "fr"', "", "language"),
        ("1.2", '"long"', "longer"),
        ("longer = 1.2", "long_word = 99", "long_word"),
        ("guilt", "gilt", "gilt"),
        ('["ce soir"]', '"ce soir"', "evening"),
        ('["ce soir"]', '["-"]', "evening"),
    ],
)
def test_word_lists_that_cannot_be_used_are_problems(tmp_path: Path, before: str, after: str, key: str) -> None:
    path = tmp_path / "lint.toml"
    path.write_text(LINT.replace(before, after))
    found = read_lint(path)
    assert found.lists is None
    assert [each.key for each in found.problems] == [key]


def test_what_is_wrong_in_a_pack_is_said_by_check(yard: Yard) -> None:
    folder = pack(yard, FRENCH + '"no.such" = "Quoi ?"\n')
    assert [(each.file, each.message) for each in problems(yard.settings())] == [
        (str(folder / "phrases.toml"), "is no phrase here")
    ]
