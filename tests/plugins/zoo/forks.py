"""Leaves a copy of itself behind that sleeps, and a program that does."""

import os
import subprocess
import time

from ritualsd import hookimpl


@hookimpl
def ritualsd_gratitude_prompts(ask):
    if os.fork() == 0:
        time.sleep(3600)
    subprocess.Popen(["sleep", "3600"])
    return ["What was good?"]
