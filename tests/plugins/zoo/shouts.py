"""Prints 10 MB, by print and past it, and something that looks like an answer."""

import os

from ritualsd import hookimpl


@hookimpl
def ritualsd_gratitude_prompts(ask):
    print("x" * 5_000_000)
    for _ in range(500):
        os.write(1, b"y" * 9_999 + b"\n")
    os.write(1, b'{"end": true}\n')
    return ["What was good?"]
