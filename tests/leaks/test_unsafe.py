"""An answer that says its writer does not feel safe is theirs alone: to everybody else it is as if they were silent."""

from __future__ import annotations

import pytest

from tests.leaks.home import everything, home, say
from tests.leaks.test_twins import differences

UNSAFE = "CANARY, to be honest I don\u2019t feel safe here"


@pytest.mark.parametrize("first", [True, False])
def test_it_is_shown_to_nobody_else_whoever_answered_first(first: bool) -> None:
    with home() as site, home() as twin:
        if first:
            say(site, "ana", UNSAFE, "thanks")
        for each in (site, twin):
            say(each, "ben", "the walk at noon", "thanks")
        if not first:
            say(site, "ana", UNSAFE, "thanks")
        for each in (site, twin):
            each.stage.turn()
        for viewer in ("ben", "cleo", None):
            assert differences(everything(site, viewer), everything(twin, viewer)) == [], viewer
        assert any("CANARY" in text for text in everything(site, "ana").values())  # it is kept, for ana


def test_said_after_a_first_answer_it_changes_nothing_for_anybody_else() -> None:
    with home() as site, home() as twin:
        for each in (site, twin):
            say(each, "ana", "the quiet morning", "thanks")
        say(site, "ana", UNSAFE, "thanks")
        for each in (site, twin):
            say(each, "ben", "the walk at noon", "thanks")
            each.stage.turn()
        for viewer in ("ben", "cleo", None):
            assert differences(everything(site, viewer), everything(twin, viewer)) == [], viewer
        assert "the quiet morning" in everything(site, "ben")["said to ben"]
