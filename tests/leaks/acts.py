"""What people do that is nobody else's: each act leaves the mark CANARY where it can, and something to be noticed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from ritualsd.flow.sign_in import new_link
from ritualsd.model import Fact, LifeSeason, Pause, Promise, Taste, Verdict
from tests.leaks.home import Site, say

Act = Callable[[Site], object]
WORDS = "CANARY-WORDS I was so afraid of it"


def answers(site: Site) -> None:
    say(site, "ana", WORDS, "thanks")


def answers_privately(site: Site) -> None:
    say(site, "ana", WORDS, "idea")


def rates(site: Site) -> None:
    say(site, "ana", "1", "mood")


def takes_it_back(site: Site) -> None:
    say(site, "ana", WORDS, "thanks")
    say(site, "ana", "undo", "thanks")


def skips(site: Site) -> None:
    say(site, "ana", "skip", "thanks")


def puts_it_off(site: Site) -> None:
    say(site, "ana", "snooze 2h", "thanks")


def promises_it(site: Site) -> None:
    now = site.stage.clock.at
    site.stage.world.store.promises.make(
        Promise(person="ana", words=WORDS, made_utc=now, changed_utc=now, due_utc=now + timedelta(days=2))
    )


def pauses(site: Site) -> None:
    site.stage.world.store.pause(Pause(person="ana", since_utc=site.stage.clock.at))


def mutes(site: Site) -> None:
    site.stage.world.store.pause(Pause(person="ana", ritual="thanks", since_utc=site.stage.clock.at))


def leaves(site: Site) -> None:
    say(site, "ana", "leave", "thanks")


def grieves(site: Site) -> None:
    site.stage.world.store.personal.set_season(LifeSeason(name="grief", person="ana", since_utc=site.stage.clock.at))


def sets_limits(site: Site) -> None:
    for key, value in (("quiet", "09:00-21:00"), ("max_per_day", "1"), ("preview", "full")):
        site.stage.world.store.personal.set_own("ana", key, value, site.stage.clock.at)


def tells_a_fact(site: Site) -> None:
    fact = Fact(person="ana", key="favourite-drink", value="CANARY tea with milk", told_utc=site.stage.clock.at)
    site.stage.world.store.personal.tell(fact)


def judges(site: Site) -> None:
    taste = Taste(
        person="ana", kind="gratitude", prompt_id="CANARY.1", verdict=Verdict.NEVER, at_utc=site.stage.clock.at
    )
    site.stage.world.store.personal.taste(taste)


def looks_around(site: Site) -> None:
    cookie = site.cookie("ana")
    for room in ("/today", "/journal", "/coming", "/mine"):
        site.ask(room, headers=cookie)
    site.ask(site.link("thanks", "ana"))
    new_link(site.stage.world, site.stage.settings, "ana", site.stage.clock.at)


ACTS: dict[str, Act] = {
    act.__name__: act
    for act in (
        answers, answers_privately, rates, takes_it_back, skips, puts_it_off, promises_it, pauses, mutes, leaves,
        grieves, sets_limits, tells_a_fact, judges, looks_around,
    )
}  # fmt: skip
