"""Rows for people: aligned columns, drawn with rich on a terminal and as plain text everywhere else.

Cells are hostile until cleaned: nothing a deck or a name contains may steer the terminal.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Sequence

import click

KEPT_SECRET = "kept secret"
UNPRINTABLE = frozenset({"Cc", "Cf", "Cs", "Co"})
LINE_BREAK = re.compile(r"[\t\n\v\f\r\u2028\u2029]+")


def on_terminal() -> bool:
    """Is a person looking? Only then is rich worth its import."""
    return sys.stdout.isatty()


def clean(text: str) -> str:
    """`text` on one line, without control characters, direction overrides and invisible marks."""
    return "".join(mark for mark in LINE_BREAK.sub(" ", text) if unicodedata.category(mark) not in UNPRINTABLE)


def counted(number: int, one: str, many: str = "") -> str:
    """A number of things: "1 ritual", "12 rituals"; `many` where that is no s more."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def print_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print `rows` under `head`. Every row has as many cells as `head`."""
    cells = [[clean(cell) for cell in row] for row in rows]
    if on_terminal():
        _print_rich(head, cells)
    else:
        _print_plain(head, cells)


def print_secrets(rituals: Sequence[str]) -> None:
    """Name each secret ritual once, after everything else, and say nothing more about it."""
    for ritual in rituals:
        click.echo(f"{clean(ritual)}  {KEPT_SECRET}")


def _print_plain(head: Sequence[str], cells: Sequence[Sequence[str]]) -> None:
    widths = [max(map(len, column)) for column in zip(head, *cells, strict=True)]
    for row in (head, *cells):
        click.echo("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def _print_rich(head: Sequence[str], cells: Sequence[Sequence[str]]) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(*head, box=SIMPLE_HEAD, pad_edge=False, header_style="dim")
    for row in cells:
        table.add_row(*map(Text, row))
    Console().print(table)
