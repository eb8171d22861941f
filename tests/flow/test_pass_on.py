"""Passing on, lived through: exact words under their author's name, to those who may know, and only when asked for."""

from __future__ import annotations

from datetime import timedelta

import pytest

from ritualsd.errors import RitualsdError
from tests.builders import channel, person
from tests.flow.looking_back import asked, heard, household, say
from tests.flow.stage import Stage

WISH = "pass on: I'd love a walk by the lake,\njust us."


def soon(on: Stage) -> None:
    on.until(on.clock.at + timedelta(minutes=20))


def test_a_wish_reaches_the_others_in_its_authors_words_and_name() -> None:
    on = household(reveal="never")
    asked(on)
    say(on, "ana", WISH)
    soon(on)
    assert heard(on, "ben")[-1] == "Ana would like you to have this:\nAna: I'd love a walk by the lake,\n   just us."
    assert "lake" not in " ".join(heard(on, "ana"))


def test_two_wishes_at_one_message_both_arrive() -> None:
    on = household()
    asked(on)
    say(on, "ana", "pass on: the first")
    say(on, "ana", "pass on: the second")
    soon(on)
    assert [body.rpartition(" ")[2] for body in heard(on, "ben")[-2:]] == ["first", "second"]


def test_a_wish_taken_back_in_time_goes_to_nobody() -> None:
    on = household()
    asked(on)
    say(on, "ana", WISH)
    say(on, "ana", "undo")
    soon(on)
    assert all("lake" not in body for body in heard(on, "ben"))


def test_a_wish_answers_nothing_so_nothing_is_revealed_by_it() -> None:
    on = household()
    asked(on)
    say(on, "ben", "a private thought")
    say(on, "ana", WISH)
    soon(on)
    assert all("private thought" not in body for body in heard(on, "ana"))


@pytest.mark.parametrize("over", [{"secret_from": "others"}, {"to": ("ana",)}])
def test_a_wish_beside_a_surprise_or_in_a_ritual_of_ones_own_is_refused(over: dict[str, object]) -> None:
    on = household(**over)
    asked(on)
    with pytest.raises(RitualsdError, match="nobody here"):
        say(on, "ana", WISH)


def test_a_wish_keeps_off_a_channel_that_an_outsider_shares() -> None:
    shared = person("ben", channels=(channel("ben", shared_with=frozenset({"cleo"})), channel("ben", "own")))
    on = household((person("ana"), shared, person("cleo")), to=("ana", "ben"))
    asked(on)
    say(on, "ana", WISH)
    soon(on)
    assert [sent.channel for sent in on.sender.sent if "lake" in sent.body] == ["ben/own"]
