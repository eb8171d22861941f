"""`ritualsd migrate`: the record moves from its file to a PostgreSQL server, while nothing runs that could send."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from ritualsd.cli.context import Context, pass_context
from ritualsd.errors import RitualsdError


@click.command("migrate")
@click.option("--to", "url", default="", metavar="URL", help="The database; else the one under [storage].")
@pass_context
def command(context: Context, url: str) -> None:
    """Move the record to a PostgreSQL server, while no daemon runs here.

    Every row is copied and compared; then the file is put aside under another name. If it is cut off, do it again: it
    goes on where it was. Afterwards set url under [storage] and start the daemon. Keep a password out of --to, where
    others on this machine could read it: name it in the configuration, or keep it in ~/.pgpass.

    \b
    Example:
      ritualsd migrate
      ritualsd migrate --to postgresql://ritualsd@db.example.org/ritualsd
    """
    from ritualsd.store.folder import lock, prepare_folder

    url = url or context.machine().storage_url
    if not url:
        raise RitualsdError("no server to move to is named", todo="say url under [storage], or --to postgresql://…")
    state = context.state_path()
    with lock(prepare_folder(state)):
        _move(context, url)


def _move(context: Context, url: str) -> None:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from ritualsd.daemon.commands import give_back
    from ritualsd.store.moving import how_many, move

    state, now = context.state_path(), datetime.now(UTC)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    try:
        rows = how_many(state, now)
        with Progress(*columns, console=Console(stderr=True)) as progress:
            copying, comparing = (progress.add_task(what, total=rows) for what in ("copied", "compared"))
            aside = move(
                state, url, now,
                lambda count: progress.advance(copying, count), lambda count: progress.advance(comparing, count),
            )  # fmt: skip
    finally:
        give_back(state)
    proven = f", {rows} rows, the same as in the file" if rows else ""  # none: the last move was cut off at its end
    click.echo(f"The record is on the server{proven}. The file is now {aside.name}.")
