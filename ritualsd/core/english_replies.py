"""The English phrases around answers: the words a reply is written in, what is said back, nudges and reveals.

A `reply.*` phrase lists the words that mean one thing, the first of them the one we name. None counts, none blames, and
a nudge speaks of nobody but its reader.
"""

from __future__ import annotations

REPLIES: dict[str, str] = {
    "reply.done": "done",
    "reply.yes": "ok, okay",
    "reply.skip": "skip",
    "reply.snooze": "snooze",
    "reply.for": "for",
    "reply.until": "until, till",
    "reply.tonight": "tonight",
    "reply.tomorrow": "tomorrow",
    "reply.favourite": "favourite, favorite",
    "reply.not-tonight": "not tonight",
    "reply.never": "never again",
    "reply.undo": "undo",
    "reply.promise": "promise",
    "reply.win": "win, victory, small victory",
    "reply.come-back": "come back to this, come back to it, later:",
    "reply.pass-on": "pass on, pass this on",
    "replied.kept": "Noted, thank you.",
    "replied.waiting": "Noted. It stays with you until everyone asked has answered, and you can change it until then.",
    "replied.again": "Noted. It comes again on {when}.",
    "replied.other": "Noted. Something else is on its way.",
    "replied.undone": "Taken back.",
    "replied.undone-before": "That was taken back already.",
    "replied.unclear": "That is no answer known here. You can say {forms}.",
    "replied.scale": "a number from 1 to 5",
    "replied.text": "words of your own",
    "replied.or": "{most} or {last}",
    "replied.which": "Which message is this for? Answer that one directly, or use its buttons.",
    "replied.nowhere": "This can no longer be answered here.",
    "answer.done": "yes",
    "reveal.together": "Everyone has answered:",
    "reveal.at-once": "An answer to share:",
    "reveal.line": "{name}: {answer}",
    "behind-link": "Something for you, behind this link.",
    "nudge.1": "Still here whenever it suits you: {words}",
    "nudge.2": "If there is a quiet moment, this is still open. If not, that is fine too.",
    "nudge.3": "It will pass by itself. You can answer, skip it, or let it be.",
    "offer": "{ritual} may not fit these weeks. It could come less often, rest for a while, or change. "
    'Answer "pause" to let it rest for four weeks, or simply leave it.',
    "offer.pause": "pause, rest",
    "button.done": "Done",
    "button.skip": "Skip",
    "button.snooze": "In 2 hours",
}
