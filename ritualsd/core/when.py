"""The front door of `when`: any way of writing a schedule in, a rule out, and the rule back as its one phrase."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from ritualsd.core.rules import Rule, Single, Union
from ritualsd.core.when_grammar import read
from ritualsd.core.when_print import SEPARATOR, text

canonical = text


def parse(phrase: str | Mapping[str, Any] | Sequence[Any]) -> Rule:
    """The rule that a phrase means; several phrases are their union."""
    if isinstance(phrase, str):
        return _parse_text(phrase)
    return _union([_parse_text(each) for each in phrase])


@lru_cache(maxsize=4096)
def _parse_text(phrase: str) -> Rule:
    return _union([read(each) for each in phrase.split(SEPARATOR)])


def _union(rules: Sequence[Rule]) -> Rule:
    flat: dict[Single, None] = {}
    for rule in rules:
        flat.update(dict.fromkeys(rule.rules if isinstance(rule, Union) else (rule,)))
    return next(iter(flat)) if len(flat) == 1 else Union(rules=tuple(flat))
