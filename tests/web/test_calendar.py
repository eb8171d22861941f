"""The calendar a person can subscribe to: their own times and names, always the same bytes for the same record."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from icalendar import Calendar

from ritualsd.core.tokens import token_digest
from ritualsd.daemon.page_actions import calendar
from ritualsd.flow.lived import lived as flow_lived
from ritualsd.model import Fact, LifeSeason, Pause, Settings
from ritualsd.web.feed import feed, uid
from tests.builders import NOON, ritual
from tests.web.lived import RITUALS, Site, household, lived

SURPRISE = ritual("surprise", to=("ana", "ben"), turns=True, secret_from="others", message="CANARY plan something")
NAME = "Tea, cake; and \\ a »long« walk with Große Grüße und viel mehr Text als in eine Zeile paßt 🎂🎂🎂"
ODD = ritual("odd", "every Monday at 09:00", name=NAME)
WEEKLY = ritual("walk", "every Sunday at 10:00", to=("ana", "ben"), name="A walk", message="CANARY through the woods")


@pytest.fixture
def site() -> Iterator[Site]:
    with lived(household(*RITUALS, SURPRISE, WEEKLY)) as made:
        yield made


def path(site: Site, person: str = "ana") -> str:
    told = calendar(site.stage.world, site.stage.settings, {"person": person})
    return "/" + told["url"].split("/", 3)[3]


def events(text: str) -> list[Any]:
    return list(Calendar.from_ical(text).walk("VEVENT"))


def named(text: str, name: str) -> list[Any]:
    return [each for each in events(text) if each["SUMMARY"] == name]


def written(site: Site, person: str = "ana", settings: Settings | None = None, now: datetime | None = None) -> str:
    stage = site.stage
    return feed(stage.world.store, settings or stage.settings, person, now or stage.clock.at).decode()


def test_it_is_served_as_a_calendar_and_not_again_while_nothing_changed(site: Site) -> None:
    where = path(site)
    first = site.ask(where)
    assert (first.status, first.headers["content-type"]) == (200, "text/calendar; charset=utf-8")
    again = site.ask(where, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status, again.text, again.headers["etag"]) == (304, "", first.headers["etag"])
    assert site.ask(where, headers={"If-None-Match": '"other", W/' + first.headers["etag"]}).status == 304
    assert site.ask(where, headers={"If-None-Match": '"other"'}).text == first.text
    assert site.ask(where, "HEAD").headers["etag"] == first.headers["etag"]


def test_it_says_when_and_by_what_name_and_never_the_words(site: Site) -> None:
    text = site.ask(path(site)).text
    walks = named(text, "A walk")
    assert len(walks) == 56  # the Sundays of thirteen months
    assert {each.decoded("DTSTART").strftime("%H:%M %Z") for each in walks} == {"10:00 UTC"}
    assert all((each["CLASS"], each["TRANSP"]) == ("PRIVATE", "TRANSPARENT") for each in events(text))
    assert {name for each in events(text) for name in each} == {
        "UID", "DTSTAMP", "LAST-MODIFIED", "SEQUENCE", "DTSTART", "DTEND", "SUMMARY", "CLASS", "TRANSP",
    }  # fmt: skip
    for words in ("CANARY", "What made today easier", "Surprise", "surprise"):
        assert words not in text


def test_it_is_what_programs_expect(site: Site) -> None:
    raw = site.ask(path(site)).text
    lines = raw.encode().split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert b"\n" not in b"".join(lines)
    for line in ("VERSION:2.0", "METHOD:PUBLISH", "X-PUBLISHED-TTL:PT6H", "REFRESH-INTERVAL;VALUE=DURATION:PT6H"):
        assert line.encode() in lines
    assert len({each["UID"] for each in events(raw)}) == len(events(raw))


def test_a_name_comes_through_as_it_is_however_long_and_odd() -> None:
    with lived(household(ODD)) as site:
        text = written(site)
        assert {each["SUMMARY"] for each in events(text)} == {NAME}
        assert max(map(len, text.encode().split(b"\r\n"))) <= 75


def test_what_came_today_stays_in_it_for_a_month(site: Site) -> None:
    (first,) = [each for each in named(written(site), "Thanks") if each.decoded("DTSTART").date() == NOON.date()]
    later = written(site, now=site.stage.clock.at + timedelta(days=30))
    assert first["UID"] in [each["UID"] for each in events(later)]
    assert first["UID"] not in written(site, now=site.stage.clock.at + timedelta(days=40))


def test_the_same_slot_keeps_its_name_and_a_changed_time_is_a_new_version_of_it(site: Site) -> None:
    before = {each["UID"]: each for each in named(written(site), "A walk")}
    site.stage.clock.at += timedelta(hours=1)
    moved = replace(WEEKLY, when="every Sunday at 11:00")
    site.stage.adopt(household(*RITUALS, SURPRISE, moved))
    after = {each["UID"]: each for each in named(written(site), "A walk")}
    assert set(before) == set(after)
    assert {(each["SEQUENCE"], each.decoded("DTSTAMP")) for each in after.values()} == {(1, site.stage.clock.at)}
    assert {each["SEQUENCE"] for each in before.values()} == {0}
    untouched = {each["SEQUENCE"] for each in events(written(site)) if each["SUMMARY"] != "A walk"}
    assert untouched == {0}


def test_it_changes_with_nothing_that_another_person_does(site: Site) -> None:
    store, now = site.stage.world.store, site.stage.clock.at
    before = written(site, "ben")
    store.pause(Pause(person="ana", since_utc=now))
    store.pause(Pause(person="ana", ritual="thanks", since_utc=now))
    store.personal.set_season(LifeSeason(name="grief", person="ana", since_utc=now))
    store.personal.set_own("ana", "quiet", "08:00-22:00", now)
    store.personal.tell(Fact(person="ana", key="favourite-drink", value="tea", told_utc=now))
    site.answer(site.link(person="ana"), "skip")
    assert written(site, "ben") == before


def test_it_is_the_same_as_in_a_home_without_the_secret(site: Site) -> None:
    with lived(household(*RITUALS, WEEKLY)) as twin:
        for person in ("ana", "ben"):
            assert written(site, person) == written(twin, person)


def test_my_own_pause_takes_out_what_will_not_come(site: Site) -> None:
    now = site.stage.clock.at
    site.stage.world.store.pause(Pause(person="ana", since_utc=now, until_utc=now + timedelta(days=30)))
    ahead = [each for each in events(written(site)) if each.decoded("DTSTART") > now]
    assert min(each.decoded("DTSTART") for each in ahead) >= now + timedelta(days=30)


def test_a_revoked_unknown_or_other_link_opens_nothing_and_all_say_so_alike(site: Site) -> None:
    where = path(site)
    assert calendar(site.stage.world, site.stage.settings, {"person": "ana", "revoke": True})["revoked"] == 1
    sign_in = site.sign_in_link().rsplit("/", 1)[1]
    refusals = [site.ask(each) for each in (where, "/cal/" + "x" * 22 + ".ics", f"/cal/{sign_in}.ics", "/cal/x.ics")]
    assert {(each.status, each.text) for each in refusals} == {(404, site.ask("/nowhere").text)}


def test_the_ledger_keeps_no_link_and_looking_changes_nothing(site: Site) -> None:
    from tests.web.lived import rows

    where = path(site)
    before = rows(site)
    site.look(where, "GET", 3)
    assert rows(site) == before
    token = where.split("/")[2].partition(".")[0]
    assert token not in before
    assert site.stage.world.store.passes.find(token_digest(token)) is not None


def test_the_name_of_a_slot_tells_nothing_of_it() -> None:
    names = {uid(key, who, "walk", "2026-03-08", "") for key in (b"a", b"b") for who in ("ana", "ben")}
    assert len(names) == 4
    assert not any("walk" in name or "ana" in name for name in names)


def test_a_secret_that_ended_is_in_it_whichever_way_it_is_asked_for(site: Site) -> None:
    stage = site.stage
    secret = ritual("gift", "every day at 08:15", message="A gift", secret_from="others", secret_until="after done")
    stage.adopt(household(*RITUALS, secret))
    stage.until(stage.clock.at + timedelta(days=1))
    where = path(site)
    assert not named(site.ask(where).text, "Gift")
    site.answer(site.link("gift"), "done")
    assert named(site.ask(where).text, "Gift")
    assert site.ask(where).text == written(site, settings=flow_lived(stage.world.store, stage.settings))
