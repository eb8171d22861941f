"""The `ritualsd` command: one lazily loaded group, and the one place where errors become exit codes.

Must not import anything heavier than click: every command, and `--help`, pays for what stands here.
"""

from __future__ import annotations

import os
import sys
from importlib import import_module
from itertools import islice
from pathlib import Path

import click

from ritualsd import __version__
from ritualsd.cli.context import Context
from ritualsd.errors import ConfigError, RitualsdError, WhenError

# name: (module below ritualsd.cli, one line of help). The attribute in the module is `command`.
COMMANDS: dict[str, tuple[str, str]] = {
    "init": ("init", "Write a starter configuration that works."),
    "check": ("check", "List every problem in the configuration, its decks and plugins."),
    "explain": ("explain", "Say what a `when` phrase means, and its next times."),
    "next": ("next", "Show what is coming."),
    "simulate": ("simulate", "Run the whole pipeline on a virtual clock, sending nothing."),
    "run": ("run", "Run the daemon in the foreground."),
    "send": ("send", "Send a ritual now."),
    "reply": ("reply", "Answer a message."),
    "test-channel": ("test_channel", "Send a test message to one channel."),
    "why": ("why", "Say why something was sent, or was not."),
    "log": ("log", "Show what happened."),
    "status": ("status", "Show whether the daemon is healthy."),
    "season": ("season", "Begin or end a season of life: a quieter time, and what rests in it."),
    "repair": ("repair", "Make room to mend something, privately."),
    "ready": ("ready", "Say privately how deep prompts may go."),
    "facts": ("facts", "Tell small things of yourself, for prompts that others are sent."),
    "promise": ("promise", "Promise something, and say yourself how it went."),
    "swap": ("swap", "Give back a turn, for somebody else to take."),
    "pause": ("pause", "Pause everything, a ritual, or a person."),
    "resume": ("resume", "End a pause."),
    "leave": ("leave", "Have nothing more sent to you, and tell nobody."),
    "changes": ("changes", "Show what changed for somebody in the configuration."),
    "review": ("review", "Look back: what you did, what helped, and what could change."),
    "journal": ("journal", "Read what you answered, and what was shown to you."),
    "decks": ("decks", "List the decks of prompts, and check them."),
    "draw": ("draw", "Draw prompts of a kind, to see what they are like."),
    "plugins": ("plugins", "List the plugins and how each is doing."),
    "rituals": ("rituals", "List the ready-made rituals, and add one."),
    "card": ("card", "Print a ritual as a card to put on the table."),
    "inbox": ("inbox", "Print the address of a person's built-in inbox."),
    "page": ("page", "Print a one-time link to somebody's own pages."),
    "free": ("free", "Show when everybody is free."),
    "calendar": ("calendar", "Print somebody's calendar, or a secret link for programs that subscribe."),
    "export": ("export", "Write down everything that is one person's own."),
    "erase": ("erase", "Remove a person's traces, a ritual's, or all of them, for good."),
    "backup": ("backup", "Keep a sealed copy of the record in a file."),
    "restore": ("restore", "Put a backup in the place of the record."),
    "migrate": ("migrate", "Move the record to a PostgreSQL server."),
    "key": ("key", "Make a key that seals the record, or change it."),
    "households": ("households", "List many households, check them, and pause one."),
    "worker": ("worker", "Deliver messages, beside other workers on any machine."),
    "service": ("service", "Install the systemd service."),
    "schema": ("schema", "Print the JSON Schema of the configuration, for editors."),
}


# The options every command shares, and how many values each takes.
EVERYWHERE = {"--config": 1, "--state": 1, "--no-plugins": 0, "--household": 1}

FOR_ALL = frozenset({"run", "worker", "status", "backup", "restore", "migrate", "key", "service"})
"""The commands that are about the whole machine: one household of many cannot be told apart there."""


class LazyGroup(click.Group):
    """A group whose commands are imported when one is run; `--help` reads only the table above."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            from ritualsd.cli.added import added_command

            return added_command(Context(**ctx.params, env=os.environ), cmd_name)
        command = import_module(f"ritualsd.cli.{COMMANDS[cmd_name][0]}").command
        assert isinstance(command, click.Command)  # noqa: S101 - a typed narrowing, not a check of input
        return command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        return super().parse_args(ctx, shared_first(args))

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, help_) for name, (_, help_) in COMMANDS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            from difflib import get_close_matches

            close = get_close_matches(args[0], COMMANDS, n=1)
            if not close:
                raise
            raise click.UsageError(f"{error.message} Did you mean '{close[0]}'?", ctx=error.ctx) from None


def shared_first(args: list[str]) -> list[str]:
    """The options of EVERYWHERE moved before the command's name, wherever they were typed; `--` ends the search."""
    first: list[str] = []
    rest: list[str] = []
    words = iter(args)
    for word in words:
        name, equals, _ = word.partition("=")
        if word == "--":
            rest += [word, *words]
        elif name in EVERYWHERE:
            first += [word, *islice(words, 0 if equals else EVERYWHERE[name])]
        else:
            rest.append(word)
    return first + rest


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--config", type=click.Path(path_type=Path), help="The configuration file (default: see the manual).")
@click.option("--state", type=click.Path(path_type=Path), help="The state folder.")
@click.option("--no-plugins", is_flag=True, help="Run without any plugin but the bundled ones.")
@click.option("--household", metavar="NAME", help="Which household, where there are many.")
@click.version_option(__version__, prog_name="ritualsd")
@click.pass_context
def cli(ctx: click.Context, config: Path | None, state: Path | None, no_plugins: bool, household: str | None) -> None:
    """Keep the small promises: rituals on time, with something worth saying.

    \b
    Example:
      ritualsd init
      ritualsd check
      ritualsd run
    """
    if household is not None and ctx.invoked_subcommand in FOR_ALL:
        what = f"{ctx.invoked_subcommand} is about the whole machine, and not about one household"
        raise RitualsdError(what, todo="leave --household out; `ritualsd households list` says how each is")
    ctx.obj = Context(config=config, state=state, no_plugins=no_plugins, household=household, env=os.environ)


def main() -> None:
    """Run the command line; turns every error of ours into its text and exit code."""
    try:
        status = cli.main(standalone_mode=False)
    except click.exceptions.Abort:
        click.echo("stopped", err=True)
        sys.exit(130)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except RitualsdError as error:
        show(error)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    except Exception as error:  # the last line of defence: a person never reads a traceback
        if os.environ.get("RITUALSD_STRICT") == "1":
            raise
        click.echo(f"ritualsd: something broke inside ritualsd ({type(error).__name__}); this is our mistake", err=True)
        click.echo("set RITUALSD_STRICT=1 and run it again to see the details for a report", err=True)
        sys.exit(1)
    sys.exit(status if isinstance(status, int) else 0)


def show(error: RitualsdError) -> None:
    """Print one error of ours on standard error, in words."""
    if isinstance(error, ConfigError) and error.problems:
        for problem in error.problems:
            click.echo(str(problem), err=True)
    elif isinstance(error, WhenError):
        caret = " " * error.start + "^" * max(1, error.end - error.start)
        click.echo(f"ritualsd: {error.what}\n  {error.phrase}\n  {caret}", err=True)
        if error.todo:
            click.echo(error.todo, err=True)
    else:
        click.echo(f"ritualsd: {error}", err=True)
