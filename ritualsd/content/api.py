"""What a plugin author holds in hand: the API number, the hook marker and the optional description of a plugin.

Must stay free of the host: importing this costs a plugin pluggy's marker and nothing else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from pydantic import BaseModel

PROJECT = "ritualsd"
"""The pluggy project name, the entry-point group, and the prefix of every hook."""

PLUGIN_API = 1
"""Raised only by a change that breaks plugins; the host takes this number and the one before."""

hookimpl = pluggy.HookimplMarker(PROJECT)


@dataclass(frozen=True, slots=True, kw_only=True)
class PluginInfo:
    """What a plugin says about itself, as `PLUGIN = PluginInfo(name=…)`; a plugin without one gets the defaults.

    `name` is the file's stem or the entry point's name. `settings` is the pydantic model of `[plugins.NAME]`.
    `timeout` is in seconds for one call (the user may set up to 30). `isolation="process"` asks for a process of its
    own, which every plugin that is not bundled has anyway unless its user says otherwise.
    `kinds` are those `ritualsd_content` serves; empty means it is asked for every kind without a hook of its own.
    `reads` asks for what only the user can grant. `sparse` are the kinds that have something to say on some days only:
    on the others their rituals stay silent, where a ritual of any other kind gets a prompt from the fallback deck.
    """

    name: str
    summary: str = ""
    version: str = ""
    api: int = PLUGIN_API
    settings: type[BaseModel] | None = None
    timeout: float = 5.0
    isolation: str = "thread"
    kinds: frozenset[str] = frozenset()
    reads: frozenset[str] = frozenset()
    sparse: frozenset[str] = frozenset()
