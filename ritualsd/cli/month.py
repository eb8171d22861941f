"""The month of the next rituals as a small calendar, for a terminal. It draws; it chooses nothing."""

from __future__ import annotations

from calendar import Calendar, day_abbr
from collections.abc import Collection, Sequence
from datetime import date

from rich.console import Console
from rich.text import Text


def print_month(days: Sequence[date]) -> None:
    """Print the month of the earliest of `days`, with every one of them marked. Nothing for no days."""
    if days:
        Console().print(month(min(days), frozenset(days)), highlight=False)


def month(first: date, marked: Collection[date]) -> Text:
    """Weeks from Monday; a marked day stands bold, in colour and with a dot, so that it shows without colour too."""
    text = Text.assemble((f"{first:%B %Y}\n", "bold"))
    text.append(" ".join(f"{day_abbr[number][:2]:>3}" for number in range(7)) + "\n", style="dim")
    for week in Calendar().monthdatescalendar(first.year, first.month):
        for day in week:
            text.append_text(cell(day, first.month, marked))
        text.append("\n")
    return text


def cell(day: date, shown: int, marked: Collection[date]) -> Text:
    if day.month != shown:
        return Text("    ")
    if day in marked:
        return Text(f"{day.day:>3}•", style="bold cyan")
    return Text(f"{day.day:>3} ")
