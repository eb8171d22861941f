"""Boundary prompts: where work ends, whose time it is, what somebody would rather not. Decks and nothing else."""

from __future__ import annotations

from ritualsd import PluginInfo, hookimpl

PLUGIN = PluginInfo(name="boundaries", summary="Work, time and limits", version="1.0.0")

DECKS = ("where-work-ends", "whose-time", "kind-limits")


@hookimpl
def ritualsd_decks() -> list[str]:
    return [f"decks/boundaries/{name}.toml" for name in DECKS]
