"""`ritualsd restore`: a backup in the place of the record. What was there is kept, and nothing is said twice."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click

from ritualsd.cli.context import Context, pass_context
from ritualsd.cli.passphrase import passphrase_in, passphrase_option
from ritualsd.errors import RitualsdError


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path))
@passphrase_option
@click.option("--force", is_flag=True, help="Where there is a record already, put it aside.")
@pass_context
def command(context: Context, file: Path, passphrase_file: Path | None, force: bool) -> None:
    """Put a backup in the place of the record, while no daemon runs.

    What came due between the backup and now counts as missed, since it may have been sent: nothing is said twice.
    Turns, draws and answers go on from where the backup was made; what was erased since comes back with it.

    \b
    Example:
      ritualsd restore /mnt/stick/rituals.backup
      ritualsd restore rituals.backup --passphrase-file ~/.rituals-passphrase --force
    """
    from ritualsd.daemon.commands import give_back
    from ritualsd.store.container import Secrets
    from ritualsd.store.folder import lock, prepare_folder
    from ritualsd.store.restoring import restore

    settings, state, now = context.machine(), context.state_path(), datetime.now(UTC)
    if settings.storage_url:
        raise RitualsdError("the record lies on a PostgreSQL server, with tools of its own", todo="see: man pg_restore")
    key = settings.storage_key
    secrets = Secrets(keys=key.text.reveal() if key else "", passphrase=passphrase_in(passphrase_file))
    try:
        source = file.open("rb")
    except OSError as error:
        raise RitualsdError(f"this file cannot be read: {error.strerror}", where=str(file), todo="check it") from None
    with source, lock(prepare_folder(state)):
        try:
            facts = restore(state, source, secrets, sealing=settings.sealing, now=now, force=force)
        finally:
            give_back(state)
    click.echo(f"The record is as it was at {facts.get('made_utc', 'the time of the backup')}.")
