"""Every hook a plugin may implement, in one place. Specifications only: nothing here calls one.

All hooks are synchronous and optional. The host calls one plugin at a time, off the main thread, within its timeout.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pluggy

from ritualsd.content.api import PROJECT
from ritualsd.model import Ask, Event, Message, Prompt

hookspec = pluggy.HookspecMarker(PROJECT)

HOOK_OF_KIND = {
    "gratitude": "ritualsd_gratitude_prompts",
    "gesture": "ritualsd_gesture_ideas",
    "check-in": "ritualsd_checkin_questions",
}
"""The kinds with a hook of their own; every other kind is asked of `ritualsd_content`."""

CONTENT_HOOK = "ritualsd_content"
CALENDARS_HOOK = "ritualsd_calendars"


class Hooks:
    """The hook specifications; arguments may be left out by an implementation."""

    @hookspec
    def ritualsd_gratitude_prompts(self, ask: Ask) -> Iterable[Prompt | str]:  # type: ignore[empty-body] # a spec
        """Offer prompts of the kind "gratitude". Asked each time such a ritual is prepared."""

    @hookspec
    def ritualsd_gesture_ideas(self, ask: Ask) -> Iterable[Prompt | str]:  # type: ignore[empty-body] # a spec
        """Offer prompts of the kind "gesture". Asked each time such a ritual is prepared."""

    @hookspec
    def ritualsd_checkin_questions(self, ask: Ask) -> Iterable[Prompt | str]:  # type: ignore[empty-body] # a spec
        """Offer prompts of the kind "check-in". Asked each time such a ritual is prepared."""

    @hookspec
    def ritualsd_content(self, ask: Ask) -> Iterable[Prompt | str]:  # type: ignore[empty-body] # a spec
        """Offer prompts of any other kind; `ask.kind` names it."""

    @hookspec
    def ritualsd_decks(self) -> Iterable[Path | str]:  # type: ignore[empty-body] # a spec
        """Name the deck files this plugin brings, as paths inside its own folder. Asked at start and reload."""

    @hookspec
    def ritualsd_configure(self, settings: Any) -> None:
        """Take the validated settings before the first offer. Open nothing that needs closing.

        Raise PluginUnavailable to be asked again later, PluginMisconfigured when the user must act first.
        """

    @hookspec
    def ritualsd_reword(self, message: Message, ask: Ask) -> Message | None:
        """Change the words of one message before it is stored; None leaves them."""

    @hookspec
    def ritualsd_on_event(self, event: Event) -> None:
        """Hear about something that happened, after it was recorded. Holds no words; secret rituals stay silent."""

    @hookspec
    def ritualsd_calendars(self, years: Sequence[int]) -> Mapping[str, Any]:  # type: ignore[empty-body] # a spec
        """Name calendars that rituals can `skip`: for each name its dates and (first, last) ranges, or a function that
        gives them for a year. Asked at start and reload, and once a day, where a ritual skips a plugin's calendar.
        """

    @hookspec
    def ritualsd_reply_sources(self) -> Iterable[Any]:  # type: ignore[empty-body] # a spec
        """Offer ways for replies to come in. Accepted, but not called by this version."""

    @hookspec
    def ritualsd_commands(self, cli: Any) -> None:
        """Add commands to the command line. Accepted, but not called by this version."""


HOOKS: Mapping[str, tuple[str, ...]] = {
    name: tuple(spec.__code__.co_varnames[1 : spec.__code__.co_argcount])
    for name, spec in vars(Hooks).items()
    if name.startswith(f"{PROJECT}_")
}
"""Every hook's name and the arguments it may ask for."""
