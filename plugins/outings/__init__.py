"""Dates: something to do together, often new. Decks and nothing else: the ritual decides when, and whose turn it is."""

from __future__ import annotations

from ritualsd import PluginInfo, hookimpl

PLUGIN = PluginInfo(name="outings", summary="Something to do together, often new", version="1.0.0")

DECKS = ("staying-in", "at-the-stove", "out-of-the-door", "learning-something", "miles-apart", "a-night-away")


@hookimpl
def ritualsd_decks() -> list[str]:
    return [f"decks/date/{name}.toml" for name in DECKS]
