"""Answers with more words than fit into one answer, each prompt fitting by itself."""

from ritualsd import hookimpl


@hookimpl
def ritualsd_gratitude_prompts(ask):
    return [f"{chr(97 + number % 26) * (number + 1)} " + "and so on " * 150 for number in range(50)]
