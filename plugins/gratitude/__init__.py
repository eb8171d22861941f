"""Gratitude prompts: notice one concrete thing. Decks, and three prompts that know the day of the week."""

from __future__ import annotations

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
    0: Prompt(id="monday", text="What about last week is worth carrying into this one?", tags=frozenset({"done"})),
    4: Prompt(id="friday", text="Which task of this week are you glad to be done with?", tags=frozenset({"done"})),
    6: Prompt(id="sunday", text="Which hour of this week would you keep as it was?", tags=frozenset({"small"})),
}


@hookimpl
def ritualsd_decks() -> list[str]:
    return [f"decks/gratitude/{name}.toml" for name in DECKS]


@hookimpl
def ritualsd_gratitude_prompts(ask: Ask) -> list[Prompt]:
    today = BY_WEEKDAY.get(ask.at.weekday())
    return [today] if today else []
