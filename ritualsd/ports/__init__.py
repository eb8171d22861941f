"""What ritualsd needs from the world, as Protocols with their promises in words. No behaviour lives here.

Every datetime named `*_utc` or `now` is aware and in UTC. A port raises only errors of `ritualsd.errors`.
"""

from __future__ import annotations

from ritualsd.model import Settlement as Settlement
from ritualsd.model import StreamPlan as StreamPlan
from ritualsd.ports.erasure import Erasure as Erasure
from ritualsd.ports.personal import Passes as Passes
from ritualsd.ports.personal import Personal as Personal
from ritualsd.ports.personal import Promises as Promises
from ritualsd.ports.queue import Attempt as Attempt
from ritualsd.ports.queue import Jobs as Jobs
from ritualsd.ports.queue import Lane as Lane
from ritualsd.ports.queue import Queue as Queue
from ritualsd.ports.queue import Slip as Slip
from ritualsd.ports.replies import Answered as Answered
from ritualsd.ports.replies import Cursor as Cursor
from ritualsd.ports.replies import Desk as Desk
from ritualsd.ports.replies import ReplySource as ReplySource
from ritualsd.ports.store import Store as Store
from ritualsd.ports.world import Clock as Clock
from ritualsd.ports.world import Content as Content
from ritualsd.ports.world import Courier as Courier
from ritualsd.ports.world import Emit as Emit
from ritualsd.ports.world import Engine as Engine
from ritualsd.ports.world import Pool as Pool
from ritualsd.ports.world import Sender as Sender
from ritualsd.ports.world import World as World
