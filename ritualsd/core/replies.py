"""What a reply means: done, skip, snooze, a number, a choice, words, something beside an answer, or undo. Pure; the
same for every way a reply comes in. Its errors never quote what was said.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import datetime

from ritualsd.core.keys import SEAL
from ritualsd.core.phrases import IN_ENGLISH, Phrases
from ritualsd.core.snooze import wait_for
from ritualsd.errors import RitualsdError
from ritualsd.model import Action, ActionKind, Reply

LONGEST = 4000  # characters
SCALE = ("1", "2", "3", "4", "5")

_SIGNS = {"👍", "✅", "✔", "☑"}
# Control characters but for the line break, marks that turn text around, half characters no database takes, our seal.
_UNSAYABLE = re.compile(f"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff{SEAL}]")
_DRESS = re.compile("[\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]")  # how an emoji is to look: its style, a tone of skin

EVERYWHERE = (ActionKind.DONE, ActionKind.SKIP)
"""Mean the same whatever a ritual asks, even beside a choice of that name."""

BESIDE = (ActionKind.FAVOURITE, ActionKind.NOT_TONIGHT, ActionKind.NEVER, ActionKind.COME_BACK, ActionKind.UNDO)

OPENED = (ActionKind.PROMISE, ActionKind.WIN, ActionKind.PASS_ON)
"""Begin with a word and a colon, and words follow."""

Ask = str | Sequence[str]
"""What a ritual asks for: "none", "done", "text", "scale", or its own choices."""


def parse_reply(text: str, ask: Ask, phrases: Phrases = IN_ENGLISH, at: datetime | None = None) -> Action:
    """The action a reply means to a ritual that asks for `ask`, said in English or in the language of `phrases`.

    Nothing is guessed. `done`, `skip` and `snooze 2h` mean the same everywhere; next come the ritual's own answers,
    then what is said beside an answer, then a plain yes. Anything else is text, where text is asked for. `at` is the
    moment on the writer's clock, aware: without it no snooze names a time of day. Raises RitualsdError that names the
    answers there are.
    """
    words = said(text)
    plain = _plain(words)
    for kind in EVERYWHERE:
        if plain in _words_for(kind.value, phrases):
            return Action(kind=kind)
    for opening in sorted(_words_for("snooze", phrases), key=len, reverse=True):
        if (found := re.fullmatch(rf"{re.escape(opening)}(?P<wait>$|\s.*|\d.*)", plain)) is not None:
            wait = wait_for(found["wait"].strip(), phrases, at)
            if wait is not None:
                return Action(kind=ActionKind.SNOOZE, wait=wait)
    return _own_answer(words, plain, ask) or _beside(words, plain, phrases) or _anything(words, plain, ask, phrases)


def is_rest(text: str, phrases: Phrases) -> bool:
    """Whether this takes the offer to let a ritual rest."""
    both = f"{IN_ENGLISH.say('offer.pause')},{phrases.say('offer.pause')}"
    return _plain(said(text)) in {_plain(word) for word in both.split(",")}


def come_back_after(text: str, phrases: Phrases) -> str | None:
    """An answer whose last line asks to come back to it, without that line; None for any other."""
    answer, _, last = text.strip().rpartition("\n")
    return answer.strip() if answer.strip() and _plain(last) in _words_for("come-back", phrases) else None


def not_undone(replies: Sequence[Reply]) -> list[Reply]:
    """Those to one occurrence, oldest first, that no undo took back: each the one it names, so that two at once are
    one; the last where it names none. An undo takes no promise back, and no silence."""
    named = {reply.words for reply in replies if reply.action is ActionKind.UNDO}
    kept: list[Reply] = []
    for reply in replies:
        if reply.action is ActionKind.UNDO:
            kept = kept if reply.words else kept[:-1]
        elif reply.action not in (ActionKind.PROMISE, ActionKind.SILENCE) and str(reply.id) not in named:
            kept.append(reply)  # other words let go of a promise and a silence
    return kept


def standing(replies: Sequence[Reply]) -> Reply | None:
    """The reply that stands of all those to one occurrence, oldest first: the last answer, skip or snooze that was not
    taken back. A verdict or a promise changes nothing about it."""
    return next((reply for reply in reversed(not_undone(replies)) if reply.action.stands), None)


def shared(replies: Sequence[Reply]) -> Reply | None:
    """The answer that others may come to see: the last that came in time. What is said later changes nothing about it,
    unless it takes it back."""
    kept = (reply for reply in reversed(not_undone(replies)) if reply.action.stands)
    found = next((reply for reply in kept if not reply.late or reply.action is ActionKind.SKIP), None)
    return found if found is not None and found.action.answers else None


def undoable(replies: Sequence[Reply]) -> Reply | None:
    """What an undo would take back now: the last reply that was not taken back yet."""
    kept = not_undone(replies)
    return kept[-1] if kept else None


def said(text: str) -> str:
    """What was said, fit to keep: composed characters, no invisible ones, no space around it. Raises RitualsdError."""
    if len(text) > 4 * LONGEST:
        raise _too_long()
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    words = unicodedata.normalize("NFC", _UNSAYABLE.sub("", lines)).strip()
    if len(words) > LONGEST:
        raise _too_long()
    return words


def forms(ask: Ask, phrases: Phrases = IN_ENGLISH) -> str:
    """The answers a ritual understands, as a phrase."""
    own = {"scale": [phrases.say("replied.scale")], "text": [phrases.say("replied.text")]}
    asked = own.get(ask, []) if isinstance(ask, str) else [f'"{choice}"' for choice in ask]
    every = [*(named(name, phrases) for name in ("done", "skip")), f"{named('snooze', phrases)} 2h", *asked]
    return phrases.say("replied.or", most=", ".join(every[:-1]), last=every[-1])


def named(name: str, phrases: Phrases) -> str:
    """The word by which a language says "done", "skip", …: the first of those it takes for it."""
    return phrases.say(f"reply.{name}").partition(",")[0].strip()


def _own_answer(words: str, plain: str, ask: Ask) -> Action | None:
    if not isinstance(ask, str):
        choice = next((choice for choice in ask if _plain(choice) == plain), None)
        return Action(kind=ActionKind.CHOICE, words=choice) if choice is not None else None
    return Action(kind=ActionKind.SCALE, words=plain) if ask == "scale" and plain in SCALE else None


def _beside(words: str, plain: str, phrases: Phrases) -> Action | None:
    """What is said beside an answer: what one thinks of the prompt, a promise, something that went well, what becomes
    of the answer, or that the last reply was a slip."""
    for kind in BESIDE:
        if plain in _words_for(kind.value, phrases):
            return Action(kind=kind)
    opening, _, follows = words.partition(":")
    for kind in OPENED:
        if follows.strip() and _plain(opening) in _words_for(kind.value, phrases):
            return Action(kind=kind, words=follows.strip())
    return None


def _anything(words: str, plain: str, ask: Ask, phrases: Phrases) -> Action:
    if plain in _SIGNS or plain in _words_for("yes", phrases):
        return Action(kind=ActionKind.DONE)
    if ask == "text" and plain:
        return Action(kind=ActionKind.TEXT, words=words)
    what = "that is no answer this ritual knows" if plain else "there is nothing in that answer"
    raise RitualsdError(what, todo=f"answer with {forms(ask)}")


def _words_for(name: str, phrases: Phrases) -> frozenset[str]:
    """Every plain word that means `name`, in English and in the writer's language."""
    both = f"{IN_ENGLISH.say(f'reply.{name}')},{phrases.say(f'reply.{name}')}"
    return frozenset(_plain(word) for word in both.split(","))


def _plain(words: str) -> str:
    """Without what makes no difference to a single word: case, dress of an emoji, spaces, a closing full stop."""
    bare = _DRESS.sub("", unicodedata.normalize("NFC", words)).casefold()
    return " ".join(bare.split()).rstrip(".!").rstrip()


def _too_long() -> RitualsdError:
    return RitualsdError(f"an answer has at most {LONGEST} characters", todo="say it in fewer words")
