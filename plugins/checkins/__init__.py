"""Check-in questions: how is everyone, in one question. Decks, and questions for the turn of a week or a month."""

from __future__ import annotations

from collections.abc import Iterator

from ritualsd import Ask, PluginInfo, Prompt, hookimpl

PLUGIN = PluginInfo(name="checkins", summary="How is everyone, in one question", version="1.0.0")

DECKS = ("how-are-we", "the-day", "the-week", "under-the-surface", "tender", "to-pick")
MONDAY = 0


@hookimpl
def ritualsd_decks() -> list[str]:
    return [f"decks/check-in/{name}.toml" for name in DECKS]


@hookimpl
def ritualsd_checkin_questions(ask: Ask) -> Iterator[Prompt]:
    if ask.at.weekday() == MONDAY:
        yield Prompt(
            id="monday", text="What does this week ask of you, and where will you rest?", tags=frozenset({"agenda"})
        )
    if ask.at.day == 1:
        yield Prompt(id="new-month", text="What would you like this month to hold?", tags=frozenset({"agenda"}))
