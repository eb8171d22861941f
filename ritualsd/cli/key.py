"""`ritualsd key`: make the key that seals the record, or put a new one in its place."""

from __future__ import annotations

import secrets

import click

from ritualsd.cli.context import Context, pass_context
from ritualsd.errors import RitualsdError


@click.group("key")
def command() -> None:
    """Make the key that seals the words in the record, or change it. A lost key is lost words: keep a copy elsewhere.

    \b
    Example:
      ritualsd key new > ~/.config/ritualsd/secrets/ritualsd_key
    """


@command.command("new")
def new() -> None:
    """Print a new key. It is kept nowhere.

    \b
    Example:
      (umask 077; ritualsd key new > secrets/ritualsd_key)
    """
    from ritualsd.core.keys import BITS, key_text

    click.echo(key_text(secrets.token_bytes(BITS)))


@command.command("rotate")
@pass_context
def rotate(context: Context) -> None:
    """Seal everything with the first key in the key file, and open it with any of them.

    Put the new key on a line above the old one, stop the daemon, run this, then remove the old line. What was cut off
    half way goes on the next time; the daemon does the same when it starts.

    \b
    Example:
      ritualsd key rotate
    """
    from datetime import UTC, datetime

    from ritualsd.daemon.commands import give_back
    from ritualsd.store import open_store
    from ritualsd.store.folder import lock, prepare_folder

    settings, state = context.machine(), context.state_path()
    if settings.sealing is None:
        raise RitualsdError("nothing is sealed here", todo="say encrypt = true under [storage], and name a key")
    with lock(prepare_folder(state)):
        try:
            store = open_store(state, url=settings.storage_url, clock_now=datetime.now(UTC), sealing=settings.sealing)
            store.close()
        finally:
            give_back(state)
    click.echo("Everything is sealed with the first key. The lines below it can go.")
