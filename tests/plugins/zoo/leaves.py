"""Ends its process when it is asked."""

import os

from ritualsd import hookimpl


@hookimpl
def ritualsd_gratitude_prompts(ask):
    os._exit(0)
