"""Surprise gestures: one small act for someone. Decks, and ideas for the days around the weekend."""

from __future__ import annotations

from ritualsd import Ask, PluginInfo, Prompt, hookimpl

PLUGIN = PluginInfo(name="gestures", summary="One small act for someone", version="1.0.0")

FRIDAY, SUNDAY = 4, 6

DECKS = (
    "small-surprises",
    "kitchen-and-table",
    "around-the-house",
    "from-afar",
    "neighbours-and-strangers",
    "times-of-year",
    "known-well",
)


@hookimpl
def ritualsd_decks() -> list[str]:
    return [f"decks/gesture/{name}.toml" for name in DECKS]


@hookimpl
def ritualsd_gesture_ideas(ask: Ask) -> list[Prompt]:
    if ask.at.weekday() == FRIDAY:
        return [Prompt(id="friday", text="Take one thing off somebody's list before the free days.", minutes=20)]
    if ask.at.weekday() == SUNDAY:
        return [Prompt(id="sunday", text="Make one thing ready so that Monday starts gently for someone.", minutes=10)]
    return []
