"""`ritualsd explain`: what a `when` phrase means, its next times, and why one of them moved. Sends and stores nothing.

Must start fast: the calendar and, for the default zone and place, two keys of the configuration read with tomllib.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Any, TextIO
from zoneinfo import ZoneInfo

import click

from ritualsd.cli import times
from ritualsd.cli.context import Context, pass_context, print_json
from ritualsd.cli.where import Place, home_of, place_typed, typed, zone_typed
from ritualsd.core.recur import Policy, needs_done, needs_sun, resolve, slots
from ritualsd.core.rules import Rule
from ritualsd.core.when import canonical, parse
from ritualsd.errors import ConfigError, RitualsdError, WhenError
from ritualsd.model import Slot

MOST = 100_000
MOST_LEFT_OUT = 20_000
YEARS = range(1900, 2300)
NO_PLACE = "give --place 52.52,13.40, or write place = { lat = 52.52, lon = 13.40 } in the configuration"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One phrase to explain; `start` is naive for local time. What is None comes from the configuration."""

    when: Any
    zone: ZoneInfo | None
    place: Place | None
    start: datetime | None
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """The rule a phrase means, and its next slots with all there is to say about each."""

    rule: Rule
    zone: ZoneInfo
    slots: tuple[Slot, ...]


def start_typed(text: Any) -> datetime:
    """A date, or a date and time: naive unless it says otherwise. Raises BadParameter."""
    try:
        moment = datetime.fromisoformat(str(text).strip())
    except ValueError:
        raise click.BadParameter(
            f"{str(text)[:40]!r} is no time; write 2026-03-29, 2026-03-29T18:00 or 2026-03-29T16:00Z"
        ) from None
    if moment.year not in YEARS:
        raise click.BadParameter(f"a year lies between {YEARS[0]} and {YEARS[-1]}")
    return moment


@click.command()
@click.argument("when", nargs=-1)
@click.option(
    "--zone",
    callback=typed(zone_typed),
    metavar="ZONE",
    help="A time zone; the configuration's, or the machine's, if not given.",
)
@click.option("--place", callback=typed(place_typed), metavar="LAT,LON", help="Where the sun is looked at.")
@click.option(
    "--from",
    "start",
    callback=typed(start_typed),
    metavar="T",
    help="Start here, this moment included, instead of now.",
)
@click.option("-n", "count", metavar="N", type=click.IntRange(1, MOST), default=5, show_default=True, help="How many.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.option("--batch", type=click.File(encoding="utf-8"), metavar="FILE", help="Answer a JSON object a line.")
@pass_context
def command(
    context: Context,
    when: tuple[str, ...],
    zone: ZoneInfo | None,
    place: Place | None,
    start: datetime | None,
    count: int,
    as_json: bool,
    batch: TextIO | None,
) -> int:
    """Say what WHEN means: its one canonical form, its next times, and why one of them moved.

    `cron:…` and `rrule:…` are understood too; an rrule begins at --from. Each line of a --batch file is an object
    with "when", and if you like "zone", "place", "from" and "n"; each answer is a line of JSON.

    \b
    Example:
      ritualsd explain "first Friday of the month at 19:00"
      ritualsd explain "every day at 02:30" --zone Europe/Berlin --from 2026-03-28
      ritualsd explain "30 minutes before sunset" --place 52.52,13.40 -n 3
    """
    asked = Question(when=" ".join(when), zone=zone, place=place, start=start, count=count)
    if batch is not None:
        return answer_batch(context, asked, batch)
    if not when:
        raise click.UsageError('say when, such as "every day at 07:30"')
    answer = explain(context, asked)
    if as_json:
        print_json([as_row(slot) for slot in answer.slots])
    else:
        show(answer, asked)
    return 0


def explain(context: Context, asked: Question) -> Answer:
    """The answer to one question. Raises WhenError, and ConfigError where the sun has no place."""
    zone, place = asked.zone, asked.place
    if zone is None:
        zone, home = home_of(context)
        place = place or home
    now = times.now().replace(second=0, microsecond=0)
    start = asked.start or now
    start_utc = (resolve(start, zone)[0] or now) if start.tzinfo is None else start
    rule = parse(asked.when, start=start_utc.astimezone(zone).replace(tzinfo=None, fold=0))
    policy = Policy(done_utc=start_utc if needs_done(rule) else None)
    if needs_sun(rule):
        place = place or home_of(context)[1]
        if place is None:
            raise ConfigError("what the sun does depends on the place", todo=NO_PLACE)
        from ritualsd.config.sun import sun_at

        policy = replace(policy, sun=sun_at(*place))
    found = slots(rule, zone, start_utc, policy=policy, inclusive=True)
    return Answer(rule=rule, zone=zone, slots=tuple(islice(with_left_out(found), asked.count)))


def with_left_out(found: Iterable[Slot]) -> Iterator[Slot]:
    """The slots that happen; each one's note also tells of those left out just before it."""
    left_out: list[Slot] = []
    for slot in found:
        if slot.skipped:
            left_out.append(slot)
            if len(left_out) > MOST_LEFT_OUT:
                return
            continue
        notes = [note for note in (slot.note, *told(left_out)) if note]
        yield replace(slot, note="; ".join(notes))
        left_out = []


def told(left_out: list[Slot]) -> Iterator[str]:
    """Why slots were left out, one sentence for each reason."""
    if not left_out:
        return
    from ritualsd.core.reasons import SENTENCES

    for reason in dict.fromkeys(slot.skipped for slot in left_out):
        those = [slot for slot in left_out if slot.skipped == reason]
        which = f"{those[0].local:%Y-%m-%d %H:%M}" if len(those) == 1 else f"{len(those)} times before"
        yield f"{which} left out: {SENTENCES[reason]}"


def as_row(slot: Slot) -> dict[str, str]:
    """A slot as JSON shows it."""
    return {
        "slot_local": times.local_text(slot.local),
        "zone": slot.zone,
        "due_utc": times.utc_text(slot.due_utc),
        "note": slot.note,
    }


def show(answer: Answer, asked: Question) -> None:
    """The canonical form, then a line for each time."""
    click.echo(canonical(answer.rule))
    for slot in answer.slots:
        line = f"  {times.day(slot.local)} {slot.local:%H:%M}  {times.utc_text(slot.due_utc)}"
        click.echo(f"{line}  {slot.note}".rstrip())
    if not answer.slots:
        click.echo("  never: nothing ahead matches it")
    elif len(answer.slots) < asked.count:
        click.echo("  and then no more")
    click.echo(f"Local times are those of {answer.zone.key}.", err=True)
    if needs_done(answer.rule):
        click.echo("Counted as if it were done at the moment asked about.", err=True)
    if " between " in canonical(answer.rule) and answer.slots:
        click.echo("A moment drawn within a window is settled by each installation; these are only like it.", err=True)


# ── many at once ──────────────────────────────────────────────────────────────────────────────


def answer_batch(context: Context, asked: Question, lines: Iterable[str]) -> int:
    """One line of JSON for each line of the file that is not blank; 2 when one of them could not be answered."""
    failed = False
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        row = answer_line(context, asked, line)
        failed = failed or "error" in row
        click.echo(json.dumps({"line": number, **row}, ensure_ascii=False))
    return ConfigError.exit_code if failed else 0


def answer_line(context: Context, asked: Question, line: str) -> dict[str, Any]:
    """What one line asks for: its canonical form and slots, or its error."""
    try:
        answer = explain(context, question(asked, line))
    except WhenError as error:
        return {"error": error.what, "start": error.start, "end": error.end, "suggestion": error.suggestion}
    except RitualsdError as error:
        return {"error": str(error)}
    except click.BadParameter as error:
        return {"error": error.message}
    return {"canonical": canonical(answer.rule), "slots": [as_row(slot) for slot in answer.slots]}


def count_typed(said: Any) -> int:
    """How many, as a line of JSON says it. Raises BadParameter."""
    if not isinstance(said, int) or isinstance(said, bool) or not 1 <= said <= MOST:
        raise click.BadParameter(f"n is a number from 1 to {MOST}")
    return said


def question(asked: Question, line: str) -> Question:
    """The question of one line; what it does not say is as the command was asked."""
    try:
        said = json.loads(line)
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, Mapping) or "when" not in said:
        raise click.BadParameter('each line is an object such as {"when": "every day at 07:30"}')
    readers = {"zone": zone_typed, "place": place_typed, "from": start_typed, "n": count_typed}
    read: dict[str, Any] = {key: reader(said[key]) for key, reader in readers.items() if said.get(key) is not None}
    return Question(
        when=said["when"],
        zone=read.get("zone", asked.zone),
        place=read.get("place", asked.place),
        start=read.get("from", asked.start),
        count=read.get("n", asked.count),
    )
