"""The twelve checks of a plugin, for its author. Each yields a sentence for everything that is wrong.

Runs in a process of its own (`content.conform`): what a plugin does here touches nothing else.
"""

from __future__ import annotations

import inspect
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from typing import Any

from ritualsd.content.api import PluginInfo
from ritualsd.content.coerce import LONGEST, collect
from ritualsd.content.guard import Failed, Ok, TimedOut, bounded
from ritualsd.content.hooks import CONTENT_HOOK, HOOK_OF_KIND
from ritualsd.content.plugin_settings import validated
from ritualsd.content.record import SHORTEST_SECRET, Record, Refused, plain_error
from ritualsd.content.shelf import Place, brought
from ritualsd.core.events import E
from ritualsd.core.words import is_known, placeholders
from ritualsd.model import Ask, Event, Message, PluginTable, Prompt

IMPORT_S = 1.0
MOMENTS = tuple(
    datetime(*day, 18, 0, tzinfo=UTC) for day in ((2028, 2, 29), (2026, 4, 1), (2026, 7, 19), (2026, 12, 31))
)
SOME_KIND = "date"
"""Asked of `ritualsd_content` where a plugin names no kinds."""

ODD_VALUES: tuple[Any, ...] = ("", "nowhere at all", -1, 1.5, True, [], {}, [{"a": 1}])


@dataclass(slots=True, kw_only=True)
class Subject:
    """The plugin under test, and what was seen while it was imported and asked."""

    record: Record
    import_s: float = 0.0
    network: list[str] = field(default_factory=list)
    printed: Callable[[], str] = str
    refusal: Refused | None = None  # of its hooks or its PluginInfo
    bad_settings: str = ""
    slow: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    answers: dict[str, tuple[list[Any], list[Any]]] = field(default_factory=dict)  # what each ask got, twice

    @property
    def secrets(self) -> frozenset[str]:
        """Settings that must not be quoted from an exception."""
        given = self.record.table.settings.values()
        return frozenset(text for text in given if isinstance(text, str) and len(text) >= SHORTEST_SECRET)

    @property
    def info(self) -> PluginInfo:
        return self.record.info or PluginInfo(name=self.record.name)


Check = Callable[[Subject], Iterator[str]]


# ── asking ────────────────────────────────────────────────────────────────────────────────────


def exercise(subject: Subject) -> None:
    """Call every hook there is, as the host would, and keep what came."""
    record = subject.record
    if not _call(subject, "ritualsd_configure", {"settings": record.settings}, lambda _: None):
        return
    for hook, ask in _asks(record):
        label = f"{hook} for {ask.kind} on {ask.at:%-d %B}"
        pair = tuple(_call(subject, hook, {"ask": ask}, partial(_taken, ask.limit), label) for _ in range(2))
        if all(isinstance(each, Ok) for each in pair):
            subject.answers[label] = (pair[0].value or [], pair[1].value or [])  # type: ignore[union-attr] # both are Ok
    _exercise_others(subject)


def _exercise_others(subject: Subject) -> None:
    ask = Ask(kind=SOME_KIND, ritual="check", at=MOMENTS[0], settings=subject.record.settings)
    message = Message(title="A small note", body="What made today easier?", source="deck:check")
    event = Event(name=E.DELIVERY_SENT, fields={"ritual": "check", "channel": "ana/phone"})
    decks = _call(subject, "ritualsd_decks", {}, partial(brought, subject.record.name, subject.record.folder))
    if isinstance(decks, Ok):
        subject.errors += _deck_problems(decks.value or ())
    _call(subject, "ritualsd_reword", {"message": message, "ask": ask}, lambda _: None)
    _call(subject, "ritualsd_on_event", {"event": event}, lambda _: None)


def _asks(record: Record) -> Iterator[tuple[str, Ask]]:
    """Every content hook with an ask for each kind it serves, at a few moments of the year."""
    kinds = {hook: [kind] for kind, hook in HOOK_OF_KIND.items()}
    kinds[CONTENT_HOOK] = sorted(record.info.kinds if record.info else ()) or [SOME_KIND]
    for hook in [hook for hook in record.hooks if hook in kinds]:
        for kind in kinds[hook]:
            for at in MOMENTS:
                yield hook, Ask(kind=kind, ritual="check", at=at, settings=record.settings)


def _call(
    subject: Subject, hook: str, given: Mapping[str, Any], take: Callable[[Any], Any], label: str = ""
) -> Ok[Any] | Failed | TimedOut | None:
    """What one hook answers within the plugin's time; None where it has no such hook and all is well."""
    record = subject.record
    if hook not in record.hooks:
        return Ok(None)
    function = getattr(record.plugin, hook)
    wanted = {name: given[name] for name in inspect.signature(function).parameters if name in given}
    outcome = bounded(lambda: take(function(**wanted)), record.timeout_s)
    if isinstance(outcome, TimedOut):
        subject.slow.append(f"{label or hook}: no answer within {record.timeout_s:g} seconds")
    elif isinstance(outcome, Failed):
        subject.errors.append(f"{label or hook}: {plain_error(outcome.error, subject.secrets)}")
    return outcome if isinstance(outcome, Ok) else None


def _taken(limit: int, answer: Any) -> list[Any]:
    """The items of an answer, a few more than asked for. Raises TypeError as the host would for what is no list."""
    if answer is None:
        return []
    if isinstance(answer, str | bytes | Mapping) or not isinstance(answer, Iterable):
        raise TypeError(f"expected a list of prompts, got {type(answer).__name__}")
    return list(islice(answer, limit + 1))


def _deck_problems(places: Iterable[Place]) -> Iterator[str]:
    from ritualsd.content.deckfile import read_deck

    for place in places:
        deck = read_deck(place.path, plugin=place.plugin, kind=place.kind)
        yield from (str(problem) for problem in deck.problems if problem.severity == "error")


# ── the twelve ────────────────────────────────────────────────────────────────────────────────


def imports_quickly(subject: Subject) -> Iterator[str]:
    if subject.import_s >= IMPORT_S:
        yield f"importing it took {subject.import_s:.1f} s; do slow work in a hook, or import large libraries there"


def imports_offline(subject: Subject) -> Iterator[str]:
    for what in dict.fromkeys(subject.network):
        yield f"it used the network while it was imported ({what}); do so in a hook"


def is_silent(subject: Subject) -> Iterator[str]:
    if subject.printed():
        yield "it wrote on standard output; use the logging module, or print to sys.stderr"


def speaks_our_api(subject: Subject) -> Iterator[str]:
    if subject.refusal and subject.refusal.status == "incompatible":
        yield str(subject.refusal)


def has_good_hooks(subject: Subject) -> Iterator[str]:
    if subject.refusal and subject.refusal.status != "incompatible":
        yield str(subject.refusal)


def describes_settings(subject: Subject) -> Iterator[str]:
    model = subject.info.settings
    for name, field_ in (model.model_fields if model else {}).items():
        if not field_.description:
            yield f"the setting {name} has no description; write Field(description=…)"
        if field_.is_required() and not field_.examples:
            yield f"the setting {name} is needed and shows no example; write Field(examples=[…])"
    if subject.bad_settings:
        yield subject.bad_settings
    elif model:
        yield from _bad_defaults(subject.info, model)


def _bad_defaults(info: PluginInfo, model: Any) -> Iterator[str]:
    """Defaults that the plugin's own model would refuse: pydantic looks at none of them unless told to."""
    looking = type(model.__name__, (model,), {"model_config": {"validate_default": True}})
    try:
        validated(replace(info, settings=looking), PluginTable(settings=examples(info)))
    except Refused as refused:
        yield f"a default or an example is not valid: {refused.what}"


def explains_wrong_settings(subject: Subject) -> Iterator[str]:
    info = subject.info
    names = list(info.settings.model_fields) if info.settings else []
    tries = [("surprising-key", 1)] if not _takes_anything(info) else []
    tries += [(name, value) for name in names for value in ODD_VALUES]
    for name, value in tries:
        try:
            validated(info, PluginTable(settings=examples(info) | {name: value}))
        except Refused as refused:
            if name not in refused.what:
                yield f"a wrong {name} is refused without naming it: {refused.what}"
        except BaseException as error:  # noqa: BLE001 - whatever a validator does to us is what we came to see
            yield f"{name} = {value!r} ends in {type(error).__name__}; raise ValueError in a validator"
            return


def _takes_anything(info: PluginInfo) -> bool:
    return info.settings is not None and info.settings.model_config.get("extra") == "allow"


def answers_in_time(subject: Subject) -> Iterator[str]:
    yield from subject.slow
    yield from subject.errors


def honours_limit(subject: Subject) -> Iterator[str]:
    limit = Ask(kind="", ritual="", at=MOMENTS[0]).limit
    for label, (first, _) in subject.answers.items():
        if len(first) > limit:
            yield f"{label}: more than ask.limit ({limit}) prompts; offer a choice of them"


def offers_good_prompts(subject: Subject) -> Iterator[str]:
    for label, (first, _) in subject.answers.items():
        kept: list[Prompt] = []
        try:
            collect(first, plugin=subject.record.name, limit=len(first) + 1, kept=kept)
        except TypeError as error:
            yield f"{label}: {error}"
        if len(kept) < len(first):
            lost = f"{len(first) - len(kept)} of {len(first)}"
            yield f"{label}: {lost} are blank, longer than {LONGEST} characters, or there twice"
        unknown = {name for prompt in kept for name in placeholders(prompt.text) if not is_known(name)}
        if unknown:
            yield f"{label}: nobody fills {{{min(unknown)}}}, so it is never drawn; write {{{{ for a brace"


def answers_twice(subject: Subject) -> Iterator[str]:
    for label, (first, second) in subject.answers.items():
        if first and not second:
            yield f"{label}: nothing the second time; a generator can be used only once, so make a new one"


def leaves_no_thread(subject: Subject) -> Iterator[str]:
    for thread in threading.enumerate():
        if thread is not threading.main_thread() and not thread.daemon:
            yield f"the thread {thread.name} would keep ritualsd from ending; make it a daemon thread, or end it"


CHECKS: Mapping[str, Check] = {
    "it is imported in less than a second": imports_quickly,
    "it leaves the network alone while it is imported": imports_offline,
    "it is silent on standard output": is_silent,
    "it speaks a plugin API this ritualsd knows": speaks_our_api,
    "its hooks are known and well shaped": has_good_hooks,
    "its settings are described, and the defaults are valid": describes_settings,
    "a wrong setting is answered with its name": explains_wrong_settings,
    "it answers in time and without an error": answers_in_time,
    "it offers no more than it is asked for": honours_limit,
    "its prompts can be used": offers_good_prompts,
    "the same ask works twice": answers_twice,
    "it leaves no thread behind": leaves_no_thread,
}


def examples(info: PluginInfo) -> dict[str, Any]:
    """Settings a plugin can be tried with: the first example of each that has no default."""
    fields = info.settings.model_fields if info.settings else {}
    return {name: each.examples[0] for name, each in fields.items() if each.is_required() and each.examples}
