"""Growth prompts: learn, change, hear feedback. Three decks and nothing else."""

from __future__ import annotations

from ritualsd import PluginInfo, hookimpl

PLUGIN = PluginInfo(name="growth", summary="Learn, change, hear feedback", version="1.0.0")


@hookimpl
def ritualsd_decks() -> list[str]:
    return [
        "decks/growth/learning.toml",
        "decks/growth/changing.toml",
        "decks/growth/feedback.toml",
    ]
