"""When plugins are asked for the days they name: after a start, when other calendars are wanted, and once a day.

Always on a thread of its own, since a plugin may be slow; the beat goes on with what was learnt before.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from threading import Lock, Thread

from ritualsd.daemon.alarm import Alarm
from ritualsd.daemon.content import LateContent
from ritualsd.daemon.live import Live
from ritualsd.flow.learn_days import learn_days

DAYS = "days"
WANTED = "days-wanted"
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


class PluginDays:
    """`adopt` is called when a calendar changed, and brings the schedule in line with it."""

    def __init__(self, live: Live, adopt: Callable[[], None]) -> None:
        self._live, self._adopt = live, adopt
        self._asked: tuple[tuple[str, ...], LateContent] | None = None
        self._turn = Lock()

    def schedule(self, alarm: Alarm) -> None:
        """Ask again every day: a year ends, a service has more to tell. Of many households any may come to want other
        calendars at any time."""
        now = self._live.world.clock.now()
        alarm.add(DAYS, self._ask_aside, DAY, now + DAY)
        if self._live.houses is not None:
            alarm.add(WANTED, self._follow_aside, MINUTE, now + MINUTE)

    def _ask_aside(self) -> None:
        Thread(target=self.ask, name=DAYS, daemon=True).start()

    def _follow_aside(self) -> None:
        if self._are_others():
            self._ask_aside()

    def follow(self) -> None:
        """Ask if the calendars that are wanted, or the plugins, are others than the last time."""
        if self._are_others():
            self.ask()

    def _are_others(self) -> bool:
        return self._asked != (self._live.plugin_calendars, self._live.content)

    def ask(self) -> None:
        """Ask now, where a ritual skips a calendar that only a plugin can name."""
        live = self._live
        with self._turn:
            names, content = self._asked = live.plugin_calendars, live.content
            news = bool(names) and learn_days(live.world.store, content, names, live.world.clock.now())
        if news:
            self._adopt()
