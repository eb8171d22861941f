"""Prompts for any kind, drawn only when nothing of a ritual's own kind fits, so that none goes silent."""

from __future__ import annotations

from ritualsd import PluginInfo, hookimpl

PLUGIN = PluginInfo(name="fallback", summary="Something to say when nothing else fits", version="1.0.0")


@hookimpl
def ritualsd_decks() -> list[str]:
    return ["decks/any/any-time.toml"]
