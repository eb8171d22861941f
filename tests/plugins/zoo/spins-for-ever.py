"""Thinks about it for ever."""

from ritualsd import hookimpl


@hookimpl
def ritualsd_gratitude_prompts(ask):
    while True:
        pass
