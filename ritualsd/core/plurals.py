"""Which plural form a whole number takes in a language, by the names of Unicode's CLDR. Whole numbers only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from ritualsd.core.languages import base

Form = Literal["zero", "one", "two", "few", "many", "other"]


def plural(language: str, count: int) -> Form:
    """The form for `count` things. A language that is not listed counts as English does."""
    return _RULES.get(base(language), _as_english)(abs(count))


def _as_english(n: int) -> Form:
    return "one" if n == 1 else "other"


def _never(_: int) -> Form:
    return "other"


def _as_french(n: int) -> Form:
    return "one" if n < 2 else "other"


def _as_czech(n: int) -> Form:
    return "one" if n == 1 else "few" if 2 <= n <= 4 else "other"


def _as_polish(n: int) -> Form:
    return "one" if n == 1 else "few" if _ends_in_two_to_four(n) else "many"


def _as_russian(n: int) -> Form:
    return "one" if n % 10 == 1 and n % 100 != 11 else "few" if _ends_in_two_to_four(n) else "many"


def _as_croatian(n: int) -> Form:
    return "one" if n % 10 == 1 and n % 100 != 11 else "few" if _ends_in_two_to_four(n) else "other"


def _as_lithuanian(n: int) -> Form:
    if n % 10 == 0 or 11 <= n % 100 <= 19:
        return "other"
    return "one" if n % 10 == 1 else "few"


def _as_romanian(n: int) -> Form:
    return "one" if n == 1 else "few" if n == 0 or 1 <= n % 100 <= 19 else "other"


def _as_slovenian(n: int) -> Form:
    forms: dict[int, Form] = {1: "one", 2: "two", 3: "few", 4: "few"}
    return forms.get(n % 100, "other")


def _as_arabic(n: int) -> Form:
    forms: dict[int, Form] = {0: "zero", 1: "one", 2: "two"}
    return forms.get(n) or ("few" if 3 <= n % 100 <= 10 else "many" if n % 100 >= 11 else "other")


def _ends_in_two_to_four(n: int) -> bool:
    return 2 <= n % 10 <= 4 and not 12 <= n % 100 <= 14


_RULES: dict[str, Callable[[int], Form]] = {
    **dict.fromkeys(("id", "ja", "ko", "th", "vi", "zh"), _never),
    **dict.fromkeys(("fr", "hi", "fa"), _as_french),
    **dict.fromkeys(("cs", "sk"), _as_czech),
    **dict.fromkeys(("ru", "uk", "be"), _as_russian),
    **dict.fromkeys(("hr", "sr", "bs"), _as_croatian),
    "pl": _as_polish,
    "lt": _as_lithuanian,
    "ro": _as_romanian,
    "sl": _as_slovenian,
    "ar": _as_arabic,
}
