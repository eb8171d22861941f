"""The content room: where words come from. Its front door; everything behind it loads when first used."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ritualsd.content.host import ContentHost
    from ritualsd.content.trace import Trace
    from ritualsd.model import Problem, Settings
    from ritualsd.ports import Emit


def open_content(
    settings: Settings,
    *,
    no_plugins: bool,
    emit: Emit,
    breaker_memory: tuple[Callable[[str], str], Callable[[str, str], None]] | None = None,
    strict: bool = False,
    trace: Trace | None = None,
) -> ContentHost:
    """The plugins and decks of one configuration. Quick: nothing is imported before it is needed, or `start()`.

    `breaker_memory` is (recall, remember), so that a plugin's rest outlives a restart. With `strict` every plugin
    problem is raised as PluginProblem. `trace` hears of every call into a plugin.
    """
    from ritualsd.content.host import ContentHost

    return ContentHost(
        settings, no_plugins=no_plugins, emit=emit, breaker_memory=breaker_memory, strict=strict, trace=trace
    )


def problems(settings: Settings) -> tuple[Problem, ...]:
    """Everything wrong with the plugins and decks of a configuration, and with the names its rituals use for them."""
    from ritualsd.content.problems import problems_of

    return problems_of(settings)
