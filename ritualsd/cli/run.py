"""`ritualsd run`: the daemon, in the foreground. Everything it does lives in the daemon room."""

from __future__ import annotations

import click

from ritualsd.cli.context import Context, pass_context


@click.command("run")
@pass_context
def command(context: Context) -> int:
    """Run the daemon in the foreground, until Ctrl-C or SIGTERM.

    A changed configuration is taken up by itself; SIGHUP takes it up at once. One that cannot be
    used leaves the old schedule running, and `ritualsd status` says so.

    \b
    Example:
      ritualsd run
      ritualsd --config ~/rituals.toml --state ~/.rituals run
    """
    config, state = context.config_path(), context.state_path()
    from ritualsd.daemon.app import run

    return run(config, state, context.env, context.no_plugins)
