"""Secret links, lived through: made with the words, gone when the message is over, good for one person only."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ritualsd.core.tokens import is_token, token_digest
from ritualsd.errors import NotFound
from ritualsd.flow.collect import collect, skip_past
from ritualsd.flow.opened import opened
from ritualsd.model import (
    BotWay,
    DeliveryState,
    Incoming,
    MailWay,
    Outcome,
    Pass,
    Purpose,
    Secret,
    TopicWay,
    Ways,
)
from ritualsd.testing import ListContent, ScriptedSender, VirtualClock
from tests.builders import channel, person, ritual, settings
from tests.flow.stage import Stage

MONDAY = datetime(2026, 3, 2, 0, 0, tzinfo=UTC)
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
SITE = "https://rituals.example.org"
PHONE = channel("ana", url=Secret("ntfys://ntfy.example.org/ana"))
MAIL = channel("ana", "mail", url=Secret("mailtos://ana:pass@example.org"))
INBOX = channel("ana", "inbox", url=Secret("inbox://"))


def stage(*rituals, ana=None, public_url=SITE, ways=None, sender=None):
    people = (ana or person("ana", channels=(PHONE,)), person("ben"))
    given = replace(settings(*rituals, people=people), public_url=public_url, ways=ways or Ways())
    return Stage(settings=given, clock=VirtualClock(MONDAY), sender=sender or ScriptedSender(), content=ListContent())


def token_of(on):
    """The token of the last message that was sent."""
    return on.sender.sent[-1].back.token


def say(on, text, token="", **over):
    at = on.clock.at
    incoming = Incoming(
        token=token or token_of(on), text=text, source="test", source_msg_id=f"{at} {text}", received_utc=at, **over
    )
    return collect(on.world, on.settings, incoming, at)


def test_a_message_carries_a_link_that_answers_it_and_nothing_else():
    home = stage(ritual(ask="text"))
    home.until(MONDAY + 10 * HOUR)
    back = home.sender.sent[-1].back
    assert is_token(back.token)
    assert back.link == f"{SITE}/r/{back.token}"
    kept = say(home, "the sun")
    assert (kept.reply.person, kept.reply.words) == ("ana", "the sun")
    assert opened(home.world, home.settings, back.token, home.clock.at).occurrence.id == kept.reply.occurrence


def test_only_its_digest_is_kept_once_the_message_is_over():
    home = stage(ritual(ask="text"))
    home.until(MONDAY + 8 * HOUR + 55 * MINUTE)
    (entry,) = home.record()
    held = entry.deliveries[0].reply_token
    assert is_token(held)
    assert held not in repr(entry)
    home.until(MONDAY + 10 * HOUR)
    (entry,) = home.record()
    assert entry.deliveries[0].reply_token == ""
    granted = home.world.store.passes.find(token_digest(held))
    assert (granted.person, granted.occurrence, granted.purpose) == ("ana", entry.occurrence.id, Purpose.REPLY)


@pytest.mark.parametrize("kind", ["transient", "unknown"])
def test_a_retry_carries_the_same_link_and_the_fallback_too(kind):
    both = person("ana", channels=(PHONE, MAIL))
    sender = ScriptedSender(*[Outcome(kind=kind, code="refused")] * 2, Outcome(kind="permanent", code="http-404"))
    home = stage(ritual(ask="text"), ana=both, sender=sender)
    home.until(MONDAY + 12 * HOUR)
    assert len({sent.back.token for sent in home.sender.sent}) == 1
    assert [sent.channel for sent in home.sender.sent] == ["ana/phone"] * 3 + ["ana/mail"]
    (entry,) = home.record()
    assert {each.reply_token for each in entry.deliveries} == {""}


def test_every_message_has_a_link_of_its_own():
    home = stage(ritual(ask="text", nudge_after=HOUR, nudge_times=1), ritual("other", ask="done"))
    home.until(MONDAY + DAY)
    tokens = [sent.back.token for sent in home.sender.sent]
    assert len(tokens) == len(set(tokens)) == 3
    nudge = home.sender.sent[-1]
    assert opened(home.world, home.settings, nudge.back.token, home.clock.at).occurrence.name == "thanks@2026-03-02/ana"


def test_a_snoozed_message_comes_with_a_new_link_and_the_old_one_still_answers():
    home = stage(ritual(ask="text"))
    home.until(MONDAY + 10 * HOUR)
    first = token_of(home)
    say(home, "snooze 2h")
    home.until(MONDAY + 13 * HOUR)
    assert token_of(home) not in ("", first)
    assert say(home, "a", token=first).reply.occurrence == say(home, "b").reply.occurrence


def test_a_link_ends_a_week_after_the_time_to_answer():
    home = stage(ritual(ask="text", when="every Monday at 09:00", expires=2 * HOUR))
    home.until(MONDAY + 9 * HOUR + MINUTE)
    token = token_of(home)
    home.clock.at = MONDAY + 11 * HOUR + 7 * DAY - MINUTE
    assert say(home, "rather late", token=token).reply.late
    home.clock.at += MINUTE
    with pytest.raises(NotFound):
        say(home, "too late", token=token)


def revoked(home, token):
    home.world.store.passes.revoke(token_digest(token))
    return token


def expired(home, token):
    home.clock.at += 60 * DAY
    return token


def truncated(home, token):
    return token[:-1]


def flipped(home, token):
    return ("B" if token[0] != "B" else "C") + token[1:]


def enormous(home, token):
    return token * 50_000


def unwritable(home, token):
    return token[:-1] + "\ud83d"


def of_another_purpose(home, token):
    cookie = "C" * 22
    until_utc = home.clock.at + DAY
    home.world.store.passes.issue(
        Pass(
            digest=token_digest(cookie), person="ana", purpose=Purpose.SESSION, made_utc=home.clock.at,
            until_utc=until_utc,
        )
    )  # fmt: skip
    return cookie


def of_somebody_gone(home, token):
    home.settings = settings(ritual(ask="text", to=("ben",)), people=(person("ben"),))
    return token


@pytest.mark.parametrize(
    "wrong",
    [revoked, expired, truncated, flipped, enormous, unwritable, of_another_purpose, of_somebody_gone],
    ids=lambda made: made.__name__,
)
def test_every_wrong_token_gets_one_answer_and_stores_nothing(wrong):
    home = stage(ritual(ask="text"))
    home.until(MONDAY + 10 * HOUR)
    token = wrong(home, token_of(home))
    with pytest.raises(NotFound) as refused:
        say(home, "CANARY", token=token)
    assert str(refused.value) == "this link leads nowhere; use the link of a newer message"
    (entry, *_) = home.record()
    assert home.world.store.replies(entry.occurrence.id) == []


def test_a_token_that_came_by_somebody_elses_way_is_none():
    home = stage(ritual(ask="text"))
    home.until(MONDAY + 10 * HOUR)
    with pytest.raises(NotFound):
        say(home, "the sun", person="ben")
    assert say(home, "the sun", person="ana").reply.words == "the sun"


# how far a source has read


def test_the_cursor_of_a_source_is_kept_with_its_reply():
    home = stage(ritual(ask="text"))
    home.until(MONDAY + 10 * HOUR)
    recall = home.world.store.recall
    say(home, "the sun", cursor=("source.test", "17"))
    assert recall("source.test") == "17"
    say(home, "the sun", cursor=("source.test", "18"))  # told of again
    assert recall("source.test") == "18"
    with pytest.raises(NotFound):
        say(home, "x", token="A" * 22, cursor=("source.test", "19"))
    assert recall("source.test") == "18"
    skip_past(home.world, ("source.test", "19"))
    assert recall("source.test") == "19"


# what shows, and the way back


def test_a_discreet_message_says_only_that_there_is_something_behind_the_link():
    home = stage(ritual(message="CANARY the words"))
    home.until(MONDAY + 10 * HOUR)
    (sent,) = home.sender.sent
    assert "CANARY" not in sent.body + sent.title
    assert sent.back.link
    (entry,) = home.record()
    assert entry.occurrence.body == "CANARY the words"


def test_without_a_public_address_the_words_are_in_the_message():
    home = stage(ritual(message="the words"), public_url="")
    home.until(MONDAY + 10 * HOUR)
    (sent,) = home.sender.sent
    assert (sent.body, sent.back.link) == ("the words", "")


def test_a_full_preview_has_the_words_and_a_link_only_where_something_is_asked():
    open_ana = person("ana", channels=(PHONE,), preview="full")
    home = stage(ritual("asks", ask="scale"), ritual("tells"), ana=open_ana)
    home.until(MONDAY + 10 * HOUR)
    links = {sent.body: bool(sent.back.link) for sent in home.sender.sent}
    assert links == {"the words of asks": True, "the words of tells": False}


def test_what_lies_in_the_inbox_is_whole_and_needs_no_link():
    home = stage(ritual(ask="text"), ana=person("ana", channels=(INBOX,)))
    home.until(MONDAY + 10 * HOUR)
    (sent,) = home.sender.sent
    assert (sent.body, sent.back.link) == ("the words of thanks", "")
    (kept,) = home.world.store.inbox("ana", ["inbox"])
    assert (kept.body, kept.reply_token) == ("the words of thanks", "")


def test_each_channel_gets_the_ways_back_it_has():
    ways = Ways(
        mail=MailWay(imap=Secret("imaps://x"), address="rituals@example.org"),
        topics=TopicWay(url="https://ntfy.example.org", topics={"ana": Secret("topic-of-ana")}),
        bot=BotWay(token=Secret("1:x")),
    )
    phone = stage(ritual(ask="text"), ways=ways)
    phone.until(MONDAY + 10 * HOUR)
    back = phone.sender.sent[-1].back
    assert (back.topic, back.mail) == ("https://ntfy.example.org/topic-of-ana", "")
    assert [text for _, text in back.buttons] == ["done", "skip", "snooze 2h"]
    mail = stage(ritual(ask="text"), ways=ways, ana=person("ana", channels=(MAIL,)))
    mail.until(MONDAY + 10 * HOUR)
    back = mail.sender.sent[-1].back
    assert (back.topic, back.mail, back.line) == ("", f"rituals+{back.token}@example.org", "")
    plain = replace(ways, mail=replace(ways.mail, plus=False))
    mail = stage(ritual(ask="text"), ways=plain, ana=person("ana", channels=(MAIL,)))
    mail.until(MONDAY + 10 * HOUR)
    back = mail.sender.sent[-1].back
    assert (back.mail, back.line) == ("rituals@example.org", f"ref {back.token}")


def test_no_token_and_no_address_shows_in_what_is_printed_of_a_way_back():
    home = stage(ritual(ask="text"))
    home.until(MONDAY + 10 * HOUR)
    assert home.sender.sent[-1].back.token not in repr(home.sender.sent)
    assert home.sender.sent[-1].back.token not in str(home.events)


def test_a_withdrawn_message_leaves_no_token_behind():
    home = stage(ritual(ask="text"))
    home.until(MONDAY + 8 * HOUR + 55 * MINUTE)
    home.adopt(settings(ritual("other"), people=(person("ana"),)))
    (entry, *_) = home.record("thanks")
    assert [(each.state, each.reply_token) for each in entry.deliveries] == [(DeliveryState.CANCELLED, "")]
