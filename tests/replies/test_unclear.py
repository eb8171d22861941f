"""An answer by mail that cannot be understood is asked about once, kindly; what a machine wrote never is."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from ritualsd.core.notices import SWAP, of_ours
from ritualsd.core.phrases import IN_ENGLISH, Phrases
from ritualsd.core.tokens import token_digest, token_of
from ritualsd.daemon.desk import HouseholdDesk
from ritualsd.flow.beat import beat
from ritualsd.model import Incoming, Pass, Purpose
from ritualsd.testing import ListContent
from tests.flow.stage import Stage
from tests.replies.home import Asked, asked


@pytest.fixture
def home() -> Iterator[Asked]:
    home = asked("scale")
    home.stage.turn()
    home.stage.sender.sent.clear()
    yield home
    home.stage.world.store.close()


class Bilingual(ListContent):
    """Says one phrase in another language."""

    def phrases(self, language: str) -> Phrases:
        return (
            Phrases(language="eo", texts={"replied.unclear": "Bonvolu: {forms}."}) if language == "eo" else IN_ENGLISH
        )


def desk(stage: Stage) -> HouseholdDesk:
    return HouseholdDesk("mail", lambda: (stage.world, stage.settings), lambda: None, lambda: None)


def wrote(home: Asked, words: str, number: int = 1, token: str = "") -> Incoming:
    return Incoming(
        token=token or home.tokens["ana"], text=words, source="mail", source_msg_id=str(number),
        received_utc=home.stage.clock.at,
    )  # fmt: skip


def say(home: Asked, words: str, number: int = 1) -> bool:
    """Hand a letter in, as the mailbox does. Whether it was kept."""
    incoming, at = wrote(home, words, number), desk(home.stage)
    answered = at.collect(incoming)
    if answered.unclear:
        at.ask_again(incoming)
    return answered.kept


def test_the_answers_there_are_are_named_once_however_much_follows(home: Asked) -> None:
    assert not say(home, "a seven")
    assert not say(home, "or an eight", 2)
    home.stage.turn()
    assert not say(home, "well, nine", 3)
    home.stage.turn()
    assert home.stage.bodies() == [
        "That is no answer known here. You can say done, skip, snooze 2h or a number from 1 to 5."
    ]
    assert home.heard() == []


def test_a_reply_to_that_line_answers_what_was_asked(home: Asked) -> None:
    say(home, "a seven")
    beat(home.stage.world, home.stage.settings, home.stage.clock.at)
    (delivery,) = home.stage.world.store.due_deliveries(home.stage.clock.at, 10)
    assert desk(home.stage).collect(wrote(home, "4", 9, token=delivery.reply_token)).kept
    (standing,) = home.replies()
    assert standing.words == "4"


def test_who_answered_meanwhile_is_not_asked_again(home: Asked) -> None:
    say(home, "a seven")
    assert say(home, "4", 2)
    home.stage.turn()
    assert home.stage.bodies() == []


def test_a_token_that_leads_nowhere_is_told_nothing(home: Asked) -> None:
    answered = desk(home.stage).collect(wrote(home, "done", token="A" * 22))
    assert (answered.kept, answered.unclear) == (False, False)
    assert answered.words == "This can no longer be answered here."


def test_of_a_notice_that_asks_the_writer_is_told_what_it_asks(home: Asked) -> None:
    world, at = home.stage.world, home.stage.clock.at
    world.store.record([of_ours(home.stage.settings.household, SWAP, "ana", "tea", at)])
    (entry, *_) = world.store.history(ritual=SWAP)
    token = token_of(b"a question of us")
    world.store.passes.issue(
        Pass(
            digest=token_digest(token), person="ana", purpose=Purpose.REPLY, made_utc=at,
            until_utc=at + timedelta(hours=1), occurrence=entry.occurrence.id,
        )
    )  # fmt: skip
    answered = desk(home.stage).collect(wrote(home, "perhaps", token=token))
    assert answered.unclear
    assert answered.words == 'That is no answer known here. You can say done, skip, snooze 2h, "yes" or "no".'


def test_the_answers_are_named_in_the_language_the_writer_chose_for_themselves(home: Asked) -> None:
    home.stage.world.store.personal.set_own("ana", "language", "eo", home.stage.clock.at)
    home.stage.world = replace(home.stage.world, content=Bilingual())
    incoming = replace(wrote(home, "a seven"), person="ana")
    assert desk(home.stage).collect(incoming).words.startswith("Bonvolu: ")


def test_words_that_belong_to_no_message_are_asked_about_and_not_guessed_at(home: Asked) -> None:
    incoming = Incoming(person="ana", text="4", source="telegram", source_msg_id="1", received_utc=home.stage.clock.at)
    answered = desk(home.stage).collect(incoming)
    assert (answered.kept, answered.unclear) == (False, False)
    assert answered.words.startswith("Which message is this for?")


class Stumbling(ListContent):
    """Falls over whenever a reply is read, as a mistake of ours would."""

    def phrases(self, language: str) -> Phrases:
        caller = sys._getframe(1).f_code.co_filename
        if caller.endswith("desk.py"):
            return IN_ENGLISH
        raise ZeroDivisionError


def test_a_reply_that_nothing_can_take_makes_way_for_those_behind_it(home: Asked) -> None:
    world = replace(home.stage.world, content=Stumbling())
    at = HouseholdDesk("mail", lambda: (world, home.stage.settings), lambda: None, lambda: None)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            at.collect(wrote(home, "4"))
    assert at.collect(wrote(home, "4")).kept is False
    assert [(event.name, event.fields["why"]) for event in home.stage.events if event.name == "source.dropped"] == [
        ("source.dropped", "crash")
    ]
