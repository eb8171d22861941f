"""What is hidden costs whoever may not know of it no work: not once, and not more the more of it there is.

The measure is in `work`: what the database is asked, rows, opened seals, calls and steps. Every look is taken in a home
where ana did nothing, in one where she did each thing once, and in one where she did it many times; and in homes with
one secret and with many. Ben stands for cleo too: what either sees is asked in the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from ritualsd.core.tokens import token_digest
from ritualsd.daemon.page_actions import calendar
from ritualsd.model import Fact, LifeSeason, Pause, Promise, Taste, Verdict
from tests.leaks.acts import WORDS, looks_around
from tests.leaks.home import LATER, SECRET, home, looks, say
from tests.leaks.work import Meter, Work, metered
from tests.web.lived import Site

MANY = 30
A_ROW = 12
"""So many calls at most turn one row into what it stands for."""

OTHERS = ("ben", None)
Works = dict[str, Work]


@pytest.fixture(scope="module")
def meter() -> Iterator[Meter]:
    with metered() as made:
        yield made


def works(meter: Meter, site: Site, viewer: str | None) -> Works:
    """What each look of a viewer costs."""
    return {where: meter.of(look) for where, look in looks(site, viewer).items() if not where.endswith("again")}


def sealed(meter: Meter, site: Site) -> Site:
    """From now on words are sealed, and the meter counts how many are opened."""
    site.stage.world.store.speak_through(meter)  # type: ignore[attr-defined] # the ledger behind the port
    return site


@pytest.fixture(scope="module")
def plain(meter: Meter) -> dict[str | None, Works]:
    with home() as site:
        sealed(meter, site).stage.turn()
        return {viewer: works(meter, site, viewer) for viewer in OTHERS}


def does_everything(site: Site, times: int) -> None:
    """All that is ana's alone, so many times."""
    store, now = site.stage.world.store, site.stage.clock.at
    for number in range(times):
        say(site, "ana", f"{WORDS} {number}", "thanks")
        say(site, "ana", f"{WORDS} {number}", "idea")
        say(site, "ana", "undo", "idea") if number == 0 else None
        store.personal.tell(Fact(person="ana", key=f"fact-{number}", value=WORDS, told_utc=now))
        store.personal.taste(
            Taste(person="ana", kind="gratitude", prompt_id=f"p.{number}", verdict=Verdict.NEVER, at_utc=now)
        )
        store.personal.set_own("ana", f"own-{number}", "v", now)
        store.pause(Pause(person="ana", ritual=f"muted-{number}", since_utc=now))
        later = now + timedelta(seconds=number)
        store.promises.make(Promise(person="ana", words=WORDS, made_utc=later, changed_utc=later))
    store.personal.set_season(LifeSeason(name="grief", person="ana", since_utc=now))
    looks_around(site)


def unlike(meter: Meter, site: Site, viewers: tuple[str | None, ...], plain: dict[str | None, Works]) -> list[str]:
    """Where these viewers' looks are of another class than in the home where nothing is hidden."""
    return [
        f"{where}: {difference}"
        for viewer in viewers
        for where, work in works(meter, site, viewer).items()
        if (difference := work.differs_from(plain[viewer][where]))
    ]


@pytest.mark.parametrize("times", [1, MANY])
def test_what_one_person_does_costs_nobody_else_any_work(
    times: int, meter: Meter, plain: dict[str | None, Works]
) -> None:
    with home() as site:
        does_everything(sealed(meter, site), times)
        site.stage.turn()
        assert unlike(meter, site, OTHERS, plain) == []


@pytest.mark.parametrize("times", [1, MANY])
def test_neither_does_a_secret_nor_many(times: int, meter: Meter, plain: dict[str | None, Works]) -> None:
    secrets = [replace(SECRET, id=f"surprise{number or ''}") for number in range(times)]
    with home(*secrets) as site:
        sealed(meter, site)
        for each in secrets:
            say(site, "ana", WORDS, each.id)
        site.stage.turn()
        # Whoever runs this reads the names of secrets in the configuration, and the record walks past them.
        known = ("as None: ", "status", "channels")
        assert [each for each in unlike(meter, site, OTHERS, plain) if not each.startswith(known)] == []


# ── links ──────────────────────────────────────────────────────────────────────────────────────────


def wrong_links(site: Site) -> dict[str, str]:
    """Every kind of link that leads nowhere, by what is wrong with it."""
    revoked, ended, spent = site.link(number=1), site.link(number=2, days=0), site.sign_in_link()
    site.stage.world.store.passes.revoke(token_digest(revoked.removeprefix("/r/")))
    site.post(spent)
    calendars = calendar(site.stage.world, site.stage.settings, {"person": "ana"})["url"]
    feed = "/cal/" + calendars.rpartition("/")[2]
    good = site.link(number=3).removeprefix("/r/")
    return {
        "unknown": "/r/" + "A" * 22, "revoked": revoked, "ended": ended, "not one": "/r/x", "long": "/r/" + "A" * 5000,
        "a way in": site.sign_in_link().replace("/in/", "/r/"), "spent": spent, "a reply as a way in": f"/in/{good}",
        "unknown way in": "/in/" + "A" * 22, "a calendar": feed.replace("/cal/", "/r/").removesuffix(".ics"),
        "unknown calendar": "/cal/" + "A" * 22 + ".ics", "a reply as a calendar": f"/cal/{good}.ics",
    }  # fmt: skip


def test_no_link_that_leads_nowhere_says_by_its_work_whether_it_ever_led_anywhere(meter: Meter) -> None:
    with home() as site:
        found = {what: (meter.of(lambda where=where: site.ask(where)), site.ask(where).text)
                 for what, where in wrong_links(sealed(meter, site)).items()}  # fmt: skip
    assert len({text for _, text in found.values()}) == 1
    works = [work for work, _ in found.values()]
    assert {(len(work.statements), work.opened) for work in works} == {(1, 0)}
    assert {work.rows for work in works} == {0, 1}  # the one of what is over or meant for something else
    assert max(work.calls for work in works) - min(work.calls for work in works) <= A_ROW


# ── what the measure would notice ──────────────────────────────────────────────────────────────────


def peeks(site: Site, meter: Meter) -> dict[str, Callable[[], object]]:
    """Looks of somebody careless, each of which tells of what is hidden in another way."""
    store = site.stage.world.store
    return {
        "statements": lambda: [store.replies(each.occurrence.id) for each in store.history(person="ana")],
        "rows": lambda: store.personal.facts(),
        "opened": lambda: [fact.value for fact in store.personal.facts("ana")],
        "calls": lambda: store.pauses(),
        "steps": lambda: store.spoken("ana", LATER - timedelta(days=1), LATER),
    }


def test_each_careless_look_is_noticed(meter: Meter) -> None:
    with home() as site, home(*(replace(SECRET, id=f"surprise{number}") for number in range(3))) as other:
        does_everything(sealed(meter, other), 9)
        before, after = peeks(sealed(meter, site), meter), peeks(other, meter)
        for what in before:
            assert what in meter.of(after[what]).differs_from(meter.of(before[what])), what
