"""Curiosity: dreams, memories, tastes and opinions, asked about for their own sake. Decks and nothing else."""

from __future__ import annotations

from ritualsd import PluginInfo, hookimpl

PLUGIN = PluginInfo(name="curiosity", summary="Something you did not know about each other", version="1.0.0")

DECKS = ("parting", "taste-and-opinion", "memory", "dreams", "who-you-are", "before-sleep", "known-well")


@hookimpl
def ritualsd_decks() -> list[str]:
    return [f"decks/curiosity/{name}.toml" for name in DECKS]
