"""Decks in the pool: from plugins and from the folder beside the configuration, by kind, name and language."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from ritualsd.content import problems
from ritualsd.core.fit import FALLBACK
from ritualsd.model import Household, PluginTable, Prompt, Ritual, Settings
from tests.content.hosting import FIVE_LINES_WITH_DECKS, Yard, ask, status


def texts(prompts: Sequence[Prompt], source: str) -> list[str]:
    return [prompt.text for prompt in prompts if prompt.source == source]


def touch_later(path: os.PathLike[str]) -> None:
    """Make a file look changed even on a clock of whole seconds."""
    info = os.stat(path)
    os.utime(path, ns=(info.st_atime_ns, info.st_mtime_ns + 2_000_000_000))


def test_a_text_deck_beside_the_configuration_joins_the_pool(yard: Yard) -> None:
    yard.deck("gratitude/mine.txt", "What was good today?\n")
    pool = yard.host().offers(ask()).prompts
    assert texts(pool, "deck:mine") == ["What was good today?"]
    assert len(texts(pool, "deck:small-things")) > 60


def test_a_new_kind_needs_only_a_folder(yard: Yard) -> None:
    yard.deck("bedtime/mine.txt", "Which star is yours tonight? #evening\n")
    pool = yard.host().offers(ask("bedtime")).prompts
    assert [prompt.text for prompt in pool if FALLBACK not in prompt.tags] == ["Which star is yours tonight?"]


def test_a_kind_nobody_serves_still_has_the_fallback(yard: Yard) -> None:
    pool = yard.host().offers(ask("no-such-kind")).prompts
    assert len(pool) >= 20
    assert all(FALLBACK in prompt.tags for prompt in pool)


def test_a_deck_is_found_by_its_name_or_its_kind_and_name(yard: Yard) -> None:
    yard.deck("gesture/home.txt", "Sweep the stairs for someone.\n")
    yard.deck("date/home.txt", "Build a den together.\n")
    host = yard.host()
    assert len(texts(host.offers(ask(""), deck="home").prompts, "deck:home")) == 2
    assert texts(host.offers(ask(""), deck="date/home").prompts, "deck:home") == ["Build a den together."]


def test_your_own_deck_hides_a_bundled_one_of_its_name(yard: Yard) -> None:
    yard.deck("gratitude/small-things.txt", "What was good today?\n")
    pool = yard.host().offers(ask(""), deck="small-things").prompts
    assert texts(pool, "deck:small-things") == ["What was good today?"]


def test_an_unknown_deck_is_a_note_with_the_nearest_name(yard: Yard) -> None:
    pool = yard.host().offers(ask(""), deck="small-thing")
    assert pool.notes == ('no deck is called "small-thing"; did you mean "small-things"?',)
    assert all(FALLBACK in prompt.tags for prompt in pool.prompts)


def test_a_deck_is_read_again_when_it_changes(yard: Yard) -> None:
    path = yard.deck("gratitude/mine.txt", "What was good today?\n")
    host = yard.host()
    host.offers(ask())
    path.write_text("What was kind today?\n")
    touch_later(path)
    assert texts(host.offers(ask()).prompts, "deck:mine") == ["What was kind today?"]
    path.unlink()
    assert texts(host.offers(ask()).prompts, "deck:mine") == []


def test_a_half_saved_deck_keeps_its_last_good_reading(yard: Yard) -> None:
    path = yard.deck("gratitude/mine.toml", 'kind = "gratitude"\n[[prompts]]\ntext = "What was good today?"\n')
    host = yard.host()
    host.offers(ask())
    path.write_text('kind = "gratitude"\n[[prompts]\n')
    touch_later(path)
    assert texts(host.offers(ask()).prompts, "deck:mine") == ["What was good today?"]
    assert [deck.problems[0].line for deck in host.decks() if deck.name == "mine"] == [2]


def test_a_persons_language_is_preferred_and_never_mixed(yard: Yard) -> None:
    yard.deck("bedtime/warm.de.txt", "Was war heute leicht?\n")
    yard.deck("bedtime/warm.en.txt", "What was easy today?\n")
    host = yard.host()
    german = host.offers(ask("bedtime", language="de")).prompts
    assert [prompt.text for prompt in german if FALLBACK not in prompt.tags] == ["Was war heute leicht?"]
    assert {prompt.language for prompt in german} == {"de"}
    assert {prompt.language for prompt in host.offers(ask("bedtime")).prompts} == {"en"}


def test_a_language_without_a_deck_gets_what_there_is(yard: Yard) -> None:
    assert len(texts(yard.host().offers(ask(language="fr")).prompts, "deck:small-things")) > 60


def test_hidden_files_and_other_files_are_left_alone(yard: Yard) -> None:
    for name in ("gratitude/.draft.txt", "gratitude/_old.txt", "gratitude/README.md", ".git/x.txt"):
        yard.deck(name, "Never this one.\n")
    assert all("Never" not in prompt.text for prompt in yard.host().offers(ask()).prompts)


def test_a_deck_of_a_hundred_thousand_prompts_is_bearable(yard: Yard) -> None:
    def word(number: int) -> str:
        return "".join("abcdefghij"[int(digit)] for digit in str(number))

    yard.deck("gratitude/huge.txt", "".join(f"What was {word(n)} like?\n" for n in range(100_000)))
    assert len(yard.host().offers(ask()).prompts) > 100_000


# ── decks of plugins ──────────────────────────────────────────────────────────────────────────


def test_a_plugin_brings_decks_from_its_own_folder(yard: Yard) -> None:
    yard.plugin("garden", FIVE_LINES_WITH_DECKS.format(path="decks/gratitude/garden.txt"))
    place = yard.root / "plugins" / "decks" / "gratitude" / "garden.txt"
    place.parent.mkdir(parents=True)
    place.write_text("Which plant surprised you?\n")
    host = yard.host()
    assert texts(host.offers(ask()).prompts, "deck:garden") == ["Which plant surprised you?"]
    assert [deck.plugin for deck in host.decks() if deck.name == "garden"] == ["garden"]


def test_a_plugin_may_not_name_files_outside_its_folder(yard: Yard) -> None:
    yard.plugin("nosy", FIVE_LINES_WITH_DECKS.format(path="/etc/passwd"))
    host = yard.host()
    host.start()
    assert status(host, "nosy").error == "ritualsd_decks: ValueError: a deck lies outside the plugin's own folder"


def test_a_plugin_deck_that_is_not_there_is_a_problem(yard: Yard) -> None:
    yard.plugin("garden", FIVE_LINES_WITH_DECKS.format(path="decks/gratitude/none.txt"))
    found = [problem for problem in problems(yard.settings()) if problem.file.endswith("none.txt")]
    assert [(problem.severity, problem.message) for problem in found] == [("error", "cannot be opened")]


# ── what check says ───────────────────────────────────────────────────────────────────────────


def checked(yard: Yard, **ritual: Any) -> list[str]:
    given = Ritual(
        id="thanks", when="every day at 09:00", to=("ana",), source_file="config.toml", source_line=12, **ritual
    )
    settings = Settings(root=str(yard.root), household=Household(rituals={"thanks": given}), plugins=yard.tables)
    return [str(problem) for problem in problems(settings)]


def test_everything_in_order_is_no_problem(yard: Yard) -> None:
    yard.deck("gratitude/mine.txt", "What was good about this day?\n")
    assert checked(yard, kind="gratitude") == checked(yard, deck="mine") == []


def test_a_kind_nobody_serves_is_an_error_with_the_nearest_one(yard: Yard) -> None:
    assert checked(yard, kind="gratitud") == [
        'config.toml:12: rituals.thanks.prompt: no deck and no plugin has prompts of the kind "gratitud";'
        ' did you mean "gratitude"?'
    ]


def test_a_deck_that_is_not_there_is_an_error_with_the_nearest_one(yard: Yard) -> None:
    assert checked(yard, deck="how-are-you") == [
        'config.toml:12: rituals.thanks.deck: there is no deck called "how-are-you"; did you mean "how-are-we"?'
    ]


def test_a_kind_served_by_a_plugin_alone_is_no_problem(yard: Yard) -> None:
    yard.plugin("mine", "from ritualsd import hookimpl\n@hookimpl\ndef ritualsd_content(ask):\n    return ['Yes.']\n")
    assert checked(yard, kind="bedtime") == []


def test_a_broken_plugin_and_a_table_for_none_are_problems(yard: Yard) -> None:
    path = yard.plugin("broken", "import nothing_like_this\n")
    yard.tables["brokn"] = PluginTable(where="config.toml:20")
    found = checked(yard, kind="gratitude")
    assert found[0].startswith(f"{path}: plugins.broken: ModuleNotFoundError: No module named 'nothing_like_this'")
    assert found[0].endswith("pip install 'nothing_like_this'")
    assert found[1] == "config.toml:20: plugins.brokn: no plugin has this name; did you mean broken?"


def test_wrong_settings_point_at_their_table(yard: Yard) -> None:
    yard.plugin("mine", settings={"town": "Bergen"})
    assert checked(yard, kind="gratitude")[0].startswith("config.toml:9: plugins.mine.town: this is not a setting")


def test_a_required_package_that_is_missing_is_an_error_with_the_command(yard: Yard) -> None:
    settings = Settings(
        root=str(yard.root), household=Household(), plugin_require=("ritualsd-weather>=1", "pluggy>=99", "!!", "pluggy")
    )
    found = [str(problem) for problem in problems(settings)]
    assert len(found) == 3
    assert "ritualsd-weather>=1 is required and not installed" in found[0]
    assert "install 'ritualsd-weather>=1'" in found[0]
    assert "is installed, but pluggy>=99 is required" in found[1]
    assert "'!!' names no package" in found[2]
