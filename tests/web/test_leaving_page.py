"""Muting, pausing and leaving with one tap, on the page of a message and on one's own; and what changed for oneself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from ritualsd.core.pauses import LEFT, WAITS
from ritualsd.flow.welcome import greet
from ritualsd.model import Pause
from tests.web.lived import Site, lived


@pytest.fixture
def site() -> Iterator[Site]:
    with lived() as made:
        yield made


def held(site: Site) -> set[tuple[str, str]]:
    now = site.stage.clock.at
    pauses = site.stage.world.store.pauses()
    return {(each.ritual, each.person) for each in pauses if each.until_utc is None or each.until_utc > now}


@pytest.mark.parametrize(("do", "ritual"), [("stop", "water"), ("pause", ""), ("leave", LEFT)])
def test_one_tap_on_a_message_is_enough_and_another_takes_it_back(site: Site, do: str, ritual: str) -> None:
    link = site.link("water")
    site.answer(link, do)
    assert held(site) == {(ritual, "ana")}
    page = site.ask(link).text
    assert "Nobody else is told" in page or "nobody else is told" in page
    assert 'value="start"' in page
    assert 'value="undo"' not in page
    site.answer(link, "start")
    assert held(site) == set()
    assert 'value="leave"' in site.ask(link).text


def test_leaving_on_ones_own_page_offers_the_export_and_a_way_back(site: Site) -> None:
    ana, ben = site.cookie(), site.cookie("ben")
    before = site.ask("/mine", headers=ben).text
    assert site.post("/mine", ana, do="leave").status == 303
    assert held(site) == {(LEFT, "ana")}
    page = site.ask("/mine", headers=ana).text
    assert "You have left." in page
    assert "ritualsd export --person ana" in page
    assert site.ask("/mine", headers=ben).text == before
    site.post("/mine", ana, do="come-back")
    assert held(site) == set()


def test_who_has_not_said_yes_can_say_it_on_their_page(site: Site) -> None:
    store, ana = site.stage.world.store, site.cookie()
    store.pause(Pause(ritual=WAITS, person="ana", since_utc=site.stage.clock.at))
    assert "Everything waits for your yes." in site.ask("/mine", headers=ana).text
    site.post("/mine", ana, do="come-back")
    assert held(site) == set()


def test_what_changed_for_me_is_on_my_page_and_a_surprise_is_not(site: Site) -> None:
    stage = site.stage
    greet(stage.world, stage.settings, stage.clock.at)
    rituals = dict(stage.settings.household.rituals)
    party = replace(rituals["water"], id="party", name="CANARY party", to=("ben",), secret_from=frozenset({"ana"}))
    household = replace(stage.settings.household, rituals={**rituals, "party": party})
    greet(stage.world, replace(stage.settings, household=household), stage.clock.at + timedelta(hours=1))
    page = site.ask("/mine", headers=site.cookie()).text
    assert "Water: new, " in page
    assert "party" not in page.lower()
