"""German: what ritualsd itself says, and how German words are checked. The prompts stand beside their English twins."""

from __future__ import annotations

from ritualsd import PluginInfo

PLUGIN = PluginInfo(name="german", summary="What ritualsd itself says, in German", version="1.0.0")
