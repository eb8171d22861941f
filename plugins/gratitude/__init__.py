"""Gratitude prompts: notice one concrete thing. Decks, and three prompts that know the day of the week."""

from __future__ import annotations

from dataclasses import replace

from ritualsd import Ask, PluginInfo, Prompt, hookimpl

PLUGIN = PluginInfo(name="gratitude", summary="Notice one concrete thing", version="1.0.0")

DECKS = (
    "small-things",
    "odds-and-ends",
    "good-people",
    "said-aloud",
    "across-the-miles",
    "round-the-year",
    "known-well",
)

BY_WEEKDAY = {
    0: Prompt(id="monday", text="", tags=frozenset({"done"})),
    4: Prompt(id="friday", text="", tags=frozenset({"done"})),
    6: Prompt(id="sunday", text="", tags=frozenset({"small"})),
}
WORDS = {
    "en": {
        "monday": "What about last week is worth carrying into this one?",
        "friday": "Which task of this week are you glad to be done with?",
        "sunday": "Which hour of this week would you keep as it was?",
    },
    "de": {
        "monday": "Was aus der vergangenen Woche nimmst du gern in diese mit?",
        "friday": "Über welche erledigte Aufgabe dieser Woche bist du froh?",
        "sunday": "Welche Stunde dieser Woche würdest du genau so behalten?",
    },
}


@hookimpl
def ritualsd_decks() -> list[str]:
    return [f"decks/gratitude/{name}.toml" for name in DECKS]


@hookimpl
def ritualsd_gratitude_prompts(ask: Ask) -> list[Prompt]:
    language = ask.language[:2] if ask.language[:2] in WORDS else "en"
    today = BY_WEEKDAY.get(ask.at.weekday())
    return [replace(today, text=WORDS[language][today.id], language=language)] if today else []
