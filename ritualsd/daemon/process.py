"""How every process of ours begins and ends: nothing of it leaks, and nothing holds it up."""

from __future__ import annotations

import faulthandler
import os
import resource
import signal
import threading
import time
from collections.abc import Mapping
from pathlib import Path
from threading import Thread

from ritualsd.config import Loaded, load
from ritualsd.core.events import E
from ritualsd.errors import ConfigError
from ritualsd.model import Event
from ritualsd.ports import Emit

SENDS_END_S = 9.0
"""So long may sends in flight take to end once we are told to stop; then they are cut off and count as unknown."""

LAST_RESORT_S = 14.0
STDOUT, STDERR = 1, 2


def begin() -> None:
    """Before anything else, on the main thread."""
    signal.signal(signal.SIGHUP, signal.SIG_IGN)  # until it means something: by default it would end us
    os.umask(0o077)
    no_core_files()
    plug_standard_streams()
    faulthandler.enable(STDERR)


def load_or_refuse(path: Path, env: Mapping[str, str]) -> Loaded:
    """The configuration at start. Raises ConfigError with every problem when it cannot be used."""
    loaded = load(path, env)
    if loaded.settings is None:
        raise ConfigError("the configuration has errors", where=str(path), problems=loaded.problems)
    return loaded


def no_core_files() -> None:
    """What we hold in memory must not end up in a file because we crashed; holds for every process we start, too."""
    _, hard = resource.getrlimit(resource.RLIMIT_CORE)
    resource.setrlimit(resource.RLIMIT_CORE, (0, hard))


def plug_standard_streams() -> None:
    """Where a standard stream was closed put /dev/null: else the next file opened takes its number, and our log."""
    for number in (0, STDOUT, STDERR):
        try:
            os.fstat(number)
        except OSError:
            os.dup2(os.open(os.devnull, os.O_RDWR), number)


def tell_failed_threads(emit: Emit) -> None:
    """No thread of ours should end by an exception; if one does, its type is told and not its text."""

    def tell(failed: threading.ExceptHookArgs) -> None:
        name = failed.thread.name if failed.thread else ""
        emit(Event(name=E.THREAD_FAILED, fields={"thread": name, "error": failed.exc_type.__name__}))

    threading.excepthook = tell


def leave_after(seconds: float, exit_code: int) -> None:
    """The last resort against whatever hangs. Everything that matters was committed when it happened."""

    def leave() -> None:
        time.sleep(seconds)
        os._exit(exit_code)

    Thread(target=leave, name="last-resort", daemon=True).start()


def leave_if_held(exit_code: int) -> None:
    """End the process here where a hanging thread would keep the interpreter from ending."""
    for thread in threading.enumerate():
        if thread is not threading.main_thread() and not thread.daemon:
            thread.join(0.5)
            if thread.is_alive():
                os._exit(exit_code)
