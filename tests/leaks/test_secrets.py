"""A secret in each state it can be in: ended, done, taken out of the configuration, erased, or with a broken channel.
Whoever it was kept from sees, in every one of them, what they see in a home that never had it; so does a stranger."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest

from ritualsd.model import NO_WAY_BACK, Channel, Outcome, Ritual, WayBack
from ritualsd.testing import ScriptedSender, VirtualClock
from tests.flow.stage import Stage
from tests.leaks.acts import ACTS, WORDS
from tests.leaks.home import OPEN, SECRET, Looks, everything, home, home_of, say
from tests.leaks.test_twins import differences
from tests.web.lived import EVERYBODY_ASKED, MORNING, Site

ENDED = replace(SECRET, secret_until=date(2026, 3, 1))
UNTIL_DONE = replace(SECRET, secret_until="after done")
OTHERS = ("ben", "cleo", None)


def done(site: Site) -> None:
    say(site, "ana", "done", "surprise")


def answered(site: Site) -> None:
    say(site, "ana", WORDS, "surprise")


def no_longer_configured(site: Site) -> None:
    answered(site)
    site.stage.adopt(home_of(*OPEN))


STATES: dict[str, tuple[Ritual, Callable[[Site], None]]] = {
    "kept": (SECRET, answered),
    "ended": (ENDED, answered),
    "done": (UNTIL_DONE, done),
    "no longer configured": (SECRET, no_longer_configured),
}


def told(site: Site, viewer: str | None) -> Looks:
    """All a person sees; of nobody in particular what a stranger does."""
    return {
        where: text for where, text in everything(site, viewer).items() if viewer is not None or "stranger" in where
    }


@pytest.fixture(scope="module")
def plain() -> Iterator[dict[str | None, Looks]]:
    with home() as site:
        site.stage.turn()
        yield {viewer: told(site, viewer) for viewer in OTHERS}


@pytest.mark.parametrize("state", STATES)
def test_a_secret_in_any_state_was_never_there_for_whoever_it_was_kept_from(
    state: str, plain: dict[str | None, Looks]
) -> None:
    ritual, becomes = STATES[state]
    with home(ritual) as site:
        becomes(site)
        site.stage.turn()
        for viewer in OTHERS:
            assert differences(told(site, viewer), plain[viewer]) == [], viewer
        assert "CANARY-SECRET" in everything(site, "ana")["said to ana"]
        assert not any("CANARY" in text for text in everything(site, None).values())


def test_nobody_sees_of_somebody_erased_what_they_had_hidden() -> None:
    with home(SECRET) as site, home() as twin:
        for act in ("answers", "answers_privately", "promises_it", "tells_a_fact", "mutes", "judges"):
            ACTS[act](site)
        answered(site)
        for each in (site, twin):
            each.stage.world.store.erasure.person("ana", each.stage.clock.at)
            each.stage.turn()
        for viewer in OTHERS:
            assert differences(told(site, viewer), told(twin, viewer)) == [], viewer


def test_an_answer_that_was_taken_back_after_it_was_read_stays_only_in_the_message_that_told_of_it() -> None:
    with home() as site:
        ACTS["answers"](site)
        say(site, "ben", "the walk at noon", "thanks")
        site.stage.turn()
        assert "CANARY" in everything(site, "ben")["ben answers thanks"]
        say(site, "ana", "undo", "thanks")
        site.stage.turn()
        assert "CANARY" not in everything(site, "ben")["ben answers thanks"]
        for viewer in ("cleo", None):
            assert not any("CANARY" in text for text in everything(site, viewer).values()), viewer


# ── a broken channel ───────────────────────────────────────────────────────────────────────────────


class PhoneBroken(ScriptedSender):
    """Ana's phone takes nothing any more; the tablet, which ben shares, takes everything."""

    def send(
        self, channel: Channel, title: str, body: str, *, deadline_s: float = 20.0, back: WayBack = NO_WAY_BACK
    ) -> Outcome:
        if channel.label == "ana/phone":
            return Outcome(kind="permanent", code="gone")
        return super().send(channel, title, body, deadline_s=deadline_s, back=back)


def heard_with_a_broken_phone(*rituals: Ritual) -> list[tuple[str, str]]:
    """What arrived anywhere in a home where a secret has nowhere to go."""
    stage = Stage(home_of(*OPEN, *rituals), VirtualClock(MORNING), sender=PhoneBroken())
    stage.until(EVERYBODY_ASKED + timedelta(hours=2))
    stage.world.store.close()
    return [(each.channel, each.body) for each in stage.sender.sent]


def test_a_secret_that_cannot_reach_its_person_goes_to_no_shared_screen_instead() -> None:
    heard = heard_with_a_broken_phone(SECRET)
    assert heard == heard_with_a_broken_phone()
    assert any(channel == "ana/tablet" for channel, _ in heard)
    assert not any("CANARY" in body for _, body in heard)
