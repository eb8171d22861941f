"""The desk at which every source of replies hands in what it hears: the household in force, and the record.

Tells the writer in one line what was made of it; tells nobody else anything.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import datetime

from ritualsd.core.asking import asked
from ritualsd.core.events import E
from ritualsd.core.notices import base_of, ritual_called
from ritualsd.core.phrases import Phrases
from ritualsd.core.replies import forms
from ritualsd.errors import NotFound, RitualsdError, StoreError
from ritualsd.flow.collect import collect, skip_past
from ritualsd.flow.lived import lived
from ritualsd.flow.opened import opened
from ritualsd.flow.unclear import ask_again
from ritualsd.model import Event, Incoming, Settings
from ritualsd.ports import Answered, Cursor, World

TRIES = 3


class HouseholdDesk:
    """`ports.Desk` of one source. `at_home` gives the world and the settings in force; `heard` is called whenever the
    source is connected, `kept` whenever a reply was kept."""

    def __init__(
        self,
        source: str,
        at_home: Callable[[], tuple[World, Settings]],
        heard: Callable[[], None],
        kept: Callable[[], None],
    ) -> None:
        self._source, self._at_home = source, at_home
        self._heard, self._kept = heard, kept
        self._stumbled: Counter[str] = Counter()

    def collect(self, incoming: Incoming) -> Answered:
        """See `ports.Desk`."""
        world, settings = self._at_home()
        settings = lived(world.store, settings)
        phrases = _phrases(world, settings, incoming.person)
        now = world.clock.now()
        try:
            kept = collect(world, settings, incoming, now)
        except StoreError:
            raise
        except NotFound:
            words = phrases.say("replied.nowhere" if incoming.token else "replied.which")
        except RitualsdError:
            skip_past(world, incoming.cursor)
            words = phrases.say("replied.unclear", forms=_forms(world, settings, incoming, phrases, now))
            return Answered(kept=False, words=words, unclear=True)
        except Exception:
            if self._is_worth_another_try(incoming):
                raise
            self.dropped("crash")
            words = phrases.say("replied.which")
        else:
            self._kept()
            return Answered(kept=True, words=kept.words)
        skip_past(world, incoming.cursor)
        return Answered(kept=False, words=words)

    def _is_worth_another_try(self, incoming: Incoming) -> bool:
        """Whether a reply that nothing of ours can take is told of again, or makes way for those behind it."""
        self._stumbled[incoming.source_msg_id] += 1
        if self._stumbled[incoming.source_msg_id] < TRIES:
            return True
        self._stumbled.clear()
        return False

    def ask_again(self, incoming: Incoming) -> None:
        """See `ports.Desk`."""
        world, settings = self._at_home()
        ask_again(world, settings, incoming, world.clock.now())
        self._kept()

    def skip(self, cursor: Cursor) -> None:
        """See `ports.Desk`."""
        skip_past(self._at_home()[0], cursor)

    def cursor(self, key: str) -> str:
        """See `ports.Desk`."""
        return self._at_home()[0].store.recall(key)

    def listening(self) -> None:
        """See `ports.Desk`."""
        self._heard()

    def dropped(self, why: str) -> None:
        """See `ports.Desk`."""
        self._at_home()[0].emit(Event(name=E.SOURCE_DROPPED, fields={"source": self._source, "why": why}))


def _forms(world: World, settings: Settings, incoming: Incoming, phrases: Phrases, now: datetime) -> str:
    """The answers there are to the message that is answered, or to the one it is a nudge to."""
    meant = base_of(opened(world, settings, incoming.token, now).occurrence)
    ritual = ritual_called(settings.household, meant.ritual)
    return forms(asked(ritual, meant, phrases) or "none", phrases)


def _phrases(world: World, settings: Settings, person: str) -> Phrases:
    """The language of the writer, where the source knows who that is."""
    writer = settings.household.people.get(person)
    return world.content.phrases(writer.language if writer is not None else settings.household.language)
