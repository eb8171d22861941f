"""How a Python value is kept in a column, and read back. What cannot be read back is damage, and says so."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from typing import Any

from sqlalchemy import BigInteger, Dialect, Text
from sqlalchemy.types import TypeDecorator

from ritualsd.errors import StoreDamaged

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


class Kept(TypeDecorator[Any]):
    """A value with its own way in (`keep`) and out (`read`); NULL is None both ways.

    Every value of every row comes through here, so it says once what is done with each.
    """

    impl: Any = Text
    cache_ok = True

    def keep(self, value: Any) -> Any:
        raise NotImplementedError

    def read(self, value: Any) -> Any:
        raise NotImplementedError

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any]:
        keep = self.keep
        return lambda value: None if value is None else keep(value)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:
        read = self.read

        def processed(value: Any) -> Any:
            if value is None:
                return None
            try:
                return read(value)
            except (ValueError, TypeError, LookupError, OverflowError):
                # Not even as a cause: the value could be somebody's words.
                raise StoreDamaged("the database holds a value that cannot be read") from None

        return processed


class Utc(Kept):
    """An aware datetime as microseconds since 1970."""

    impl = BigInteger
    cache_ok = True

    def keep(self, value: datetime) -> int:
        return (value - EPOCH) // MICROSECOND

    def read(self, value: int) -> datetime:
        return EPOCH + timedelta(microseconds=value)


class WallClock(Kept):
    """A naive local datetime as ISO text."""

    cache_ok = True

    def keep(self, value: datetime) -> str:
        return value.isoformat()

    def read(self, value: str) -> datetime:
        return datetime.fromisoformat(value)


class Choice(Kept):
    """One word of a closed list."""

    cache_ok = True

    def __init__(self, words: type[StrEnum]) -> None:
        super().__init__()
        self.words = words
        self._named = {word.value: word for word in words}

    def keep(self, value: StrEnum) -> str:
        return value.value

    def read(self, value: str) -> StrEnum:
        return self._named[value]


class Tags(Kept):
    """A set of words as a sorted JSON list."""

    cache_ok = True

    def keep(self, value: frozenset[str]) -> str:
        return json.dumps(sorted(value), ensure_ascii=False)

    def read(self, value: str) -> frozenset[str]:
        return _tags(value)


@lru_cache(maxsize=1024)
def _tags(text: str) -> frozenset[str]:
    return frozenset(json.loads(text))  # few distinct ones, read for every prompt of a pool at every draw


class Json(Kept):
    """A mapping as JSON text."""

    cache_ok = True

    def keep(self, value: dict[str, Any]) -> str:
        return json.dumps(value, ensure_ascii=False)

    def read(self, value: str) -> Any:
        return json.loads(value)
