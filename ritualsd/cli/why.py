"""`ritualsd why`: the last decision about each ritual, in a sentence, and where its words came from. It only reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

import click

from ritualsd.cli import times
from ritualsd.cli.context import Context, pass_context, print_json
from ritualsd.cli.record import NOTHING_YET, is_notice, reading, sentence, words_from
from ritualsd.cli.table import KEPT_SECRET, clean, print_secrets
from ritualsd.cli.viewing import concerns, known, listing, secret_rows, secrets_as_json
from ritualsd.core.pauses import paused
from ritualsd.core.visibility import Viewer, Visible, may_be_theirs, visible_to
from ritualsd.errors import NotFound
from ritualsd.model import Drawn, Entry, Household, Occurrence, OccurrenceState, Pause, Ritual, Verdict
from ritualsd.ports import Store

LOOK_BACK = 20
KEYS = ("ritual", "person", "occurrence", "state", "reason", "why", "source", "drawn", "slot_local", "due_utc")
TASTED = {
    Verdict.FAVOURITE: "You had called it a favourite, which makes it likelier.",
    Verdict.NOT_TONIGHT: "You had said not tonight to it, which makes it less likely for a while.",
}


@click.command("why")
@click.argument("occurrence", required=False)
@listing
@pass_context
def command(context: Context, occurrence: str | None, ritual: str | None, person: str | None, as_json: bool) -> None:
    """Say why something was sent, or was not: the last decision about each ritual.

    OCCURRENCE is one of the names that `log --json` prints, like sunday-check-in@2026-03-29/ana.

    \b
    Example:
      ritualsd why --ritual sunday-check-in
      ritualsd why sunday-check-in@2026-03-29/ana
    """
    settings = context.settings()
    known(settings.household, ritual, person)
    now = times.now()
    with reading(context.state_path(), settings) as store:
        if store is None:
            print_json([]) if as_json else click.echo(NOTHING_YET)
            return
        from ritualsd.flow.lived import lived_for

        household = lived_for(store, settings, person).household
        if occurrence is None:
            rows = decided(store, household, person, ritual, now)
        else:
            rows = [as_row(store, found(store, occurrence, person, household, now), person)]
    secrets = secret_rows(household, person, now, ritual) if occurrence is None else []
    if as_json:
        print_json(rows + secrets_as_json(secrets, KEYS, why=KEPT_SECRET))
    else:
        show(rows, secrets)


def found(store: Store, name: str, viewer: Viewer, household: Household, now: datetime) -> Visible[Entry]:
    """One occurrence. Raises NotFound alike for what does not exist and for what this viewer may not see."""
    entry = store.find(name) if may_be_theirs(viewer, name) else None
    seen = next(visible_to(viewer, [entry], household, now), None) if entry is not None else None
    if seen is None:
        raise NotFound(f'nothing is called "{name}"', todo="see the names with: ritualsd log --json")
    return seen


def decided(
    store: Store, household: Household, viewer: Viewer, only: str | None, now: datetime
) -> list[dict[str, Any]]:
    """The last decision for each ritual and person in the viewer's sight, in the order of the configuration."""
    pauses = [each.thing for each in visible_to(viewer, store.pauses({"", viewer or ""}), household, now)]
    rows = []
    for ritual in household.rituals.values():
        if only not in (None, ritual.id) or (viewer is not None and viewer not in ritual.to):
            continue
        told = last_decisions(store, ritual, household, viewer, now)
        rows += told or [undecided(ritual) for _ in range(concerns(ritual, viewer, household, now))]
    return [with_pause(row, pauses, now) for row in rows]


def last_decisions(
    store: Store, ritual: Ritual, household: Household, viewer: Viewer, now: datetime
) -> list[dict[str, Any]]:
    """A row for each of its people about whom the ledger knows anything that this viewer may see. What is somebody
    else's is not even read, so that it cannot show in how long that takes."""
    asked = [person for person in ritual.to if viewer in (None, person)]
    records = [store.history(ritual=ritual.id, person=person, limit=LOOK_BACK) for person in asked]
    own = [[entry for entry in entries if not is_notice(entry)] for entries in records]
    seen = [list(visible_to(viewer, entries, household, now)) for entries in own]
    return [as_row(store, last_decision(entries), viewer) for entries in seen if entries]


def last_decision(newest_first: Sequence[Visible[Entry]]) -> Visible[Entry]:
    """The newest entry that got further than being planned; where none did, the newest."""
    past = (seen for seen in newest_first if seen.thing.occurrence.state is not OccurrenceState.PLANNED)
    return next(past, newest_first[0])


def as_row(store: Store, seen: Visible[Entry], viewer: Viewer) -> dict[str, Any]:
    occurrence, drawn = seen.thing.occurrence, store.drawn(seen.thing.occurrence.id)
    told = [sentence(seen), words_from(occurrence.source), *chosen_because(store, occurrence, drawn, viewer)]
    told.append(occurrence.note and f"Its time: {occurrence.note}.")
    return {
        "ritual": occurrence.ritual,
        "person": occurrence.person,
        "occurrence": occurrence.name,
        "state": occurrence.state.value,
        "reason": occurrence.reason,
        "why": " ".join(part for part in told if part),
        "source": occurrence.source or None,
        "drawn": drawn.why if drawn else None,
        "slot_local": times.local_text(occurrence.slot_local),
        "due_utc": times.utc_text(occurrence.due_utc),
    }


def chosen_because(store: Store, occurrence: Occurrence, drawn: Drawn | None, viewer: Viewer) -> Iterator[str]:
    """Why this prompt of all: how the draw went for everyone asked, and of all verdicts only the reader's own."""
    if drawn is None:
        return
    yield f"It was {drawn.why}."
    for taste in store.personal.tastes(occurrence.person) if viewer == occurrence.person else ():
        if taste.prompt_id == drawn.prompt.id and taste.at_utc < occurrence.due_utc and taste.verdict in TASTED:
            yield TASTED[taste.verdict]


def undecided(ritual: Ritual) -> dict[str, Any]:
    why = "Nothing was decided about it yet." if ritual.enabled else "It is switched off (enabled = false)."
    return {**dict.fromkeys(KEYS), "ritual": ritual.id, "why": why}


def with_pause(row: dict[str, Any], pauses: Sequence[Pause], now: datetime) -> dict[str, Any]:
    """The row, saying so where the ritual is paused at this moment."""
    if paused(pauses, row["ritual"], row["person"] or "", now):
        return {**row, "why": f"{row['why']} It is paused now."}
    return row


def show(rows: Sequence[dict[str, Any]], secrets: Sequence[str]) -> None:
    for row in rows:
        name = f"{row['ritual']}, {row['person']}" if row["person"] else row["ritual"]
        click.echo(f"{clean(name)}\n  {clean(row['why'])}")
    print_secrets(secrets)
    if not rows and not secrets:
        click.echo("No ritual of yours is in the configuration.")
