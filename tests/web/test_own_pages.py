"""One's own pages: everything of mine, nothing of anybody else's, and the same whatever others hold, skip or say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from ritualsd.core.notices import about
from ritualsd.core.nudges import OFFER
from ritualsd.model import Fact, Pause
from ritualsd.testing import ListContent
from tests.builders import ritual
from tests.web.lived import RITUALS, Site, household, lived

ROOMS = ("today", "inbox", "journal", "coming", "mine")
SURPRISE = ritual(
    "surprise", to=("ana", "ben"), turns=True, secret_from="others", message="CANARY plan something",
    when="every day at 08:30",
)  # fmt: skip


@pytest.fixture
def site() -> Iterator[Site]:
    with lived(household(*RITUALS, SURPRISE)) as made:
        yield made


def rooms(site: Site, cookie: dict[str, str]) -> dict[str, str]:
    return {room: site.ask(f"/{room}", headers=cookie).text for room in ROOMS}


def holder(site: Site) -> tuple[str, str]:
    """Whose turn the surprise was, and who must not know."""
    (entry,) = [each for each in site.stage.record("surprise") if each.occurrence.body]
    mine = entry.occurrence.person
    return mine, "ben" if mine == "ana" else "ana"


def test_what_came_is_on_the_pages_of_its_owner_and_of_nobody_else(site: Site) -> None:
    mine, other = holder(site)
    assert "CANARY" in rooms(site, site.cookie(mine))["inbox"]
    assert not any("CANARY" in page for page in rooms(site, site.cookie(other)).values())


def test_a_message_is_answered_from_ones_own_page_by_its_owner_only(site: Site) -> None:
    cookie = site.cookie()
    path = f"/answer/{site.occurrence('water').name}"
    assert f'href="{path}"' in site.ask("/today", headers=cookie).text
    nonce = site.nonce(path, cookie)
    assert site.post(path, cookie, nonce=nonce, do="done").status == 303
    assert site.said("water") == [("done", "")]
    ben = site.cookie("ben")
    nowhere = (path, "/answer/0", "/answer/water@2020-01-01/ana")
    assert {site.ask(where, headers=ben).status for where in nowhere} == {404}
    assert site.post(path, ben, nonce=nonce, do="skip").status == 404
    assert site.ask("/answer/" + "9" * 30, headers=ben).status == 404


def test_the_journal_has_my_answers_and_what_was_revealed_to_me(site: Site) -> None:
    ana, ben = site.cookie(), site.cookie("ben")
    site.answer(site.link(), "words", words="CANARY of Ana")
    site.answer(site.link("mood"), "scale:2")
    assert "CANARY of Ana" in site.ask("/journal", headers=ana).text
    before = rooms(site, ben)
    assert not any("CANARY of Ana" in page for page in before.values())
    site.answer(site.link(person="ben"), "words", words="Ben's own")
    site.stage.turn()
    after = site.ask("/journal", headers=ben).text
    assert "CANARY of Ana" in after
    assert "You said" not in after  # her mood is hers


def test_nothing_on_my_pages_changes_with_what_another_person_holds_skips_or_sets(site: Site) -> None:
    _, me = holder(site)
    other = "ben" if me == "ana" else "ana"
    cookie, now = site.cookie(me), site.stage.clock.at
    before = rooms(site, cookie)
    store = site.stage.world.store
    store.pause(Pause(person=other, since_utc=now))
    store.pause(Pause(ritual="thanks", person=other, since_utc=now))
    store.personal.set_own(other, "quiet", "10:00-20:00", now)
    store.personal.set_own(other, "level", "1", now)
    store.personal.tell(Fact(person=other, key="favourite-drink", value="CANARY tea", told_utc=now))
    site.answer(site.link(person=other), "skip")
    site.cookie(other)
    assert rooms(site, cookie) == before


def test_coming_has_my_own_slots_in_my_own_time_and_no_words(site: Site) -> None:
    page = site.ask("/coming", headers=site.cookie("ben")).text
    assert "Thanks" in page
    assert "Times are in America/New_York." in page
    assert set(re.findall(r'<time datetime="[^"]+">(.*?)</time>', page)) <= {"08:30", "09:00"}
    assert "What made today easier?" not in page
    assert "Mood" not in page  # it is not for ben


def test_what_i_hold_is_not_coming(site: Site) -> None:
    cookie = site.cookie()
    assert "Water" in site.ask("/coming", headers=cookie).text
    site.post("/mine", cookie, do="mute", ritual="water")
    assert "Water" not in site.ask("/coming", headers=cookie).text
    site.post("/mine", cookie, do="unmute", ritual="water")
    site.stage.clock.at += timedelta(seconds=1)
    assert "Water" in site.ask("/coming", headers=cookie).text


# ── settings that are mine ──


def mine(site: Site) -> dict[str, str]:
    return dict(site.stage.world.store.personal.own().get("ana", {}))


@pytest.mark.parametrize(
    ("form", "kept"),
    [
        ({"do": "quiet", "from": "21:30", "to": "07:00"}, {"quiet": "21:30-07:00"}),
        ({"do": "most", "most": "2"}, {"max_per_day": "2"}),
        ({"do": "words", "preview": "full", "language": "de"}, {"preview": "full", "language": "de"}),
        ({"do": "level", "level": "4"}, {"level": "4"}),
        ({"do": "touch", "touch": "no"}, {"touch": "no"}),
    ],
)
def test_what_i_set_is_kept_shown_and_lived(site: Site, form: dict[str, str], kept: dict[str, str]) -> None:
    answer = site.post("/mine", site.cookie(), **form)
    assert (answer.status, answer.headers["location"]) == (303, "/mine")
    assert mine(site) == kept


def test_every_language_there_is_a_pack_for_can_be_chosen(site: Site) -> None:
    class Trilingual(ListContent):
        def languages(self) -> tuple[str, ...]:
            return ("de", "en", "fr")

    site.stage.world = replace(site.stage.world, content=Trilingual())
    text = site.ask("/mine", headers=site.cookie()).text
    (offered,) = re.findall(r'<select id="language".*?</select>', text, re.DOTALL)
    assert re.findall(r"<option[^>]*>(\w+)<", offered) == ["de", "en", "fr"]


def test_hours_and_a_limit_can_be_taken_back(site: Site) -> None:
    cookie = site.cookie()
    for form in ({"do": "quiet", "from": "21:30", "to": "07:00"}, {"do": "most", "most": "2"}):
        site.post("/mine", cookie, **form)
    site.post("/mine", cookie, **{"do": "quiet", "from": "", "to": ""})
    site.post("/mine", cookie, do="most", most="")
    assert mine(site) == {}


@pytest.mark.parametrize(
    "form",
    [
        {},
        {"do": "nonsense"},
        {"do": "quiet", "from": "25:00", "to": "07:00"},
        {"do": "quiet", "from": "21:00", "to": ""},
        {"do": "most", "most": "-1"},
        {"do": "most", "most": "٣"},
        {"do": "most", "most": "9" * 5000},
        {"do": "most", "most": "0000001000"},
        {"do": "words", "preview": "loud", "language": "de"},
        {"do": "words", "preview": "full", "language": "../etc"},
        {"do": "level", "level": "6"},
        {"do": "touch", "touch": "always"},
        {"do": "pause", "until": "1999-01-01"},
        {"do": "pause", "until": "soon"},
        {"do": "pause", "until": "9999-12-31T23:59"},
        {"do": "mute", "ritual": "nothing"},
        {"do": "forget", "fact": "nothing"},
    ],
)
def test_what_cannot_be_meant_changes_nothing(site: Site, form: dict[str, str]) -> None:
    assert site.post("/mine", site.cookie(), **form).status == 422
    assert (mine(site), site.stage.world.store.pauses()) == ({}, ())


def test_a_pause_holds_everything_until_its_day_in_my_zone_or_until_i_go_on(site: Site) -> None:
    cookie = site.cookie("ben")
    site.post("/mine", cookie, do="pause", until="2026-03-05")
    (pause,) = site.stage.world.store.pauses()
    assert (pause.person, pause.ritual) == ("ben", "")
    assert pause.until_utc is not None
    assert pause.until_utc.isoformat() == "2026-03-05T05:00:00+00:00"
    assert "5 March 2026" in site.ask("/mine", headers=cookie).text
    site.post("/mine", cookie, do="resume")
    assert "Go on again" not in site.ask("/mine", headers=cookie).text


def test_a_fact_of_mine_is_shown_to_me_and_can_be_forgotten(site: Site) -> None:
    now = site.stage.clock.at
    site.stage.world.store.personal.tell(Fact(person="ana", key="favourite-drink", value="<b>tea</b>", told_utc=now))
    cookie = site.cookie()
    assert "&lt;b&gt;tea&lt;/b&gt;" in site.ask("/mine", headers=cookie).text
    assert "tea&lt;" not in site.ask("/mine", headers=site.cookie("ben")).text
    site.post("/mine", cookie, do="forget", fact="favourite-drink")
    assert site.stage.world.store.personal.facts() == ()


def test_an_offer_to_rest_is_taken_with_one_button(site: Site) -> None:
    store, now = site.stage.world.store, site.stage.clock.at
    store.record([about(site.occurrence("water"), OFFER, now)])
    site.stage.turn()
    cookie = site.cookie()
    (entry,) = [each for each in store.history(ritual="water") if each.occurrence.part]
    path = f"/answer/{entry.occurrence.name}"
    assert f'href="{path}"' in site.ask("/today", headers=cookie).text
    nonce = site.nonce(path, cookie)
    assert site.post(path, cookie, nonce=nonce, do="choice:pause").status == 303
    (pause,) = store.pauses()
    assert (pause.ritual, pause.person) == ("water", "ana")
