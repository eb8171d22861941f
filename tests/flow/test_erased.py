"""Erased in the middle of life: no byte of one person is left, the other's life goes on, and nothing tells of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from ritualsd.flow.collect import collect
from ritualsd.flow.export import export
from ritualsd.flow.upkeep import upkeep
from ritualsd.model import Fact, Incoming, Keyring, Pass, Promise, Prompt, Purpose
from ritualsd.store import open_store
from ritualsd.testing import ListContent, VirtualClock
from tests.builders import NOON, person, ritual, settings
from tests.contract.ledgers import KEYRING
from tests.flow.stage import Stage
from tests.store.test_erasure import bytes_in

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
ANSWER = "the kingfisher came back to the mill"
PROMISED = "mend the gate by the orchard"
FACT = "quince jelly"


@dataclass
class Life:
    """Ana and ben, on a ledger in a folder."""

    stage: Stage
    state: Path

    def say(self, who: str, name: str, text: str) -> None:
        at = self.stage.clock.at
        incoming = Incoming(
            occurrence=name, person=who, text=text, source="test", source_msg_id=f"{who} {text}", received_utc=at
        )
        collect(self.stage.world, self.stage.settings, incoming, at)


@pytest.fixture(params=[None, KEYRING], ids=["open", "sealed"])
def life(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Life]:
    everyone = settings(
        ritual("check-in", to=("ana", "ben"), ask="text", when="every day at 13:00", message="What was good today?"),
        ritual("gift", to=("ben",), kind="gesture", when="every day at 15:00", secret_from="others"),
        ritual("cook", to=("ana", "ben"), turns=True, when="every day at 17:00", message="Dinner is yours."),
        people=(person("ana", preview="full"), person("ben", preview="full")),
    )
    content = ListContent([Prompt(text="Surprise her with {fact.comfort-food}.", id="g.1", source="deck:test")])
    stage = Stage(everyone, VirtualClock(NOON), content=content)
    sealing: Keyring | None = request.param
    store = open_store(tmp_path / "state", clock_now=NOON, sealing=sealing)
    stage.world = replace(stage.world, store=store)
    stage.adopt()
    yield Life(stage, tmp_path / "state")
    store.close()


def test_no_byte_is_left_and_the_other_life_goes_on(life: Life) -> None:
    stage, store = life.stage, life.stage.world.store
    store.personal.tell(Fact(person="ana", key="comfort-food", value=FACT, audience=frozenset({"ben"}), told_utc=NOON))
    store.promises.make(
        Promise(person="ana", words=PROMISED, made_utc=NOON, changed_utc=NOON, due_utc=NOON + 2 * DAY,
                shared_with=frozenset({"ben"}))
    )  # fmt: skip
    stage.until(NOON + 2 * HOUR)
    life.say("ana", "check-in@2026-03-02/ana", f"{ANSWER}\nand sat there")
    life.say("ben", "check-in@2026-03-02/ben", "a long walk in the rain")
    stage.until(NOON + 8 * HOUR)
    assert sum(ANSWER in sent.body for sent in stage.sender.sent) == 2  # the reveal, to both
    assert sum(FACT in sent.body for sent in stage.sender.sent) == 1
    turns = dict(store.counts_by_person("cook"))

    store.erasure.person("ana", stage.clock.at)
    for words in (ANSWER, PROMISED, FACT, "and sat there"):
        assert words.encode() not in bytes_in(life.state)
        assert words not in str(export(store, "ana", stage.clock.at)) + str(export(store, "ben", stage.clock.at))
    assert "a long walk in the rain" in str(export(store, "ben", stage.clock.at))
    assert store.counts_by_person("cook") == turns

    stage.sender.sent.clear()
    stage.until(NOON + 9 * HOUR)
    assert stage.sender.sent == []  # nothing of today comes a second time, and nobody is told
    stage.until(NOON + 3 * DAY)
    assert {sent.channel for sent in stage.sender.sent} == {"ana/phone", "ben/phone"}
    assert not any(words in sent.body for sent in stage.sender.sent for words in (ANSWER, PROMISED, FACT))
    assert not any("erase" in f"{entry.occurrence.reason} {entry.occurrence.detail}" for entry in stage.record())
    assert not any("eras" in event.name for event in stage.events)


def test_what_is_due_in_a_minute_is_not_sent_after_an_erasure(life: Life) -> None:
    stage = life.stage
    stage.until(NOON + 55 * timedelta(minutes=1))
    stage.world.store.erasure.person("ana", stage.clock.at)
    stage.until(NOON + 90 * timedelta(minutes=1))
    assert [sent.channel for sent in stage.sender.sent] == ["ben/phone"]


def test_upkeep_forgets_words_and_links_by_age_and_never_an_answer(life: Life) -> None:
    stage, store = life.stage, life.stage.world.store
    stage.until(NOON + 2 * HOUR)
    life.say("ana", "check-in@2026-03-02/ana", ANSWER)
    for number, until in enumerate((NOON + DAY, NOON + 90 * DAY, None)):
        granted = Pass(digest=bytes([number]) * 32, person="ana", purpose=Purpose.SESSION, made_utc=NOON)
        store.passes.issue(replace(granted, until_utc=until))
    upkeep(stage.world, stage.settings, NOON + 30 * DAY)
    assert len(store.passes.of("ana", Purpose.SESSION)) == 3
    upkeep(stage.world, stage.settings, NOON + 100 * DAY)
    assert len(store.passes.of("ana", Purpose.SESSION)) == 2
    entry = store.find("check-in@2026-03-02/ana")
    assert entry is not None
    assert entry.occurrence.body == ""
    assert [reply.words for reply in store.replies(entry.occurrence.id)] == [ANSWER]
