"""`ritualsd ready`: how deep prompts may go for oneself, and whether touch is welcome. Shows nobody else's answer."""

from __future__ import annotations

import click

from ritualsd.cli.context import Context, pass_context, print_json

WORDS = {1: "light", 2: "personal", 3: "feelings and needs", 4: "tender", 5: "raw"}


@click.command("ready")
@click.argument("level", required=False, type=click.IntRange(1, 5))
@click.option("--touch", type=click.Choice(["yes", "maybe", "no"]), help="Are prompts about touch welcome?")
@click.option("--as", "--for", "person", metavar="PERSON", required=True, help="Who says it, of themselves.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@pass_context
def command(context: Context, level: int | None, touch: str | None, person: str, as_json: bool) -> None:
    """Say privately how deep prompts may go: 1 light, 2 personal, 3 feelings and needs, 4 tender.

    Nobody else is shown it. A prompt goes only as deep as everyone it is sent to is ready for. Stepping back works at
    once; what is deeper opens a step at a time, after four answers to prompts of the depth before. 5 is never drawn.
    Prompts about touch come only where everyone concerned has said yes. Without LEVEL it says what you said last.

    \b
    Example:
      ritualsd ready 3 --as ana
      ritualsd ready 1 --as ana
      ritualsd ready --touch yes --as ana
    """
    answer = context.perform("ready", person=person, level=str(level or ""), touch=touch or "")
    if as_json:
        print_json(answer)
        return
    kept = "Noted, for you alone. " if level or touch else ""
    click.echo(f"{kept}You are ready for {answer['level']}: {WORDS[answer['level']]}.")
    click.echo(f"Touch: {answer['touch'] or 'not said, so words only'}.")
