"""Gratitude prompts: one concrete thing to notice. Brings a deck, and a few words that know the day of the week."""

from __future__ import annotations

from ritualsd import PluginInfo, hookimpl

PLUGIN = PluginInfo(name="gratitude", summary="Notice one concrete thing", version="1.0.0")


@hookimpl
def ritualsd_decks() -> list[str]:
    return ["decks/gratitude/everyday.toml"]
