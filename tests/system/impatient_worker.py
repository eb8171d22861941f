"""`ritualsd worker` that looks more often: for tests, which have no two minutes.

What is taken for dead here was made to look old by the test, after it had ended every worker.
"""

import os
import sys
from pathlib import Path

from ritualsd.daemon.worker import work
from ritualsd.engine.pace import Pace

if __name__ == "__main__":
    sys.exit(work(Path(sys.argv[1]), os.environ, concurrency=1, pace=Pace(look_s=1.0, poll_s=0.5, settled_s=1.0)))
