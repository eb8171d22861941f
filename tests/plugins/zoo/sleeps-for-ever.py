"""Is asked, and falls asleep."""

import time

from ritualsd import hookimpl


@hookimpl
def ritualsd_gratitude_prompts(ask):
    time.sleep(3600)
