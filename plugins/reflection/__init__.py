"""Reflection prompts: a question for oneself, with no answer to give. Five decks and nothing else."""

from __future__ import annotations

from ritualsd import PluginInfo, hookimpl

PLUGIN = PluginInfo(name="reflection", summary="A quiet question for oneself", version="1.0.0")


@hookimpl
def ritualsd_decks() -> list[str]:
    return [
        "decks/reflection/quiet-questions.toml",
        "decks/reflection/naming.toml",
        "decks/reflection/barriers.toml",
        "decks/reflection/patience.toml",
        "decks/reflection/before-a-talk.toml",
    ]
