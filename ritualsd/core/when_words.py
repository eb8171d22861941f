"""The words of a `when` phrase: splits text into tokens and hands them out one by one. Knows no production.

The cursor remembers which words would have fitted where it stopped, so that an error can offer the nearest.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, NoReturn, TypeAlias, TypeVar, cast

from ritualsd.core.rules import DAY_MINUTES
from ritualsd.errors import WhenError

LONGEST = 1000
FIRST_YEAR, LAST_YEAR = 1900, 2299

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "last": -1}
NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")

_SPELLINGS = {
    **{day.lower()[:3]: day.lower() for day in WEEKDAYS},
    **{day.lower() + "s": day.lower() for day in WEEKDAYS},
    **{month.lower()[:3]: month.lower() for month in MONTHS},
    **{word + "s": word for word in ("weekday", "weekend", "day", "week", "month", "year", "hour", "minute", "time")},
    "tues": "tuesday",
    "wednes": "wednesday",
    "thur": "thursday",
    "thurs": "thursday",
    "sept": "september",
    "each": "every",
    "per": "a",
    "an": "a",
    "min": "minute",
    "mins": "minute",
    "hr": "hour",
    "hrs": "hour",
}
_TOKEN = re.compile(
    r"(?P<moment>\d{4}-\d\d-\d\dt\d\d:\d\d(?::\d\d)?)(?![\d:])"
    r"|(?P<date>\d{4}-\d{1,2}-\d{1,2})(?!\d)"
    r"|(?P<clock>\d{1,2}:\d\d(?::\d\d)?(?!\d)(?:\s*[ap]\.?m(?![^\W\d_])\.?)?|\d{1,2}\s*[ap]\.?m(?![^\W\d_])\.?)"
    r"|(?P<nth>\d{1,3}(?:st|nd|rd|th)(?![^\W_]))"
    r"|(?P<number>\d+)"
    r"|(?P<word>[^\W\d_]+)"
    r"|(?P<sign>[,+\-\u2212\u2013])"
)
_CLOCK = re.compile(r"(\d{1,2})(?::(\d\d))?(?::(\d\d))?\s*([ap])?.*")

Kind: TypeAlias = Literal["moment", "date", "clock", "nth", "number", "word", "sign", "end"]
Value: TypeAlias = str | int | date | datetime
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """One token: its kind, its value (minutes for a clock, lower-case and singular for a word), and where it stands."""

    kind: Kind
    value: Value
    start: int
    end: int


def tokens(phrase: str) -> list[Token]:
    """The tokens of a phrase, an "end" last. Raises WhenError at the first thing that can be no part of one."""
    if len(phrase) > LONGEST:
        raise WhenError(f"a phrase has at most {LONGEST} characters", phrase=phrase[:60] + "…", end=61)
    found, position, low = [], 0, phrase.lower()
    if len(low) != len(phrase):  # a few letters grow when lowered, and then places would no longer agree
        low = phrase
    while position < len(low):
        if low[position].isspace():
            position += 1
            continue
        match = _TOKEN.match(low, position)
        if match is None:
            raise WhenError("a phrase cannot hold this", phrase=phrase, start=position, end=position + 1)
        found.append(_token(match, phrase))
        position = match.end()
    return [*found, Token(kind="end", value="", start=len(phrase), end=len(phrase) + 1)]


def _token(match: re.Match[str], phrase: str) -> Token:
    kind, text, (start, end) = match.lastgroup, match.group(), match.span()
    try:
        if kind == "word":
            return _word(text, start, end)
        if kind == "sign":
            return Token(kind="sign", value="-" if text in "\u2212\u2013" else text, start=start, end=end)
        if kind == "clock":
            return Token(kind="clock", value=_minutes(text), start=start, end=end)
        if kind == "nth":
            return Token(kind="nth", value=int(text[:-2]), start=start, end=end)
        if kind == "number":
            return Token(kind="number", value=int(text[:10]), start=start, end=end)
        if kind == "date":
            return Token(kind="date", value=_date(text), start=start, end=end)
        return Token(kind="moment", value=_moment(text), start=start, end=end)
    except ValueError as error:
        raise WhenError(str(error), phrase=phrase, start=start, end=end) from None


def _word(text: str, start: int, end: int) -> Token:
    word = _SPELLINGS.get(text, text)
    if word in NUMBERS:
        return Token(kind="number", value=NUMBERS.index(word) + 1, start=start, end=end)
    return Token(kind="word", value=word, start=start, end=end)


def _date(text: str) -> date:
    year, month, day = map(int, text.split("-"))
    try:
        found = date(year, month, day)
    except ValueError:
        raise ValueError(f"there is no {text}") from None
    return _in_reach(found)


def _in_reach(day: date) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(f"a year lies between {FIRST_YEAR} and {LAST_YEAR}")
    return day


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError(f"there is no {text.upper()}") from None
    _in_reach(moment)
    return moment


def _minutes(text: str) -> int:
    match = _CLOCK.fullmatch(text)
    assert match is not None  # noqa: S101 - the token's own pattern is narrower; this is for the type checker
    hour, minute, second, half = int(match[1]), int(match[2] or 0), int(match[3] or 0), match[4]
    if second:
        raise ValueError("a time is to the minute")
    if half and not 1 <= hour <= 12:
        raise ValueError(f"there is no {hour} o'clock on a 12-hour clock")
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    if minute > 59 or hour * 60 + minute > DAY_MINUTES:
        raise ValueError(f"there is no {text} on a clock")
    return hour * 60 + minute


@dataclass(slots=True)
class Cursor:
    """Reads tokens from the left. `fitting` and `wanted` are the words and kinds asked for where it stands now."""

    phrase: str
    tokens: list[Token]
    place: int = 0
    fitting: list[str] = field(default_factory=list)
    wanted: list[Kind] = field(default_factory=list)

    @property
    def here(self) -> Token:
        return self.tokens[self.place]

    def next(self) -> Token:
        """The token here; moves on."""
        token = self.here
        self.place += 1
        self.fitting, self.wanted = [], []
        return token

    def sees(self, *words: str) -> bool:
        """Whether one of these words stands here."""
        self.fitting += words
        return self.here.kind == "word" and self.here.value in words

    def take(self, *words: str) -> str:
        """The word that stands here if it is one of these, else ""; moves on when it was."""
        return str(self.next().value) if self.sees(*words) else ""

    def need(self, *words: str, called: str = "") -> str:
        """The word that stands here, which must be one of these (in an error `called` so). Raises WhenError."""
        needed = called or either([f"“{word}”" for word in words])
        return self.take(*words) or self.fail(f"here a phrase needs {needed}")

    def kind(self, kind: Kind) -> Token | None:
        """The token here if it is of that kind, else None; moves on when it was."""
        self.wanted.append(kind)
        return self.next() if self.here.kind == kind else None

    def sign(self, *signs: str) -> str:
        """The sign that stands here if it is one of these, else ""; moves on when it was."""
        return str(self.next().value) if self.here.kind == "sign" and self.here.value in signs else ""

    def fail(self, what: str, token: Token | None = None, suggestion: str = "") -> NoReturn:
        """Raise the WhenError for this token, or the one here."""
        at = token or self.here
        raise WhenError(what, phrase=self.phrase, start=at.start, end=at.end, suggestion=suggestion)


def either(words: list[str]) -> str:
    """ "a, b or c"."""
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " or " + words[-1]


def number(cursor: Cursor, least: int = 1) -> int:
    """The number that stands here. Raises WhenError for none, or one that no schedule means."""
    token = cursor.kind("number") or cursor.fail("here a phrase needs a number")
    amount = cast(int, token.value)
    if amount < least:
        cursor.fail(f"{amount} would never come round; the least is {least}", token)
    if amount > 9999:
        cursor.fail("a number is at most 9999", token)
    return amount


def listed(cursor: Cursor, item: Callable[[Cursor], T]) -> list[T]:
    """ "a", "a and b", "a, b and c", "a, b, and c"."""
    items = [item(cursor)]
    while cursor.sign(",") or cursor.sees("and"):
        cursor.take("and")
        items.append(item(cursor))
    return items
