"""What people say of themselves, to ritualsd alone: seasons of life, facts, tastes, promises, and secret links."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class LifeSeason:
    """A season of life, not of the year: "newborn", "grief", … It holds for `person`, or for everyone (person "").

    `until_utc` None is open. One of a person is told to nobody else.
    """

    name: str
    person: str = ""
    since_utc: datetime
    until_utc: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """Something about `person`, told and owned by them; `audience` are the people whose prompts may use it."""

    person: str
    key: str
    value: str
    audience: frozenset[str] = frozenset()
    told_utc: datetime


class Verdict(StrEnum):
    """What a person thinks of a prompt they were given."""

    FAVOURITE = "favourite"
    NOT_TONIGHT = "not-tonight"
    NEVER = "never"


@dataclass(frozen=True, slots=True, kw_only=True)
class Taste:
    """A person's latest verdict on one prompt of a kind."""

    person: str
    kind: str
    prompt_id: str
    verdict: Verdict
    at_utc: datetime


class PromiseState(StrEnum):
    """Only the owner moves a promise from open to any other."""

    OPEN = "open"
    KEPT = "kept"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Promise:
    """Something `person` said they would do, by `due_utc` where they named a day. `shared_with`: who may see it."""

    person: str
    words: str
    made_utc: datetime
    changed_utc: datetime
    due_utc: datetime | None = None
    state: PromiseState = PromiseState.OPEN
    shared_with: frozenset[str] = frozenset()
    id: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Erased:
    """What an erasure took: messages, the answers to them, and what else people had said of themselves."""

    messages: int = 0
    answers: int = 0
    told: int = 0

    def __bool__(self) -> bool:
        return bool(self.messages or self.answers or self.told)


class Purpose(StrEnum):
    """What a secret link or cookie is good for."""

    REPLY = "reply"
    SIGN_IN = "sign-in"
    SESSION = "session"
    CALENDAR = "calendar"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pass:
    """A secret link or cookie as the ledger keeps it: only the SHA-256 of its 128 random bits.

    `occurrence` 0 where it is about none; `until_utc` None never ends by itself.
    """

    digest: bytes
    person: str
    purpose: Purpose
    made_utc: datetime
    until_utc: datetime | None = None
    occurrence: int = 0
