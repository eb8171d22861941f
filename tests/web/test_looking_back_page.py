"""The page of a look back, and the private sign-post: whose they are, when they stand; that looking keeps nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from ritualsd.core.english import PHRASES
from ritualsd.flow.collect import collect
from ritualsd.model import Incoming, Settings
from tests.builders import channel, person, ritual
from tests.web.lived import EVERYBODY_ASKED, Site, household, lived, rows

DAY = timedelta(days=1)
RITUALS = (
    ritual("mood", ask="scale", message="How was the day?", to=("ana",)),
    ritual("thanks", ask="text", message="What made today easier?", to=("ana", "ben"), reveal="together"),
)
RESOURCE = ("Someone to talk to", "555 0100 & more")
NOTE, HEAVY, READS = (PHRASES[f"page.sign-post{key}"] for key in ("", ".heavy", ".reads"))


def home() -> Settings:
    return replace(household(*RITUALS), resources=(RESOURCE,))


@pytest.fixture
def site() -> Iterator[Site]:
    with lived(home()) as made:
        yield made


def say(site: Site, text: str, ritual_: str = "mood", who: str = "ana") -> None:
    occurrence = site.occurrence(ritual_, who)
    at = site.stage.clock.at
    incoming = Incoming(
        occurrence=occurrence.name, person=who, text=text, source="test", source_msg_id=f"{at}{text}", received_utc=at
    )
    collect(site.stage.world, site.stage.settings, incoming, at)
    site.stage.clock.at += timedelta(seconds=1)


def live(site: Site, *ratings: str) -> None:
    """A rating each day."""
    for place, rating in enumerate(ratings):
        site.stage.until(EVERYBODY_ASKED + place * DAY)
        say(site, rating)


def test_a_look_back_draws_ones_own_ratings_with_words_and_a_table_beside(site: Site) -> None:
    live(site, "2", "4", "5")
    say(site, "win: the shelf <b>holds</b>", "thanks")
    text = site.ask("/review", headers=site.cookie()).text
    assert '<svg role="img" aria-labelledby="trend-0 trend-0-told"' in text
    assert "<title id=" in text
    assert "3 answers, the oldest first: 2, 4, 5." in text
    assert text.count("<circle") == text.count("<tr><td>") == 3
    assert "the shelf &lt;b&gt;holds" in text
    other = site.ask("/review", headers=site.cookie("ben")).text
    assert "shelf" not in other
    assert "<svg" not in other


def test_the_settings_of_looking_back_are_kept(site: Site) -> None:
    cookie = site.cookie()
    assert site.post("/mine", cookie, do="looking-back", review="no", echo="yes").status == 303
    assert site.stage.world.store.personal.own()["ana"] == {"review": "no"}
    assert site.post("/mine", cookie, do="looking-back", review="maybe", echo="yes").status == 422


def test_after_some_lows_the_note_stands_on_own_pages_alone(site: Site) -> None:
    live(site, "2", "5", "1", "2")
    for path, cookie in (("/today", site.cookie()), (site.link("mood"), None)):
        text = site.ask(path, headers=cookie).text
        assert NOTE in text
        assert HEAVY in text
        assert "555 0100 &amp; more" in text
    assert NOTE not in site.ask("/today", headers=site.cookie("ben")).text
    assert NOTE not in site.ask(site.link("thanks", "ben")).text
    assert all("555" not in body for body in site.stage.bodies())


def test_two_lows_are_no_reason_and_three_days_later_it_is_gone(site: Site) -> None:
    live(site, "1", "2", "5")
    assert NOTE not in site.ask("/today", headers=site.cookie()).text
    site.stage.until(EVERYBODY_ASKED + 3 * DAY)
    say(site, "1")
    assert NOTE in site.ask("/today", headers=site.cookie()).text
    site.stage.until(site.stage.clock.at + 4 * DAY)
    say(site, "1")
    assert NOTE not in site.ask("/today", headers=site.cookie()).text


@pytest.mark.parametrize(("button", "comes_again"), [("note-later", True), ("note-never", False)])
def test_one_tap_puts_it_away_for_two_months_or_for_good(site: Site, button: str, comes_again: bool) -> None:
    live(site, "1", "1", "1")
    assert site.post(site.link("mood"), do=button).status == 303
    assert NOTE not in site.ask("/today", headers=site.cookie()).text
    site.stage.until(site.stage.clock.at + 61 * DAY)
    say(site, "1")
    assert (NOTE in site.ask("/today", headers=site.cookie()).text) is comes_again


def test_looking_at_it_keeps_nothing_and_nothing_is_logged(site: Site) -> None:
    live(site, "1", "1", "1")
    cookie, link = site.cookie(), site.link("mood")
    before, told = rows(site), len(site.stage.events)
    for path, headers in (("/today", cookie), (link, None), ("/review", cookie)):
        assert site.ask(path, headers=headers).status == 200
    assert rows(site) == before
    assert len(site.stage.events) == told


def test_a_tap_on_not_feeling_safe_shows_the_note_and_is_no_answer(site: Site) -> None:
    link = site.link("thanks")
    before = rows(site)
    answer = site.post(link, do="unsafe")
    assert answer.status == 200
    assert NOTE in answer.text
    assert READS in answer.text
    assert HEAVY not in answer.text
    assert 'href="/nothing"' in answer.text
    assert rows(site) == before


def test_an_answer_that_says_so_stays_an_answer_and_brings_the_note(site: Site) -> None:
    say(site, "To be honest, I don\u2019t feel safe here.", "thanks")
    text = site.ask(site.link("thanks")).text
    assert NOTE in text
    assert READS in text
    assert NOTE not in site.ask(site.link("thanks", "ben")).text


def test_behind_a_link_that_others_may_get_as_well_there_is_no_note() -> None:
    shared = person("ana", channels=(channel("ana", shared_with=frozenset({"ben"})),))
    settings = home()
    people = {**settings.household.people, "ana": shared}
    settings = replace(settings, household=replace(settings.household, people=people))
    with lived(settings) as site:
        live(site, "1", "1", "1")
        assert NOTE not in site.ask(site.link("mood")).text
        assert NOTE in site.ask("/today", headers=site.cookie()).text


def test_behind_such_a_link_an_answer_that_says_so_brings_the_note_once_and_is_not_shown_again() -> None:
    shared = person("ana", channels=(channel("ana", shared_with=frozenset({"ben"})),))
    settings = home()
    people = {**settings.household.people, "ana": shared}
    with lived(replace(settings, household=replace(settings.household, people=people))) as site:
        link = site.link("thanks")
        before = site.ask(link).text
        assert NOTE in site.answer(link, "words", words="I feel unsafe").text
        after = site.ask(link).text
        assert after.count("unsafe") == before.count("unsafe")
        assert PHRASES["page.undo"] not in after
        assert "I feel unsafe" in site.ask("/journal", headers=site.cookie()).text


def test_without_a_list_the_note_invents_none() -> None:
    with lived(household(*RITUALS)) as site:
        live(site, "1", "1", "1")
        text = site.ask("/today", headers=site.cookie()).text
        assert NOTE in text
        assert PHRASES["page.sign-post.list"] not in text


def test_a_worry_can_be_come_back_to_with_one_tap(site: Site) -> None:
    say(site, "the exam", "thanks")
    link = site.link("thanks")
    assert site.answer(link, "thread").status == 303
    assert PHRASES["page.beside.come-back"] in site.ask(link).text
    site.stage.until(site.stage.clock.at + 5 * DAY)
    assert any(PHRASES["follow-up"] in body for body in site.stage.bodies())
