"""Why an occurrence ended: the closed list of reason codes, and the sentence a person reads for each."""

from __future__ import annotations

from ritualsd.model import Reason

SENTENCES: dict[str, str] = {
    "sent": "sent",
    "down": "ritualsd was not running when it was due",
    "restored": "it fell in the time before a backup was restored",
    "clock": "the clock jumped past it",
    "paused": "paused",
    "own-pause": "you paused it",  # only its reader reads this
    "left": "you left",  # and so is this
    "waiting-for-yes": "it waits for your yes to the first message",
    "away": "it fell on a day you are away",
    "season": "it rests in the season that is on",
    "private": "it rests for now",  # in a season of somebody's own: what it was is told to nobody
    "own-quiet": "your own quiet hours lasted longer than the message made sense",  # only its reader reads this
    "phone-away": "the time without phones lasted longer than the message made sense",
    "quiet": "quiet hours lasted longer than the message made sense",
    "budget": "the day already held enough messages",
    "own-budget": "your day already held as many messages as you wish",  # only its reader reads this
    "rest-day": "it is a day on which nothing is wanted",
    "digest": "it was put together with others, into one message",
    "overlap": "two of its times fell on the same moment",
    "no-content": "nothing fitting to say was found",
    "zone-change": "the time zone changed: this day had its message already, or its time was over at once",
    "edited": "the schedule was edited and this day had its message already",
    "gap": "the clock skipped this time",
    "no-sun": "the sun does not rise or set there that day",
    "newer": "a newer one came due first",
    "late": "it could not be delivered while it still made sense",
    "answered": "it was answered before it was sent",
    "done": "it was done before it was sent",
    "nothing-to-share": "there was nothing to share at that moment",
    "not-wanted": "you would rather not have it",  # only its reader reads this
    "fact": "what it asks about was told anew or taken back",
    "free": "the turn was given back, and rests this time",
    "swapped": "somebody else took this turn",
    "settled": "its owner settled or moved it first",
    "config": "its ritual was changed or removed",
    "disabled": "the ritual is switched off",
    "erased": "erased on request",
    "refused": "every channel refused it",
    "bad-output": "its words could not be used",
    "no-safe-channel": "no channel keeps it from the person it is a secret from",
    "no-channel": "this person has no channel that can be used",
}


def reason(code: str, detail: str = "") -> Reason:
    """A Reason from the closed list; an unknown code is a KeyError here, not a riddle later."""
    return Reason(code=code, detail=detail or SENTENCES[code])
