"""The plugins that run in this very process: one pluggy manager, asked for one plugin at a time.

Bounds nothing by itself: who calls into it decides how long it may take.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import pluggy

from ritualsd.content.api import PROJECT
from ritualsd.content.guard import Failed, Ok, TimedOut, bounded
from ritualsd.content.hooks import Hooks

T = TypeVar("T")


class Inside:
    """All plugins of one host that share its process."""

    def __init__(self) -> None:
        self._manager = pluggy.PluginManager(PROJECT)
        self._manager.add_hookspecs(Hooks)

    def register(self, plugin: Any, name: str) -> None:
        """Take a plugin in. Raises what pluggy finds wrong with it."""
        self._manager.register(plugin, name)

    def answer(self, plugin: Any, hook: str, arguments: Mapping[str, Any]) -> Any:
        """What this one plugin answers; None where it has nothing to say. Raises what the plugin raises."""
        others = [each for each in self._manager.get_plugins() if each is not plugin]
        answers = self._manager.subset_hook_caller(hook, others)(**arguments)
        return answers[0] if answers else None


class Beside:
    """A plugin at home in this process: each call has a thread of its own, left behind when it does not end."""

    def __init__(self, inside: Inside, plugin: Any) -> None:
        self._inside, self._plugin = inside, plugin

    def call(
        self, hook: str, take: Callable[[Any], T], arguments: Mapping[str, Any], seconds: float
    ) -> Ok[T | None] | Failed | TimedOut:
        """Ask within so many seconds; `take` reads the answer inside that bound. Never raises for what it does."""

        def run() -> T | None:
            answer = self._inside.answer(self._plugin, hook, arguments)
            return None if answer is None else take(answer)

        return bounded(run, seconds)

    def close(self) -> None:
        """Nothing to end: a thread that was left behind cannot be stopped."""
