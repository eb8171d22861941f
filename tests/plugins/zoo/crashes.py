"""Reads where no memory is when it is asked."""

import ctypes

from ritualsd import hookimpl


@hookimpl
def ritualsd_gratitude_prompts(ask):
    ctypes.string_at(0)
