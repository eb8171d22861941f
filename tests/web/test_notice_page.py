"""The pages behind notices that ask something: how a promise went, and whether a turn can be taken."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from ritualsd.core.tokens import token_digest, token_of
from ritualsd.flow import promises
from ritualsd.flow.collect import collect
from ritualsd.model import Incoming, Occurrence, Pass, PromiseState, Purpose
from tests.builders import ritual
from tests.web.lived import Site, household, lived

COOK = ritual("cook", to=("ana", "ben"), turns=True, message="Cook something.", zone="UTC")


@pytest.fixture
def site() -> Iterator[Site]:
    with lived(household(COOK)) as made:
        yield made


def newest(site: Site, ritual: str, person: str) -> Occurrence:
    return site.stage.world.store.history(ritual=ritual, person=person)[0].occurrence


def link(site: Site, to: Occurrence) -> str:
    """The secret link of one message."""
    token, now = token_of(to.id.to_bytes(16, "big")), site.stage.clock.at
    site.stage.world.store.passes.issue(
        Pass(
            digest=token_digest(token), person=to.person, purpose=Purpose.REPLY, made_utc=now,
            until_utc=now + timedelta(days=7), occurrence=to.id,
        )
    )  # fmt: skip
    return f"/r/{token}"


def asked_about_a_promise(site: Site) -> str:
    stage = site.stage
    promises.add(stage.world, stage.settings, "ana", "call <b>the plumber</b> by tomorrow", (), stage.clock.at)
    stage.until(stage.clock.at + timedelta(days=3))
    return link(site, newest(site, "~promise", "ana"))


@pytest.mark.parametrize(
    ("choice", "state"),
    [("kept", PromiseState.KEPT), ("let go", PromiseState.DROPPED), ("next week", PromiseState.OPEN)],
)
def test_how_a_promise_went_is_a_button(site: Site, choice: str, state: PromiseState) -> None:
    path = asked_about_a_promise(site)
    (before,) = site.stage.world.store.promises.all()
    assert "call &lt;b&gt;the plumber&lt;/b&gt;" in site.ask(path).text
    assert site.answer(path, f"choice:{choice}").status == 303
    (after,) = site.stage.world.store.promises.all()
    assert after.state is state
    assert (after.due_utc == before.due_utc) is (state is not PromiseState.OPEN)
    assert choice in site.ask(path).text


def test_looking_or_passing_settles_no_promise(site: Site) -> None:
    path = asked_about_a_promise(site)
    before = site.stage.world.store.promises.all()
    for method in ("GET", "HEAD", "OPTIONS"):
        site.ask(path, method)
    assert site.answer(path, "skip").status == 303
    assert site.answer(path, "choice:done by magic").status == 422
    assert site.stage.world.store.promises.all() == before


def given_back(site: Site) -> tuple[Occurrence, str]:
    """The turn somebody gave back an hour after they were told of it, and who was asked."""
    stage = site.stage
    told = stage.world.store.history(ritual="cook")[0].occurrence
    stage.clock.at = told.due_utc + timedelta(hours=1)
    incoming = Incoming(
        occurrence=told.name, person=told.person, text="swap", source="test", source_msg_id="1",
        received_utc=stage.clock.at,
    )  # fmt: skip
    collect(stage.world, stage.settings, incoming, stage.clock.at)
    stage.turn()
    return told, "ben" if told.person == "ana" else "ana"


def test_a_turn_that_was_given_back_is_taken_with_a_button(site: Site) -> None:
    _, other = given_back(site)
    path = link(site, newest(site, "~swap", other))
    assert "Could you take this one: Cook" in site.ask(path).text
    assert site.answer(path, "choice:yes").status == 303
    assert dict(site.stage.world.store.counts_by_person("cook")) == {other: 1}


def test_thanks_ask_for_nothing(site: Site) -> None:
    told, other = given_back(site)
    site.answer(link(site, newest(site, "~swap", other)), "choice:yes")
    site.stage.turn()
    page = site.ask(link(site, newest(site, "~swap", told.person))).text
    assert "someone else has it" in page
    assert "<form" not in page
