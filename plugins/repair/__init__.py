"""Repair prompts: first steps after friction, one person at a time. Four decks and nothing else."""

from __future__ import annotations

from ritualsd import PluginInfo, hookimpl

PLUGIN = PluginInfo(name="repair", summary="First steps after friction", version="1.0.0")


@hookimpl
def ritualsd_decks() -> list[str]:
    return [
        "decks/repair/cooling-down.toml",
        "decks/repair/finding-words.toml",
        "decks/repair/letting-go.toml",
        "decks/repair/mending.toml",
    ]
