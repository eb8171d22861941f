"""What every listing shares: for whose eyes it is, which ritual, and which rows of secrets stay without a face.

It decides nothing about secrets itself: `core.visibility` does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, TypeVar

import click

from ritualsd.core.visibility import Sight, Turn, Viewer, can_see
from ritualsd.errors import NotFound
from ritualsd.model import Household, Ritual

Command = TypeVar("Command", bound=Callable[..., Any])

for_option = click.option(
    "--for", "person", metavar="PERSON",
    help="Show what this person may see. It proves nothing about who is reading a shared screen.",
)  # fmt: skip
ritual_option = click.option("--ritual", metavar="ID", help="Only this ritual.")
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON.")


BEFORE_FIRST_START = bytes(32)  # the key of hashed moments while no installation has made its own


def say_not_settled(household: Household) -> None:
    """Before the first start: tell on standard error that moments drawn within a window are not settled yet."""
    if any(" between " in ritual.when for ritual in household.rituals.values()):
        click.echo("Moments within a window are settled when ritualsd first runs; these are only like them.", err=True)


def listing(command: Command) -> Command:
    """The options every listing has: --ritual, --for, --json."""
    return ritual_option(for_option(json_option(command)))


def known(household: Household, ritual: str | None, person: str | None) -> None:
    """Raise NotFound, with a near miss, for a ritual or person nobody configured."""
    if person is not None:
        _must_be_in(household.people, person, "person", "people")
    if ritual is not None:
        _must_be_in(household.rituals, ritual, "ritual", "rituals")


def _must_be_in(names: Mapping[str, object], name: str, what: str, table: str) -> None:
    if name in names:
        return
    from difflib import get_close_matches

    close = get_close_matches(name, names, n=1)
    todo = f'did you mean "{close[0]}"?' if close else f"the configuration names them under [{table}.…]"
    raise NotFound(f'there is no {what} called "{name}"', todo=todo)


def secret_rows(household: Household, viewer: Viewer, now: datetime, ritual: str | None = None) -> list[str]:
    """The rituals of which a listing keeps only the name. Told from the configuration alone, so that whether
    and when a secret happens changes nothing on the screen."""
    asked = household.rituals.values() if ritual is None else [household.rituals[ritual]]
    return [each.id for each in asked if each.enabled and "masked" in sights(each, viewer, household, now)]


def sights(ritual: Ritual, viewer: Viewer, household: Household, now: datetime) -> set[Sight]:
    """How much this viewer may see of what anybody gets from it next."""
    return {can_see(viewer, Turn(ritual=ritual, person=person, due_utc=now), household, now) for person in ritual.to}


def concerns(ritual: Ritual, viewer: Viewer, household: Household, now: datetime) -> bool:
    """May this viewer see any of it in full?"""
    return "full" in sights(ritual, viewer, household, now)


def secrets_as_json(rituals: Iterable[str], keys: Iterable[str], **said: str) -> list[dict[str, Any]]:
    """A row per secret ritual with the listing's own `keys`, all null but its name and what `said` adds."""
    empty: dict[str, Any] = dict.fromkeys(keys)
    return [{**empty, **said, "ritual": ritual} for ritual in rituals]
