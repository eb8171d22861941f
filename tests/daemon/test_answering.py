"""A reply handed to the running daemon: kept, confirmed, and planned anew at the next beat."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from ritualsd.daemon.answers import Answers
from ritualsd.errors import NotFound, RitualsdError
from tests.builders import NOON, person, ritual, settings
from tests.daemon.home import HeldClock, Home

DAY = timedelta(days=1)


@pytest.fixture
def home() -> Home:
    filters = ritual("filter", when="3 weeks after done at 10:00", ask="text")
    return Home(settings(filters, people=(person("ana"), person("ben"))), HeldClock(NOON))


def sent_by_hand(home: Home) -> str:
    (name,) = Answers(home.live, lambda: None, lambda: None)("send", {"ritual": "filter"})["occurrences"]
    return str(name)


def reply(home: Home, name: str, text: str, who: str = "ana", message: str = "1") -> Any:
    rung: list[bool] = []
    answers = Answers(home.live, lambda: rung.append(True), lambda: None)
    told = answers("reply", {"occurrence": name, "person": who, "text": text, "message": message})
    return {**told, "rung": bool(rung)}


def test_done_rings_the_beat_which_plans_it_anew(home: Home) -> None:
    name = sent_by_hand(home)
    home.beats.beat()
    told = reply(home, name, "done")
    assert (told["action"], told["counts"], told["rung"]) == ("done", True, True)
    home.beats.beat()
    assert home.store.next_due() == NOON.replace(hour=10) + 21 * DAY
    assert told["next_utc"] == home.store.next_due().isoformat()


def test_a_command_about_a_household_does_nothing_to_one_that_lives_alone(home: Home) -> None:
    with pytest.raises(NotFound, match="one household alone"):
        Answers(home.live, lambda: None, lambda: None)("pause", {"household": "oak", "ritual": "", "person": ""})
    assert home.store.pauses() == ()


def test_words_are_kept_and_neither_told_nor_logged(home: Home) -> None:
    told = reply(home, sent_by_hand(home), "CANARY by the lake")
    assert "CANARY" not in str(told)
    assert "CANARY" not in str(home.events)


def test_the_same_answer_handed_over_twice_is_kept_once(home: Home) -> None:
    name = sent_by_hand(home)
    assert reply(home, name, "done") == reply(home, name, "done")
    entry = home.store.find(name)
    assert entry is not None
    assert len(home.store.replies(entry.occurrence.id)) == 1


def test_who_is_not_known_or_was_not_asked_is_told_so(home: Home) -> None:
    name = sent_by_hand(home)
    with pytest.raises(NotFound, match="did you mean 'ana'"):
        reply(home, name, "done", who="anna")
    with pytest.raises(NotFound, match="nothing of ben"):
        reply(home, name, "done", who="ben")
    with pytest.raises(RitualsdError, match="who"):
        reply(home, name, "done", who="")
