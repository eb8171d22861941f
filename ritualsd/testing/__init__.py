"""For tests, ours and every plugin author's: doubles of the world, and pytest fixtures.

The doubles are imported from here. With `pytest_plugins = "ritualsd.testing"` the fixtures come along; pytest itself is
loaded by nothing else. (PYTEST_DONT_REWRITE: no assertion stands here.)
"""

from __future__ import annotations

from ritualsd.testing.doubles import CountedRandom as CountedRandom
from ritualsd.testing.doubles import HeldClock as HeldClock
from ritualsd.testing.doubles import ListContent as ListContent
from ritualsd.testing.doubles import RecordingSender as RecordingSender
from ritualsd.testing.doubles import ScriptedSender as ScriptedSender
from ritualsd.testing.doubles import Sent as Sent
from ritualsd.testing.doubles import VirtualClock as VirtualClock

__all__ = ["CountedRandom", "HeldClock", "ListContent", "RecordingSender", "ScriptedSender", "Sent", "VirtualClock"]

pytest_plugins = ["ritualsd.testing.fixtures"]
"""Read by pytest when it loads this module as a plugin."""
