"""The plugins and decks we ship: every word passes the lint, and the counts and floors of the content guide hold."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from hashlib import blake2b
from pathlib import Path

import pytest

from ritualsd.content.deck import Deck
from ritualsd.content.find import bundled_folder
from ritualsd.content.host import ContentHost
from ritualsd.content.lint import lint
from ritualsd.core.draw import draw
from ritualsd.core.fit import FALLBACK
from ritualsd.core.lint import lint_prompt
from ritualsd.core.words import words
from ritualsd.model import Drawn, Household, Prompt, Seen, Settings
from tests.content.hosting import WEDNESDAY, ask
from tests.content.test_counts import ROWS

KINDS = (*ROWS, "any")
RUNS = Path(__file__).parents[1] / "content" / "data" / "article-runs.txt"


@pytest.fixture(scope="module")
def host() -> ContentHost:
    return ContentHost(Settings(root="", household=Household()), no_plugins=True, emit=lambda _: None, strict=True)


@pytest.fixture(scope="module")
def decks(host: ContentHost) -> tuple[Deck, ...]:
    return host.decks()


def of_kind(decks: tuple[Deck, ...], kind: str) -> list[Prompt]:
    return [prompt for deck in decks if deck.kind == kind for prompt in deck.prompts]


def every_day(host: ContentHost, language: str = "en") -> Iterator[tuple[str, Prompt]]:
    """What the hooks of the bundled plugins offer on every day of some weeks and two beginnings of a month."""
    for kind in ("gratitude", "gesture", "check-in"):
        for day in range(60):
            for prompt in host.offers(ask(kind, at=WEDNESDAY + timedelta(days=day), language=language)).prompts:
                if prompt.source.startswith("plugin:"):
                    yield kind, prompt


def test_the_folder_we_ship_is_found() -> None:
    assert (bundled_folder() / "gratitude" / "__init__.py").is_file()


def test_every_deck_passes_the_lint_of_its_language_without_a_warning(
    host: ContentHost, decks: tuple[Deck, ...]
) -> None:
    assert host.lint_lists().keys() == {"en", "de"}
    assert [str(problem) for problem in lint(decks, host.lint_lists())] == []


@pytest.mark.parametrize("language", ["en", "de"])
def test_what_the_hooks_add_passes_the_lint_too(host: ContentHost, language: str) -> None:
    added = {prompt.id: (kind, prompt) for kind, prompt in every_day(host, language)}
    assert len(added) == 7
    for kind, prompt in added.values():
        assert prompt.language == language
        assert lint_prompt(prompt, kind, lists=host.lint_lists()[language]) == []


def test_every_prompt_has_an_id_of_its_kind(decks: tuple[Deck, ...]) -> None:
    for deck in decks:
        assert all(prompt.id.startswith(f"{deck.kind}.") for prompt in deck.prompts)


def test_no_six_words_in_a_row_stand_in_the_articles_behind_the_practices(
    decks: tuple[Deck, ...], host: ContentHost
) -> None:
    known = set(RUNS.read_text().split())
    texts = [prompt.text for deck in decks for prompt in deck.prompts] + [prompt.text for _, prompt in every_day(host)]
    runs = [" ".join(words(text)[at : at + 6]) for text in texts for at in range(len(words(text)) - 5)]
    assert len(known) == 4254
    assert [run for run in runs if blake2b(run.encode(), digest_size=8).hexdigest() in known] == []


def test_the_fallback_fits_anybody_at_any_time(decks: tuple[Deck, ...]) -> None:
    assert len(of_kind(decks, "any")) >= 20
    for prompt in of_kind(decks, "any"):
        assert (prompt.depth, prompt.season, prompt.who, prompt.avoid) == (1, frozenset(), frozenset(), frozenset())
        assert prompt.tags == {FALLBACK}
        assert "{" not in prompt.text


@pytest.mark.parametrize("kind", ["gratitude", "gesture", "check-in", "reflection"])
@pytest.mark.parametrize("people", [1, 2, 4])
def test_a_year_of_days_draws_something_every_day_and_nothing_again_within_ten(
    host: ContentHost, kind: str, people: int
) -> None:
    seen: dict[str, Seen] = {}
    last: dict[str, int] = {}
    gaps = []
    for day in range(365):
        at = WEDNESDAY + timedelta(days=day)
        pool = host.offers(ask(kind, at=at)).prompts
        known = {"name"} | ({"other"} if people == 2 else set())
        drawn = draw(pool, seen, ask=ask(kind, at=at), key=b"k", people=people, placeholders=known)
        assert isinstance(drawn, Drawn)
        assert FALLBACK not in drawn.prompt.tags
        gaps.append(day - last.get(drawn.prompt.id, -365))
        last[drawn.prompt.id] = day
        seen[drawn.prompt.id] = Seen(round=drawn.round, last_utc=at, tags=drawn.prompt.tags)
    assert min(gaps) > 10
