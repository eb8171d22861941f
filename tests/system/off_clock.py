"""`ritualsd` on a machine whose wall clock is off: for tests. python -m tests.system.off_clock SECONDS WORDS…"""

from __future__ import annotations

import sys
from datetime import datetime, timedelta

from ritualsd.cli.main import main
from ritualsd.daemon import wiring
from ritualsd.daemon.clock import SystemClock

OFF = timedelta(seconds=float(sys.argv.pop(1)))


class OffClock(SystemClock):
    """`ports.Clock`, so far ahead of the real one."""

    def now(self) -> datetime:
        return super().now() + OFF


if __name__ == "__main__":
    wiring.SystemClock = OffClock  # type: ignore[misc] # in this process, which is a test's
    main()
