"""The households that were needed last, parsed, each with its own world. Bounded by how many rituals they have."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, replace
from functools import cache
from threading import Lock

from ritualsd.config.files import Unreadable
from ritualsd.config.households import Folder, Source
from ritualsd.daemon.hidden import Hidden
from ritualsd.daemon.live import Live
from ritualsd.daemon.takeover import in_force
from ritualsd.model import Event, Settings
from ritualsd.ports import Emit, World
from ritualsd.ports.households import Registered, Registry

MOST_RITUALS = 20_000
"""So many rituals are held at a time, where each household counts as EACH more."""

EACH = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """One household in force: its settings, and a world with its own ledger, decks and log lines."""

    world: World
    settings: Settings
    hash: str


class Homes:
    """A household is read again once it was pushed out. Any thread may ask."""

    def __init__(self, live: Live, registry: Registry) -> None:
        self._live, self._registry = live, registry
        self._held: OrderedDict[str, Home] = OrderedDict()
        self._rituals = 0
        self._forgotten = 0  # so often
        self._lock = Lock()

    def of(self, known: Registered, folder: Folder) -> Home | None:
        """The household with the content that is in force; None where there is none that can be used."""
        with self._lock:
            held = self._held.get(known.household)
            if held is not None and held.hash == known.hash:
                self._held.move_to_end(known.household)
                return held
            before = self._forgotten
        settings = self._read(known, folder) if known.hash else None
        if settings is None:
            return None
        home = Home(world=self._world_of(settings), settings=settings, hash=known.hash)
        self._hold(known.household, home, before)
        return home

    def drop(self, household: str) -> None:
        with self._lock:
            self._take_out(household)

    def forget(self) -> None:
        """All of them: what they go by has changed."""
        with self._lock:
            self._held.clear()
            self._rituals = 0
            self._forgotten += 1

    def _read(self, known: Registered, folder: Folder) -> Settings | None:
        """From its file; where that says something else by now, or is broken, from the text that was adopted."""
        source = folder.source(known.household) or Source(name=known.household, file=known.source, home=known.source)
        try:
            reading = folder.read(source)
            data = reading.data if reading.hash == known.hash else None
        except Unreadable:
            data = None
        data = data or in_force(self._registry.store_of(known.household))
        settings = folder.parsed(source, data)[0] if data is not None else None
        houses = self._live.houses
        return houses.with_plugin_days(settings) if settings is not None and houses is not None else settings

    def _world_of(self, settings: Settings) -> World:
        live = self._live
        return replace(
            live.world, store=self._registry.store_of(settings.household.id),
            content=live.content.for_household(settings), emit=emitter(live.world.emit, settings),
        )  # fmt: skip

    def _hold(self, household: str, home: Home, before: int) -> None:
        """Unless all were forgotten since `before`: then what it goes by may be the old."""
        with self._lock:
            if self._forgotten != before:
                return
            self._take_out(household)
            self._held[household] = home
            self._rituals += _weight(home)
            while len(self._held) > 1 and self._rituals > MOST_RITUALS:
                self._take_out(next(iter(self._held)))

    def _take_out(self, household: str) -> None:
        gone = self._held.pop(household, None)
        self._rituals -= _weight(gone) if gone else 0


def _weight(home: Home) -> int:
    return EACH + len(home.settings.household.rituals)


def emitter(emit: Emit, settings: Settings) -> Emit:
    """Events that say of which household they are; nothing secret of it gets through, in whatever form."""
    household = settings.household.id

    @cache  # nothing is told of most households; and no thread sees one that is half learnt
    def hidden() -> Hidden:
        made = Hidden()
        made.learn(settings)
        return made

    def emitting(event: Event) -> None:
        shown = {key: hidden().without(each) if isinstance(each, str) else each for key, each in event.fields.items()}
        emit(replace(event, fields={"household": household, **shown}))

    return emitting
