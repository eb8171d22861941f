"""Actions for promises, and for a turn that is given back. The same shape as those of `daemon.actions`; nobody else is
told of any.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from ritualsd.core.notices import ritual_called
from ritualsd.core.swaps import gives_back
from ritualsd.daemon.own_actions import audience_of, whose
from ritualsd.errors import NotFound, RitualsdError
from ritualsd.flow import promises
from ritualsd.flow.collect import collect
from ritualsd.model import Incoming, Promise, PromiseState, Settings
from ritualsd.ports import World

SETTLES = {"keep": PromiseState.KEPT, "drop": PromiseState.DROPPED}
GIVE_BACK = "swap"  # in English, which every reply is understood in


def promise(world: World, settings: Settings, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Make a promise of `person` out of `text`, shared with `share` (names, circles, "everyone"; "" for nobody).

    The answer's `said` is a line for its owner, in their language; no answer repeats their words.
    """
    person, share = whose(settings, fields), str(fields.get("share") or "")
    shared = audience_of(share, settings.household) if share else frozenset[str]()
    made = promises.add(world, settings, person, str(fields.get("text")), shared, world.clock.now())
    number = [each.id for each in world.store.promises.all(person)].index(made.id) + 1
    return _told(world, settings, made, number)


def promise_change(world: World, settings: Settings, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Let `person` keep, drop or move (to the day in `text`) their promise `number`. `changed` is false where it was
    so before."""
    person, number, now = whose(settings, fields), _number(fields), world.clock.now()
    does, changed = str(fields.get("does")), True
    if does == "move":
        after = promises.move(world, settings, person, number, str(fields.get("text")), now)
    elif does in SETTLES:
        after, changed = promises.settle(world, settings, person, number, SETTLES[does], now)
    else:
        raise RitualsdError(f"nothing is called {does!r} here", todo="keep, move or drop it")
    return {**_told(world, settings, after, number), "changed": changed}


def swap(world: World, settings: Settings, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Give back the turn that is `occurrence`; `message` is the same when the same is handed over again."""
    person, name, now = whose(settings, fields), str(fields.get("occurrence")), world.clock.now()
    entry = world.store.find(name)
    if entry is None or entry.occurrence.person != person:
        raise NotFound(f"nothing of {person} has that name", todo="see the names with: ritualsd log --json")
    phrases = world.content.phrases(settings.household.people[person].language)
    ritual = ritual_called(settings.household, entry.occurrence.ritual)
    if ritual is None or not gives_back(GIVE_BACK, ritual, entry.occurrence, phrases):
        raise RitualsdError("that is no turn that somebody else could take", todo="answer it with: skip")
    incoming = Incoming(
        occurrence=name, person=person, text=GIVE_BACK, source="cli", source_msg_id=str(fields.get("message")),
        received_utc=now,
    )  # fmt: skip
    kept = collect(world, settings, incoming, now)
    return {"occurrence": name, "person": person, "said": kept.words}


def _told(world: World, settings: Settings, made: Promise, number: int) -> dict[str, Any]:
    who = settings.household.people[made.person]
    return {
        "person": made.person,
        "number": number,
        "state": made.state.value,
        "due_utc": made.due_utc and made.due_utc.isoformat(),
        "said": promises.noted(made, ZoneInfo(who.zone), world.content.phrases(who.language)),
    }


def _number(fields: Mapping[str, Any]) -> int:
    text = str(fields.get("number"))
    return int(text) if text.isdecimal() and len(text) < 7 else 0
