"""Edits during a day: which of the day's new times must not fire, so that no day gets more than its rule names, and
which times a change of zone made vanish."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from ritualsd.model import Slot


def barred(
    today: Sequence[Slot], *, used: Sequence[datetime], promised: Collection[datetime], now: datetime
) -> list[Slot]:
    """The slots of `today` (one civil date of the new rule, in order) that stay silent.

    `used` are the nominal times this date already had, `promised` those the old rule named. A time the old rule
    promised is always kept. A time the edit brought is kept only while the date has fewer than the new rule names:
    so 07:30 moved to 08:00 at 07:45 does not ring twice, and dropping 07:30 at noon does not swallow 21:00.
    """
    ahead = [slot for slot in today if slot.due_utc > now and slot.local not in used]
    room = len(today) - len(used) - sum(slot.local in promised for slot in ahead)
    new = [slot for slot in ahead if slot.local not in promised]
    return new[max(room, 0) :] if used else []


def vanished(old: Iterable[Slot], new: Iterable[Slot], *, now: datetime) -> list[Slot]:
    """The slots that were still to come in the old zone (`old`) and are over already in the new one."""
    still_to_come = {(slot.key, slot.part) for slot in old}
    return [slot for slot in new if slot.due_utc <= now and not slot.skipped and (slot.key, slot.part) in still_to_come]
