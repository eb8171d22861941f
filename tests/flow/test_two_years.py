"""Two years of the fullest schedule we know, drawn from the bundled decks: nothing comes again too soon, nothing runs
dry unnoticed, and nothing goes deeper than anybody said."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path

from ritualsd.config import load
from ritualsd.content.host import ContentHost
from ritualsd.core.draw import COOL_OFF
from ritualsd.core.phrases import Phrases
from ritualsd.flow.simulate import simulate
from ritualsd.model import Ask, Drawn, Occurrence, Settings
from ritualsd.ports import Pool
from ritualsd.store import memory_store

DAYS = 730
PEOPLE = """
timezone = "Europe/Berlin"
[people.ana]
name = "Ana"
[people.ben]
name = "Ben"
"""


class SameEveryWeek(ContentHost):
    """The bundled decks, read once for each weekday: nobody edits a file in these two years."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(settings, no_plugins=True, emit=lambda _: None, strict=True)
        self._kept: dict[tuple[str, int], Pool] = {}
        self._said: dict[str, Phrases] = {}

    def offers(self, ask: Ask, deck: str = "") -> Pool:
        key = (ask.kind, ask.at.weekday())
        if key not in self._kept:
            self._kept[key] = super().offers(ask, deck)
        return self._kept[key]

    def phrases(self, language: str) -> Phrases:
        if language not in self._said:
            self._said[language] = super().phrases(language)
        return self._said[language]


def six_hours_a_week(folder: Path) -> Settings:
    """The schedule we ship, for two people."""
    schedule = files("ritualsd").joinpath("schedules/six-hours.toml").read_text("utf-8")
    (folder / "config.toml").write_text(PEOPLE, "utf-8")
    (folder / "rituals.d").mkdir()
    (folder / "rituals.d" / "six-hours.toml").write_text(schedule, "utf-8")
    settings = load(folder / "config.toml", {}).settings
    assert settings is not None
    return settings


def test_two_years_repeat_nothing_too_soon_run_dry_nowhere_and_go_no_deeper_than_said(tmp_path: Path) -> None:
    settings, store = six_hours_a_week(tmp_path), memory_store(secret=b"s" * 32)
    lived = simulate(settings, SameEveryWeek(settings), store, start=datetime(2026, 1, 5, tzinfo=UTC), days=DAYS)
    found = ((entry.occurrence, store.drawn(entry.occurrence.id)) for entry in lived.sent)
    drawn = [(occurrence, prompt) for occurrence, prompt in found if prompt is not None]
    assert min(Counter(each.ritual for each, _ in drawn if each.person == "ana").values()) >= 50
    assert [entry.occurrence.name for entry in lived.not_sent if entry.occurrence.reason == "no-content"] == []
    assert list(came_again_too_soon(drawn)) == []
    assert {note for _, prompt in drawn for note in prompt.why.split("; ")[1:]} <= {"held at 2"}
    assert {prompt.prompt.depth for _, prompt in drawn} == {1, 2}


def came_again_too_soon(drawn: Iterable[tuple[Occurrence, Drawn]]) -> Iterator[str]:
    """What somebody was given again within its cool-off, but for the hour a clock change may take."""
    last: dict[tuple[str, str], datetime] = {}
    for occurrence, prompt in drawn:
        key = (occurrence.person, prompt.prompt.id)
        if key in last and occurrence.due_utc - last[key] < COOL_OFF - timedelta(hours=1):
            yield occurrence.name
        last[key] = occurrence.due_utc
