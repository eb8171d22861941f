"""`ritualsd status`: is the daemon there, on time, and heard? Shows labels and counts, never words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import click

from ritualsd.cli.context import Context, pass_context, print_json


@click.command("status")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@pass_context
def command(context: Context, as_json: bool) -> int:
    """Show whether the daemon is healthy.

    Ends with 1 when it is not running, is late, or a channel keeps failing.

    \b
    Example:
      ritualsd status
      ritualsd status --json
    """
    from ritualsd.daemon.client import call

    answer = call(context.state_path(), "status", wait_s=10.0)
    status = answer["status"] if answer and answer.get("ok") else _without_daemon(context, answer)
    if as_json:
        print_json(status)
    else:
        _show(status)
    return 0 if status["ok"] else 1


def _without_daemon(context: Context, answer: dict[str, Any] | None) -> dict[str, Any]:
    """What the ledger and the configuration say by themselves."""
    from ritualsd.daemon.standing import standing_without

    standing = standing_without(context.state_path(), context.loaded, running=answer is not None)
    return standing.as_json()


def _show(status: dict[str, Any]) -> None:
    click.echo("All is well." if status["ok"] else "Something needs a look:")
    for problem in status["problems"]:
        click.echo(f"  {problem}")
    if status["config"]["error"]:
        kept = " The old schedule is kept." if status["config"]["stale"] else ""
        click.echo(f"  configuration: {status['config']['error']}.{kept}")
    if many := status.get("households"):
        refused = f", {many['refused']} cannot be read (ritualsd households list --refused)" if many["refused"] else ""
        waiting = f", {many['waiting']} to be read yet" if many["waiting"] else ""
        click.echo(f"Households: {many['count']}, {many['in_force']} in force{refused}{waiting}")
    if status["next_due_utc"]:
        click.echo(f"Next: {status['next_due_utc']}")
    click.echo(f"Messages on their way or waiting: {status['pending']}")
    for name, source in status["replies"].items():
        click.echo(f"Answers by {name}: {_heard(name, source)}")
    for name, state in status["plugins"].items():
        if state != "active":
            click.echo(f"Plugin {name}: {state}")


def _heard(name: str, source: dict[str, Any]) -> str:
    """How a source of replies is, in a few words."""
    if source["listening"]:
        return f"listening since {source['since_utc']}"
    if not source["code"]:
        return "connecting"
    from ritualsd.core.sources import unheard

    return unheard(name, source["code"], datetime.fromisoformat(source["since_utc"]), datetime.now(UTC))
