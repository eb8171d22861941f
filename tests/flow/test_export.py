"""An export holds all that is one's own, what reached one, and not eight letters of what is hidden in others' lives."""

from __future__ import annotations

import json
from datetime import timedelta

from hypothesis import given
from hypothesis import settings as tried
from hypothesis import strategies as st

from ritualsd.flow.export import export
from ritualsd.model import ActionKind, Fact, LifeSeason, Pause, Promise, Reply, Taste, Verdict
from ritualsd.ports import Store
from ritualsd.testing import VirtualClock
from tests.builders import NOON, person, ritual, settings
from tests.flow.stage import Stage

DAY = timedelta(days=1)
TEXT = st.text("abcdefghijklmnopqrstuvwxyz äöü", min_size=12, max_size=40)


def answered(store: Store, name: str, words: str, number: int) -> None:
    entry = store.find(name)
    assert entry is not None
    store.reply(
        Reply(
            occurrence=entry.occurrence.id, ritual=entry.occurrence.ritual, person=entry.occurrence.person,
            action=ActionKind.TEXT, words=words, source="web", source_msg_id=str(number), received_utc=NOON + DAY,
        ), None, NOON + DAY,
    )  # fmt: skip


def lived(bens: list[str]) -> Stage:
    """Two days of ana and ben, who have words of their own in every drawer; ana's are "mine …"."""
    secret, said, fact, promised, asked = bens
    stage = Stage(
        settings(
            ritual("both", to=("ana", "ben"), message="What was good?", ask="text", reveal="never"),
            ritual("surprise", to=("ben",), message=secret, secret_from="others"),
            ritual("aside", to=("ben",), message=asked),
            people=(person("ana"), person("ben")),
        ),
        VirtualClock(NOON),
    )
    stage.until(NOON + DAY)
    store = stage.world.store
    answered(store, "both@2026-03-03/ana", "mine was the walk", 1)
    answered(store, "both@2026-03-03/ben", said, 2)
    for who, words in (("ana", "mine is the mill"), ("ben", fact)):
        store.personal.tell(Fact(person=who, key="a-place", value=words, told_utc=NOON))
        store.personal.set_own(who, "level", "4" if who == "ben" else "2", NOON)
        store.personal.set_season(LifeSeason(name="grief" if who == "ben" else "exams", person=who, since_utc=NOON))
        store.personal.taste(
            Taste(person=who, kind="gratitude", prompt_id=f"of {who}", verdict=Verdict.NEVER, at_utc=NOON)
        )
    for who, words in (("ana", "mine to water the plants"), ("ben", promised)):
        store.promises.make(Promise(person=who, words=words, made_utc=NOON, changed_utc=NOON))
    store.pause(Pause(person="ben", since_utc=NOON))
    return stage


@tried(max_examples=15, deadline=None)
@given(st.lists(TEXT, min_size=5, max_size=5))
def test_no_eight_letters_of_what_is_anothers_are_in_an_export(bens: list[str]) -> None:
    stage = lived(bens)
    text = json.dumps(export(stage.world.store, "ana", stage.clock.at), ensure_ascii=False)
    own = json.dumps(export(lived(["x" * 12] * 5).world.store, "ana", stage.clock.at), ensure_ascii=False)
    pieces = {words[at : at + 8] for words in bens for at in range(len(words) - 7)}
    assert not [piece for piece in pieces if piece in text and piece not in own]
    assert text == own


def test_an_export_holds_everything_of_ones_own() -> None:
    stage = lived(["the secret of ben"] * 5)
    found = export(stage.world.store, "ana", stage.clock.at)
    assert json.loads(json.dumps(found)) == found
    assert found["settings"] == {"level": "2"}
    assert [fact["value"] for fact in found["facts"]] == ["mine is the mill"]
    assert [promise["words"] for promise in found["promises"]] == ["mine to water the plants"]
    assert [season["name"] for season in found["seasons"]] == ["exams"]
    assert [taste["prompt"] for taste in found["tastes"]] == ["of ana"]
    assert found["pauses"] == []
    (message,) = found["messages"]
    assert message["occurrence"] == "both@2026-03-03/ana"
    assert "What was good?" in message["sent"][0]["body"]
    assert [answer["words"] for answer in message["answers"]] == ["mine was the walk"]


def test_what_is_still_to_come_is_told_when_it_comes() -> None:
    stage = Stage(settings(ritual("soon", message="not before its time")), VirtualClock(NOON + timedelta(hours=20)))
    stage.until(NOON + timedelta(hours=20, minutes=55))
    assert stage.world.store.history()
    assert export(stage.world.store, "ana", stage.clock.at)["messages"] == []


def test_after_an_erasure_the_export_is_empty_and_the_others_is_as_it_was() -> None:
    stage = lived(["the secret of ben"] * 5)
    store = stage.world.store
    before = export(store, "ben", stage.clock.at)
    store.erasure.person("ana", stage.clock.at)
    left = export(store, "ana", stage.clock.at)
    assert not any(left[drawer] for drawer in ("settings", "facts", "promises", "tastes", "seasons", "messages"))
    assert "mine" not in json.dumps(left)
    assert export(store, "ben", stage.clock.at) == before
