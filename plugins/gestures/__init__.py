"""Surprise gestures: one small act for someone. Decks, and ideas for the days around the weekend."""

from __future__ import annotations

from dataclasses import replace

from ritualsd import Ask, PluginInfo, Prompt, hookimpl

PLUGIN = PluginInfo(name="gestures", summary="One small act for someone", version="1.0.0")

BY_WEEKDAY = {
    4: Prompt(id="friday", text="", minutes=20),
    6: Prompt(id="sunday", text="", minutes=10),
}
WORDS = {
    "en": {
        "friday": "Take one thing off somebody's list before the free days.",
        "sunday": "Make one thing ready so that Monday starts gently for someone.",
    },
    "de": {
        "friday": "Nimm jemandem vor den freien Tagen eine Aufgabe ab.",
        "sunday": "Leg etwas bereit, damit der Montag für jemanden sanft anfängt.",
    },
}

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
    language = ask.language[:2] if ask.language[:2] in WORDS else "en"
    today = BY_WEEKDAY.get(ask.at.weekday())
    return [replace(today, text=WORDS[language][today.id], language=language)] if today else []
