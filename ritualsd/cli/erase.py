"""`ritualsd erase`: take back what the record holds of a person, of a ritual, or of everyone. Nobody is told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import click

from ritualsd.cli.context import Context, pass_context, print_json

WHAT = {
    "person": "everything kept of {name}: messages, answers, facts, promises and settings, and what {name} wrote or "
    "told wherever others were shown it",
    "ritual": "every message of {name} and every answer to it",
    "all": "every message and answer, and all that anyone ever said of themselves",
}


@click.command("erase")
@click.option("--person", default="", metavar="PERSON", help="What is kept of this person.")
@click.option("--ritual", default="", metavar="ID", help="What is kept of this ritual.")
@click.option("--all", "everything", is_flag=True, help="Everything.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@pass_context
def command(context: Context, person: str, ritual: str, everything: bool, yes: bool, as_json: bool) -> None:
    """Remove what is kept of a person, of a ritual, or of everyone, down to the last byte. Nobody is told.

    The schedule goes on: the configuration still names people and rituals. Backups and exports made before are files
    of your own, and keep what they hold.

    \b
    Example:
      ritualsd erase --person ana
      ritualsd erase --ritual sunday-check-in --yes
      ritualsd erase --all
    """
    scopes = [scope for scope, given in (("person", person), ("ritual", ritual), ("all", everything)) if given]
    if len(scopes) != 1:
        raise click.UsageError("Say one of --person, --ritual and --all.")
    if not yes:
        click.echo(f"This removes {WHAT[scopes[0]].format(name=person or ritual)}. It cannot be undone.", err=True)
        click.confirm("Remove it?", abort=True, err=True)
    answer = context.perform("erase", person=person, ritual=ritual, all=everything)
    print_json(answer) if as_json else click.echo(told(answer, person or ritual))


def told(answer: Mapping[str, Any], name: str) -> str:
    """What went, and what is somewhere else."""
    counts = [
        _count(answer["messages"], "message", "messages"),
        _count(answer["answers"], "answer", "answers"),
        _count(answer["told"], "other thing", "other things"),
    ]
    gone = ", ".join(count for count in counts if count)
    lines = [f"Removed for good: {gone}." if gone else "There was nothing to remove."]
    if answer["still_named"]:
        lines.append(f"The configuration still names {name}; what it plans goes on.")
    lines.append("Backups and exports made before are yours to remove.")
    return "\n".join(lines)


def _count(number: int, one: str, many: str) -> str:
    return "" if not number else f"1 {one}" if number == 1 else f"{number} {many}"
