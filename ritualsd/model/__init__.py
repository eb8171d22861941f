"""The nouns, as frozen data. Nothing here decides, reads a clock, or touches the world.

A name is loaded when it is first asked for: building these classes is a fifth of what a quick command costs.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ritualsd.model.decision import NOTHING_ELSE as NOTHING_ELSE
    from ritualsd.model.decision import Consequences as Consequences
    from ritualsd.model.decision import Handover as Handover
    from ritualsd.model.decision import Redraw as Redraw
    from ritualsd.model.decision import Settled as Settled
    from ritualsd.model.decision import Settlement as Settlement
    from ritualsd.model.decision import StreamPlan as StreamPlan
    from ritualsd.model.people import DEFAULT_CIRCLE as DEFAULT_CIRCLE
    from ritualsd.model.people import DEFAULT_HOUSEHOLD as DEFAULT_HOUSEHOLD
    from ritualsd.model.people import EMPTY as EMPTY
    from ritualsd.model.people import INBOX_SCHEME as INBOX_SCHEME
    from ritualsd.model.people import Channel as Channel
    from ritualsd.model.people import Person as Person
    from ritualsd.model.people import Quiet as Quiet
    from ritualsd.model.people import Secret as Secret
    from ritualsd.model.personal import Erased as Erased
    from ritualsd.model.personal import Fact as Fact
    from ritualsd.model.personal import LifeSeason as LifeSeason
    from ritualsd.model.personal import Pass as Pass
    from ritualsd.model.personal import Promise as Promise
    from ritualsd.model.personal import PromiseState as PromiseState
    from ritualsd.model.personal import Purpose as Purpose
    from ritualsd.model.personal import Taste as Taste
    from ritualsd.model.personal import Verdict as Verdict
    from ritualsd.model.record import Action as Action
    from ritualsd.model.record import ActionKind as ActionKind
    from ritualsd.model.record import Delivery as Delivery
    from ritualsd.model.record import DeliveryState as DeliveryState
    from ritualsd.model.record import Due as Due
    from ritualsd.model.record import Entry as Entry
    from ritualsd.model.record import Event as Event
    from ritualsd.model.record import Health as Health
    from ritualsd.model.record import Incoming as Incoming
    from ritualsd.model.record import Installation as Installation
    from ritualsd.model.record import Occurrence as Occurrence
    from ritualsd.model.record import OccurrenceState as OccurrenceState
    from ritualsd.model.record import Outcome as Outcome
    from ritualsd.model.record import OutcomeKind as OutcomeKind
    from ritualsd.model.record import Reply as Reply
    from ritualsd.model.record import Spoken as Spoken
    from ritualsd.model.ritual import Ritual as Ritual
    from ritualsd.model.settings import Household as Household
    from ritualsd.model.settings import Keyring as Keyring
    from ritualsd.model.settings import PluginTable as PluginTable
    from ritualsd.model.settings import Problem as Problem
    from ritualsd.model.settings import Settings as Settings
    from ritualsd.model.silence import Pause as Pause
    from ritualsd.model.silence import Reason as Reason
    from ritualsd.model.time import NEVER as NEVER
    from ritualsd.model.time import Done as Done
    from ritualsd.model.time import Slot as Slot
    from ritualsd.model.time import Stream as Stream
    from ritualsd.model.time import Sun as Sun
    from ritualsd.model.ways import NO_WAY_BACK as NO_WAY_BACK
    from ritualsd.model.ways import BotWay as BotWay
    from ritualsd.model.ways import MailWay as MailWay
    from ritualsd.model.ways import TopicWay as TopicWay
    from ritualsd.model.ways import WayBack as WayBack
    from ritualsd.model.ways import Ways as Ways
    from ritualsd.model.words import Ask as Ask
    from ritualsd.model.words import Drawn as Drawn
    from ritualsd.model.words import Memory as Memory
    from ritualsd.model.words import Message as Message
    from ritualsd.model.words import Prompt as Prompt
    from ritualsd.model.words import Seen as Seen

_HOMES = {
    "people": ("Channel", "DEFAULT_CIRCLE", "DEFAULT_HOUSEHOLD", "EMPTY", "INBOX_SCHEME", "Person", "Quiet", "Secret"),
    "personal": ("Erased", "Fact", "LifeSeason", "Pass", "Promise", "PromiseState", "Purpose", "Taste", "Verdict"),
    "ritual": ("Ritual",),
    "settings": ("Household", "Keyring", "PluginTable", "Problem", "Settings"),
    "time": ("Done", "NEVER", "Slot", "Stream", "Sun"),
    "ways": ("BotWay", "MailWay", "NO_WAY_BACK", "TopicWay", "WayBack", "Ways"),
    "words": ("Ask", "Drawn", "Memory", "Message", "Prompt", "Seen"),
    "record": (
        "Action",
        "ActionKind",
        "Delivery",
        "DeliveryState",
        "Due",
        "Entry",
        "Event",
        "Health",
        "Incoming",
        "Installation",
        "Occurrence",
        "OccurrenceState",
        "Outcome",
        "OutcomeKind",
        "Reply",
        "Spoken",
    ),
    "silence": ("Pause", "Reason"),
    "decision": ("Consequences", "Handover", "NOTHING_ELSE", "Redraw", "Settled", "Settlement", "StreamPlan"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _HOME_OF:
        raise AttributeError(f"module 'ritualsd.model' has no attribute {name!r}")
    value = getattr(import_module(f"ritualsd.model.{_HOME_OF[name]}"), name)
    globals()[name] = value
    return value
