"""`ritualsd card`: one ritual as a small card to print and put on the table. It says what the configuration says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from html import escape

import click

from ritualsd.cli.context import Context, pass_context
from ritualsd.cli.table import clean
from ritualsd.cli.viewing import known
from ritualsd.cli.words import opened
from ritualsd.core.compose import title_of
from ritualsd.core.phrases import Phrases
from ritualsd.errors import RitualsdError
from ritualsd.model import Ritual

WIDTH = 48
BLANK_LINES = 3
PAGE = """\
<!doctype html>
<html lang="{language}">
<meta charset="utf-8">
<title>{title}</title>
<style>
@page {{ size: A6 landscape; margin: 12mm }}
body {{ font: 16px/1.5 serif; max-width: 26em; margin: 2em auto }}
hr {{ border: 0; border-bottom: 1px solid; margin: 2em 0 }}
</style>
<h1>{title}</h1>
{lines}
</html>"""


@click.command("card")
@click.argument("ritual")
@click.option("--html", "as_html", is_flag=True, help="A page for the printer instead of plain text.")
@pass_context
def command(context: Context, ritual: str, as_html: bool) -> None:
    """Print RITUAL as a card: its name, when it is, how long phones rest, and lines to write on.

    \b
    Example:
      ritualsd card phones-away
      ritualsd card phones-away --html > card.html
    """
    settings = context.settings()
    household = settings.household
    known(household, ritual, None)
    shown = household.rituals[ritual]
    if shown.secret_from:
        raise RitualsdError("this ritual is a secret, and a card would tell it", todo="choose another one")
    host = opened(context, settings)
    try:
        phrases = host.phrases(household.language)
    finally:
        host.close()
    click.echo(as_page(shown, phrases) if as_html else as_text(shown, phrases))


def as_text(ritual: Ritual, phrases: Phrases) -> str:
    rule = "-" * WIDTH
    blank = ["", "_" * WIDTH] * BLANK_LINES
    return "\n".join([rule, clean(title_of(ritual)), *map(clean, lines(ritual, phrases)), *blank, "", rule])


def as_page(ritual: Ritual, phrases: Phrases) -> str:
    told = [f"<p>{escape(line)}</p>" for line in lines(ritual, phrases)] + ["<hr>"] * BLANK_LINES
    title = escape(clean(title_of(ritual)))
    return PAGE.format_map({"language": escape(phrases.language), "title": title, "lines": "\n".join(told)})


def lines(ritual: Ritual, phrases: Phrases) -> Iterator[str]:
    """What the card says below its name."""
    yield ritual.when
    if ritual.away is not None:
        if ritual.prepare:
            yield phrases.count("card.prepare", minutes(ritual.prepare))
        yield phrases.count("card.away", minutes(ritual.away))


def minutes(length: timedelta) -> int:
    return round(length.total_seconds() / 60)
