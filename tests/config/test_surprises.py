"""A secret that could not stay one is refused before it is ever planned."""

from __future__ import annotations

import pytest

from tests.config.home import PEOPLE, Home

GESTURE = '[rituals.surprise]\nwhen = "every day at 12:00"\nprompt = "gesture"\n'
SHARED = '[people.ana.channels]\ntablet = { url = "inbox://", shared_with = ["ben"] }\n[people.ben]\n'


def errors(home: Home, text: str) -> list[str]:
    said = home.said(text)
    return [line.partition(": ")[2] for line in said] if home.load().settings is None else []


def test_others_are_everyone_but_the_one_who_receives_it(home: Home) -> None:
    settings = home.settings(PEOPLE + GESTURE + 'to = "turns"\nsecret_from = "others"\n')
    assert settings.household.rituals["surprise"].secret_from == "others"


@pytest.mark.parametrize("kept_from", ['"ben"', '["ben"]'])
def test_people_can_be_named(home: Home, kept_from: str) -> None:
    settings = home.settings(PEOPLE + GESTURE + f'to = "ana"\nsecret_from = {kept_from}\n')
    assert settings.household.rituals["surprise"].secret_from == frozenset({"ben"})


@pytest.mark.parametrize("to", ['"everyone"', '"turns"', '["ana", "ben"]', '"ben"'])
def test_nobody_receives_what_is_kept_from_them(home: Home, to: str) -> None:
    (said,) = errors(home, PEOPLE + GESTURE + f'to = {to}\nsecret_from = "ben"\n')
    assert said.startswith("rituals.surprise.secret_from: ben receives it and is the one it is kept from; ")


def test_it_is_kept_from_someone_who_exists(home: Home) -> None:
    (said,) = errors(home, PEOPLE + GESTURE + 'to = "ana"\nsecret_from = "bem"\n')
    assert said == 'rituals.surprise.secret_from: there is nobody called "bem"; did you mean "ben"?'


def test_a_secret_needs_a_channel_that_keeps_it(home: Home) -> None:
    (said,) = errors(home, SHARED + GESTURE + 'to = "turns"\nsecret_from = "others"\n')
    assert said == (
        "rituals.surprise.secret_from: ana has no channel that keeps it from ben; "
        "give them a channel of their own, without shared_with"
    )


def test_a_second_channel_of_ones_own_is_enough(home: Home) -> None:
    own = SHARED.replace("[people.ben]", 'phone = "json://localhost/ana"\n[people.ben]')
    assert errors(home, own + GESTURE + 'to = "turns"\nsecret_from = "others"\n') == []


def test_what_is_no_secret_may_go_to_a_shared_channel(home: Home) -> None:
    assert errors(home, SHARED + GESTURE + 'to = "everyone"\n') == []


def test_a_channel_is_shared_with_people_who_exist_and_never_with_its_owner(home: Home) -> None:
    both = '[people.ana.channels]\na = { url = "inbox://", shared_with = ["ana", "bem"] }\n[people.ben]\n'
    said = errors(home, both)
    assert 'people.ana.channels.a.shared_with: there is nobody called "bem"; did you mean "ben"?' in said
    assert any("a channel is not shared with the person it belongs to" in line for line in said)


def test_one_address_for_two_people_is_worth_a_word(home: Home) -> None:
    text = '[people.ana.channels]\na = "json://localhost/x"\n[people.ben.channels]\nb = "json://localhost/x"\n'
    assert any("ana/a has the same address, so secrets" in line for line in home.said(text))
    assert home.load().settings is not None
    shared = text.replace('a = "json://localhost/x"', 'a = { url = "json://localhost/x", shared_with = ["ben"] }')
    shared = shared.replace('b = "json://localhost/x"', 'b = { url = "json://localhost/x", shared_with = ["ana"] }')
    assert not any("same address" in line for line in home.said(shared))
