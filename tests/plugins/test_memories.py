"""The plugin memories: one's own words come back after a year, to oneself alone, and only where that was granted."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from ritualsd.content.find import bundled_folder
from ritualsd.model import ActionKind, Memory, OccurrenceState, Reply
from ritualsd.testing.daemon import StagedDaemon

pytest_plugins = "ritualsd.testing"

TODAY = datetime(2026, 3, 4, 18, tzinfo=UTC)
LAKE = Memory(
    at=datetime(2025, 3, 4, 21, 30, tzinfo=UTC), ritual="evening", words="The lake was {quite} still.\nWe swam."
)


@pytest.fixture
def memories(load_plugin: Any) -> Any:
    return load_plugin(bundled_folder() / "memories")


def texts(plugin: Any, ask: Any, *kept: Memory, at: datetime = TODAY) -> list[str]:
    return [prompt.text for prompt in plugin.offers(ask("memory", at=at, memories=kept))]


def test_an_answer_of_a_year_ago_comes_back_with_its_date(memories: Any, ask: Any) -> None:
    assert texts(memories, ask, LAKE) == ["A year ago, on 4 March, you wrote: “The lake was {{quite}} still. We swam.”"]


def test_it_comes_back_in_german_to_who_reads_german(memories: Any, ask: Any) -> None:
    two = replace(LAKE, at=LAKE.at.replace(year=2024))
    said = [prompt.text for prompt in memories.offers(ask("memory", at=TODAY, memories=(two, LAKE), language="de-AT"))]
    assert said[0].startswith("Vor zwei Jahren, am 4. März, hast du geschrieben: „The lake")
    assert said[1].startswith("Vor einem Jahr, am 4. März,")


@pytest.mark.parametrize(("years", "begins"), [(2, "Two years ago"), (10, "Ten years ago"), (1, "A year ago")])
def test_it_says_how_long_ago(memories: Any, ask: Any, years: int, begins: str) -> None:
    (text,) = texts(memories, ask, replace(LAKE, at=LAKE.at.replace(year=2026 - years)))
    assert text.startswith(begins)


def test_the_turn_of_the_year_is_counted_right(load_plugin: Any, ask: Any) -> None:
    plugin = load_plugin(bundled_folder() / "memories", around=3)
    (text,) = texts(
        plugin, ask, replace(LAKE, at=datetime(2024, 12, 30, tzinfo=UTC)), at=datetime(2026, 1, 1, tzinfo=UTC)
    )
    assert text.startswith("A year ago, on 30 December")


@pytest.mark.parametrize(("around", "days", "back"), [(0, 0, True), (0, 1, False), (3, 3, True), (2, 3, False)])
def test_how_far_off_the_day_may_be_is_a_setting(
    load_plugin: Any, ask: Any, around: int, days: int, back: bool
) -> None:
    plugin = load_plugin(bundled_folder() / "memories", around=around)
    assert bool(texts(plugin, ask, replace(LAKE, at=LAKE.at + timedelta(days=days)))) is back


def test_a_leap_day_comes_back_on_the_28th(memories: Any, ask: Any) -> None:
    leap = replace(LAKE, at=datetime(2024, 2, 29, tzinfo=UTC))
    assert texts(memories, ask, leap, at=datetime(2026, 2, 28, tzinfo=UTC))[0].startswith(
        "Two years ago, on 29 February"
    )
    assert texts(memories, ask, leap, at=datetime(2026, 3, 1, tzinfo=UTC)) == []
    assert len(texts(memories, ask, leap, at=datetime(2028, 2, 29, tzinfo=UTC))) == 1


def test_a_word_or_two_stay_where_they_are_and_a_long_answer_is_cut_at_a_word(memories: Any, ask: Any) -> None:
    assert texts(memories, ask, replace(LAKE, words="fine")) == []
    (text,) = texts(memories, ask, replace(LAKE, words="word " * 200))
    assert text.endswith("word …”")
    assert len(text) < 460


def test_it_keeps_the_contract(conforms: Any) -> None:
    conforms(bundled_folder() / "memories")


# ── with the whole daemon ─────────────────────────────────────────────────────────────────────

CONFIG = """
timezone = "Europe/Berlin"
[people.ana]
name = "Ana"
[people.ben]
name = "Ben"
[rituals.evening]
when = "every day at 20:00"
to = "everyone"
message = "How was it?"
[rituals.look-back]
when = "every day at 09:00"
to = "ana"
prompt = "memory"
secret_from = "others"
[plugins.memories]
reads = ["replies"]
"""


def after_a_year(daemon: Any, config: str, clock: Any, words: str = "The words of {}, all of them.") -> StagedDaemon:
    """A daemon in which Ana and Ben both answered the evening of 2 March 2026; today is a year later."""
    house: StagedDaemon = daemon(config)
    house.run_until("2026-03-02T20:30")
    for entry in house.record("evening"):
        given = Reply(
            occurrence=entry.occurrence.id, ritual="evening", person=entry.occurrence.person, action=ActionKind.TEXT,
            words=words.format(entry.occurrence.person), source="test",
            source_msg_id=entry.occurrence.person, received_utc=clock.at,
        )  # fmt: skip
        assert house.world.store.reply(given, None, clock.at)
    clock.to("2027-03-01T12:00")
    return house


def looks_back(house: StagedDaemon) -> list[str]:
    return [each.body for each in house.sent if "wrote" in each.body]


def test_a_year_later_ana_reads_her_own_words_and_nobody_elses(daemon: Any, clock: Any) -> None:
    house = after_a_year(daemon, CONFIG, clock)
    house.run_until("2027-03-04T12:00")
    assert looks_back(house) == ["A year ago, on 2 March, you wrote: “The words of ana, all of them.”"]
    silent = [entry for entry in house.record("look-back") if entry.occurrence.slot in ("2027-03-03", "2027-03-04")]
    assert [entry.occurrence.state for entry in silent] == [OccurrenceState.SKIPPED] * 2


def test_that_somebody_did_not_feel_safe_never_comes_back(daemon: Any, clock: Any) -> None:
    house = after_a_year(daemon, CONFIG, clock, "Dear {}, to tell the truth I don't feel safe.")
    house.run_until("2027-03-04T12:00")
    assert looks_back(house) == []


@pytest.mark.parametrize(
    ("written", "instead"),
    [
        ('reads = ["replies"]', ""),
        ('secret_from = "others"', ""),
        ('to = "ana"\nprompt', 'to = "everyone"\nprompt'),
        ("[plugins.memories]", "[plugins.memories]\nenabled = false"),
    ],
)
def test_without_the_grant_or_where_another_may_see_it_nothing_comes_back(
    daemon: Any, clock: Any, written: str, instead: str
) -> None:
    house = after_a_year(daemon, CONFIG.replace(written, instead), clock)
    house.run_until("2027-03-04T12:00")
    assert looks_back(house) == []


def test_a_plugin_without_the_grant_sees_no_words(daemon: Any, clock: Any, hook_calls: Any, tmp_path: Any) -> None:
    (tmp_path / "plugins").mkdir()
    (tmp_path / "plugins" / "nosy.py").write_text(
        "from ritualsd import PluginInfo, hookimpl\n"
        "PLUGIN = PluginInfo(name='nosy', reads=frozenset({'replies'}))\n"
        "@hookimpl\ndef ritualsd_content(ask):\n    return [repr(ask.memories)]\n"
    )
    house = after_a_year(daemon, CONFIG + '[plugins.nosy]\nisolation = "thread"\n', clock)
    house.run_until("2027-03-02T12:00")
    asked = {call.plugin: call.arguments["ask"].memories for call in hook_calls if call.hook == "ritualsd_content"}
    assert asked["nosy"] == ()
    assert [memory.words for memory in asked["memories"]] == ["The words of ana, all of them."]


def test_such_a_prompt_is_never_passed_on_to_another_at_the_same_slot(daemon: Any, clock: Any) -> None:
    house = after_a_year(daemon, CONFIG, clock)
    house.run_until("2027-03-02T12:00")
    entry = next(entry for entry in house.record("look-back") if "wrote" in entry.occurrence.body)
    kept = house.world.store.sibling(replace(entry.occurrence, person="ben"))
    assert kept is not None
    assert "own-words" in kept.prompt.tags
