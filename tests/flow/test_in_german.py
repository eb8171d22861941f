"""Promises and swaps in German: understood as they are said, and answered in kind, by the pack that is shipped."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from ritualsd.content.packs import read_phrases
from ritualsd.core.phrases import IN_ENGLISH, Phrases
from ritualsd.model import PromiseState
from ritualsd.testing import ListContent, VirtualClock
from tests.builders import person, ritual, settings
from tests.flow.stage import Stage
from tests.flow.test_swap import newest, say

MONDAY = datetime(2026, 11, 30, 6, 0, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
PACK = read_phrases(Path(__file__).resolve().parents[2] / "plugins" / "german" / "phrases.toml")


class TwoTongues(ListContent):
    def phrases(self, language: str) -> Phrases:
        return Phrases(language="de", texts=PACK.texts) if language == "de" else IN_ENGLISH


def stage():
    cook = ritual("cook", when="every day at 09:00", to=("ana", "ben"), turns=True)
    people = (person("ana", language="de"), person("ben", language="de"))
    home = Stage(settings=settings(cook, people=people), clock=VirtualClock(MONDAY), content=TwoTongues())
    home.until(MONDAY + 4 * HOUR)
    holder = next(iter(home.record("cook"))).occurrence.person
    return home, holder, "ben" if holder == "ana" else "ana"


def test_a_promise_is_made_moved_and_kept():
    home, who, _ = stage()
    told = say(home, "versprochen: den Klempner anrufen bis Freitag um 18 Uhr", who)
    assert told.words == "Notiert, für Freitag, 4. Dezember, 18:00 Uhr."
    home.until(MONDAY + 3 * DAY + 4 * HOUR)
    name = next(e.occurrence.name for e in home.world.store.history(ritual="~promise") if e.occurrence.body)
    assert say(home, "verschoben auf Samstag", who, name).words == "Notiert, für Samstag, 5. Dezember."
    assert say(home, "gehalten", who, name).words == "Notiert: gehalten."
    assert home.world.store.promises.all(who)[0].state is PromiseState.KEPT


def test_a_turn_is_given_back_and_taken():
    home, holder, other = stage()
    assert say(home, "Diesmal nicht", holder).words.startswith("Notiert. Die anderen")
    home.turn()
    assert "übernehmen: Cook, Montag, 30. November" in home.bodies()[-1]
    assert say(home, "ja", other, newest(home, other)).words.startswith("Danke dir, es ist deins.")
    assert dict(home.world.store.counts_by_person("cook")) == {other: 1}
