"""The daemon's sources of replies: those the configuration names, anew when it changes, and none after it stops."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from ritualsd.daemon.sources import Sources
from ritualsd.daemon.standing import standing
from ritualsd.flow.beat import beat
from ritualsd.flow.send_now import send_now
from ritualsd.model import Secret, TopicWay, Ways
from tests.builders import ritual, settings
from tests.daemon.home import HeldClock, Home
from tests.replies.peers import Ntfy, running
from tests.servers import soon

TOPIC = "ana-replies-3Rk9Qw"


def ways(server: Ntfy, topic: str = TOPIC) -> Ways:
    return Ways(topics=TopicWay(url=server.url, topics={"ana": Secret(topic)}))


def asked(home: Home) -> str:
    """The token of what Ana was just asked."""
    world, now = home.live.world, home.clock.at
    send_now(world, home.live.settings, "tea", None, now)
    beat(world, home.live.settings, now)
    (delivery,) = world.store.due_deliveries(now + timedelta(days=1), 10)
    return delivery.reply_token


def test_an_answer_is_kept_and_rings_the_beat() -> None:
    home = Home(settings(ritual("tea", ask="done")), HeldClock(datetime.now(UTC)))
    kept: list[bool] = []
    server = Ntfy()
    with running(server):
        home.live.settings = replace(home.live.settings, ways=ways(server))
        sources = Sources(home.live, lambda: kept.append(True))
        sources.follow()
        token = asked(home)
        assert soon(lambda: home.live.sources["ntfy"].listening)
        server.publish(TOPIC, json.dumps({"t": token, "a": "done"}))
        assert soon(lambda: bool(kept))
        assert standing(home.live).as_json()["replies"]["ntfy"]["listening"]
        sources.close()
    assert home.live.sources == {}
    assert token not in repr(home.events)


def test_a_changed_configuration_is_followed_and_an_unchanged_one_left_alone() -> None:
    home = Home(settings(ritual("tea", ask="done")), HeldClock(datetime.now(UTC)))
    server = Ntfy()
    with running(server):
        sources = Sources(home.live, lambda: None)
        sources.follow()
        assert home.live.sources == {}
        for topic, expected in ((TOPIC, 1), (TOPIC, 1), ("another-topic-of-ana", 2)):
            home.live.settings = replace(home.live.settings, ways=ways(server, topic))
            sources.follow()
            assert soon(lambda: home.live.sources["ntfy"].listening)
            assert soon(lambda expected=expected: len(server.asked) == expected)  # type: ignore[misc] # bound early
        home.live.settings = replace(home.live.settings, ways=Ways())
        sources.follow()
    assert home.live.sources == {}


def test_nothing_is_listened_to_once_the_daemon_stops() -> None:
    home = Home(settings(ritual("tea", ask="done")), HeldClock(datetime.now(UTC)))
    server = Ntfy()
    with running(server):
        home.live.settings = replace(home.live.settings, ways=ways(server))
        home.live.stop.set()
        Sources(home.live, lambda: None).follow()
    assert home.live.sources == {}
    assert server.asked == []
