"""Wants 4 GB to answer."""

from ritualsd import hookimpl


@hookimpl
def ritualsd_gratitude_prompts(ask):
    return [str(len(bytearray(4 << 30)))]
