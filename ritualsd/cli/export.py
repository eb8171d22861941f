"""`ritualsd export`: everything that is one person's own, and all that reached them, as JSON. It only reads."""

from __future__ import annotations

import json
from pathlib import Path

import click

from ritualsd.cli import times
from ritualsd.cli.context import Context, pass_context
from ritualsd.cli.private_file import private_file
from ritualsd.cli.record import NOTHING_YET, reading
from ritualsd.errors import NotFound


@click.command("export")
@click.option("--person", metavar="PERSON", required=True, help="Whose.")
@click.option("--force", is_flag=True, help="Replace the file if it is there.")
@click.argument("file", required=False, type=click.Path(path_type=Path))
@pass_context
def command(context: Context, person: str, force: bool, file: Path | None) -> None:
    """Write down everything that is one person's own: settings, facts, promises, answers, and what was sent to them.

    Nothing of anybody else's is in it but what they were shown. Whoever can run this can run it for anyone, so it is
    theirs to run. Without FILE it goes to standard output.

    \b
    Example:
      ritualsd export --person ana ana.json
    """
    from ritualsd.flow.export import export

    settings = context.settings()
    with reading(context.state_path(), settings) as store:
        if store is None:
            raise NotFound(NOTHING_YET[0].lower() + NOTHING_YET[1:])
        found = export(store, person, times.now())
    text = json.dumps(found, ensure_ascii=False, indent=1) + "\n"
    if file is None:
        click.echo(text, nl=False)
        return
    with private_file(file, force=force) as target:
        target.write(text.encode())
    click.echo(f"Written to {file}, for your eyes only.")
