"""Promise prompts: make one, keep one, renegotiate one, be honest about one. Decks and nothing else."""

from __future__ import annotations

from ritualsd import PluginInfo, hookimpl

PLUGIN = PluginInfo(name="promises", summary="Make, keep and renegotiate promises", version="1.0.0")

DECKS = ("made-and-kept", "reassurance", "honest-words")


@hookimpl
def ritualsd_decks() -> list[str]:
    return [f"decks/promise/{name}.toml" for name in DECKS]
