"""The reveal: whose answers a person may see, and when. Pure; knows nothing of who was silent, and tells it to nobody.

Silence, a skip, a pause and a message that never arrived look exactly the same here: there is no answer.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from ritualsd.core.kept import kept_from
from ritualsd.core.phrases import Phrases
from ritualsd.model import ActionKind, Reply, Ritual

REVEAL = "reveal"
_ANSWER_OF = f"{REVEAL}."


def answer_of(person: str) -> str:
    """The name of the notice that passes on one person's answer, where answers are passed on as they come."""
    return f"{_ANSWER_OF}{person}"


def author_in(notice: str) -> str:
    """Whose answer a notice passes on; "" where it is everybody's."""
    return notice.removeprefix(_ANSWER_OF) if notice.startswith(_ANSWER_OF) else ""


def shares(ritual: Ritual) -> bool:
    """Whether its answers are for others to see at all: it asks several people for something that can be read."""
    asks = not isinstance(ritual.ask, str) or ritual.ask in ("text", "scale")
    return asks and ritual.reveal != "never" and len(ritual.to) > 1 and not ritual.turns


def readers(ritual: Ritual, author: str, people: Collection[str]) -> tuple[str, ...]:
    """Who may ever see what `author` answers: those asked the same, but for anyone it is kept from."""
    if not shares(ritual) or author not in ritual.to:
        return ()
    hidden = kept_from(ritual, author, people)
    return tuple(person for person in ritual.to if person != author and person in people and person not in hidden)


def awaited(ritual: Ritual, people: Collection[str]) -> frozenset[str]:
    """Who must have answered before anybody sees anything."""
    return frozenset(ritual.to) & frozenset(people) if ritual.reveal == "together" else frozenset()


def may_hear(ritual: Ritual, viewer: str, people: Collection[str], *, has_answered: bool) -> bool:
    """Whether there can be an answer of somebody else's for `viewer` to see. Where it is clear that there is none yet,
    none needs to be looked for, so that the looking tells nothing either."""
    return shares(ritual) and (has_answered or viewer not in awaited(ritual, people))


def seen_by(viewer: str, ritual: Ritual, answers: Mapping[str, Reply], people: Collection[str]) -> Mapping[str, Reply]:
    """The answers of others that `viewer` may see, by person in the order they are asked.

    `answers` are those that stand at one slot and came in time. A lone answer stays its owner's.
    """
    if not awaited(ritual, people) <= answers.keys():
        return {}
    return {
        author: answers[author]
        for author in ritual.to
        if author in answers and viewer in readers(ritual, author, people)
    }


def nominal_utc(slot_local: datetime, zone: str) -> datetime:
    """The instant a slot's nominal time is in another person's zone: one slot, several instants."""
    return slot_local.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def in_words(answers: Mapping[str, Reply], names: Mapping[str, str], phrases: Phrases) -> str:
    """The answers as lines with their names. A line break within one is set in, so that no answer looks like two."""
    lines = [
        phrases.say("reveal.line", name=names[person], answer="\n   ".join(_said(reply, phrases).splitlines()))
        for person, reply in answers.items()
    ]
    return "\n".join(lines)


def _said(reply: Reply, phrases: Phrases) -> str:
    return phrases.say("answer.done") if reply.action is ActionKind.DONE else reply.words
