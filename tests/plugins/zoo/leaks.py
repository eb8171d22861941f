"""Keeps 5 MB more each time it is asked."""

from ritualsd import hookimpl

KEPT = []


@hookimpl
def ritualsd_gratitude_prompts(ask):
    KEPT.append(bytearray(5_000_000))
    return ["What was good?"]
