"""`ritualsd reply`: answer a message from the command line, as any other way of answering would."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import click

from ritualsd.cli.context import Context, pass_context, print_json

NOTED = {"done": "Noted: done.", "skip": "Noted: skipped."}


@click.command("reply")
@click.argument("occurrence")
@click.argument("answer", nargs=-1, required=True)
@click.option("--as", "person", metavar="PERSON", required=True, help="Who answers: the one who received it.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@pass_context
def command(context: Context, occurrence: str, answer: tuple[str, ...], person: str, as_json: bool) -> None:
    """Answer a message: done, skip, snooze 2h, or what its ritual asks for (a number, a choice, words).

    OCCURRENCE is one of the names that `log --json` prints. The last answer counts; an earlier one is only history, and
    undo takes the last one back. A snooze can also say until 18:30, tonight or tomorrow. "favourite", "not tonight" and
    "never again" say what you think of a prompt, "promise: …" what you will do; neither takes an answer back.

    \b
    Example:
      ritualsd reply sunday-check-in@2026-03-29/ana done --as ana
      ritualsd reply sunday-check-in@2026-03-29/ana snooze 2h --as ana
      ritualsd reply sunday-check-in@2026-03-29/ana "The walk by the lake" --as ana
    """
    from ritualsd.core.replies import said

    told = context.perform(
        "reply", occurrence=occurrence, person=person, text=said(" ".join(answer)), message=uuid4().hex,
    )  # fmt: skip
    if as_json:
        print_json(told)
    else:
        click.echo(noted(told))


def noted(told: Mapping[str, Any]) -> str:
    """What was kept, and what follows from it, in a sentence or two. It does not repeat what was said."""
    if told["until_utc"]:
        return f"Noted: it comes again on {at(told['until_utc'], told['zone'])}."
    kept = NOTED.get(told["action"], "Noted.")
    if told["next_utc"]:
        return f"{kept} It comes next on {at(told['next_utc'], told['zone'])}."
    return f"{kept} It counts from when it was done, so this moves nothing." if told["counts"] else str(told["words"])


def at(utc: str, zone: str) -> str:
    from ritualsd.cli.times import spoken

    return spoken(datetime.fromisoformat(utc), ZoneInfo(zone))
