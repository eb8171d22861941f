"""Quality time prompts: undivided time, with what to prepare. Five decks and nothing else."""

from __future__ import annotations

from ritualsd import PluginInfo, hookimpl

PLUGIN = PluginInfo(name="qualitytime", summary="Undivided time, and what to prepare", version="1.0.0")


@hookimpl
def ritualsd_decks() -> list[str]:
    return [
        "decks/quality-time/mornings.toml",
        "decks/quality-time/meals.toml",
        "decks/quality-time/nothing-planned.toml",
        "decks/quality-time/an-hour-for.toml",
        "decks/quality-time/from-afar.toml",
    ]
