"""Affection prompts: warm words and easy touch, the kind one sees on a railway platform. Decks and nothing else."""

from __future__ import annotations

from ritualsd import PluginInfo, hookimpl

PLUGIN = PluginInfo(name="affection", summary="A warm word or an easy touch", version="1.0.0")

DECKS = ("warm-words", "easy-touch", "fond-from-afar", "kind-to-yourself")


@hookimpl
def ritualsd_decks() -> list[str]:
    return [f"decks/affection/{name}.toml" for name in DECKS]
