"""`ritualsd decks`: the decks there are, and what is wrong in them. Reads them; changes none."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ritualsd.cli.context import Context, pass_context, print_json
from ritualsd.cli.table import print_table
from ritualsd.cli.words import opened, print_problems, settings_or_none

if TYPE_CHECKING:
    from ritualsd.content.deck import Deck


@click.group("decks")
def command() -> None:
    """List the decks of prompts, and check them.

    \b
    Example:
      ritualsd decks list
      ritualsd decks check
    """


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of a table.")
@pass_context
def list_(context: Context, as_json: bool) -> None:
    """List every deck: those of plugins, and your own from decks/ beside the configuration.

    \b
    Example:
      ritualsd decks list --json
    """
    decks = opened(context, settings_or_none(context)).decks()
    if as_json:
        print_json(
            [
                {
                    "name": deck.name,
                    "kind": deck.kind,
                    "language": deck.language,
                    "prompts": len(deck.entries),
                    "plugin": deck.plugin,
                    "path": deck.path,
                    "problems": len(deck.problems),
                }
                for deck in decks
            ]
        )
        return
    head = ("kind", "deck", "prompts", "language", "from")
    print_table(head, [(deck.kind, deck.name, _count(deck), deck.language, _origin(deck)) for deck in decks])


@command.command("check")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of lines.")
@pass_context
def check(context: Context, paths: tuple[Path, ...], as_json: bool) -> int:
    """Check the form and the tone of every deck, or of the files named.

    Ends with 1 when something is an error. In your own decks what concerns only the tone is a warning.

    \b
    Example:
      ritualsd decks check
      ritualsd decks check decks/gratitude/mine.txt
    """
    from ritualsd.content.lint import lint

    settings = settings_or_none(context)
    host = opened(context, settings)
    decks = tuple(host.deck_at(path) for path in paths) if paths else host.decks()
    found = lint(decks, host.lint_lists(), home=settings.household.language)
    prompts = sum(len(deck.entries) for deck in decks)
    return print_problems(
        [*host.pack_problems(), *found],
        as_json=as_json,
        all_well=f"{prompts} prompts in {len(decks)} decks, all is well",
    )


def _count(deck: Deck) -> str:
    return f"{len(deck.entries)}, with problems" if deck.problems else str(len(deck.entries))


def _origin(deck: Deck) -> str:
    return f"plugin {deck.plugin}" if deck.plugin else deck.path
