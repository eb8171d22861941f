"""Choose: which prompt the people of one slot are given, from everything on offer and all that is known of them.

Asks content and reads the ledger; writes nothing and words no message.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from ritualsd.core.compose import around
from ritualsd.core.draw import NoPrompt, draw
from ritualsd.core.fit import Wishes, season_of
from ritualsd.core.ladder import DEEPEST_DRAWN
from ritualsd.core.languages import is_foreign
from ritualsd.flow.consent import Terms, asked, terms_for
from ritualsd.flow.remember import OWN_WORDS, own_words, unshared
from ritualsd.flow.resting import offered_in_mood
from ritualsd.model import Ask, Drawn, Household, Occurrence, Ritual, Seen, Settings
from ritualsd.ports import World


def ask_for(ritual: Ritual, occurrence: Occurrence, household: Household) -> Ask:
    """What content is asked for: one recipient, the moment in their zone, and no more."""
    return Ask(
        kind=ritual.kind,
        ritual=ritual.id,
        at=occurrence.due_utc.astimezone(ZoneInfo(household.people[occurrence.person].zone)),
        language=household.people[occurrence.person].language,
        tags=ritual.tags,
        depth=ritual.depth,
    )


def drawn_for(
    world: World, settings: Settings, ritual: Ritual, occurrence: Occurrence, *, instead_of: str = ""
) -> Drawn | NoPrompt:
    """The prompt everyone asked at this slot gets, each in their own language: the one already drawn for another, else
    a new draw. `settings` as they are lived. `instead_of` is the id of a prompt this person wants another for.
    """
    terms = terms_for(world, settings.household, ritual, occurrence)
    ask = replace(ask_for(ritual, occurrence, settings.household), depth=terms.depth)
    shared = None if instead_of else world.store.sibling(occurrence)
    if shared is not None and OWN_WORDS not in shared.prompt.tags and terms.allow(shared.prompt, ask):
        return _in_their_words(world, shared, ask, ritual.deck)
    return _drawn(world, settings, ritual, occurrence, ask, terms.without(instead_of))


def _drawn(
    world: World, settings: Settings, ritual: Ritual, occurrence: Occurrence, ask: Ask, terms: Terms
) -> Drawn | NoPrompt:
    household = settings.household
    ask = replace(ask, memories=own_words(world, settings, ritual, occurrence.person, ask.at))
    pool = world.content.offers(ask, ritual.deck)
    prompts, ask = offered_in_mood(pool.prompts, ask, household, ritual, occurrence)
    found = draw(
        prompts,
        merged(world, asked(ritual, occurrence), ritual.kind or ritual.deck),
        ask=ask,
        key=world.store.installation().secret,
        people=1 + len(around(ritual, occurrence.person, household)),
        placeholders=terms.placeholders,
        season=season_of(ask.at.date(), household.place[0] if household.place else None),
        wishes=_wishes(ritual),
        limits=terms.limits,
        weights=terms.weights,
        times=terms.times,
    )
    found = _noting(_holding(found, ask.depth, ritual), pool.notes)
    return unshared(found) if ask.memories and isinstance(found, Drawn) else found


def _wishes(ritual: Ritual) -> Wishes:
    return Wishes(
        place=ritual.place,
        max_cost=ritual.max_cost,
        max_minutes=ritual.max_minutes,
        max_effort=ritual.max_effort,
    )


def _holding(found: Drawn | NoPrompt, depth: int, ritual: Ritual) -> Drawn | NoPrompt:
    """What was found, saying so where the ritual goes deeper than it may now. The words are the same whatever holds it:
    a level, a rating or a season, of anybody."""
    if isinstance(found, Drawn) and depth < min(ritual.depth, DEEPEST_DRAWN):
        return replace(found, why=f"{found.why}; held at {depth}")
    return found


def _in_their_words(world: World, shared: Drawn, ask: Ask, deck: str) -> Drawn:
    """What was drawn for another, in this reader's language where it is said in it."""
    if not is_foreign(shared.prompt, ask.language):
        return shared
    offered = world.content.offers(ask, deck).prompts
    return replace(shared, prompt=next((own for own in offered if own.id == shared.prompt.id), shared.prompt))


def _noting(found: Drawn | NoPrompt, notes: Sequence[str]) -> Drawn | NoPrompt:
    """What was found, its source or its reason followed by who could not offer anything."""
    if not notes:
        return found
    told = "; ".join(notes)
    if isinstance(found, NoPrompt):
        return NoPrompt(why=f"{found.why} ({told})")
    return replace(found, prompt=replace(found.prompt, source=f"{found.prompt.source} ({told})"))


def merged(world: World, people: Sequence[str], kind: str) -> Mapping[str, Seen]:
    """What any of these people was given of a kind: the later round counts, so nobody hears a prompt again early."""
    together: dict[str, Seen] = {}
    for person in people:
        for prompt, seen in world.store.seen(person, kind).items():
            held = together.get(prompt)
            if held is None or (seen.round, seen.last_utc) > (held.round, held.last_utc):
                together[prompt] = seen
    return together
