"""Note prompts: the first words of an appreciation, left open for whoever writes it. Decks and nothing else."""

from __future__ import annotations

from ritualsd import PluginInfo, hookimpl

PLUGIN = PluginInfo(name="notes", summary="The first words of an appreciation", version="1.0.0")

DECKS = ("for-the-everyday", "for-who-you-are", "for-moments-kept")


@hookimpl
def ritualsd_decks() -> list[str]:
    return [f"decks/note/{name}.toml" for name in DECKS]
