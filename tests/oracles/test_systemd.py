"""`systemd-analyze calendar` and our `explain` agree on generated expressions, both asked at test time."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from random import Random

import pytest

from ritualsd.core.when_words import MONTHS, WEEKDAYS
from tests.oracles.asking import explain

ANALYZE = shutil.which("systemd-analyze")
BASE = "2024-01-01T00:00:00Z"
ITERATIONS = 12
ZONES = ("Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Sydney", "America/Santiago", "UTC")
ELAPSE = re.compile(r"(?:Next elapse|Iter\. #\d+): \w{3} (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d) UTC")
ORDINALS = {"first": "01..07", "second": "08..14", "third": "15..21", "fourth": "22..28"}


def pairs(random: Random) -> Iterator[tuple[str, str]]:
    """Endless pairs of a phrase and the same as a calendar expression, at times no clock change touches."""
    while True:
        clock = f"{random.randrange(5, 22):02}:{random.randrange(60):02}"
        days = sorted(random.sample(range(7), 3))
        names = [WEEKDAYS[day] for day in days]
        short = ",".join(name[:3] for name in names)
        month, number = random.randrange(12), random.randrange(1, 29)
        nth = random.choice(list(ORDINALS))
        step = random.choice([5, 10, 15, 20, 30])
        yield random.choice(
            [
                (f"every day at {clock}", f"*-*-* {clock}"),
                (f"every weekday at {clock}", f"Mon..Fri *-*-* {clock}"),
                (f"every weekend at {clock}", f"Sat,Sun *-*-* {clock}"),
                (f"every {names[0]}, {names[1]} and {names[2]} at {clock}", f"{short} *-*-* {clock}"),
                (f"{nth} {names[0]} of the month at {clock}", f"{names[0][:3]} *-*-{ORDINALS[nth]} {clock}"),
                (f"last {names[1]} of the month at {clock}", f"{names[1][:3]} *-*~07/1 {clock}"),
                (f"last day of the month at {clock}", f"*-*~01 {clock}"),
                (f"second to last day of the month at {clock}", f"*-*~02 {clock}"),
                (f"{number}th of the month at {clock}", f"*-*-{number:02} {clock}"),
                (f"1st, 15th and 31st of the month at {clock}", f"*-*-01,15,31 {clock}"),
                (f"every year on {number} {MONTHS[month]} at {clock}", f"*-{month + 1:02}-{number:02} {clock}"),
                (f"last {names[2]} in {MONTHS[month]} at {clock}", f"{names[2][:3]} *-{month + 1:02}~07/1 {clock}"),
                (f"every {step} minutes between 09:00 and 16:59", f"*-*-* 09..16:00/{step}"),
                (f"cron:{clock[3:]} {clock[:2]} * 3,9 1-5", f"Mon..Fri *-03,09-* {clock}"),
                (f"on 2027-{month + 1:02}-{number:02} at {clock}", f"2027-{month + 1:02}-{number:02} {clock}"),
            ]
        )


def forty() -> list[tuple[str, str, str]]:
    """Forty different phrases, each with its expression and a zone."""
    random = Random(2024)
    chosen: dict[str, tuple[str, str]] = {}
    for phrase, expression in pairs(random):
        chosen[phrase] = (expression, random.choice(ZONES))
        if len(chosen) == 40:
            break
    return [(phrase, *rest) for phrase, rest in chosen.items()]


def systemd_says(expression: str, zone: str) -> list[str]:
    assert ANALYZE is not None
    command = [ANALYZE, "calendar", f"--iterations={ITERATIONS}", "--base-time=2024-01-01 00:00:00 UTC"]
    ran = subprocess.run(
        [*command, f"{expression} {zone}"],
        env={**os.environ, "TZ": "UTC", "LC_ALL": "C"},
        capture_output=True,
        text=True,
        check=True,
    )
    return [f"{when.replace(' ', 'T')}Z" for when in ELAPSE.findall(ran.stdout)]


@pytest.mark.skipif(ANALYZE is None, reason="systemd-analyze is not installed here")
def test_forty_generated_expressions_mean_the_same_to_systemd() -> None:
    asked = forty()
    answers = explain([{"when": phrase, "zone": zone, "from": BASE, "n": ITERATIONS} for phrase, _, zone in asked])
    ours = {phrase: [slot["due_utc"] for slot in slots] for (phrase, _, _), slots in zip(asked, answers, strict=True)}
    theirs = {phrase: systemd_says(expression, zone) for phrase, expression, zone in asked}
    assert {phrase: (ours[phrase], theirs[phrase]) for phrase in ours if ours[phrase] != theirs[phrase]} == {}
    assert len(ours) == 40
    assert sum(map(len, theirs.values())) > 400
