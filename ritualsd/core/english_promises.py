"""The English phrases around promises and turns: the words people use for them, and what is said back.

A list of words means one thing, the first of them the one we name. Nothing here is late, counted, or anybody's fault.
"""

from __future__ import annotations

PROMISES: dict[str, str] = {
    "promise.by": "by, until",
    "promise.at": "at",
    "promise.hour": "o'clock",
    "promise.week": "next week",
    "promise.kept": "kept, i kept it, done",
    "promise.move": "moved to, move to, moved, move",
    "promise.let-go": "let go, let it go, dropped, drop",
    "promise.ahead": "A promise of yours, for {day}: {words}",
    "promise.after": "How did it go with this one? {words}\n"
    'You can answer "kept", "moved to" and a day, or "let go". Leaving it open is fine too.',
    "promise.noted": "Noted, for {day}.",
    "promise.noted-open": "Noted, without a day.",
    "promise.said-kept": "Noted: kept.",
    "promise.said-let-go": "Noted: let go.",
    "swap.give-back": "swap, can't this time, i can't this time, cannot this time, i cannot this time",
    "swap.yes": "yes, ok, okay, sure, gladly",
    "swap.no": "no, sorry, no thanks",
    "swap.ask": "Could you take this one: {ritual}, {day}? It is fine to say no.\n"
    'You can answer "yes" or "no", or simply leave it.',
    "swap.thanks": "Thank you, someone else has it this time: {ritual}.",
    "swap.asking": "Noted. The others are asked, one after the other; if nobody can, it rests this time.",
    "swap.rests": "Noted. It rests this time.",
    "swap.yours": "Thank you, it is yours. It comes to you now.",
    "swap.no-need": "Thank you. Nobody is needed for it any more.",
}
