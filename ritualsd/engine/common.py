"""What the engines have in common. It runs nothing itself."""

from __future__ import annotations

from datetime import timedelta
from threading import Event as Flag
from threading import Thread

POISONED = timedelta(hours=1)
"""So long a delivery that raised is left alone."""


def no_doubt() -> float:
    """The gate of an engine whose clock is always believed."""
    return 0.0


def ring_at(stop: Flag, wake: Flag, name: str) -> None:
    """Wake a loop that waits for `wake` when it is to stop. `name` is that of the thread which waits for that."""

    def ring() -> None:
        stop.wait()
        wake.set()

    Thread(target=ring, name=name, daemon=True).start()
