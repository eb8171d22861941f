"""What a command does to the ledger, once somebody holds it: the daemon itself, or a command run without a daemon.

Each action takes the world, the settings and the request's fields, and returns the fields of the answer.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from difflib import get_close_matches
from typing import Any

from ritualsd.daemon import own_actions, promise_actions
from ritualsd.daemon.care_actions import repair, season
from ritualsd.daemon.keep_actions import erase
from ritualsd.daemon.page_actions import calendar, page
from ritualsd.errors import NotFound, RitualsdError
from ritualsd.flow.collect import collect
from ritualsd.flow.send_now import send_now
from ritualsd.flow.send_test import send_test
from ritualsd.model import Incoming, Pause, Settings
from ritualsd.ports import World

Action = Callable[[World, Settings, Mapping[str, Any]], dict[str, Any]]


def pause(world: World, settings: Settings, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Pause a ritual, a person, both together or everything, until `until_utc` (ISO) or until resumed."""
    ritual, person = _scope(settings, fields)
    now, until_utc = world.clock.now(), _instant(fields.get("until_utc"))
    if until_utc is not None and until_utc <= now:
        raise RitualsdError("that moment has passed already", todo="name a later one")
    world.store.pause(Pause(ritual=ritual, person=person, since_utc=now, until_utc=until_utc))
    return {"ritual": ritual, "person": person, "until_utc": fields.get("until_utc")}


def resume(world: World, settings: Settings, fields: Mapping[str, Any]) -> dict[str, Any]:
    """End such a pause; `resumed` is false where there was none."""
    ritual, person = str(fields.get("ritual") or ""), str(fields.get("person") or "")
    return {"ritual": ritual, "person": person, "resumed": world.store.resume(ritual, person, world.clock.now())}


def send(world: World, settings: Settings, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Record a ritual as due now; whoever runs the beat sends it."""
    ritual, person = _scope(settings, fields)
    names = send_now(world, settings, ritual, person or None, world.clock.now())
    return {"occurrences": names}


def reply(world: World, settings: Settings, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Keep what `person` answers to `occurrence`; `message` is the same when the same answer is handed over again."""
    _, person = _scope(settings, fields)
    if not person:
        raise RitualsdError("nobody was named as the one who answers", todo="say who: --as PERSON")
    name, now = str(fields.get("occurrence")), world.clock.now()
    incoming = Incoming(
        occurrence=name, person=person, text=str(fields.get("text")), source="cli",
        source_msg_id=str(fields.get("message")), received_utc=now,
    )  # fmt: skip
    kept = collect(world, settings, incoming, now)
    return {
        "occurrence": name,
        "person": person,
        "action": kept.reply.action.value,
        "until_utc": kept.reply.until_utc and kept.reply.until_utc.isoformat(),
        "counts": kept.counts,
        "next_utc": kept.next_utc and kept.next_utc.isoformat(),
        "zone": settings.household.people[person].zone,
        "words": kept.words,
    }


def test_channel(world: World, settings: Settings, fields: Mapping[str, Any]) -> dict[str, Any]:
    """Send a test message; what the provider said."""
    outcome = send_test(world, settings, str(fields.get("channel")))
    return {"kind": outcome.kind, "code": outcome.code, "elapsed_s": round(outcome.elapsed_s, 3)}


ACTIONS: Mapping[str, Action] = {
    "pause": pause,
    "resume": resume,
    "send": send,
    "season": season,
    "repair": repair,
    "reply": reply,
    "ready": own_actions.ready,
    "looking-back": own_actions.looking_back,
    "leave": own_actions.leave,
    "tell-fact": own_actions.tell,
    "forget-fact": own_actions.forget,
    "promise": promise_actions.promise,
    "promise-change": promise_actions.promise_change,
    "swap": promise_actions.swap,
    "page": page,
    "calendar": calendar,
    "erase": erase,
    "test-channel": test_channel,
}


def _scope(settings: Settings, fields: Mapping[str, Any]) -> tuple[str, str]:
    """The ritual and person meant, "" for all. Raises NotFound with a suggestion."""
    ritual, person = str(fields.get("ritual") or ""), str(fields.get("person") or "")
    for word, name, known in (
        ("ritual", ritual, settings.household.rituals),
        ("person", person, settings.household.people),
    ):
        if name and name not in known:
            close = get_close_matches(name, known, n=1)
            hint = f"did you mean {close[0]!r}" if close else f"known are: {', '.join(sorted(known)) or 'none yet'}"
            raise NotFound(f"no {word} is called {name!r}", todo=hint)
    return ritual, person


def _instant(text: Any) -> datetime | None:
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise RitualsdError(f"{text!r} is no instant", todo="write it like 2026-12-24T18:00:00+01:00")
    return moment
