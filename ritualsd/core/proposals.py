"""Proposals: at most three small changes a look back suggests. Pure; it changes nothing, and whoever reads decides.

A proposal rests on one person's own replies alone, and is about rituals that come to them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from typing import Literal

from ritualsd.core.rarer import rarer
from ritualsd.core.reflect import Look
from ritualsd.model import Ritual

Idea = Literal["keep", "rarer", "lighter", "retire", "try"]

MOST = 3
LOOKS_AT = timedelta(weeks=8)
FOUR_WEEKS = timedelta(weeks=4)
FULL = 12  # messages a week that are a lot after four weeks of them
SPARE = 7  # as many a week leave room to try something
OFTEN = 6  # times it came, to say anything about it
LEFT_OUT = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """`when` is the phrase that would take the place of the ritual's own; `table` are the lines of a new ritual."""

    idea: Idea
    ritual: str
    when: str = ""
    table: tuple[str, ...] = ()


def proposals(
    person: str, looks: Sequence[Look], rituals: Mapping[str, Ritual], now: datetime, today: date
) -> tuple[Proposal, ...]:
    """What to suggest to `person`; `looks` are at the last `LOOKS_AT`, `rituals` all there are."""
    own = {id_: ritual for id_, ritual in rituals.items() if ritual.enabled and person in ritual.to}
    met = [look for look in looks if look.ritual in own]
    found: dict[str, Proposal] = {}
    for each in (
        *islice(_lighter(met, own, now, today), 2),
        *_retired(met),
        *_rarer(met, own, today),
        *_kept(met),
        *islice(_tried(person, met, own, rituals, today), 1),
    ):
        found.setdefault(each.ritual, each)
    return tuple(islice(found.values(), MOST))


def _lighter(met: Sequence[Look], own: Mapping[str, Ritual], now: datetime, today: date) -> Iterator[Proposal]:
    """After four weeks of a lot: what is least important and comes most often, rarer."""
    lately = {look.ritual: sum(at >= now - FOUR_WEEKS for at in look.told) for look in met}
    first = min((look.told[0] for look in met if look.told), default=now)
    if first > now - FOUR_WEEKS + timedelta(days=1) or sum(lately.values()) < 4 * FULL:
        return
    for name in sorted(lately, key=lambda name: (own[name].importance, -lately[name], name)):
        if lately[name] >= 2 * 4 and (phrase := rarer(own[name].when, today)):
            yield Proposal(idea="lighter", ritual=name, when=phrase)


def _retired(met: Sequence[Look]) -> Iterator[Proposal]:
    """What was left out time and again, and never anything else."""
    for look in met:
        if len(look.told) >= OFTEN and look.skipped >= LEFT_OUT and not look.done and not look.helped:
            yield Proposal(idea="retire", ritual=look.ritual)


def _rarer(met: Sequence[Look], own: Mapping[str, Ritual], today: date) -> Iterator[Proposal]:
    """What was left out more often than not."""
    for look in met:
        often = len(look.told) >= OFTEN and look.skipped >= LEFT_OUT and look.skipped > look.done
        if often and not look.helped and (phrase := rarer(own[look.ritual].when, today)):
            yield Proposal(idea="rarer", ritual=look.ritual, when=phrase)


def _kept(met: Sequence[Look]) -> Iterator[Proposal]:
    yield from (Proposal(idea="keep", ritual=look.ritual) for look in met if look.helped)


def _tried(
    person: str, met: Sequence[Look], own: Mapping[str, Ritual], taken: Mapping[str, Ritual], today: date
) -> Iterator[Proposal]:
    """Something new, where there is room: first a quiet question that shows over time what does one good."""
    weeks = LOOKS_AT / timedelta(weeks=1)
    if not met or sum(len(look.told) for look in met) >= SPARE * weeks:
        return
    sunday = today + timedelta(days=(6 - today.weekday() - 1) % 7 + 1)
    when = f"every other Sunday at 19:00 from {sunday.isoformat()}"
    if all(ritual.ask != "scale" for ritual in own.values()):
        yield from _new(person, "how-it-feels", when, taken, 'prompt = "check-in"', 'tags = ["scale"]', 'ask = "scale"',
                        'reveal = "never"')  # fmt: skip
    kinds = {ritual.kind for ritual in own.values()}
    for kind in ("gratitude", "curiosity", "reflection", "celebrate"):
        if kind not in kinds:
            often = "2 times a month between 11:00 and 20:00"
            yield from _new(person, f"a-little-{kind}", often, taken, f'prompt = "{kind}"')


def _new(person: str, name: str, when: str, taken: Mapping[str, Ritual], *lines: str) -> Iterator[Proposal]:
    if name not in taken:
        head = (f"[rituals.{name}]", f'when = "{when}"', f'to = "{person}"')
        yield Proposal(idea="try", ritual=name, table=(*head, *lines))
