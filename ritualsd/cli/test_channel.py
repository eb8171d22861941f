"""`ritualsd test-channel`: one test message on one channel, and what the provider answered."""

from __future__ import annotations

import click

from ritualsd.cli.context import Context, pass_context, print_json

SAID = {
    "sent": "the provider took it. Look whether it arrived",
    "permanent": "the provider refused it; check the address and its token",
    "transient": "it did not work just now; the network or the provider may be down",
    "unknown": "nobody can say whether it arrived; look at the other end",
    "left-alone": "not tried: its person is asked first, and a test is no welcome",
}


@click.command("test-channel")
@click.argument("channel", metavar="PERSON/CHANNEL")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@pass_context
def command(context: Context, channel: str, as_json: bool) -> int:
    """Send a test message to one channel, and say what the provider answered.

    Where a person has `confirm = true` nothing is sent: only the welcome comes before their yes.

    \b
    Example:
      ritualsd test-channel ana/phone
    """
    answer = context.perform("test-channel", channel=channel)
    if as_json:
        print_json(answer)
    elif answer["code"] == "inbox":
        person = channel.partition("/")[0]
        click.echo(f"{channel}: the built-in inbox; `ritualsd inbox --for {person}` prints its address.")
    else:
        click.echo(f"{channel}: {SAID[answer['kind']]} ({answer['code']}, {answer['elapsed_s']} s).")
    return 0 if answer["kind"] == "sent" else 1
