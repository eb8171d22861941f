"""The tables of rituals become Rituals: when in its canonical words, to whom by name, and defaults by kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Literal

from ritualsd.config.defaults import ANYTHING_ELSE, KINDS
from ritualsd.config.findings import Spot, did_you_mean, quoted
from ritualsd.config.people import check_zone
from ritualsd.config.phrase import canonical_phrase
from ritualsd.config.wording import check_holes, check_wording
from ritualsd.core.kept import kept_from, safe_channels
from ritualsd.core.moves import MOST_DAYS, longest_absence
from ritualsd.model import DEFAULT_CIRCLE, Person, Ritual

if TYPE_CHECKING:
    from ritualsd.config.ritual_table import RitualTable

TURNS = "turns"
LONGEST_AWAY = timedelta(days=1)
OTHERS: Literal["others"] = "others"


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """Everything a ritual may refer to by name."""

    people: Mapping[str, Person]
    circles: Mapping[str, tuple[str, ...]]
    calendars: Mapping[str, Any]
    place: tuple[float, float] | None


def ritual(id_: str, table: RitualTable, names: Names, here: Spot) -> Ritual:
    """One ritual with all its names resolved; what is wrong with it is reported."""
    manner = KINDS.get(table.prompt or "", ANYTHING_ELSE)
    never_late = "catch_up" in table.model_fields_set and table.catch_up is None
    check_wording(table, here)
    if table.zone:
        check_zone(table.zone, here, "zone")
    built = Ritual(
        id=id_,
        when=canonical_phrase(table, here, names.place is not None),
        to=_recipients(table, names, here),
        turns=table.to == TURNS,
        name=table.name or "",
        kind=table.prompt or "",
        deck=table.deck or "",
        message=table.message or "",
        tags=frozenset(table.tags),
        depth=table.depth,
        secret_from=_secret_from(table, names, here),
        secret_until=table.secret_until,
        zone=table.zone,
        together=table.together,
        gap=table.gap,
        leap=table.leap,
        short_month=table.short_month,
        skip=tuple(table.skip),
        on_skip=table.on_skip,
        earliest=table.earliest,
        latest=table.latest,
        remind=tuple(table.remind),
        since=table.since,
        catch_up=timedelta(0) if never_late else table.catch_up or manner.catch_up,
        catch_up_mode=table.catch_up_mode or ("none" if never_late else "latest"),
        expires=table.expires or manner.expires,
        importance=table.importance or manner.importance,
        enabled=table.enabled,
        ask=table.ask if isinstance(table.ask, str) else tuple(table.ask),
        reveal=table.reveal,
        nudge_after=table.nudge.after if table.nudge else None,
        nudge_times=table.nudge.times if table.nudge else 0,
        away=table.away,
        prepare=table.prepare or timedelta(0),
        source_file=here.part.file,
        source_line=here.line,
        **_wishes(table),
    )
    check_holes(built, names.people, here)
    _check_secret(built, names, here)
    _check_days(built, names, here)
    return built


def _wishes(table: RitualTable) -> dict[str, Any]:
    """What a draw may not ask of anyone, by the field it becomes."""
    return {
        "place": frozenset(table.place),
        "max_cost": table.max_cost,
        "max_minutes": table.max_minutes,
        "max_effort": table.max_effort,
    }


def _recipients(table: RitualTable, names: Names, here: Spot) -> tuple[str, ...]:
    if table.to in (TURNS, DEFAULT_CIRCLE):
        return tuple(names.people)
    asked = [table.to] if isinstance(table.to, str) else table.to
    to = tuple(dict.fromkeys(person for name in asked for person in _people_of(name, names, here)))
    if not asked:
        here.error("to", "it goes to nobody", 'write to = "everyone", or name a person')
    return to


def _people_of(name: str, names: Names, here: Spot) -> tuple[str, ...]:
    if name in names.people:
        return (name,)
    if name in names.circles:
        return tuple(person for person in names.circles[name] if person in names.people)
    if name == TURNS:
        here.error("to", '"turns" stands alone', f'write to = "{TURNS}"')
    else:
        hint = did_you_mean(name, [*names.people, *names.circles, TURNS], "name a person, a circle, or everyone")
        here.error("to", f"there is no person or circle called {quoted(name)}", hint)
    return ()


def _secret_from(table: RitualTable, names: Names, here: Spot) -> frozenset[str] | Literal["others"]:
    if table.secret_from == OTHERS:
        return OTHERS
    kept = [table.secret_from] if isinstance(table.secret_from, str) else table.secret_from
    for name in kept:
        if name not in names.people:
            hint = did_you_mean(name, [*names.people, OTHERS], 'name people, or write secret_from = "others"')
            here.error("secret_from", f"there is nobody called {quoted(name)}", hint)
    return frozenset(kept)


def _check_secret(built: Ritual, names: Names, here: Spot) -> None:
    """A secret needs somebody it is not told to, and a way to each recipient that nobody else reads."""
    if not built.secret_from:
        if built.secret_until is not None:
            here.error("secret_until", "there is no secret that could end", 'add secret_from = "others"')
        return
    told = sorted(set(built.to) & built.secret_from) if built.secret_from != OTHERS else []
    for person in told:
        message = f"{person} receives it and is the one it is kept from"
        hint = 'write secret_from = "others", or take one of the two out'
        here.error("secret_from", message, hint)
    for person in built.to:
        kept = kept_from(built, person, names.people)
        if person not in told and kept and not safe_channels(names.people[person].channels, kept):
            message = f"{person} has no channel that keeps it from {' and '.join(sorted(kept))}"
            here.error("secret_from", message, "give them a channel of their own, without shared_with")


def _check_days(built: Ritual, names: Names, here: Spot) -> None:
    if built.prepare and built.away is None:
        here.error("prepare", "there is no time to prepare for", 'add away = "45 minutes", or leave prepare out')
    if built.away is not None and built.away > LONGEST_AWAY:
        here.error("away", "nothing would reach anyone for more than a day", "choose a shorter time")
    if built.earliest and built.latest and built.latest <= built.earliest:
        message = "latest is not later than earliest, which leaves no time at all"
        here.error("latest", message, "swap the two, or leave one out")
    away = tuple(span for name in built.skip for span in names.calendars.get(name, ()))
    if built.on_skip != "skip" and longest_absence(away) >= MOST_DAYS:
        message = f"its calendars leave {MOST_DAYS} days in a row out, and nothing moves further than that"
        here.error("on_skip", message, 'shorten the days away, or write on_skip = "skip"')
