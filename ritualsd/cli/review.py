"""`ritualsd review`: what somebody may look back at, and what could be changed. It prints, and edits nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from ritualsd.cli import times
from ritualsd.cli.context import Context, pass_context, print_json
from ritualsd.cli.inbox import only_person
from ritualsd.cli.table import clean

if TYPE_CHECKING:
    from ritualsd.core.proposals import Proposal
    from ritualsd.core.reflect import Point, Review
    from ritualsd.model import Household, Settings

BARS = "▁▂▄▆█"
YES_NO = click.Choice(["yes", "no"])


@click.command("review")
@click.option("--for", "person", metavar="PERSON", help="Whose: your own. It proves nothing on a shared screen.")
@click.option("--since", metavar="DATE", help="From this day on; else from the first day of the month before this one.")
@click.option("--diff", "as_diff", is_flag=True, help="Print only the proposals, as a patch.")
@click.option("--monthly", type=YES_NO, help="Whether to be told each month that there is something to look back at.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@pass_context
def command(
    context: Context, person: str | None, since: str | None, as_diff: bool, monthly: str | None, as_json: bool
) -> None:
    """Look back: what you did, what helped, what you left out, and what could change.

    It rests on your own answers alone, and nobody else's are in it. Proposals change nothing: apply what you like.

    \b
    Example:
      ritualsd review --for ana
      ritualsd review --for ana --since 2026-01-01
      ritualsd review --for ana --diff | git apply
    """
    from ritualsd.cli.record import reading
    from ritualsd.cli.viewing import known
    from ritualsd.core.reflect import Review
    from ritualsd.flow.lived import lived_for
    from ritualsd.flow.review import begins, proposed, review

    settings = context.settings()
    whose = person or only_person(settings.household)
    known(settings.household, None, whose)
    if monthly is not None:
        keep_own(context, whose, "review", monthly)
        return
    now = times.now()
    since_utc = begins(settings, whose, now, day_given(since))
    seen = Review(person=whose, since_utc=since_utc, until_utc=now, trends={})
    ideas: tuple[Proposal, ...] = ()
    with reading(context.state_path(), settings) as store:
        if store is not None:
            settings = lived_for(store, settings, whose)
            seen = review(store, settings, whose, since_utc, now)
            ideas = proposed(store, settings, whose, now)
    if as_diff:
        click.echo(diff(ideas, settings, whose, now), nl=False)
    elif as_json:
        print_json(as_data(seen, ideas, settings, now))
    else:
        click.echo("\n".join(_lines(seen, ideas, settings, now)))


def keep_own(context: Context, person: str, key: str, wanted: str) -> None:
    """Keep whether this person wants to be told of what there is to look back at."""
    own = {"person": person, key: wanted}
    context.perform("looking-back", **own)
    click.echo("Kept. It comes now and then." if wanted == "yes" else "Kept. It comes no more.")


def day_given(text: str | None) -> date | None:
    """The day that `--since` names. Raises BadParameter."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise click.BadParameter(f"{text!r} is no day; write it like 2026-01-01", param_hint="--since") from None


# ── in words ──────────────────────────────────────────────────────────────────────────────────


def _lines(seen: Review, ideas: Iterable[Proposal], settings: Settings, now: datetime) -> Iterator[str]:
    from ritualsd.core.phrases import IN_ENGLISH

    household, zone = settings.household, ZoneInfo(settings.household.people[seen.person].zone)
    say, count = IN_ENGLISH.say, IN_ENGLISH.count
    begin, end = (times.day(at.astimezone(zone)) for at in (seen.since_utc, seen.until_utc))
    yield say("page.review.span", begin=begin, end=end)
    if not seen:
        yield say("page.review.empty")
    done = [count("page.review.done", look.done, ritual=name_of(look.ritual, household)) for look in seen.done]
    yield from _part(say("page.review.done"), done)
    yield from _part(say("page.review.helped"), [name_of(look.ritual, household) for look in seen.helped])
    yield from _part(say("page.review.skipped"), [name_of(look.ritual, household) for look in seen.skipped])
    yield from _part(say("page.review.trend"), _trends(seen.trends, household, zone))
    jar = [f"{times.day(kept.at_utc.astimezone(zone))}  {clean(kept.words)}" for kept in seen.jar]
    yield from _part(say("page.review.jar"), jar)
    if seen.tally:
        yield from ("", count("page.review.tally", seen.tally))
    ideas = tuple(ideas)
    yield from _part(say("page.review.proposals"), [sentence(idea, household) for idea in ideas])
    if found := diff(ideas, settings, seen.person, now):
        yield from ("", found.rstrip("\n"))


def _part(heading: str, rows: Iterable[str]) -> Iterator[str]:
    rows = [f"  {row}" for row in rows]
    if rows:
        yield from ("", heading, *rows)


def _trends(trends: Mapping[str, tuple[Point, ...]], household: Household, zone: ZoneInfo) -> Iterator[str]:
    """One line a ritual: the shape, the numbers for whoever cannot see a shape, and from when to when."""
    width = max((len(name_of(name, household)) for name in trends), default=0)
    for name, points in trends.items():
        shape = "".join(BARS[point.value - 1] for point in points)
        first, last = (times.day(points[end].at_utc.astimezone(zone)) for end in (0, -1))
        numbers = " ".join(str(point.value) for point in points)
        yield f"{name_of(name, household):{width}}  {shape}  {numbers}  ({first} to {last})"


def name_of(ritual: str, household: Household) -> str:
    from ritualsd.core.compose import title_of

    return title_of(household.rituals[ritual]) if ritual in household.rituals else ritual


def sentence(idea: Proposal, household: Household) -> str:
    from ritualsd.core.phrases import IN_ENGLISH

    name = name_of(idea.ritual, household) if not idea.table else idea.ritual.replace("-", " ").capitalize()
    told = IN_ENGLISH.say(f"propose.{idea.idea}", ritual=name)
    return f'{told} (when = "{idea.when}")' if idea.when else told


# ── as data, and as a patch ───────────────────────────────────────────────────────────────────


def as_data(seen: Review, ideas: Iterable[Proposal], settings: Settings, now: datetime) -> dict[str, Any]:
    """The JSON: instants in UTC; only the reader's own."""
    return {
        "person": seen.person,
        "since_utc": times.utc_text(seen.since_utc),
        "until_utc": times.utc_text(seen.until_utc),
        "rituals": [
            {
                "ritual": look.ritual, "sent": len(look.told), "done": look.done, "skipped": look.skipped,
                "favourites": look.favourites, "helped": look.helped, "ratings": _points(look.ratings),
            }
            for look in seen.looks
        ],
        "trends": {name: _points(points) for name, points in seen.trends.items()},
        "jar": [{"at_utc": times.utc_text(kept.at_utc), "words": kept.words} for kept in seen.jar],
        "tally": seen.tally,
        "proposals": [
            {
                "idea": idea.idea, "ritual": idea.ritual, "when": idea.when or None,
                "diff": diff((idea,), settings, seen.person, now) or None,
            }
            for idea in ideas
        ],
    }  # fmt: skip


def _points(points: Iterable[Point]) -> list[dict[str, Any]]:
    return [{"at_utc": times.utc_text(point.at_utc), "value": point.value} for point in points]


def diff(ideas: Iterable[Proposal], settings: Settings, person: str, now: datetime) -> str:
    """The proposals as one patch of the files they are about, to be applied in the folder of config.toml. Only lines of
    rituals this person knows of stand in it."""
    from ritualsd.cli.viewing import concerns
    from ritualsd.core.patch import patch

    rituals, ideas = settings.household.rituals, tuple(ideas)
    root = Path(settings.root)
    main = str(root / "config.toml")
    known = [
        each.id for each in rituals.values() if person in each.to and concerns(each, person, settings.household, now)
    ]
    found = ""
    for file in dict.fromkeys([main, *(each.source_file for each in rituals.values())]):
        here = [idea for idea in ideas if (rituals[idea.ritual].source_file if not idea.table else main) == file]
        if here and Path(file).is_file():
            where = {each.id: each.source_line for each in rituals.values() if each.source_file == file}
            found += patch(Path(file).relative_to(root).as_posix(), _read(file), here, where, known)
    return found


def _read(file: str) -> str:
    with open(file, encoding="utf-8", newline="") as text:  # its line ends as they are, or a patch would not fit
        return text.read()
