"""Check-in questions: how is everyone, in one question. Decks, and questions for the turn of a week or a month."""

from __future__ import annotations

from collections.abc import Iterator

from ritualsd import Ask, PluginInfo, Prompt, hookimpl

PLUGIN = PluginInfo(name="checkins", summary="How is everyone, in one question", version="1.0.0")

DECKS = ("how-are-we", "the-day", "the-week", "under-the-surface", "tender", "to-pick")
MONDAY = 0

WORDS = {
    "en": {
        "monday": "What does this week ask of you, and where will you rest?",
        "new-month": "What would you like this month to hold?",
    },
    "de": {
        "monday": "Was will diese Woche von dir, und wo ruhst du dich aus?",
        "new-month": "Was wünschst du dir von diesem Monat?",
    },
}


@hookimpl
def ritualsd_decks() -> list[str]:
    return [f"decks/check-in/{name}.toml" for name in DECKS]


@hookimpl
def ritualsd_checkin_questions(ask: Ask) -> Iterator[Prompt]:
    language = ask.language[:2] if ask.language[:2] in WORDS else "en"
    for name, today in (("monday", ask.at.weekday() == MONDAY), ("new-month", ask.at.day == 1)):
        if today:
            yield Prompt(id=name, text=WORDS[language][name], tags=frozenset({"agenda"}), language=language)
