"""Where a ritual's words come from: exactly one source, and no hole in a literal message that nothing would fill."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from ritualsd.config.defaults import KINDS
from ritualsd.config.findings import Spot, did_you_mean, nearest, quoted
from ritualsd.model import Household, Person, Ritual

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


def check_holes(ritual: Ritual, people: Mapping[str, Person], here: Spot) -> None:
    """Reports each placeholder of a literal message that would have no value for somebody who receives it."""
    if "{" not in ritual.message and "}" not in ritual.message:
        return
    from ritualsd.core.words import PLACEHOLDERS, has_stray_brace, placeholders

    for hole in sorted(placeholders(ritual.message)):
        if hole not in PLACEHOLDERS:
            hint = did_you_mean(hole, sorted(PLACEHOLDERS), "write {{ and }} for plain braces")
            here.error("message", f"nothing fills the placeholder {quoted(hole)}", hint)
    if has_stray_brace(ritual.message):
        here.error("message", "a brace stands alone", "write {{ and }} for plain braces")
    for message, hint in _empty_holes(ritual, people, placeholders(ritual.message), here):
        here.error("message", message, hint)


def _empty_holes(
    ritual: Ritual, people: Mapping[str, Person], holes: frozenset[str], here: Spot
) -> Iterator[tuple[str, str]]:
    from ritualsd.core.compose import others

    around = [len(others(ritual, person, Household(people=people))) for person in ritual.to]
    if "other" in holes and any(number != 1 for number in around):
        yield "{other} needs exactly one other person", "write {others}" if 0 not in around else "leave it out"
    if "others" in holes and 0 in around:
        yield "{others} would name nobody", "leave it out"
    if "years" in holes and ritual.since is None and not here.was_broken("since"):
        yield "{years} counts from a year that is not given", "add since = 2015"
    if "when" in holes and not ritual.remind and not here.was_broken("remind"):
        yield "{when} counts down to a day, and there are no messages ahead of it", 'add remind = ["3 days before"]'
