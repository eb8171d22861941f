"""What a reply page asks and offers: the words, the buttons, and what stands. It reads a form, and keeps nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from zoneinfo import ZoneInfo

from ritualsd.core.asking import asked
from ritualsd.core.leaving import WISHES, in_words, wish_in
from ritualsd.core.notices import MARK, notice_in
from ritualsd.core.phrases import Phrases
from ritualsd.core.replies import LONGEST, SCALE, Ask, standing
from ritualsd.core.reveal import shares
from ritualsd.core.visibility import Answer, Visible
from ritualsd.model import ActionKind, Household, Occurrence, Person, Reply, Ritual
from ritualsd.model.record import ASIDE

Later = Literal["2h", "tonight", "tomorrow"]

LATER: Mapping[Later, str] = {"2h": "snooze 2h", "tonight": "snooze tonight", "tomorrow": "snooze tomorrow"}
"""How a reply says that a message is to come again, by the button's name."""

PLAIN: Mapping[str, str] = {
    "done": "done",
    "skip": "skip",
    "undo": "undo",
    "favourite": "favourite",
    "not-tonight": "not tonight",
    "never": "never again",
    "thread": "come back to this",
    "stop": "stop",
    "pause": "pause",
    "leave": "leave",
    "start": "start",
}
"""The same for buttons that say one thing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One message as its reply page shows it.

    `ask` is what is asked for now; `drawn`: its words were drawn from a deck, so they can be wished for more or less
    often. `stands` is the answer that stands, in words, and `said` the person's own words in it; `beside` is what was
    told beside an answer, last of all. `wishes` are those for silence, or for its end. `revealed` are the answers of
    others this person may see, by name.
    """

    title: str
    body: str
    ask: Ask | None
    drawn: bool
    later: tuple[Later, ...]
    stands: str
    said: str
    beside: str
    wishes: tuple[str, ...]
    revealed: tuple[tuple[str, str], ...]
    thread: bool = False
    longest: int = LONGEST

    @property
    def choices(self) -> tuple[str, ...]:
        """What to choose from, each as it is to be sent back."""
        return () if self.ask is None or isinstance(self.ask, str) else tuple(self.ask)

    @property
    def scale(self) -> tuple[str, ...]:
        return SCALE if self.ask == "scale" else ()

    @property
    def wants_words(self) -> bool:
        return self.ask == "text"


def question(
    occurrence: Occurrence,
    ritual: Ritual | None,
    replies: Sequence[Reply],
    revealed: Mapping[str, Visible[Answer]],
    household: Household,
    phrases: Phrases,
) -> Question:
    """What the page of this occurrence shows. A ritual that is gone asks for words, and comes no more."""
    person, stands = household.people[occurrence.person], standing(replies)
    notice = notice_in(occurrence.ritual, occurrence.part)
    return Question(
        title=occurrence.title,
        body=occurrence.body or phrases.say("page.not-kept"),
        ask=asked(ritual, occurrence, phrases),
        drawn=ritual is not None and not ritual.message and not notice,
        later=tuple(LATER) if ritual is not None and occurrence.body and not notice else (),
        stands=_kept(stands, person, ritual, bool(revealed), phrases) if stands is not None else "",
        said=stands.words if stands is not None and stands.action is ActionKind.TEXT else "",
        beside=_beside(replies, person, phrases),
        wishes=_wishes(replies, ritual, phrases),
        thread=stands is not None and stands.action.answers and not occurrence.ritual.startswith(MARK),
        revealed=tuple(
            (household.people[who].name, said_by(seen.thing.reply, phrases)) for who, seen in revealed.items()
        ),
    )


def _kept(stands: Reply, person: Person, ritual: Ritual | None, revealed: bool, phrases: Phrases) -> str:
    """What is kept, and where it goes from here: the same for everyone, whoever has answered."""
    told = answer_in_words(stands, person, phrases)
    shared = ritual is not None and shares(ritual) and ritual.reveal == "together" and not stands.late
    return f"{told}\n{phrases.say('page.waits')}" if shared and stands.action.answers and not revealed else told


def _wishes(replies: Sequence[Reply], ritual: Ritual | None, phrases: Phrases) -> tuple[str, ...]:
    """What a button can ask for here; where a ritual offers an answer of that name, it is no wish."""
    offered = () if ritual is None or isinstance(ritual.ask, str) else ritual.ask
    last = replies[-1] if replies else None
    silent = last is not None and last.action is ActionKind.SILENCE and last.words != "start"
    return tuple(wish for wish in WISHES if (wish == "start") == silent and wish_in(wish, phrases, offered) == wish)


def _beside(replies: Sequence[Reply], person: Person, phrases: Phrases) -> str:
    """What the last reply told of a prompt, or that it was a promise; "" where it was an answer, or was taken back."""
    last = replies[-1] if replies else None
    if last is not None and last.action is ActionKind.SILENCE:
        return in_words(last.words, person.id, phrases)
    told = last is not None and last.action in ASIDE
    return phrases.say(f"page.beside.{last.action.value}") if last is not None and told else ""


def said_by(reply: Reply, phrases: Phrases) -> str:
    """An answer of somebody else, as it was given."""
    return phrases.say("answer.done") if reply.action is ActionKind.DONE else reply.words


def answer_in_words(stands: Reply, person: Person, phrases: Phrases) -> str:
    """An answer as a sentence to the one who gave it; words of their own are not in it."""
    if stands.until_utc is not None:
        return phrases.say("page.stands.snooze", when=_moment(stands.until_utc, person, phrases))
    return phrases.say(f"page.stands.{stands.action.value}", words=isolated(stands.words))


def _moment(at_utc: datetime, person: Person, phrases: Phrases) -> str:
    local = at_utc.astimezone(ZoneInfo(person.zone))
    return f"{phrases.day(local)}, {phrases.time(local)}"


def isolated(words: str) -> str:
    """A person's words within a sentence of ours, so that neither turns the other around."""
    return f"\u2068{words}\u2069"


def answer_in(fields: Mapping[str, str], ask: Ask | None) -> str | None:
    """What a form answers, in the words of any other reply; None where it says nothing we offered.

    Words that were typed count more than a plain done: nothing typed is lost to a slip.
    """
    does, _, what = fields.get("do", "").partition(":")
    words = fields.get("words", "").strip()
    if does == "words" or (does == "done" and words and ask == "text"):
        return words or None
    if does == "later":
        return next((text for name, text in LATER.items() if name == what), None)
    if does == "scale":
        return what if what in SCALE else None
    if does == "choice":
        return what if ask is not None and not isinstance(ask, str) and what in ask else None
    return None if what else PLAIN.get(does)
