"""Listening prompts: a skill to try in the next talk. Three decks and nothing else."""

from __future__ import annotations

from ritualsd import PluginInfo, hookimpl

PLUGIN = PluginInfo(name="listening", summary="A skill to try in the next talk", version="1.0.0")


@hookimpl
def ritualsd_decks() -> list[str]:
    return [
        "decks/listening/paying-attention.toml",
        "decks/listening/understanding.toml",
        "decks/listening/meeting-again.toml",
    ]
