"""From one's own page: an address of one's calendar, everything as a file, and all of it removed, asked for twice."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest

from ritualsd.core.english import PHRASES
from ritualsd.model import Purpose
from tests.web.lived import Site, lived


@pytest.fixture
def site() -> Iterator[Site]:
    with lived() as made:
        yield made


def address_in(text: str) -> str:
    """The path of the one address a page shows."""
    (found,) = re.findall(r"<code[^>]*>http://[^/]+(/cal/[^<]+)</code>", text)
    return str(found)


def test_an_address_of_ones_calendar_is_shown_once_and_a_new_one_takes_its_place(site: Site) -> None:
    cookie = site.cookie()
    assert PHRASES["page.mine.calendar.new"] in site.ask("/mine", headers=cookie).text
    first = address_in(site.post("/mine/calendar", cookie, do="new").text)
    assert site.ask(first).text.startswith("BEGIN:VCALENDAR")
    mine = site.ask("/mine", headers=cookie).text
    assert "There is an address since Monday, 2 March 2026." in mine
    assert first not in mine
    second = address_in(site.post("/mine/calendar", cookie, do="new").text)
    assert (site.ask(first).status, site.ask(second).status) == (404, 200)


def test_an_address_stays_good_where_no_other_could_be_made(site: Site) -> None:
    cookie = site.cookie()
    first = address_in(site.post("/mine/calendar", cookie, do="new").text)

    def no_more(_: int) -> bytes:
        raise OSError("no more randomness")

    site.stage.world = replace(site.stage.world, random=no_more)
    assert site.post("/mine/calendar", cookie, do="new").status == 500
    assert site.ask(first).status == 200


def test_it_is_taken_back_with_one_button_and_concerns_nobody_elses(site: Site) -> None:
    ana, ben = site.cookie(), site.cookie("ben")
    mine, other = (address_in(site.post("/mine/calendar", each, do="new").text) for each in (ana, ben))
    assert site.post("/mine/calendar", ana, do="end").status == 303
    assert (site.ask(mine).status, site.ask(other).status) == (404, 200)
    assert site.post("/mine/calendar", ana, do="anything").status == 422


def test_a_copy_of_everything_of_mine_comes_as_a_file_and_has_nothing_of_anybody_else(site: Site) -> None:
    site.answer(site.link(), "words", words="CANARY-ANA the tea")
    answer = site.ask("/mine/export", headers=site.cookie())
    assert answer.headers["content-disposition"] == 'attachment; filename="ritualsd.json"'
    assert answer.headers["cache-control"] == "no-store"
    assert json.loads(answer.text)["person"] == "ana"
    assert "CANARY-ANA" in answer.text
    assert "CANARY" not in site.ask("/mine/export", headers=site.cookie("ben")).text


def test_everything_of_mine_is_removed_after_a_second_asking_and_not_before(site: Site) -> None:
    site.answer(site.link(), "words", words="CANARY-ANA the tea")
    site.answer(site.link("thanks", "ben"), "words", words="CANARY-BEN the sun")
    cookie, ben = site.cookie(), site.cookie("ben")
    asked = site.post("/mine/erase", cookie)
    assert PHRASES["page.erase"] in asked.text
    assert site.said() == [("text", "CANARY-ANA the tea")]
    (nonce,) = re.findall(r'name="nonce" value="([^"]+)"', asked.text)
    done = site.post("/mine/erase", cookie, nonce=nonce)
    assert PHRASES["page.erased.words"] in done.text
    assert site.ask("/today", headers=cookie).status == 403
    store = site.stage.world.store
    assert (store.said("ana"), store.history(person="ana")) == ([], [])
    assert [each.words for each in store.said("ben")] == ["CANARY-BEN the sun"]
    assert site.ask("/today", headers=ben).status == 200


def test_the_button_of_another_or_of_nobody_removes_nothing(site: Site) -> None:
    cookie = site.cookie()
    (others,) = re.findall(r'name="nonce" value="([^"]+)"', site.post("/mine/erase", site.cookie("ben")).text)
    for nonce in (others, "", site.nonce(site.link())):
        assert site.post("/mine/erase", cookie, nonce=nonce).status == 422
    elsewhere = {"Sec-Fetch-Site": "cross-site"}
    assert site.post("/mine/erase", cookie | elsewhere).status == 403
    assert site.stage.world.store.history(person="ana")
    assert site.stage.world.store.passes.of("ana", Purpose.SESSION)


def test_none_of_it_is_there_for_whoever_is_not_signed_in(site: Site) -> None:
    for path in ("/mine/calendar", "/mine/erase"):
        assert site.post(path, do="new").status == 403
    assert site.ask("/mine/export").status == 403
    assert site.stage.world.store.passes.of("ana", Purpose.CALENDAR) == ()
