"""Reflection prompts: a question for oneself, with no answer to give. A deck and nothing else."""

from __future__ import annotations

from ritualsd import PluginInfo, hookimpl

PLUGIN = PluginInfo(name="reflection", summary="A quiet question for oneself", version="1.0.0")


@hookimpl
def ritualsd_decks() -> list[str]:
    return ["decks/reflection/quiet-questions.toml"]
