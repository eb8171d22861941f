"""Celebration prompts: mark something small that went well. Decks and nothing else."""

from __future__ import annotations

from ritualsd import PluginInfo, hookimpl

PLUGIN = PluginInfo(name="celebrate", summary="Mark something small that went well", version="1.0.0")

DECKS = ("small-victories", "brave-moments", "ways-to-mark-it")


@hookimpl
def ritualsd_decks() -> list[str]:
    return [f"decks/celebrate/{name}.toml" for name in DECKS]
