"""What one's own page says of a calendar's address, of taking along and of taking back, in English: a part of
`core.english`."""

from __future__ import annotations

YOURS: dict[str, str] = {
    "page.mine.calendar": "In your calendar",
    "page.mine.calendar.words": "A secret address shows in a calendar program when something comes: no words, and no "
    "surprise. Whoever has the address can read along.",
    "page.mine.calendar.since": "There is an address since {day}.",
    "page.mine.calendar.new": "Make an address",
    "page.mine.calendar.anew": "Make another in its place",
    "page.mine.calendar.end": "Take it back",
    "page.address": "The address of your calendar",
    "page.address.words": "Subscribe to it in your calendar program. It is shown this once; an address you had before "
    "leads nowhere now.",
    "page.back": "Back to your page",
    "page.mine.yours": "Take along, take back",
    "page.mine.yours.words": "Everything that is yours, as one file; or all of it removed for good. Nobody is told of "
    "either.",
    "page.mine.export": "Take a copy along",
    "page.mine.erase": "Remove everything of mine",
    "page.erase": "Remove everything of yours?",
    "page.erase.words": "Your messages, answers, promises, facts and settings go for good, and what you wrote goes "
    "wherever others were shown it. It cannot be undone. Copies you took along stay yours.",
    "page.erase.stays": "You stay in the household: what is set up for you goes on coming. To end that, leave on your "
    "page first.",
    "page.erase.yes": "Remove it for good",
    "page.erased": "Removed",
    "page.erased.words": "Everything of yours is gone, and you are signed out everywhere. Backups made before are "
    "files of their own and keep what they hold.",
    "page.erased.almost": "Everything of yours is gone from the record, and you are signed out everywhere. The last "
    "bytes go once no other program reads it: `ritualsd erase --person {person}` finishes that.",
}
