"""When the daemon asks plugins for days, and that what it learnt reaches the schedule and stays."""

import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from ritualsd.daemon.alarm import Alarm
from ritualsd.daemon.content import LateContent
from ritualsd.daemon.days import DAYS, PluginDays
from ritualsd.testing import ListContent
from tests.builders import ritual, settings
from tests.daemon.home import HeldClock, Home
from tests.daemon.village import Village, household

NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
TOMORROW = ((date(2026, 3, 3), date(2026, 3, 3)),)
DAILY = ritual(when="every day at 09:00", skip=("school",))


class Asked(ListContent):
    """Counts how often it was asked, and has a host's other sides."""

    def calendars(self, years):
        self.events.append(tuple(years))
        return super().calendars(years)

    def start(self):
        """Nothing to import."""

    def plugins(self):
        return ()


class Sources:
    """A home whose plugins name `days`; `learn()` is what happens once they are there."""

    def __init__(self, days, *rituals):
        self.home = Home(settings(*(rituals or (DAILY,))), HeldClock(NOON))
        self.live, self.asked = self.home.live, Asked(days=days)
        self.live.content = LateContent(lambda: self.asked)
        self.adopted = 0
        self.live.take_up(self.home.settings)
        self.days = PluginDays(self.live, self._adopt)

    def _adopt(self):
        self.adopted += 1
        self.live.take_up(self.home.settings)
        self.days.follow()

    def next_day(self):
        return self.live.world.store.next_due().date()

    def reasons(self):
        self.home.clock.at = datetime(2026, 3, 3, 10, tzinfo=UTC)
        self.home.beats.beat()
        return [entry.occurrence.reason for entry in self.home.store.history()]


def test_days_learnt_after_the_start_come_into_force_once():
    sources = Sources({"school": TOMORROW})
    sources.days.follow()
    sources.days.follow()
    assert (sources.adopted, len(sources.asked.events)) == (1, 1)
    assert sources.live.settings.household.calendars == {"school": TOMORROW}
    assert sources.reasons() == ["away"]


def test_the_years_around_are_asked_for():
    sources = Sources({"school": TOMORROW})
    sources.days.ask()
    assert sources.asked.events == [(2025, 2026, 2027, 2028)]


def test_a_restart_knows_the_days_before_any_plugin_is_asked():
    sources = Sources({"school": TOMORROW})
    sources.days.ask()
    again = sources.live.with_plugin_days(settings(DAILY))
    assert again.household.calendars == {"school": TOMORROW}
    assert len(sources.asked.events) == 1


def test_a_source_that_is_gone_changes_no_plan():
    sources = Sources({"school": TOMORROW})
    sources.days.ask()
    sources.asked.days = {}
    sources.days.ask()
    assert sources.adopted == 1
    assert sources.live.settings.household.calendars == {"school": TOMORROW}


def test_a_source_that_says_something_else_each_time_does_not_keep_the_daemon_busy():
    sources = Sources({})
    days = iter(range(1, 28))
    sources.asked.days = None
    sources.asked.calendars = lambda years: {"school": ((date(2026, 3, day := next(days)), date(2026, 3, day)),)}
    sources.days.follow()
    assert sources.adopted == 1


def test_nobody_is_asked_where_the_configuration_names_every_calendar():
    sources = Sources({"school": TOMORROW}, replace(DAILY, skip=()))
    sources.days.follow()
    sources.days.ask()
    assert sources.asked.events == []


def test_other_calendars_are_asked_for_after_a_reload():
    sources = Sources({"school": TOMORROW, "trips": TOMORROW})
    sources.days.follow()
    sources.home.settings = settings(replace(DAILY, skip=("school", "trips")))
    sources.live.take_up(sources.home.settings)
    sources.days.follow()
    assert set(sources.live.settings.household.calendars) == {"school", "trips"}


def learnt_by_many(tmp_path):
    """A village in which a household came to want days that nobody asked for at the start; those are known now."""
    village = Village(tmp_path)
    village.live.content = LateContent(lambda: Asked(days={"school": TOMORROW}))
    days = PluginDays(village.live, village.houses.days_changed)
    alarm = Alarm(village.events.append)
    days.schedule(alarm)
    days.follow()
    village.write("oak.toml", household(more="").replace("message", 'skip = ["school"]\nmessage'))
    village.look()
    for job in alarm._scheduler.get_jobs():
        if job.trigger.every < timedelta(days=1):
            job.func(*job.args)
    for thread in threading.enumerate():
        if thread.name == DAYS:
            thread.join()
    return village


def test_what_a_household_wants_that_is_read_later_is_asked_for_soon(tmp_path):
    village = learnt_by_many(tmp_path)
    assert village.houses.at("oak").settings.household.calendars == {"school": TOMORROW}


def test_what_households_want_outlives_a_reload_of_the_main_configuration(tmp_path):
    village = learnt_by_many(tmp_path)
    village.live.take_up(village.live.settings)
    assert village.live.plugin_calendars == ("school",)


def test_they_are_asked_again_every_day():
    sources = Sources({"school": TOMORROW})
    sources.days.schedule(sources.home.alarm)
    assert any(job.id == DAYS for job in sources.home.alarm._scheduler.get_jobs())
