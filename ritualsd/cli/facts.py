"""`ritualsd facts`: small things a person tells of themselves, for prompts others are sent. Lists nobody else's."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import click

from ritualsd.cli import times
from ritualsd.cli.context import Context, pass_context, print_json
from ritualsd.cli.table import print_table
from ritualsd.core.english import PHRASES
from ritualsd.core.facts import KEYS, PREFIX, is_stale
from ritualsd.model import Fact

whose = click.option("--as", "--for", "person", metavar="PERSON", required=True, help="Whose facts: your own.")
as_json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group("facts")
def command() -> None:
    """Tell small things of yourself, for prompts that others are sent.

    A fact is yours: you say whose prompts may use it, change it, and take it back. After half a year it rests until you
    tell it again.

    \b
    Example:
      ritualsd facts list --as ana
      ritualsd facts tell favourite-drink "black tea with milk" --as ana --to ben
      ritualsd facts forget favourite-drink --as ana
    """


@command.command("list")
@whose
@as_json_option
@pass_context
def list_(context: Context, person: str, as_json: bool) -> None:
    """List your own facts, and what else could be told.

    \b
    Example:
      ritualsd facts list --as ana
    """
    from ritualsd.cli.record import reading
    from ritualsd.cli.viewing import known

    settings = context.settings()
    known(settings.household, None, person)
    with reading(context.state_path(), settings) as store:
        told = store.personal.facts(person) if store else ()
    found = rows(told, times.now())
    if as_json:
        print_json(found)
        return
    head = ("fact", "is", "for the prompts of", "question")
    print_table(head, [(row["key"], _value(row), _audience(row), row["question"]) for row in found])


@command.command("tell")
@click.argument("key")
@click.argument("value")
@whose
@click.option(
    "--to", metavar="PEOPLE", help='Names, circles, "everyone" or "nobody"; left out: as before, or everyone.'
)
@as_json_option
@pass_context
def tell(context: Context, key: str, value: str, person: str, to: str | None, as_json: bool) -> None:
    """Tell a fact, or tell it anew. `ritualsd facts list` names those there are.

    \b
    Example:
      ritualsd facts tell hard-day-help "a walk without talking" --as ana --to ben
    """
    answer = context.perform("tell-fact", key=key, value=value, person=person, to=to or "")
    if as_json:
        print_json(answer)
    elif answer["to"]:
        click.echo(f"Kept. It may appear in what these people are sent: {', '.join(answer['to'])}.")
    else:
        click.echo("Kept, and used in nobody's prompts.")


@command.command("forget")
@click.argument("key")
@whose
@as_json_option
@pass_context
def forget(context: Context, key: str, person: str, as_json: bool) -> int:
    """Take a fact back.

    \b
    Example:
      ritualsd facts forget hard-day-help --as ana
    """
    answer = context.perform("forget-fact", key=key, person=person)
    if as_json:
        print_json(answer)
    elif answer["forgotten"]:
        click.echo("Forgotten.")
    else:
        click.echo("There was no such fact of yours.", err=True)
    return 0 if answer["forgotten"] else 1


def rows(told: Iterable[Fact], now: datetime) -> list[dict[str, Any]]:
    """A row for each fact there may be, those told first."""
    own = {fact.key: fact for fact in told}
    return [_row(key, own.get(key), now) for key in sorted(KEYS, key=lambda key: (key not in own, KEYS.index(key)))]


def _row(key: str, fact: Fact | None, now: datetime) -> dict[str, Any]:
    return {
        "key": key,
        "value": fact.value if fact else None,
        "to": sorted(fact.audience) if fact else [],
        "told_utc": times.utc_text(fact.told_utc) if fact else None,
        "rests": bool(fact and is_stale(fact, now)),
        "question": PHRASES[PREFIX + key],
    }


def _value(row: dict[str, Any]) -> str:
    return f"{row['value'] or ''}{' (rests: told long ago)' if row['rests'] else ''}"


def _audience(row: dict[str, Any]) -> str:
    return ", ".join(row["to"]) or ("nobody" if row["value"] else "")
