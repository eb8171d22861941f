"""`ritualsd promise`: what somebody says they will do. Only they say how it went; others see what they share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from ritualsd.cli import times
from ritualsd.cli.context import Context, pass_context, print_json
from ritualsd.cli.table import print_table
from ritualsd.model import Household, Person, Promise, PromiseState

if TYPE_CHECKING:
    from ritualsd.core.visibility import Visible

STATES = {PromiseState.OPEN: "", PromiseState.KEPT: "kept", PromiseState.DROPPED: "let go"}

by = click.option("--as", "person", metavar="PERSON", required=True, help="Whose promise: your own.")
as_json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


@click.group("promise")
def command() -> None:
    """Promise something, and say yourself how it went.

    You are reminded on the day before and asked once afterwards; then nothing more is said. A promise is private unless
    you share it, and nobody is told of it either way.

    \b
    Example:
      ritualsd promise add "call the plumber by Friday" --as ana
      ritualsd promise list --for ana
      ritualsd promise keep 1 --as ana
    """


@command.command("add")
@click.argument("text", nargs=-1, required=True)
@by
@click.option("--share", metavar="PEOPLE", default="", help='Who may see it: names, circles, or "everyone".')
@as_json_option
@pass_context
def add(context: Context, text: tuple[str, ...], person: str, share: str, as_json: bool) -> None:
    """Promise something, with a day at the end or without one.

    \b
    Example:
      ritualsd promise add "call the plumber by Friday" --as ana
      ritualsd promise add "fix the shelf by 3 December at 18:00" --as ana --share ben
    """
    answer = context.perform("promise", text=" ".join(text), person=person, share=share)
    _say(answer, as_json)


@command.command("list")
@click.option("--for", "person", metavar="PERSON", help="Whose: your own, and what others share with you.")
@as_json_option
@pass_context
def list_(context: Context, person: str | None, as_json: bool) -> None:
    """List your promises, and those that others let you see.

    On a shared shell --for proves nothing about who is reading.

    \b
    Example:
      ritualsd promise list --for ana
    """
    from ritualsd.cli.record import reading
    from ritualsd.cli.viewing import known

    settings = context.settings()
    person = person or _only(settings.household)
    known(settings.household, None, person)
    with reading(context.state_path(), settings) as store:
        everyones = store.promises.all() if store else ()
    found = rows(everyones, person, settings.household, times.now())
    if as_json:
        print_json(found)
    elif found:
        print_table(("", "whose", "promise", "until", ""), [line(row, settings.household) for row in found])
    else:
        click.echo("No promise here.")


@command.command("keep")
@click.argument("number", type=int)
@by
@as_json_option
@pass_context
def keep(context: Context, number: int, person: str, as_json: bool) -> None:
    """Say that you kept it.

    \b
    Example:
      ritualsd promise keep 1 --as ana
    """
    _say(context.perform("promise-change", does="keep", number=number, person=person), as_json)


@command.command("move")
@click.argument("number", type=int)
@click.argument("day", nargs=-1, required=True)
@by
@as_json_option
@pass_context
def move(context: Context, number: int, day: tuple[str, ...], person: str, as_json: bool) -> None:
    """Give it another day; it is open again.

    \b
    Example:
      ritualsd promise move 1 Sunday --as ana
      ritualsd promise move 1 "12 December at 18:00" --as ana
    """
    _say(context.perform("promise-change", does="move", number=number, text=" ".join(day), person=person), as_json)


@command.command("drop")
@click.argument("number", type=int)
@by
@as_json_option
@pass_context
def drop(context: Context, number: int, person: str, as_json: bool) -> None:
    """Let it go.

    \b
    Example:
      ritualsd promise drop 1 --as ana
    """
    _say(context.perform("promise-change", does="drop", number=number, person=person), as_json)


def rows(everyones: Sequence[Promise], viewer: str, household: Household, now: datetime) -> list[dict[str, Any]]:
    """The viewer's own promises by their numbers, then what others share with them, which have none: nobody else can
    change those, and how many they made stays theirs."""
    from ritualsd.core.visibility import visible_to

    seen = list(visible_to(viewer, everyones, household, now))
    own = [each for each in seen if each.thing.person == viewer]
    reader = household.people[viewer]
    numbered = [_row(each, household, reader, number) for number, each in enumerate(own, 1)]
    return numbered + [_row(each, household, reader) for each in seen if each.thing.person != viewer]


def _row(seen: Visible[Promise], household: Household, reader: Person, number: int | None = None) -> dict[str, Any]:
    promise, own = seen.thing, number is not None
    return {
        "number": number,
        "person": promise.person,
        "words": promise.words,
        "until": _until(promise, ZoneInfo(household.people.get(promise.person, reader).zone), ZoneInfo(reader.zone)),
        "due_utc": times.utc_text(promise.due_utc) if promise.due_utc else None,
        "state": promise.state.value,
        "shared_with": sorted(promise.shared_with) if own else None,
    }


def _until(promise: Promise, zone: ZoneInfo, readers: ZoneInfo) -> str | None:
    """Its day, by its owner's `zone`; where it has a time, the day and time by its reader's."""
    from ritualsd.core.days_said import is_whole_day

    if promise.due_utc is None:
        return None
    whole = is_whole_day(promise.due_utc, zone)
    return times.day(promise.due_utc.astimezone(zone)) if whole else times.spoken(promise.due_utc, readers)


def line(row: Mapping[str, Any], household: Household) -> tuple[str, ...]:
    number = "" if row["number"] is None else str(row["number"])
    who = household.people[row["person"]].name if row["person"] in household.people else row["person"]
    return number, who, row["words"], row["until"] or "", STATES[PromiseState(row["state"])]


def _only(household: Household) -> str:
    """The one person of a household that has one; else it must be said whose eyes these are."""
    if len(household.people) != 1:
        raise click.UsageError("Promises are private: say whose with --for PERSON.")
    return next(iter(household.people))


def _say(answer: Mapping[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(answer)
    else:
        click.echo(f"{answer['number']}: {answer['said']}")
