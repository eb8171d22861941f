"""Writes what is no answer to every open file it can guess."""

import contextlib
import os

from ritualsd import hookimpl


@hookimpl
def ritualsd_gratitude_prompts(ask):
    for number in range(3, 20):
        with contextlib.suppress(OSError):
            os.write(number, b"[" * 100_000 + b"\n")
    return ["What was good?"]
