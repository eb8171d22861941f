"""The start of a deck and of a language, and what `decks list` counts."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.exceptions import UsageError

from ritualsd.content.tally import FULL, TARGETS, tallies
from ritualsd.errors import RitualsdError
from tests.content.hosting import Yard
from tests.content.test_counts import A_FEW, ROWS
from tests.content.test_translations import both
from tests.content.test_word_commands import as_json, run

FULL_LANGUAGES = ("en", "de")


def test_a_deck_begins_as_a_file_to_write_in(config: Path) -> None:
    written = run(config, "decks", "new", "bedtime/ours").stdout.strip()
    assert written == str(config.parent / "decks" / "bedtime" / "ours.txt")
    rows = {row["name"]: row for row in as_json(config, "decks", "list")}
    assert (rows["ours"]["kind"], rows["ours"]["prompts"], rows["ours"]["problems"]) == ("bedtime", 0, 0)
    error = run(config, "decks", "new", "bedtime/ours").exception
    assert isinstance(error, RitualsdError)
    assert "exists already" in str(error)


@pytest.mark.parametrize("words", [[], ["ours"], ["a/b/c"], ["a/b", "--language", "fr"]])
def test_a_new_deck_needs_a_kind_and_a_name_or_a_language(config: Path, words: list[str]) -> None:
    assert isinstance(run(config, "decks", "new", *words).exception, UsageError)


@pytest.mark.parametrize("words", [["A/b"], ["b/.x"], ["--language", "en"], ["--language", "../de"]])
def test_a_name_that_cannot_be_used_is_refused(config: Path, words: list[str]) -> None:
    assert isinstance(run(config, "decks", "new", *words).exception, RitualsdError)


def test_a_language_begins_with_everything_commented_out_and_checks_clean(config: Path) -> None:
    written = [Path(line) for line in run(config, "decks", "new", "--language", "pt-BR").stdout.splitlines()]
    place = config.parent / "plugins" / "pt-br"
    assert {path.name for path in written} >= {"__init__.py", "phrases.toml", "lint.toml", "small-things.pt-BR.toml"}
    assert all(path.is_relative_to(place) for path in written)
    assert "all is well" in run(config, "decks", "check").stdout
    twin = place / "decks" / "gratitude" / "small-things.pt-BR.toml"
    twin.write_text(twin.read_text().replace("\n# ", "\n"))
    rows = [row for row in as_json(config, "decks", "list") if row["language"] == "pt-BR" and row["prompts"]]
    assert [(row["name"], row["problems"], row["plugin"]) for row in rows] == [("small-things", 0, "pt-br")]


# ── counting ──────────────────────────────────────────────────────────────────────────────────


def test_a_kind_is_counted_in_each_language_with_its_share_of_the_english(yard: Yard) -> None:
    host = both(yard)
    path = yard.root / "decks" / "tea" / "warm.de.toml"
    path.write_text(path.read_text().rpartition("[[prompts]]")[0])
    counts = {each.language: each for each in tallies(host.decks()) if each.kind == "tea"}
    assert (counts["en"].prompts, counts["en"].share, counts["en"].target) == (2, 1.0, 0)
    assert (counts["de"].prompts, counts["de"].share) == (1, 0.5)


def test_the_list_shows_the_counts_of_the_guide(config: Path) -> None:
    rows = as_json(config, "decks", "list")
    for kind, row in ROWS.items():
        assert TARGETS[kind] == row.at_least
        of_kind = [each for each in rows if (each["kind"], each["language"]) == (kind, "en")]
        assert sum(each["prompts"] for each in of_kind) == of_kind[0]["kind_prompts"] >= row.at_least
        assert {each["kind_target"] for each in of_kind} == {row.at_least}


def test_german_is_full(yard: Yard) -> None:
    shares = {each.kind: each.share for each in tallies(yard.host().decks()) if each.language == "de"}
    assert shares.keys() == TARGETS.keys()
    assert {kind: share for kind, share in shares.items() if share < FULL} == {}


@pytest.mark.parametrize("language", FULL_LANGUAGES)
def test_every_kind_and_tag_of_the_guide_has_enough_prompts_in_a_full_language(yard: Yard, language: str) -> None:
    decks = [deck for deck in yard.host().decks() if deck.language == language]
    few = []
    for kind, row in ROWS.items():
        pool = [prompt for deck in decks if deck.kind == kind for prompt in deck.prompts]
        for tag in row.tags:
            there = sum(tag in prompt.tags | prompt.place | prompt.season | prompt.who for prompt in pool)
            few += [(kind, tag, there)] if there < A_FEW else []
    assert few == []
