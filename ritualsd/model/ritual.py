"""The ritual: one named promise, every name in it resolved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time, timedelta
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Ritual:
    """A named promise. `when` is the canonical phrase (`core.when.parse` reads it); `to` is already resolved.

    Exactly one of `kind`, `deck`, `message` is set. `secret_from` is "others" or person ids.
    Durations are timedeltas; `expires` None means until the next slot's due time.
    """

    id: str
    when: str
    to: tuple[str, ...]
    turns: bool = False
    name: str = ""
    kind: str = ""
    deck: str = ""
    message: str = ""
    tags: frozenset[str] = frozenset()
    depth: int = 2
    secret_from: frozenset[str] | Literal["others"] = frozenset()
    secret_until: date | Literal["after done"] | None = None  # the last day of the secret
    zone: str | None = None
    together: bool = False
    gap: Literal["first-valid", "skip"] = "first-valid"
    leap: Literal["feb-28", "mar-1", "leap-years"] = "feb-28"
    short_month: Literal["skip", "last-day"] = "skip"
    skip: tuple[str, ...] = ()
    on_skip: Literal["skip", "before", "after"] = "skip"
    earliest: time | None = None
    latest: time | None = None
    remind: tuple[str, ...] = ()
    since: int | None = None
    catch_up: timedelta = timedelta(hours=12)
    catch_up_mode: Literal["latest", "all", "none"] = "latest"
    expires: timedelta | None = None
    importance: int = 3
    enabled: bool = True
    ask: str | tuple[str, ...] = "none"
    reveal: Literal["together", "at-once", "never"] = "together"
    nudge_after: timedelta | None = None
    nudge_times: int = 0
    place: frozenset[str] = frozenset()
    max_cost: int | None = None
    max_minutes: int | None = None
    max_effort: int | None = None
    away: timedelta | None = None  # how long everyone in it is left alone, once `prepare` has passed since its message
    prepare: timedelta = timedelta(0)
    source_file: str = ""
    source_line: int = 0
