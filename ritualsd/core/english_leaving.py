"""The English phrases of the first message, of muting, pausing and leaving, and of what changed for somebody.

A list of words names the one we say first. Nothing here asks why.
"""

from __future__ import annotations

LEAVING: dict[str, str] = {
    "reply.stop": "stop, mute",
    "reply.pause": "pause",
    "reply.leave": "leave, unsubscribe",
    "reply.start": "start, resume",
    "welcome.yes": "yes, yes please, gladly, ok, okay, done",
    "welcome.no": "no, no thanks, no thank you",
    "welcome.hello": "Hello {name}, this is ritualsd.",
    "welcome.from": "It was set up by the people you share it with: {people}.",
    "welcome.from-somebody": "It was set up by whoever looks after this server.",
    "welcome.coming": "Small messages may come from now on: a question, an idea, something to look forward to. "
    "None has to be answered, and nobody is told which ones you let pass.",
    "welcome.waits": "Nothing else comes until you say “{yes}”. If you say nothing, nothing comes.",
    "welcome.stop": "Answer “{pause}” and everything is held, “{leave}” and nothing more comes. Your own pages do the "
    "same, and so does `ritualsd leave --as {person}`. Nobody else is told.",
    "left.stop": "Noted: this one comes to you no more. “start” brings it back. Nobody else is told.",
    "left.pause": "Noted: nothing comes to you until you say “start”. Nobody else is told.",
    "left.leave": "Noted: nothing more comes to you, and nobody else is told. “start” brings you back, whenever you "
    "like. `ritualsd export --person {person}` writes down everything that is yours.",
    "left.start": "Noted: it comes again from the next time on.",
    "changed.added": "{ritual}: new, {day}",
    "changed.changed": "{ritual}: changed, {day}",
    "changed.removed": "{ritual}: no longer comes to you, {day}",
    "changed.you": "What is written about you (channels, quiet hours, limits): changed, {day}",
    "page.silence": "Less of this, or none",
    "page.silence.stop": "Mute this one",
    "page.silence.pause": "Pause everything",
    "page.silence.leave": "Leave",
    "page.silence.start": "Start again",
    "page.mine.leave": "Leave",
    "page.mine.leave.words": "Nothing more is sent to you, whatever others set up, until you come back. "
    "Nobody is told; what you share goes on for the others.",
    "page.mine.leave.yours": "`ritualsd export --person {person}` writes down everything that is yours.",
    "page.mine.leave-now": "Leave",
    "page.mine.left": "You have left. Nothing is sent to you.",
    "page.mine.waits": "Everything waits for your yes.",
    "page.mine.say-yes": "Yes, please",
    "page.mine.come-back": "Come back",
    "page.mine.changes": "What changed for you",
}
