"""The front door for plugin authors: hookimpl, the types of the hooks and of settings, and two exceptions.

Each name is loaded when it is first asked for, since this module runs before every command.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ritualsd.content.api import PLUGIN_API as PLUGIN_API
    from ritualsd.content.api import PluginInfo as PluginInfo
    from ritualsd.content.api import hookimpl as hookimpl
    from ritualsd.content.setting_types import ConfigPath as ConfigPath
    from ritualsd.content.setting_types import Duration as Duration
    from ritualsd.errors import PluginMisconfigured as PluginMisconfigured
    from ritualsd.errors import PluginUnavailable as PluginUnavailable
    from ritualsd.model import Ask as Ask
    from ritualsd.model import Memory as Memory
    from ritualsd.model import Prompt as Prompt

__version__ = "0.1.0"

_HOMES = {
    "PLUGIN_API": "ritualsd.content.api",
    "PluginInfo": "ritualsd.content.api",
    "hookimpl": "ritualsd.content.api",
    "ConfigPath": "ritualsd.content.setting_types",
    "Duration": "ritualsd.content.setting_types",
    "PluginMisconfigured": "ritualsd.errors",
    "PluginUnavailable": "ritualsd.errors",
    "Ask": "ritualsd.model",
    "Memory": "ritualsd.model",
    "Prompt": "ritualsd.model",
}

__all__ = [
    "PLUGIN_API", "Ask", "ConfigPath", "Duration", "Memory", "PluginInfo", "PluginMisconfigured", "PluginUnavailable",
    "Prompt", "hookimpl",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'ritualsd' has no attribute {name!r}")
