"""Signing in: the link works once and for its person, the cookie is kept close, and no name is told from another."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from ritualsd.core.notices import SIGN_IN
from ritualsd.flow.sign_in import send_link
from ritualsd.model import Pause, Purpose
from tests.builders import channel, person
from tests.system.daemon import until
from tests.web.lived import Site, household, lived


@pytest.fixture
def site() -> Iterator[Site]:
    with lived() as made:
        yield made


def ask_for_link(site: Site, name: str = "ana") -> None:
    """Ask on the page, and let what was asked for be sent: the page itself does not wait for it."""
    site.post("/in", name=name)
    until(lambda: site.stage.world.store.history(ritual=SIGN_IN))
    site.stage.turn()


def bodies(site: Site) -> list[str]:
    return [sent.body for sent in site.stage.sender.sent if "/in/" in sent.body]


def test_a_link_opens_a_button_and_the_button_works_once(site: Site) -> None:
    link = site.sign_in_link()
    assert [site.ask(link).status for _ in range(3)] == [200] * 3
    entered = site.post(link)
    assert (entered.status, entered.headers["location"]) == (303, "/today")
    assert site.post(link).status == 404
    assert site.ask(link).status == 404


def test_a_link_is_over_after_an_hour_and_opens_nothing_else(site: Site) -> None:
    link = site.sign_in_link()
    token = link.removeprefix("/in/")
    assert site.ask(f"/r/{token}").status == 404
    assert site.ask("/today", headers={"Cookie": f"ritualsd={token}"}).status == 403
    site.stage.clock.at += timedelta(hours=1)
    assert site.post(link).status == 404


def test_the_cookie_is_for_this_site_alone_and_the_ledger_holds_only_its_digest(site: Site) -> None:
    cookie = site.post(site.sign_in_link()).headers["set-cookie"]
    assert cookie.startswith("ritualsd=")
    assert {"httponly", "samesite=strict", "path=/", "max-age=2592000"} <= set(cookie.lower().split("; "))
    value = cookie.partition("=")[2].partition(";")[0]
    (kept,) = site.stage.world.store.passes.of("ana", Purpose.SESSION)
    assert len(value) == 22
    assert value.encode() not in kept.digest


def test_on_https_the_cookie_is_one_no_other_page_can_set() -> None:
    with lived(household(public_url="https://rituals.example.org")) as site:
        public = {"Host": "rituals.example.org", "Origin": "https://rituals.example.org"}
        link = "/in/" + site.sign_in_link().rpartition("/")[2]
        cookie = site.post(link, public).headers["set-cookie"]
        assert cookie.startswith("__Host-ritualsd=")
        assert "; Secure" in cookie
        sent = {"Cookie": cookie.partition(";")[0]}
        assert site.ask("/today", headers=sent | {"Host": "rituals.example.org"}).status == 200


def test_without_the_cookie_every_own_page_is_the_way_in_and_no_form_is_taken(site: Site) -> None:
    for path in ("/today", "/inbox", "/journal", "/coming", "/mine", "/answer/1"):
        answer = site.ask(path)
        assert answer.status == 403
        assert f'href="{path}"' in answer.text
        assert 'action="/in"' in answer.text
    assert {site.post(path, do="pause").status for path in ("/mine", "/out", "/answer/1")} == {403}
    assert site.stage.world.store.pauses() == ()


def test_a_session_ends_after_thirty_days_with_its_person_and_when_told_to(site: Site) -> None:
    first, second = site.cookie(), site.cookie()
    assert site.post("/out", first).status == 200
    assert [site.ask("/today", headers=cookie).status for cookie in (first, second)] == [403, 200]
    home = site.stage.settings.household
    site.stage.settings = replace(
        site.stage.settings, household=replace(home, people={"ben": home.people["ben"]})
    )  # fmt: skip
    assert site.ask("/today", headers=second).status == 403
    site.stage.settings = replace(site.stage.settings, household=home)
    site.stage.clock.at += timedelta(days=30)
    assert site.ask("/today", headers=second).status == 403


def test_one_can_see_where_one_is_signed_in_and_end_each_or_all(site: Site) -> None:
    here, there, ben = site.cookie(), site.cookie(), site.cookie("ben")
    page = site.ask("/mine", headers=here).text
    marks = [part.partition('"')[0] for part in page.split('name="session" value="')[1:]]
    assert len(marks) == 3  # two sessions of hers, and all
    other = next(mark for mark in marks if mark != "all" and f'"{mark}"' in site.ask("/mine", headers=there).text)
    assert site.post("/out", here, session=other).status in (200, 303)
    site.post("/out", here, session="all")
    site.post("/out", there, session="all")
    assert [site.ask("/today", headers=cookie).status for cookie in (here, there, ben)] == [403, 403, 200]


# ── asked for on the page ──


@pytest.mark.parametrize("name", ["ana", "ANA", " Ana ", "nobody", "", "<b>", "ana\x00", "a" * 10_000])
def test_asking_for_a_link_says_the_same_for_every_name(site: Site, name: str) -> None:
    answer = site.post("/in", name=name)
    assert (answer.status, answer.headers["location"], answer.text) == (303, "/in?sent", "")


def test_the_link_comes_to_the_persons_own_first_channel_that_nobody_shares() -> None:
    shared = channel("ana", "kitchen", shared_with=frozenset({"ben"}))
    home = household()
    people = home.household.people | {"ana": person("ana", channels=(shared, channel("ana", "pocket")))}
    with lived(replace(home, household=replace(home.household, people=people))) as site:
        ask_for_link(site, "Ana")
        (sent,) = [each for each in site.stage.sender.sent if "/in/" in each.body]
        assert (sent.channel, sent.title) == ("ana/pocket", "A small note")
        link = next(line for line in sent.body.splitlines() if "/in/" in line)
        assert link.startswith("http://127.0.0.1:")
        assert site.post("/in/" + link.rpartition("/")[2]).status == 303


def test_asking_again_within_minutes_sends_nothing_more(site: Site) -> None:
    for _ in range(3):
        ask_for_link(site)
    assert len(bodies(site)) == 1
    site.stage.clock.at += timedelta(minutes=5)
    site.post("/in", name="ana")
    assert until(lambda: len(site.stage.world.store.history(ritual=SIGN_IN)) == 2)
    site.stage.turn()
    assert len(bodies(site)) == 2


def test_whoever_keeps_asking_sends_ten_a_day_and_reads_the_same_each_time(site: Site) -> None:
    world, start = site.stage.world, site.stage.clock.at
    for turn in range(30):
        send_link(world, site.stage.settings, "ana", start + turn * timedelta(minutes=5))
    assert len(world.store.history(ritual=SIGN_IN)) == 10
    assert site.post("/in", name="ana").headers["location"] == "/in?sent"
    send_link(world, site.stage.settings, "ben", start + timedelta(hours=3))
    send_link(world, site.stage.settings, "ana", start + timedelta(days=1))
    assert len(world.store.history(ritual=SIGN_IN, person="ben")) == 1
    assert len(world.store.history(ritual=SIGN_IN, person="ana")) == 11


def test_a_pause_does_not_keep_out_the_one_who_may_want_to_end_it(site: Site) -> None:
    site.stage.world.store.pause(Pause(person="ana", since_utc=site.stage.clock.at))
    ask_for_link(site)
    assert len(bodies(site)) == 1


def test_a_link_that_was_sent_is_read_on_no_page(site: Site) -> None:
    ask_for_link(site)
    cookie = site.cookie()
    pages = [site.ask(path, headers=cookie).text for path in ("/today", "/inbox", "/journal")]
    assert not any("/in/" in page for page in pages)
    assert site.stage.world.store.history(ritual=SIGN_IN)


def test_the_way_in_names_nobody(site: Site) -> None:
    for path in ("/in", "/", "/today", "/in?sent"):
        page = site.ask(path).text
        assert "Ana" not in page
        assert "Ben" not in page
