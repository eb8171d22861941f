"""The host: asks every plugin and deck, one at a time and bounded, and pools what they offer. It never chooses.

A plugin can only make the pool smaller. Nothing it does is raised here, unless `strict`.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from copy import copy
from dataclasses import replace
from difflib import get_close_matches
from functools import partial
from hashlib import blake2b
from pathlib import Path
from typing import Any

from ritualsd.content.coerce import collect, reworded
from ritualsd.content.crew import BreakerMemory, Crew
from ritualsd.content.days import named_days
from ritualsd.content.deck import Deck
from ritualsd.content.guard import Failed, Ok, TimedOut
from ritualsd.content.hooks import CALENDARS_HOOK, CONTENT_HOOK, HOOK_OF_KIND
from ritualsd.content.packs import Packs
from ritualsd.content.record import Candidate, PluginStatus, Record
from ritualsd.content.shelf import Shelf
from ritualsd.content.trace import Trace
from ritualsd.core.calendars import Days
from ritualsd.core.languages import in_one_language, preferred
from ritualsd.core.lint_words import WordLists
from ritualsd.core.phrases import IN_ENGLISH, Phrases
from ritualsd.errors import PluginProblem
from ritualsd.model import Ask, Event, Message, Problem, Prompt, Settings
from ritualsd.ports import Emit, Pool

BUDGET_S = 10.0
"""Seconds for all plugins together, for one ask."""


class ContentHost:
    """Implements `ports.Content`. Plugins are imported when first needed, or earlier by `start`."""

    def __init__(
        self,
        settings: Settings,
        *,
        no_plugins: bool,
        emit: Emit,
        breaker_memory: BreakerMemory | None = None,
        strict: bool = False,
        clock: Callable[[], float] = time.time,
        candidates: Iterable[Candidate] | None = None,
        trace: Trace | None = None,
    ) -> None:
        """`candidates` are taken in place of what would be found; `trace` hears of every call into a plugin."""
        own = "" if settings.households else settings.root  # of many each has decks of its own, and no others
        self._take_home(settings, Shelf(own))
        self._crew = Crew(
            settings, no_plugins=no_plugins, emit=emit, memory=breaker_memory, strict=strict, clock=clock,
            candidates=candidates, trace=trace,
        )  # fmt: skip
        self._packs = Packs(self._crew.folders)
        self._order = list(settings.plugins)
        self._started = False
        self._patience_s = BUDGET_S

    def _take_home(self, settings: Settings, shelf: Shelf) -> None:
        self._shelf = shelf
        self._secret = frozenset(ritual.id for ritual in settings.household.rituals.values() if ritual.secret_from)
        self._home = settings.household.language

    def for_household(self, settings: Settings) -> ContentHost:
        """The same plugins for one household of many, beside its own decks and in its own language."""
        theirs = copy(self)
        theirs._take_home(settings, Shelf(settings.root, below=self._shelf))
        return theirs

    def start(self) -> None:
        """Import and configure every plugin now. Slow plugins make it slow: call it off the path that must be quick."""
        self._crew.start()
        self._shelf.bring(self._crew.deck_places())
        self._started = True

    def _start_in_time(self) -> None:
        """The same, where another thread is at it waiting for it once and not for long: then for nobody any more."""
        if not self._crew.start(self._patience_s):
            self._patience_s = 0.0
        self._shelf.bring(self._crew.deck_places())
        self._started = True

    def close(self) -> None:
        """End every plugin's own process. Nothing is asked of plugins any more; may be called from any thread."""
        self._crew.close()

    # ── what the port promises ────────────────────────────────────────────────────────────────

    def offers(self, ask: Ask, deck: str = "") -> Pool:
        """Everything on offer for `ask.kind`, or in the deck named, in one language. The prompts for any kind come
        last, tagged so; a sparse kind gets none."""
        self._start_in_time()
        notes: list[str] = []
        found: list[Prompt] = [] if deck else self._asked(ask, notes)
        decks = self._shelf.named(deck) if deck else self._shelf.of_kind(ask.kind)
        if deck and not decks:
            notes.append(f'no deck is called "{deck}"{self._near(deck)}')
        found += _prompts(decks)
        spare = [] if self._is_sparse(ask.kind) else _prompts(self._shelf.fallback())
        said = [prompt for each in (found, spare) for prompt in in_one_language(each, ask.language, self._home)]
        return Pool(prompts=_unique(said), notes=tuple(notes))

    def reword(self, message: Message, ask: Ask) -> Message:
        """The message after every plugin that rewords, in the order of the `[plugins.*]` tables."""
        self._start_in_time()
        for record in sorted(self._crew.with_hook("ritualsd_reword"), key=self._place_in_config):
            take = partial(reworded, before=message, plugin=record.name)
            given = {"message": message, "ask": record.seen_by(ask)}
            outcome = self._crew.call(record, "ritualsd_reword", take, given)
            message = (isinstance(outcome, Ok) and outcome.value) or message
        return message

    def phrases(self, language: str) -> Phrases:
        """What ritualsd itself says, in the best language a pack has; reads files, and imports no plugin."""
        for each in preferred(language, self._home):
            if texts := self._packs.texts(each):
                return Phrases(language=each, texts=texts)
            if each == IN_ENGLISH.language:
                break
        return IN_ENGLISH

    def languages(self) -> tuple[str, ...]:
        """English, and what the packs are in; a pack that says nothing yet counts."""
        return tuple(sorted({IN_ENGLISH.language, *(pack.language for pack in self._packs.all())} - {""}))

    def tell(self, event: Event) -> None:
        """Pass an event to the plugins that listen. Silent about secret rituals, and about plugins themselves."""
        if not self._started or event.name.startswith("plugin.") or event.fields.get("ritual") in self._secret:
            return
        for record in self._crew.with_hook("ritualsd_on_event"):
            told = replace(event, fields=dict(event.fields))
            with suppress(PluginProblem):  # strict is for authors at work; whoever reports an event must not fail
                self._crew.call(record, "ritualsd_on_event", lambda _: None, {"event": told})

    def calendars(self, years: Sequence[int]) -> Mapping[str, Days]:
        """The days in these years of every calendar that plugins offer; of two with one name the nearer to the user."""
        self.start()
        found: dict[str, Days] = {}
        ends = time.monotonic() + BUDGET_S
        for record in self._crew.with_hook(CALENDARS_HOOK):
            left = ends - time.monotonic()
            if left <= 0:
                break
            arguments = {"years": tuple(years)}
            outcome = self._crew.call(record, CALENDARS_HOOK, partial(_calendars, years), arguments, within_s=left)
            if isinstance(outcome, Ok):
                found |= outcome.value or {}
        return found

    # ── what listings show ────────────────────────────────────────────────────────────────────

    def plugins(self) -> tuple[PluginStatus, ...]:
        """Every plugin found, and how each is doing. Imports them; configures none. Does not wait for another thread
        that is still importing: what it has not reached is left out."""
        return tuple(record.shown() for record in self._crew.known())

    def records(self) -> tuple[Record, ...]:
        """The same with all that is known, for `plugins show` and `check`."""
        return tuple(self._crew.records())

    def decks(self) -> tuple[Deck, ...]:
        """Every deck, those of plugins first, read again where a file changed."""
        self.start()
        return self._shelf.decks()

    def deck_at(self, path: Path) -> Deck:
        """The deck in any file, on the shelf or not."""
        self.start()
        return self._shelf.at(path)

    def lint_lists(self) -> dict[str, WordLists]:
        """What the lint listens for, in every language that a pack has."""
        return self._packs.lint()

    def pack_problems(self) -> list[Problem]:
        """What is wrong in the language packs."""
        return self._packs.problems()

    # ── asking ────────────────────────────────────────────────────────────────────────────────

    def _asked(self, ask: Ask, notes: list[str]) -> list[Prompt]:
        """What plugins answer, in the order of the plugins whatever the order they were asked in."""
        hook = HOOK_OF_KIND.get(ask.kind, CONTENT_HOOK)
        records = [record for record in self._crew.with_hook(hook) if record.serves(hook, ask.kind)]
        answers: dict[str, list[Prompt]] = {record.name: [] for record in records}
        said: dict[str, str] = {}
        ends = time.monotonic() + BUDGET_S

        def ask_one(record: Record) -> None:
            said[record.name] = self._ask_one(record, hook, ask, answers[record.name], ends)

        self._crew.each(_rotated(records, ask), ask_one)
        notes += self._crew.missing()
        notes += [said[record.name] for record in records if said[record.name]]
        return [prompt for record in records for prompt in answers[record.name]]

    def _ask_one(self, record: Record, hook: str, ask: Ask, kept: list[Prompt], ends: float) -> str:
        """Let one plugin fill `kept`; a sentence where it could not, or "". What came before a failure is kept."""
        left_s = ends - time.monotonic()
        if left_s <= 0:
            return f"plugin {record.name} was not asked: the others took too long"
        reached: list[Prompt] = []
        take = partial(collect, plugin=record.name, limit=ask.limit, kept=reached)
        outcome = self._crew.call(record, hook, take, {"ask": record.seen_by(ask)}, within_s=left_s)
        kept += tuple(reached)  # a copy: a call left behind may still be adding to its own list
        match outcome:
            case None:
                after = "failures" if record.breaker.failures else "a slow answer"
                return f"plugin {record.name} is resting after {after}"
            case Failed():
                return f"plugin {record.name} failed ({hook})"
            case TimedOut():
                return f"plugin {record.name} did not answer in time ({hook})"
            case _:
                return ""

    def _is_sparse(self, kind: str) -> bool:
        """Whether silence is right on a day on which nobody offers anything of this kind."""
        serving = (record for record in self._crew.with_hook(CONTENT_HOOK) if record.serves(CONTENT_HOOK, kind))
        return any(record.info is not None and kind in record.info.sparse for record in serving)

    def _near(self, deck: str) -> str:
        close = get_close_matches(deck, [each.name for each in self._shelf.decks()], n=1)
        return f'; did you mean "{close[0]}"?' if close else ""

    def _place_in_config(self, record: Record) -> int:
        return self._order.index(record.name) if record.name in self._order else len(self._order)


def _calendars(years: Sequence[int], answer: Any) -> dict[str, Days]:
    return dict(named_days(answer, years))


def _prompts(decks: Iterable[Deck]) -> list[Prompt]:
    return [prompt for deck in decks for prompt in deck.prompts]


def _unique(prompts: Iterable[Prompt]) -> tuple[Prompt, ...]:
    """The prompts without second copies of an id, or of the words: the first stays."""
    found: dict[str, Prompt] = {}
    said: set[str] = set()
    for prompt in prompts:
        words = prompt.text.casefold()
        if prompt.id not in found and words not in said:
            found[prompt.id] = prompt
            said.add(words)
    return tuple(found.values())


def _rotated(records: list[Record], ask: Ask) -> list[Record]:
    """The order to ask in: the bundled ones, then the others from a hashed place on, so that a slow one early in the
    alphabet starves nobody for ever."""
    ours = [record for record in records if record.candidate.bundled]
    others = [record for record in records if not record.candidate.bundled]
    digest = blake2b(f"{ask.ritual}|{ask.at.isoformat()}".encode("utf-8", "replace"), digest_size=4).digest()
    first = int.from_bytes(digest, "big") % max(1, len(others))
    return [*ours, *others[first:], *others[:first]]
