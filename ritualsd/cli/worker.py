"""`ritualsd worker`: delivers what daemons hand out, beside any number of others. Its life is in the daemon room."""

from __future__ import annotations

import click

from ritualsd.cli.context import Context, pass_context


@click.command("worker")
@click.option(
    "--concurrency", type=click.IntRange(1, 64), default=1, show_default=True,
    help="Messages in flight at most: more is faster, and so many may come twice if it is killed.",
)  # fmt: skip
@pass_context
def command(context: Context, concurrency: int) -> int:
    """Deliver messages beside other workers, on this machine or any other, until Ctrl-C or SIGTERM.

    For a record on PostgreSQL with `kind = "procrastinate"` under [engine]. It reads the same
    configuration as the daemon, which plans and hands out; see docs/scale-out.md.

    \b
    Example:
      ritualsd worker
      ritualsd --config /etc/ritualsd/config.toml worker --concurrency 4
    """
    config = context.config_path()
    from ritualsd.daemon.worker import work

    return work(config, context.env, concurrency=concurrency, no_plugins=context.no_plugins)
