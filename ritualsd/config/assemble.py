"""All files of one configuration become one Settings. The order of the work stands here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from pydantic_core import ValidationError

from ritualsd.config.belonging import check_household, check_main
from ritualsd.config.calendars import calendars
from ritualsd.config.compiled import validate
from ritualsd.config.files import Unreadable, decode, in_words, read_bytes
from ritualsd.config.findings import Findings, Part, Spot, quoted, shown
from ritualsd.config.machine import settings
from ritualsd.config.people import Home, check_zone, circles, people
from ritualsd.config.places import MORE, more_files
from ritualsd.config.rituals import Names, ritual
from ritualsd.config.secrets import Secrets
from ritualsd.config.sun import sun_at
from ritualsd.config.system import system_zone
from ritualsd.config.toml import parse
from ritualsd.core.kept import AFTER_DONE
from ritualsd.model import Household, Problem, Settings

if TYPE_CHECKING:
    from ritualsd.config.schema import ConfigFile

Files = list[tuple[Part, "ConfigFile"]]
T = TypeVar("T")

ANYWHERE = {"people", "rituals"}
"""The tables that a file in rituals.d may hold as well."""

Assembled = tuple[Settings | None, tuple[Problem, ...], tuple[str, ...]]


def assemble(path: Path, env: Mapping[str, str]) -> Assembled:
    """The settings (None when anything is an error), every problem, and the files that were read."""
    found = Findings(shown(str(path)))
    main = _read(path, found)
    if main is None:
        return None, found.sorted(), (shown(str(path)),)
    files: Files = [(main, _tables(main, found)), *_more(path, found)]
    if files[0][1].households:
        check_main(files, found)
    return put_together(path, files, env, found)


def assemble_one(path: Path, given: Path, data: bytes, env: Mapping[str, str]) -> Assembled:
    """The same for one household of many, from what was read of its file `given`. It is that one file alone, and what
    lies beside it lies beside `path`."""
    name = shown(str(given))
    found = Findings(name)
    main = _parsed(name, data, found)
    if main is None:
        return None, found.sorted(), (name,)
    check_household(main, path, found)
    return put_together(path, [(main, _tables(main, found))], env, found)


def put_together(path: Path, files: Files, env: Mapping[str, str], found: Findings) -> Assembled:
    """Settings out of the tables of all files."""
    main = files[0][0]
    secrets = Secrets(path.parent, env)
    household = _household(path, files, secrets, env, found)
    built = settings(files[0][1], household, path, secrets, Spot(found, main))
    built = replace(built, secrets=secrets.used())
    return None if found.failed else built, found.sorted(), tuple(part.file for part, _ in files)


def _read(path: Path, found: Findings) -> Part | None:
    name = shown(str(path))
    try:
        return _parsed(name, read_bytes(path), found)
    except Unreadable as error:
        found.about_file(name, error.line, error.what, error.todo)
        return None


def _parsed(name: str, written: bytes, found: Findings) -> Part | None:
    try:
        data, where = parse(decode(written))
    except Unreadable as error:
        found.about_file(name, error.line, error.what, error.todo)
        return None
    return Part(file=name, data=data, where=where)


def _tables(part: Part, found: Findings) -> ConfigFile:
    try:
        return validate(part.data)
    except ValidationError:
        from ritualsd.config.mending import mended  # loads the models, which a file without mistakes never needs

        return mended(part, found)


def _more(path: Path, found: Findings) -> Iterator[tuple[Part, ConfigFile]]:
    """The files of rituals.d that could be read."""
    try:
        names = more_files(path)
    except OSError as error:
        problem = in_words(error)
        found.about_file(shown(str(path.parent / MORE)), 0, problem.what, problem.todo)
        return
    for name in names:
        part = _read(name, found)
        if part is None:
            continue
        table = _tables(part, found)
        for key in part.data.keys() - ANYWHERE:
            Spot(found, part).error(key, "only config.toml can say this", f"move it to {path}")
        yield part, table


def _household(path: Path, files: Files, secrets: Secrets, env: Mapping[str, str], found: Findings) -> Household:
    main, table = files[0]
    here = Spot(found, main)
    if table.timezone:
        check_zone(table.timezone, here, "timezone")
    home_zone = table.timezone or system_zone(env)
    today = datetime.now(UTC).date()
    home = Home(zone=home_zone, language=table.language, config=path, today=today)
    everyone = people(_gather("people", files, lambda file: file.people, found), home, secrets)
    if not everyone and not here.was_broken("people") and not table.households:
        here.error("", "nobody lives here yet", "add a person, like [people.ana]; `ritualsd init` writes a start")
    place = (table.place.lat, table.place.lon) if table.place else None
    groups = circles(table.circles, everyone, here.below("circles"))
    days = calendars(table.calendars, path, home_zone, today, here.below("calendars"))
    names = Names(people=everyone, circles=groups, calendars=days, place=place)
    tables = _gather("rituals", files, lambda file: file.rituals, found)
    if not tables and not found.failed and not table.households:
        here.warning("", "there are no rituals yet", "add one, like [rituals.small-thanks]")
    rituals = {id_: ritual(id_, one, names, spot) for id_, (spot, one) in tables.items()}
    return Household(
        zone=home_zone,
        language=table.language,
        place=place,
        sun=sun_at(*place) if place else None,
        people=everyone,
        circles=groups,
        rituals=rituals,
        until_done=tuple(id_ for id_, each in rituals.items() if each.secret_until == AFTER_DONE),
        phone_away=tuple(id_ for id_, each in rituals.items() if each.away is not None),
        calendars=days,
    )


def _gather(
    kind: str, files: Files, tables: Callable[[ConfigFile], Mapping[str, T]], found: Findings
) -> dict[str, tuple[Spot, T]]:
    """Every table of one kind by its id, with the spot where it stands; the first of two with one id counts."""
    gathered: dict[str, tuple[Spot, T]] = {}
    for part, file in files:
        for id_, table in tables(file).items():
            here = Spot(found, part, kind, id_)
            first, _ = gathered.setdefault(id_, (here, table))
            if first is not here:
                message = f"{quoted(id_)} exists already, in {first.place}"
                here.error("", message, "give one of the two another id")
    return gathered
