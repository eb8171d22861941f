"""Where a ritual's words come from: exactly one source, and no hole in a literal message that nothing would fill."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ritualsd.config.defaults import KINDS
from ritualsd.config.findings import Spot, did_you_mean, nearest, quoted

if TYPE_CHECKING:
    from ritualsd.config.ritual_table import RitualTable

SOURCES = ("prompt", "deck", "message")


def check_wording(table: RitualTable, here: Spot) -> None:
    """Reports what is wrong with `prompt`, `deck` and `message`. Never shows the message."""
    said = [key for key in SOURCES if getattr(table, key) or here.was_broken(key)]
    if not said:
        hint = 'write prompt = "gratitude" (a kind), deck = "a-deck", or message = "your words"'
        here.error("", "nothing says what to send", hint)
    for extra in said[1:]:
        here.error(extra, f"{said[0]} says already what to send", "keep one of them")
    if table.prompt and table.prompt not in KINDS and nearest(table.prompt, KINDS):
        message = f"{quoted(table.prompt)} is not a kind that comes with ritualsd"
        here.warning("prompt", message, did_you_mean(table.prompt, KINDS, ""))
    if table.message and ("{" in table.message or "}" in table.message):
        _check_holes(table.message, table, here)


def _check_holes(message: str, table: RitualTable, here: Spot) -> None:
    from ritualsd.core.words import PLACEHOLDERS, has_stray_brace, is_known, placeholders

    for hole in sorted(placeholders(message)):
        if not is_known(hole):
            hint = did_you_mean(hole, sorted(PLACEHOLDERS), "write {{ and }} for plain braces")
            here.error("message", f"nothing fills the placeholder {quoted(hole)}", hint)
        elif hole == "years" and table.since is None and not here.was_broken("since"):
            here.error("message", "{years} counts from a year that is not given", "add since = 2015")
    if has_stray_brace(message):
        here.error("message", "a brace stands alone", "write {{ and }} for plain braces")
