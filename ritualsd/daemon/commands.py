"""What the command line asks for: done by the running daemon, or, where none runs, here and now under its lock."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ritualsd.core.calendars import unnamed, with_days
from ritualsd.daemon.actions import ACTIONS
from ritualsd.daemon.client import call
from ritualsd.daemon.clock import SystemClock
from ritualsd.daemon.content import LateContent
from ritualsd.errors import AlreadyRunning, RitualsdError
from ritualsd.flow.learn_days import remembered
from ritualsd.flow.lived import lived
from ritualsd.flow.welcome import wait_for_yes
from ritualsd.model import DeliveryState, Event, Settings
from ritualsd.ports import World

STARTING_S = 5.0
ROUNDS = 8  # a message has no more channels to fall back to than that


class Refused(RitualsdError):
    """The daemon's own words, with the exit code it asked for."""

    def __init__(self, what: str, exit_code: int) -> None:
        super().__init__(what)
        self.exit_code = exit_code


def perform(
    command: str, state: Path, settings_of: Callable[[], Settings], *, no_plugins: bool = False, **fields: Any
) -> dict[str, Any]:
    """The answer to a command of ACTIONS; `by` in it says who did it: "daemon" or "command".

    `settings_of` is called only where no daemon runs. Raises RitualsdError.
    """
    answer = call(state, command, **fields)
    if answer is None:
        try:
            return _perform_here(command, state, settings_of(), no_plugins, fields)
        except AlreadyRunning:
            answer = _ask_again(state, command, fields)
            if answer is None:
                raise
    if not answer.get("ok"):
        raise Refused(str(answer.get("error", "the daemon refused")), int(answer.get("exit", 1)))
    return {"by": "daemon", **answer}


def _perform_here(
    command: str, state: Path, settings: Settings, no_plugins: bool, fields: Mapping[str, Any]
) -> dict[str, Any]:
    from ritualsd.store import open_registry

    with _world(state, settings, no_plugins) as world:
        settings = with_days(settings, remembered(world.store, unnamed(settings.household)))
        settings = lived(world.store, settings)
        wait_for_yes(world, settings, world.clock.now())
        answer = ACTIONS[command](world, settings, fields)
        if "occurrences" in answer:
            _deliver(world, settings, answer["occurrences"])
        open_registry(world.store).wake(settings.household.id, world.clock.now())  # whoever plans it
        return {"ok": True, "by": "command", **answer}


def _ask_again(state: Path, command: str, fields: Mapping[str, Any]) -> dict[str, Any] | None:
    """Somebody holds the folder and does not answer: a daemon that is just starting soon will."""
    ends = time.monotonic() + STARTING_S
    while time.monotonic() < ends:
        answer = call(state, command, **fields)
        if answer is not None:
            return answer
        time.sleep(0.1)
    return None


def test_channel(state: Path, settings: Settings, label: str) -> dict[str, Any]:
    """Send a test message to `person/channel`: `kind`, `code` and `elapsed_s` of the outcome. Raises RitualsdError."""
    return perform("test-channel", state, lambda: settings, channel=label)


@contextmanager
def _world(state: Path, settings: Settings, no_plugins: bool) -> Iterator[World]:
    """A world of our own for as long as the state folder's lock is held."""
    from ritualsd.send.pool import SenderPool
    from ritualsd.store import open_store
    from ritualsd.store.folder import lock, prepare_folder

    clock = SystemClock()
    with lock(prepare_folder(state)):
        store = open_store(
            state, url=settings.storage_url, clock_now=clock.now(), household=settings.household.id,
            sealing=settings.sealing,
        )  # fmt: skip
        sender = SenderPool(state, workers=1, emit=_unlogged)
        try:
            boot = f"command-{secrets.token_hex(4)}"
            if not settings.storage_url:  # else another machine may be sending it at this moment
                store.recover(boot, clock.now())
            content = LateContent(lambda: open_host(settings, no_plugins))
            yield World(store=store, content=content, sender=sender, clock=clock, emit=_unlogged, boot=boot)
        finally:
            sender.close()
            store.close()
            give_back(state)


def open_host(settings: Settings, no_plugins: bool) -> Any:
    """The content host for a single command."""
    from ritualsd.content import open_content

    return open_content(settings, no_plugins=no_plugins, emit=_unlogged)


def give_back(state: Path) -> None:
    """As root, hand what was made in the state folder to the folder's owner: else the daemon is locked out of it.

    Acting as the owner instead would not reach a folder below `/var/lib/private`.
    """
    if os.geteuid() != 0:
        return
    owner = state.stat()
    for path in state.iterdir():
        os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)


def _deliver(world: World, settings: Settings, names: Sequence[str]) -> None:
    """Word and send these occurrences, falling back from channel to channel, until nothing of theirs is due."""
    from ritualsd.flow.deliver import deliver_one
    from ritualsd.flow.prepare import prepare

    prepare(world, lived(world.store, settings), world.clock.now())
    for _ in range(ROUNDS):
        entries = [entry for name in names if (entry := world.store.find(name))]
        due = [
            delivery
            for entry in entries
            for delivery in entry.deliveries
            if delivery.state is DeliveryState.PENDING and delivery.next_attempt_utc <= world.clock.now()
        ]
        if not due:
            return
        for delivery in due:
            deliver_one(world, settings, delivery)


def _unlogged(event: Event) -> None:
    """A command speaks to the person who typed it, not to the log."""
