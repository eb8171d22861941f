"""The days of calendars that only plugins can name, for previews: asked of the plugins, else as the daemon learnt them.

Loads no plugin where the configuration names every calendar itself.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from ritualsd.cli.context import Context
from ritualsd.core.calendars import from_text, unnamed, with_days
from ritualsd.model import Settings

if TYPE_CHECKING:
    from ritualsd.store.peek import Peek


def with_plugin_days(
    context: Context, settings: Settings, record: Peek | None, begin: datetime, end: datetime
) -> Settings:
    """The settings with those days around the time from `begin` to `end`."""
    names = unnamed(settings.household)
    if not names:
        return settings
    from ritualsd.content import open_content
    from ritualsd.flow.learn_days import years_around

    learnt = {name: from_text(text) for name, text in record.calendars.items()} if record else {}
    host = open_content(settings, no_plugins=context.no_plugins, emit=lambda _: None)
    try:
        offered = host.calendars(years_around(begin, end))
    finally:
        host.close()
    found = {name: offered.get(name, learnt.get(name)) for name in names}
    return with_days(settings, {name: days for name, days in found.items() if days is not None})
