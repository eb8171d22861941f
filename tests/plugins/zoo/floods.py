"""Answers with 50 MB, and a fitting prompt."""

from ritualsd import hookimpl


@hookimpl
def ritualsd_gratitude_prompts(ask):
    return ["x" * 50_000_000, "What was good?"]
