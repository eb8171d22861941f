"""What `check` says about plugins, decks, and the kinds and decks that rituals name. Finds problems; mends none."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime
from difflib import get_close_matches
from pathlib import Path

from ritualsd.content.admit import required_missing
from ritualsd.content.deck import ANY_KIND, KINDS, Deck
from ritualsd.content.find import bundled_folder
from ritualsd.content.hooks import CALENDARS_HOOK, CONTENT_HOOK, HOOK_OF_KIND
from ritualsd.content.host import ContentHost
from ritualsd.content.lint import lint
from ritualsd.content.record import BROKEN, Record
from ritualsd.core.calendars import unnamed
from ritualsd.model import Problem, Ritual, Settings


def problems_of(settings: Settings) -> tuple[Problem, ...]:
    """Every problem, in the order plugins, decks, rituals."""
    host = ContentHost(settings, no_plugins=False, emit=lambda _: None)
    decks, records, heard = host.decks(), host.records(), host.lint_lists()
    offered = _calendars(host, settings)
    host.close()
    found = [*_plugin_problems(settings, records), *_require_problems(settings)]
    found += [each for each in host.pack_problems() if not Path(each.file).is_relative_to(bundled_folder())]
    found += lint((deck for deck in decks if not deck.plugin), heard, home=settings.household.language)
    found += [problem for deck in decks if deck.plugin for problem in deck.problems]
    known = {deck.kind for deck in decks}
    for ritual in settings.household.rituals.values():
        found += _ritual_problems(ritual, decks, known, records)
        found += _calendar_problems(ritual, settings, offered, records)
    return tuple(found)


def _plugin_problems(settings: Settings, records: tuple[Record, ...]) -> Iterator[Problem]:
    names = {record.name for record in records}
    for record in records:
        if record.faults:
            yield from _settings_problems(record)
        elif record.status in BROKEN:
            where = record.table.where if record.status == "bad-config" else ""
            yield _problem("error", where or record.candidate.source, f"plugins.{record.name}", record.error)
    for name, table in settings.plugins.items():
        if name not in names:
            close = get_close_matches(name, names, n=1)
            hint = f"did you mean {close[0]}?" if close else "install it, or take the table out"
            yield _problem("warning", table.where, f"plugins.{name}", "no plugin has this name", hint)


def _settings_problems(record: Record) -> Iterator[Problem]:
    """One for each wrong setting, on the line it stands, or that of the table where it is missing."""
    file, _, line = record.table.where.rpartition(":")
    for fault in record.faults:
        at = _line(record.table.lines, fault.key) or int(line or 0)
        key = f"plugins.{record.name}.{fault.key}"
        yield _problem("error", f"{file}:{at}", key, fault.message, fault.hint)


def _line(lines: Mapping[str, int], key: str) -> int:
    """The line of a setting, or of the table it would stand in; 0 where that is the plugin's own."""
    while key and key not in lines:
        key = key.rpartition(".")[0]
    return lines.get(key, 0)


def _require_problems(settings: Settings) -> Iterator[Problem]:
    for message, hint in required_missing(settings.plugin_require):
        yield _problem("error", settings.plugin_root, "plugins.require", message, hint)


def _ritual_problems(
    ritual: Ritual, decks: tuple[Deck, ...], kinds: set[str], records: tuple[Record, ...]
) -> Iterator[Problem]:
    where = f"{ritual.source_file}:{ritual.source_line}"
    if ritual.deck and not any(deck.answers_to(ritual.deck) for deck in decks):
        names = [deck.name for deck in decks]
        yield _problem(
            "error",
            where,
            f"rituals.{ritual.id}.deck",
            f'there is no deck called "{ritual.deck}"',
            _meant(ritual.deck, names, "ritualsd decks list shows them all"),
        )
    elif ritual.kind and ritual.kind not in kinds and not _served(ritual.kind, records):
        known = sorted({*kinds, *(kind for kind in KINDS if kind in kinds)} - {ANY_KIND})
        yield _problem(
            "error",
            where,
            f"rituals.{ritual.id}.prompt",
            f'no deck and no plugin has prompts of the kind "{ritual.kind}"',
            _meant(ritual.kind, known, f"put some in decks/{ritual.kind}/mine.txt"),
        )


def _calendars(host: ContentHost, settings: Settings) -> Collection[str]:
    """The calendars that plugins offer; only asked where a ritual skips one that the configuration does not define."""
    if not unnamed(settings.household):
        return ()
    this_year = datetime.now(UTC).year
    return host.calendars((this_year, this_year + 1)).keys()


def _calendar_problems(
    ritual: Ritual, settings: Settings, offered: Collection[str], records: tuple[Record, ...]
) -> Iterator[Problem]:
    known = [*settings.household.calendars, *offered]
    for name in ritual.skip:
        if name in known:
            continue
        sources = [record.name for record in records if CALENDARS_HOOK in record.hooks]
        hint = _meant(name, [*known, *sources], f'write [calendars.{name}] with dates = ["2026-12-24..2027-01-03"]')
        if name in sources:
            hint = f"`ritualsd plugins show {name}` says what to write under [plugins.{name}]"
        where = f"{ritual.source_file}:{ritual.source_line}"
        message = f'there is no calendar called "{name}", here or in a plugin'
        yield _problem("error", where, f"rituals.{ritual.id}.skip", message, hint)


def _served(kind: str, records: tuple[Record, ...]) -> bool:
    hook = HOOK_OF_KIND.get(kind, CONTENT_HOOK)
    return any(record.in_service and record.serves(hook, kind) for record in records)


def _meant(name: str, known: list[str], otherwise: str) -> str:
    close = get_close_matches(name, known, n=1)
    return f'did you mean "{close[0]}"?' if close else otherwise


def _problem(severity: str, where: str, key: str, message: str, hint: str = "") -> Problem:
    """A problem at `FILE:LINE`, or in a whole file."""
    file, _, line = where.rpartition(":")
    at = int(line) if line.isdigit() else 0
    return Problem(
        severity="error" if severity == "error" else "warning",
        file=file if at or line == "0" else where,
        line=at,
        key=key,
        message=message,
        hint=hint,
    )
