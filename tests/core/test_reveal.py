"""Whose answers may be seen by whom, for every mixture of people, answers and silences."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ritualsd.core.phrases import IN_ENGLISH
from ritualsd.core.reveal import answer_of, author_in, awaited, in_words, readers, seen_by, shares
from ritualsd.model import ActionKind, Reply
from tests.builders import ritual

PEOPLE = ("ana", "ben", "cy", "dee", "eli")
NOW = datetime(2026, 3, 2, tzinfo=UTC)


def answer(person, words="words"):
    return Reply(
        occurrence=1, ritual="check-in", person=person, action=ActionKind.TEXT, words=words, source="test",
        source_msg_id=person, received_utc=NOW,
    )  # fmt: skip


def check_in(to=PEOPLE, reveal="together", ask="text", **over):
    return ritual("check-in", to=tuple(to), ask=ask, reveal=reveal, **over)


groups = st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=5, unique=True)
answering = st.sets(st.sampled_from(PEOPLE))
rituals = st.builds(
    check_in,
    groups,
    st.sampled_from(["together", "at-once", "never"]),
    st.sampled_from(["none", "done", "text", "scale", ("a", "b")]),
    turns=st.booleans(),
    secret_from=st.one_of(st.just("others"), st.frozensets(st.sampled_from(PEOPLE), max_size=2)),
)


@given(rituals, answering, st.sampled_from(PEOPLE))
def test_nobody_sees_what_they_must_not(asking, who, viewer):
    answers = {person: answer(person) for person in who}
    seen = seen_by(viewer, asking, answers, PEOPLE)
    assert viewer not in seen
    assert set(seen) <= who & set(asking.to)
    if seen:
        assert viewer in asking.to
        assert asking.reveal != "never"
        assert not asking.turns
        assert asking.ask not in ("none", "done")
        assert asking.secret_from != "others"
        assert viewer not in asking.secret_from
    if asking.reveal == "together" and not set(asking.to) <= who:
        assert seen == {}


@given(groups.filter(lambda group: len(group) > 1), answering, answering, st.sampled_from(PEOPLE))
def test_together_the_view_is_the_same_whoever_is_missing(group, some, others, viewer):
    asking = check_in(group)
    views = [seen_by(viewer, asking, {p: answer(p) for p in who}, PEOPLE) for who in (some, others)]
    if not set(group) <= some and not set(group) <= others:
        assert views[0] == views[1] == {}


def test_together_everyone_sees_everyone_once_all_have_answered():
    asking = check_in(("ana", "ben", "cy"))
    answers = {person: answer(person) for person in ("ana", "ben", "cy")}
    assert list(seen_by("ben", asking, answers, PEOPLE)) == ["ana", "cy"]
    assert awaited(asking, PEOPLE) == {"ana", "ben", "cy"}


def test_somebody_who_left_the_household_is_not_waited_for():
    asking = check_in(("ana", "ben", "cy"))
    answers = {person: answer(person) for person in ("ana", "ben")}
    assert list(seen_by("ben", asking, answers, ("ana", "ben"))) == ["ana"]


@pytest.mark.parametrize("over", [{"to": ("ana",)}, {"turns": True}, {"reveal": "never"}, {"ask": "done"}])
def test_some_rituals_share_nothing(over):
    asking = check_in(**over)
    assert not shares(asking)
    assert readers(asking, "ana", PEOPLE) == ()


def test_a_notice_names_whose_answer_it_passes_on():
    assert author_in(answer_of("ana-2")) == "ana-2"
    assert author_in("reveal") == ""


@given(st.text(max_size=80))
def test_no_answer_can_look_like_two(words):
    told = in_words({"ana": answer("ana", words), "ben": answer("ben")}, {"ana": "Ana", "ben": "Ben"}, IN_ENGLISH)
    assert sum(line.startswith(("Ana: ", "Ben: ")) for line in told.splitlines()) == 2
