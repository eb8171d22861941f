"""Two homes that differ in one thing that is ana's alone look the same to everybody else, on every surface."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from ritualsd.errors import RitualsdError
from tests.leaks.acts import ACTS, WORDS, answers
from tests.leaks.home import SECRET, Looks, everything, home, pieces, say

OTHERS = ("ben", "cleo", None)


@pytest.fixture(scope="module")
def plain() -> Iterator[dict[str | None, Looks]]:
    """What the others see where ana did nothing."""
    with home() as site:
        yield {viewer: everything(site, viewer) for viewer in OTHERS}


def differences(one: Looks, other: Looks) -> list[str]:
    return [where for where in one.keys() | other.keys() if one.get(where) != other.get(where)]


@pytest.mark.parametrize("act", ACTS)
def test_what_one_person_does_shows_to_nobody_else(act: str, plain: dict[str | None, Looks]) -> None:
    with home() as site:
        ACTS[act](site)
        site.stage.turn()
        for viewer in OTHERS:
            assert differences(everything(site, viewer), plain[viewer]) == [], viewer
        if act.startswith(("answers", "promises")):
            mine = everything(site, "ana")
            assert any("CANARY" in text for text in mine.values())  # it is there, for ana


@settings(
    max_examples=4, deadline=None, phases=[Phase.explicit, Phase.generate], suppress_health_check=list(HealthCheck)
)
@given(acts=st.lists(st.sampled_from(sorted(ACTS)), unique=True, min_size=2, max_size=6))
def test_nor_does_any_mixture_of_it(acts: list[str]) -> None:
    with home() as site, home() as twin:
        for act in acts:
            with suppress(RitualsdError):  # what one act leaves, another may not be able to take up
                ACTS[act](site)
        site.stage.turn()
        for viewer in OTHERS:
            assert differences(everything(site, viewer), everything(twin, viewer)) == [], viewer


@pytest.mark.parametrize("answered", [False, True])
def test_a_home_with_a_secret_looks_like_one_without(answered: bool, plain: dict[str | None, Looks]) -> None:
    with home(SECRET) as site:
        if answered:
            say(site, "ana", WORDS, "surprise")
            site.stage.turn()
        for viewer in ("ben", "cleo"):
            assert differences(everything(site, viewer), plain[viewer]) == [], viewer
        assert "CANARY-SECRET" in everything(site, "ana")["said to ana"]
        for where, text in everything(site, None).items():  # of a secret the operator knows the name, from the file
            assert "CANARY" not in text, where
            assert "08:04" not in text, where


def test_an_answer_is_read_once_all_are_there_by_those_who_were_asked_and_nobody_else() -> None:
    with home() as site, home() as twin:
        answers(site)
        for each in (site, twin):
            say(each, "ben", "the walk at noon", "thanks")
            each.stage.turn()
        assert "CANARY-WORDS" in everything(site, "ben")["ben at /journal"]
        assert "CANARY-WORDS" in everything(site, "ben")["said to ben"]
        assert differences(everything(site, "cleo"), everything(twin, "cleo")) == []
        assert not any("CANARY" in text for text in everything(site, None).values())


def test_an_answer_that_was_taken_back_before_the_others_came_was_never_there() -> None:
    with home() as site, home() as twin:
        ACTS["takes_it_back"](site)
        for each in (site, twin):
            say(each, "ben", "the walk at noon", "thanks")
            each.stage.turn()
        assert differences(everything(site, "ben"), everything(twin, "ben")) == []


def test_no_eight_characters_in_a_row_of_what_is_hidden_reach_anybody_else(plain: dict[str | None, Looks]) -> None:
    known = "\n".join(text for looks in plain.values() for text in looks.values())
    with home(SECRET) as site:
        for act in ("answers", "answers_privately", "promises_it", "tells_a_fact"):
            ACTS[act](site)
        site.stage.turn()
        hidden = {piece for text in (WORDS, SECRET.message, "CANARY tea with milk") for piece in pieces(text)}
        for viewer in OTHERS:
            for where, text in everything(site, viewer).items():
                assert [piece for piece in hidden if piece in text and piece not in known] == [], where
