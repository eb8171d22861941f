"""The bundled words for tests that draw a great many: the real content host, asked once for each kind and language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache

from ritualsd.content.host import ContentHost
from ritualsd.core.calendars import Days
from ritualsd.core.phrases import Phrases
from ritualsd.model import Ask, Event, Household, Message, Settings
from ritualsd.ports import Pool


class Shelf:
    """`ports.Content` with the words we ship."""

    def __init__(self) -> None:
        settings = Settings(root="", household=Household())
        self.host = ContentHost(settings, no_plugins=True, emit=lambda _: None, strict=True)
        self._pools: dict[tuple[str, str, str], Pool] = {}

    def offers(self, ask: Ask, deck: str = "") -> Pool:
        key = (ask.kind, deck, ask.language)
        if key not in self._pools:
            self._pools[key] = self.host.offers(ask, deck)
        return self._pools[key]

    def reword(self, message: Message, ask: Ask) -> Message:
        return message

    def phrases(self, language: str) -> Phrases:
        return self.host.phrases(language)

    def languages(self) -> tuple[str, ...]:
        return self.host.languages()

    def calendars(self, years: Sequence[int]) -> Mapping[str, Days]:
        return {}

    def tell(self, event: Event) -> None:
        """Nobody listens."""


@cache
def shelf() -> Shelf:
    return Shelf()
