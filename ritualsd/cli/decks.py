"""`ritualsd decks`: the decks there are, what is wrong in them, and the start of a new one. Changes none there is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ritualsd.cli.context import Context, pass_context, print_json
from ritualsd.cli.table import print_table
from ritualsd.cli.words import opened, print_problems, settings_or_none

if TYPE_CHECKING:
    from ritualsd.content.deck import Deck
    from ritualsd.content.tally import Tally


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

    Then what there is of each kind in each language, and how much of the English that says.

    \b
    Example:
      ritualsd decks list --json
    """
    from ritualsd.content.tally import tallies

    decks = opened(context, settings_or_none(context)).decks()
    counts = tallies(decks)
    if as_json:
        by_kind = {(count.kind, count.language): count for count in counts}
        print_json([_row(deck) | _count_row(by_kind[deck.kind, deck.language]) for deck in decks])
        return
    head = ("kind", "deck", "prompts", "language", "from")
    print_table(head, [(deck.kind, deck.name, _count(deck), deck.language, _origin(deck)) for deck in decks])
    click.echo()
    print_table(
        ("kind", "language", "prompts", "of the English"),
        [(each.kind, each.language, str(each.prompts), f"{each.share:.0%}") for each in counts],
    )


def _row(deck: Deck) -> dict[str, object]:
    return {
        "name": deck.name,
        "kind": deck.kind,
        "language": deck.language,
        "prompts": len(deck.entries),
        "plugin": deck.plugin,
        "path": deck.path,
        "problems": len(deck.problems),
    }


def _count_row(count: Tally) -> dict[str, object]:
    """What the whole kind has in the language of a deck."""
    return {"kind_prompts": count.prompts, "kind_target": count.target, "kind_share": round(count.share, 4)}


@command.command("new")
@click.argument("name", required=False, metavar="[KIND/NAME]")
@click.option("--language", metavar="LANGUAGE", help="Start a whole language instead, such as fr.")
@click.option(
    "--to", "folder", type=click.Path(path_type=Path), help="The folder to write in; else your configuration's."
)
@pass_context
def new(context: Context, name: str | None, language: str | None, folder: Path | None) -> None:
    """Start a deck of your own, or a language: docs/add-a-language.md says how it goes on.

    \b
    Example:
      ritualsd decks new gratitude/ours
      ritualsd decks new --language fr
    """
    from ritualsd.content.newdeck import new_deck, new_language

    if bool(name) == bool(language) or (name and name.count("/") != 1):
        raise click.UsageError("write KIND/NAME, such as gratitude/ours, or --language fr")
    settings = settings_or_none(context)
    place = folder or Path(context.settings().root)
    if language:
        written = new_language(language, opened(context, settings).decks(), place)
    else:
        kind, _, own = (name or "").partition("/")
        written = new_deck(kind, own, place)
    for path in written:
        click.echo(str(path))


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
