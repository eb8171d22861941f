"""`ritualsd backup`: the whole record in one sealed file, beside a daemon that goes on."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from ritualsd.cli.context import Context, pass_context
from ritualsd.cli.passphrase import passphrase_in, passphrase_option
from ritualsd.cli.private_file import private_file
from ritualsd.errors import RitualsdError


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path))
@passphrase_option
@click.option("--plain", is_flag=True, help="Do not seal it: whoever has the file can read it.")
@click.option("--force", is_flag=True, help="Replace the file if it is there.")
@pass_context
def command(context: Context, file: Path, passphrase_file: Path | None, plain: bool, force: bool) -> None:
    """Keep a copy of the record in a file, while the daemon goes on.

    It is sealed with the key under [storage], or with a passphrase. The configuration and its secrets are not in it:
    keep them, and the key, somewhere else.

    \b
    Example:
      ritualsd backup /mnt/stick/rituals.backup
      ritualsd backup rituals.backup --passphrase-file ~/.rituals-passphrase
    """
    from ritualsd.daemon.commands import give_back
    from ritualsd.store.backing_up import back_up
    from ritualsd.store.container import Secrets

    settings = context.machine()
    if settings.storage_url:
        raise RitualsdError("the record lies on a PostgreSQL server, with tools of its own", todo="see: man pg_dump")
    key = settings.storage_key
    phrase = passphrase_in(passphrase_file)
    if not (key or phrase or plain):
        raise RitualsdError(
            "a backup is kept sealed, and there is nothing to seal it with",
            todo="say --passphrase-file FILE, name a key under [storage], or say --plain",
        )
    secrets = Secrets() if plain else Secrets(keys=key.text.reveal() if key else "", passphrase=phrase)
    state = context.state_path()
    try:
        with private_file(file, force=force) as target:
            back_up(state, target, secrets, datetime.now(UTC))
    finally:
        if state.exists():
            give_back(state)
    click.echo(f"Kept in {file}{', open for whoever has it' if plain else ''}.")
