"""Opens every adapter and puts the world together: the one place that knows which library stands behind which port."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from ritualsd.core.events import E
from ritualsd.daemon.clock import ClockWatch, SystemClock
from ritualsd.daemon.content import Host, LateContent, Listeners
from ritualsd.daemon.live import Live
from ritualsd.daemon.notify import Notifier
from ritualsd.daemon.tally import Tally
from ritualsd.model import Event, Settings
from ritualsd.ports import Clock, Emit, Store, World
from ritualsd.send.pool import SenderPool
from ritualsd.store import open_registry, open_store

if TYPE_CHECKING:
    from ritualsd.daemon.houses import Houses


def open_live(
    settings: Settings,
    state: Path,
    env: Mapping[str, str],
    notifier: Notifier,
    log: Emit,
    *,
    no_plugins: bool,
    clock: Clock | None = None,
) -> Live:
    """The daemon's world, with the ledger open and what a crash left in flight pending again; where others deliver as
    well, their engine finds that.

    Call with the state folder's lock held. Raises StoreError; with RITUALSD_STRICT=1 also PluginProblem.
    """
    strict = env.get("RITUALSD_STRICT") == "1"
    tally = Tally()
    emit = Listeners(tally.hearing(log))
    clock = clock or SystemClock()
    watch = ClockWatch(clock, emit)
    store = open_store(state, url=settings.storage_url, clock_now=clock.now(), sealing=settings.sealing)
    watch.set_floor(store.installation().created_utc)
    boot = secrets.token_hex(8)
    if settings.engine == "embedded" and (recovered := store.recover(boot, clock.now())):
        emit(Event(name=E.DELIVERY_RECOVERED, fields={"count": recovered}))

    def content_for(wanted: Settings) -> LateContent:
        return LateContent(lambda: _open_host(wanted, store, emit, no_plugins, strict))

    content = content_for(settings)
    world = World(
        store=store, content=content, sender=SenderPool(state, emit=emit), clock=clock, emit=emit, boot=boot
    )  # fmt: skip
    live = Live(
        world=world, settings=settings, content=content, content_for=content_for, notifier=notifier, watch=watch,
        tally=tally,
    )  # fmt: skip
    live.settings = live.with_plugin_days(settings)
    if settings.households:
        live.houses = _open_houses(live, env)
    emit.tell_to(lambda: live.content)
    if strict:
        content.start()
    return live


def _open_houses(live: Live, env: Mapping[str, str]) -> Houses:
    """The households of the folder, with what a crash left in flight pending again in each."""
    from ritualsd.daemon.houses import Houses

    world, registry = live.world, open_registry(live.world.store)
    for household in registry.interrupted() if live.settings.engine == "embedded" else ():
        registry.store_of(household).recover(world.boot, world.clock.now())
    return Houses(live, registry, env)


def _open_host(settings: Settings, store: Store, emit: Emit, no_plugins: bool, strict: bool) -> Host:
    from ritualsd.content import open_content

    memory = (store.recall, store.remember)
    return open_content(settings, no_plugins=no_plugins, emit=emit, breaker_memory=memory, strict=strict)
