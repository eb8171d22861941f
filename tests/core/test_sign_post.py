"""The sign-post: three lows of the last five, or plain words; rare, and never a verdict."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from ritualsd.core.phrases import IN_ENGLISH
from ritualsd.core.sign_post import NEVER, not_now, says_unsafe, sign_post
from ritualsd.model import ActionKind, Reply

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
DAY = timedelta(days=1)


def rated(*values: int, apart: timedelta = DAY, ends: datetime = NOW) -> list[Reply]:
    begin = ends - apart * (len(values) - 1)
    return [
        Reply(
            occurrence=place, ritual="mood", person="ana", action=ActionKind.SCALE, words=str(value), source="t",
            source_msg_id=str(place), received_utc=begin + place * apart,
        )
        for place, value in enumerate(values)
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("values", "stands"),
    [((1, 1), False), ((1, 5, 2, 4, 2), True), ((2, 2, 5, 5, 5, 2), False), ((1, 1, 1, 5), True), ((3, 3, 3), False)],
)
def test_three_lows_of_the_last_five_bring_it(values: tuple[int, ...], stands: bool) -> None:
    assert (sign_post(rated(*values), "", NOW, IN_ENGLISH) == "heavy") is stands


def test_it_comes_at_most_once_in_sixty_days_however_long_it_stays_low() -> None:
    replies = rated(*[1] * 150)
    standing = [day for day in range(150) if sign_post(replies[: day + 1], "", replies[day].received_utc, IN_ENGLISH)]
    starts = [day for day in standing if day - 1 not in standing]
    assert starts == [2, 62, 122]
    assert len(standing) == 9


def test_a_no_holds_and_so_does_a_not_now() -> None:
    replies = rated(1, 1, 1)
    assert sign_post(replies, NEVER, NOW, IN_ENGLISH) is None
    assert sign_post(replies, not_now(NOW.date()), NOW, IN_ENGLISH) is None
    later = rated(1, 1, 1, ends=NOW + 61 * DAY)
    assert sign_post(later, not_now(NOW.date()), NOW + 61 * DAY, IN_ENGLISH) == "heavy"


@pytest.mark.parametrize("text", ["I feel unsafe", "honestly, i don’t feel  safe at home.", "I AM NOT SAFE"])
def test_plain_words_are_heard(text: str) -> None:
    assert says_unsafe(text, IN_ENGLISH)


@pytest.mark.parametrize("text", ["The bridge felt unsafe", "I feel unsafely dressed", "safe", ""])
def test_other_words_are_not(text: str) -> None:
    assert not says_unsafe(text, IN_ENGLISH)
