"""`ritualsd draw`: a few prompts of a kind, drawn as the daemon would, to see what they are like. Remembers nothing."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from ritualsd.cli.context import Context, pass_context, print_json
from ritualsd.cli.table import clean
from ritualsd.cli.words import opened, settings_or_none, trace_option
from ritualsd.core.draw import NoPrompt, draw
from ritualsd.core.fit import FALLBACK, season_of
from ritualsd.core.languages import base, is_foreign
from ritualsd.core.words import FACTS, PLACEHOLDERS
from ritualsd.errors import NotFound
from ritualsd.model import Ask, Drawn, Household, Seen
from ritualsd.ports import Pool

if TYPE_CHECKING:
    from ritualsd.content.host import ContentHost


@click.command("draw")
@click.argument("kind")
@click.option("-n", "count", metavar="N", type=click.IntRange(1, 1000), default=1, show_default=True, help="How many.")
@click.option("--language", metavar="LANGUAGE", help="In this language; else that of your configuration.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of lines.")
@trace_option
@pass_context
def command(context: Context, kind: str, count: int, language: str | None, as_json: bool, traced: bool) -> None:
    """Draw prompts of a KIND, or from the deck of that name, to see what they are like.

    Placeholders such as {other} are shown as they are written.

    \b
    Example:
      ritualsd draw gratitude -n 3
      ritualsd draw check-in --language de --json
    """
    settings = settings_or_none(context)
    ask = _ask(kind, settings.household, language)
    host = opened(context, settings, traced=traced)
    if language:
        _check_language(host, language)
    pool = _pool(host, ask)
    for note in pool.notes:
        click.echo(clean(note), err=True)
    drawn = list(_drawn(pool, ask, settings.household, count))
    if language and any(is_foreign(each.prompt, language) for each in drawn):
        click.echo(f'Nothing like this is said in "{clean(language)}" yet.', err=True)
    if as_json:
        print_json([_as_row(each) for each in drawn])
        return
    for each in drawn:
        click.echo(clean(each.prompt.text))


def _ask(kind: str, household: Household, language: str | None) -> Ask:
    at = datetime.now(UTC).astimezone(ZoneInfo(household.zone))
    return Ask(kind=kind, ritual="draw", at=at, language=language or household.language)


def _check_language(host: ContentHost, language: str) -> None:
    """Raises NotFound for a language that no deck and no pack is in."""
    known = sorted({*host.languages(), *(deck.language for deck in host.decks())} - {""})
    if base(language) not in {base(each) for each in known}:
        raise NotFound(f'nothing here is in "{clean(language)}"', todo=f"there is {', '.join(known)}")


def _pool(host: ContentHost, ask: Ask) -> Pool:
    """What is on offer for the kind, else in the deck of that name. Raises NotFound with the nearest name."""
    pool = host.offers(ask)
    if _has_own(pool):
        return pool
    decks = host.decks()
    if any(deck.answers_to(ask.kind) or deck.kind == ask.kind for deck in decks):
        return host.offers(ask, deck=ask.kind)
    names = sorted({deck.kind for deck in decks} | {deck.name for deck in decks})
    close = get_close_matches(ask.kind, names, n=1)
    todo = f"did you mean {close[0]}?" if close else "`ritualsd decks list` shows what there is"
    raise NotFound(f'nothing has prompts of the kind "{clean(ask.kind)}"', todo=todo)


def _has_own(pool: Pool) -> bool:
    return any(FALLBACK not in prompt.tags for prompt in pool.prompts)


def _drawn(pool: Pool, ask: Ask, household: Household, count: int) -> Iterator[Drawn]:
    """Up to `count` draws with a fresh key, each remembered for the next so that none repeats early."""
    key, seen = secrets.token_bytes(32), dict[str, Seen]()
    place = household.place
    for _ in range(count):
        found = draw(
            pool.prompts,
            seen,
            ask=ask,
            key=key,
            people=len(household.people),
            placeholders=PLACEHOLDERS | FACTS,
            season=season_of(ask.at.date(), place[0] if place else None),
        )
        if isinstance(found, NoPrompt):
            raise NotFound(found.why)
        seen[found.prompt.id] = Seen(round=found.round, last_utc=ask.at.astimezone(UTC), tags=found.prompt.tags)
        yield found


def _as_row(drawn: Drawn) -> dict[str, object]:
    prompt = drawn.prompt
    return {
        "text": prompt.text,
        "id": prompt.id,
        "language": prompt.language,
        "source": prompt.source,
        "depth": prompt.depth,
        "tags": sorted(prompt.tags),
        "why": drawn.why,
    }
