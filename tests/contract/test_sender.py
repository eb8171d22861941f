"""What every Sender promises, whatever it speaks. A new one subclasses `SenderContract` and says how to reach a peer.

class TestMySender(SenderContract):
    @pytest.fixture
    def sender(self) -> Iterator[Sender]:
        mine = MySender(…)
        yield mine
        mine.close()

    @pytest.fixture
    def accepting(self) -> Channel: …
    @pytest.fixture
    def refusing(self) -> Channel: …
    @pytest.fixture
    def hanging(self) -> Channel: …
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import get_args

import pytest

from ritualsd.model import Channel, Outcome, OutcomeKind, Secret
from ritualsd.ports import Sender
from ritualsd.send.classify import is_code
from ritualsd.send.pool import SenderPool
from ritualsd.testing import ScriptedSender
from tests.send import sink as peer
from tests.send.conftest import warmed
from tests.send.sink import Sink


def channel(url: str) -> Channel:
    return Channel(person="ana", name="phone", url=Secret(url))


def plain(outcome: Outcome) -> tuple[str, bool]:
    """The kind, and whether the rest is as agreed."""
    agreed = outcome.kind in get_args(OutcomeKind) and outcome.elapsed_s >= 0
    return outcome.kind, agreed


class SenderContract:
    """The promises of `ports.Sender`, as tests."""

    @pytest.fixture
    def sender(self) -> Iterator[Sender]:
        raise NotImplementedError

    @pytest.fixture
    def accepting(self) -> Iterator[Channel]:
        """A channel whose peer takes everything."""
        raise NotImplementedError

    @pytest.fixture
    def refusing(self) -> Iterator[Channel]:
        """A channel whose peer refuses for good."""
        raise NotImplementedError

    @pytest.fixture
    def hanging(self) -> Iterator[Channel]:
        """A channel whose peer never answers."""
        raise NotImplementedError

    def test_a_message_that_was_taken_is_sent(self, sender: Sender, accepting: Channel) -> None:
        assert plain(sender.send(accepting, "Hello", "A word.")) == ("sent", True)

    def test_a_message_without_a_title_is_sent(self, sender: Sender, accepting: Channel) -> None:
        assert plain(sender.send(accepting, "", "A word.")) == ("sent", True)

    def test_a_refusal_is_an_outcome_not_an_exception(self, sender: Sender, refusing: Channel) -> None:
        outcome = sender.send(refusing, "Hello", "A word.")
        assert plain(outcome) == ("permanent", True)
        assert is_code(outcome.code)

    def test_a_peer_that_never_answers_is_given_up_at_the_deadline(self, sender: Sender, hanging: Channel) -> None:
        sender.warm()
        before = time.monotonic()
        outcome = sender.send(hanging, "Hello", "A word.", deadline_s=6)
        assert plain(outcome) == ("unknown", True)
        assert time.monotonic() - before < 60

    def test_the_inbox_takes_everything(self, sender: Sender) -> None:
        assert plain(sender.send(channel("inbox://"), "Hello", "A word.")) == ("sent", True)

    def test_odd_words_raise_nothing(self, sender: Sender, accepting: Channel) -> None:
        for words in ("", "\x00", "\ud800", "\u202e", "x" * 100_000):
            assert plain(sender.send(accepting, words, words))[1]

    def test_several_threads_may_send_at_once(self, sender: Sender, accepting: Channel) -> None:
        with ThreadPoolExecutor(6) as threads:
            kinds = set(threads.map(lambda n: sender.send(accepting, "Hello", str(n)).kind, range(12)))
        assert kinds == {"sent"}

    def test_warming_is_cheap_when_warm(self, sender: Sender, accepting: Channel) -> None:
        sender.warm()
        sender.send(accepting, "Hello", "A word.")
        before = time.monotonic()
        for _ in range(100):
            sender.warm()
        assert time.monotonic() - before < 20  # a hundred starts would take a minute

    def test_closing_twice_is_fine(self, sender: Sender) -> None:
        sender.close()
        sender.close()


class TestSenderPool(SenderContract):
    @pytest.fixture
    def sender(self, tmp_path: Path) -> Iterator[Sender]:
        pool = SenderPool(tmp_path, emit=lambda _: None)
        warmed(pool)
        yield pool
        pool.close()

    @pytest.fixture
    def accepting(self) -> Iterator[Channel]:
        with Sink(peer.status(200)) as sink:
            yield channel(f"ntfy://{sink.address}/a-topic")

    @pytest.fixture
    def refusing(self) -> Iterator[Channel]:
        with Sink(peer.status(404)) as sink:
            yield channel(f"ntfy://{sink.address}/a-topic")

    @pytest.fixture
    def hanging(self) -> Iterator[Channel]:
        with Sink(peer.hang) as sink:
            yield channel(f"ntfy://{sink.address}/a-topic")


class TestScriptedSender(SenderContract):
    """The double that tests of flows use keeps the same promises."""

    @pytest.fixture
    def sender(self) -> ScriptedSender:
        return ScriptedSender()

    @pytest.fixture
    def accepting(self) -> Channel:
        return channel("ntfy://example.org/a-topic")

    @pytest.fixture
    def refusing(self, sender: ScriptedSender, accepting: Channel) -> Channel:
        sender.script.append(Outcome(kind="permanent", code="http-404"))
        return accepting

    @pytest.fixture
    def hanging(self, sender: ScriptedSender, accepting: Channel) -> Channel:
        sender.script.append(Outcome(kind="unknown", code="deadline"))
        return accepting
