"""What a reply means: done, skip, snooze, a number, a choice or words. Pure; the same for every way a reply comes in.

Its errors never quote what was said.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import timedelta

from ritualsd.core.duration import duration
from ritualsd.errors import RitualsdError
from ritualsd.model import Action, ActionKind, Reply

LONGEST = 4000  # characters
SHORTEST_SNOOZE, LONGEST_SNOOZE = timedelta(minutes=1), timedelta(days=366)
SCALE = ("1", "2", "3", "4", "5")

_YES = {"ok", "okay", "👍", "✅", "✔", "☑"}
_SNOOZE = re.compile(r"snooze(?:\s+for)?(?:\s*(?P<wait>\d.*))?", re.IGNORECASE)
# Control characters but for the line break, marks that turn text around, and half characters no database takes.
_UNSAYABLE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_DRESS = re.compile("[\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]")  # how an emoji is to look: its style, a tone of skin

Ask = str | Sequence[str]
"""What a ritual asks for: "none", "done", "text", "scale", or its own choices."""


def parse_reply(text: str, ask: Ask) -> Action:
    """The action a reply means to a ritual that asks for `ask`. Nothing is guessed.

    `done`, `skip` and `snooze 2h` mean the same everywhere; next come the ritual's own answers, then a plain yes.
    Anything else is text, where text is asked for. Raises RitualsdError that names the answers there are.
    """
    words = said(text)
    plain = _plain(words)
    if plain in ("done", "skip"):
        return Action(kind=ActionKind(plain))
    snooze = _SNOOZE.fullmatch(plain)
    if snooze is not None:
        return Action(kind=ActionKind.SNOOZE, wait=_wait(snooze["wait"] or ""))
    return _answer(words, plain, ask)


def standing(replies: Sequence[Reply]) -> Reply | None:
    """The reply that stands of all those to one occurrence, oldest first: the last answer, skip or snooze that was not
    taken back. A verdict or a promise changes nothing about it."""
    return next((reply for reply in reversed(_not_undone(replies)) if reply.action.stands), None)


def undoable(replies: Sequence[Reply]) -> Reply | None:
    """What an undo would take back now: the last reply that was not taken back yet."""
    kept = _not_undone(replies)
    return kept[-1] if kept else None


def _not_undone(replies: Sequence[Reply]) -> list[Reply]:
    kept: list[Reply] = []
    for reply in replies:
        if reply.action is ActionKind.UNDO:
            del kept[-1:]
        elif reply.action is not ActionKind.PROMISE:  # its owner has other words to let go of it
            kept.append(reply)
    return kept


def said(text: str) -> str:
    """What was said, fit to keep: composed characters, no invisible ones, no space around it. Raises RitualsdError."""
    if len(text) > 4 * LONGEST:
        raise _too_long()
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    words = unicodedata.normalize("NFC", _UNSAYABLE.sub("", lines)).strip()
    if len(words) > LONGEST:
        raise _too_long()
    return words


def forms(ask: Ask) -> str:
    """The answers a ritual understands, as a phrase."""
    own = {"scale": ["a number from 1 to 5"], "text": ["words of your own"]}
    asked = own.get(ask, []) if isinstance(ask, str) else [f'"{choice}"' for choice in ask]
    *most, last = ["done", "skip", "snooze 2h", *asked]
    return f"{', '.join(most)} or {last}"


def _answer(words: str, plain: str, ask: Ask) -> Action:
    if not isinstance(ask, str):
        choice = next((choice for choice in ask if _plain(choice) == plain), None)
        if choice is not None:
            return Action(kind=ActionKind.CHOICE, words=choice)
    elif ask == "scale" and plain in SCALE:
        return Action(kind=ActionKind.SCALE, words=plain)
    if plain in _YES:
        return Action(kind=ActionKind.DONE)
    if ask == "text" and plain:
        return Action(kind=ActionKind.TEXT, words=words)
    what = "that is no answer this ritual knows" if plain else "there is nothing in that answer"
    raise RitualsdError(what, todo=f"answer with {forms(ask)}")


def _wait(text: str) -> timedelta:
    wait = duration(text)
    if wait is None:
        raise RitualsdError("a snooze says for how long", todo="write it like: snooze 30 min, snooze 2h, snooze 1 day")
    if not SHORTEST_SNOOZE <= wait <= LONGEST_SNOOZE:
        raise RitualsdError("a snooze lasts from a minute to a year", todo="write it like: snooze 2h")
    return wait


def _plain(words: str) -> str:
    """Without what makes no difference to a single word: case, dress of an emoji, spaces, a closing full stop."""
    bare = _DRESS.sub("", unicodedata.normalize("NFC", words)).casefold()
    return " ".join(bare.split()).rstrip(".!").rstrip()


def _too_long() -> RitualsdError:
    return RitualsdError(f"an answer has at most {LONGEST} characters", todo="say it in fewer words")
