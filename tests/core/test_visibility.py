"""Who sees what: the table, and that a secret never reaches a channel somebody shares."""

import pytest

from ritualsd.core.visibility import kept_from, safe_channels, sight
from tests.builders import channel, person, ritual, settings

HOME = settings(people=(person("ana"), person("ben"), person("cleo"))).household
OPEN = ritual(to=("ana", "ben"))
SURPRISE = ritual(to=("ana", "ben"), turns=True, secret_from="others")
FROM_BEN = ritual(to=("ana",), secret_from=frozenset({"ben"}))


@pytest.mark.parametrize(
    ("viewer", "what", "recipient", "seen"),
    [
        ("ana", OPEN, "ana", "full"),
        ("ben", OPEN, "ana", "none"),
        (None, OPEN, "ana", "full"),
        ("ana", SURPRISE, "ana", "full"),
        ("ben", SURPRISE, "ana", "none"),
        ("cleo", SURPRISE, "ana", "none"),
        (None, SURPRISE, "ana", "masked"),
        (None, FROM_BEN, "ana", "masked"),
        ("ben", FROM_BEN, "ana", "none"),
        ("ana", None, "ana", "full"),
        (None, None, "ana", "masked"),
        ("ben", None, "ana", "none"),
    ],
)
def test_the_table_of_who_sees_what(viewer, what, recipient, seen):
    assert sight(viewer, what, recipient, HOME) == seen


def test_a_secret_from_others_is_kept_from_everyone_but_its_recipient():
    assert kept_from(SURPRISE, "ana", HOME.people) == {"ben", "cleo"}


def test_a_recipient_is_never_among_those_it_is_kept_from():
    assert kept_from(ritual(secret_from=frozenset({"ana", "ben"})), "ana", HOME.people) == {"ben"}


def test_a_shared_channel_never_carries_the_secret():
    shared = channel("ana", "tablet", shared_with=frozenset({"ben"}))
    own = channel("ana")
    assert safe_channels((shared, own), {"ben"}) == (own,)
    assert safe_channels((shared, own), {"cleo"}) == (shared, own)
