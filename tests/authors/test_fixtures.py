"""The fixtures of `ritualsd.testing`, used as the author of a plugin uses them."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from ritualsd.content.trace import HookCall
from ritualsd.errors import ConfigError, PluginProblem
from ritualsd.model import Event, Message
from ritualsd.testing import HeldClock, ScriptedSender

pytest_plugins = "ritualsd.testing"

WEATHER = """
    from collections.abc import Iterator
    from dataclasses import replace

    from pydantic import BaseModel, Field
    from ritualsd import PluginInfo, Prompt, hookimpl

    class Settings(BaseModel):
        town: str = Field("Bergen", description="The town to think of")

    PLUGIN = PluginInfo(name="rain-watch", settings=Settings, kinds=frozenset({"rain"}))
    HEARD = []

    @hookimpl
    def ritualsd_content(ask):
        return [Prompt(id="look", text=f"Look out of a window in {ask.settings.town}.")]

    @hookimpl
    def ritualsd_reword(message, ask):
        return replace(message, body=message.body + " (Or tomorrow.)")

    @hookimpl
    def ritualsd_on_event(event):
        if event.name == "delivery.sent":
            raise ValueError(event.fields["ritual"])
"""
CONFIG = """
    timezone = "Europe/Berlin"

    [people.ana]
    name = "Ana"

    [rituals.rainy]
    when   = "every day at 18:00"
    to     = "ana"
    prompt = "rain"

    [plugins.rain-watch]
    town = "Tromsø"
"""


def test_a_plugin_is_loaded_from_its_text_and_asked(load_plugin: Any, ask: Any, offers: Any) -> None:
    plugin = load_plugin(WEATHER, town="Oslo")
    assert (plugin.name, plugin.settings.town) == ("rain-watch", "Oslo")
    (prompt,) = offers(plugin, ask("rain", depth=2))
    assert (prompt.text, prompt.id) == ("Look out of a window in Oslo.", "rain-watch:look")
    assert offers(plugin, ask("date")) == ()
    assert plugin.decks() == ()
    before = Message(title="A small note", body="Look.", source="deck:test")
    assert plugin.reword(before, ask("rain")).body == "Look. (Or tomorrow.)"


def test_a_plugin_is_loaded_from_a_path(load_plugin: Any, ask: Any, tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    path.write_text(
        "from ritualsd import hookimpl\n@hookimpl\ndef ritualsd_gratitude_prompts(ask):\n    return ['Hm?']\n"
    )
    assert [prompt.text for prompt in load_plugin(path).offers(ask())] == ["Hm?"]


@pytest.mark.parametrize(
    ("source", "settings", "says"),
    [
        (WEATHER, {"twon": "Oslo"}, "did you mean town?"),
        (WEATHER.replace("ritualsd_content", "ritualsd_contents"), {}, "did you mean ritualsd_content?"),
        ("def broken(:\n", {}, "SyntaxError"),
    ],
)
def test_what_is_not_admitted_raises_the_sentence_of_the_gate(
    load_plugin: Any, source: str, settings: dict[str, str], says: str
) -> None:
    with pytest.raises(PluginProblem) as raised:
        load_plugin(source, **settings)
    assert says in str(raised.value)


def test_a_plugin_that_fails_raises_when_it_is_asked(load_plugin: Any, ask: Any, offers: Any) -> None:
    plugin = load_plugin(WEATHER.replace("ask.settings.town", "1 / 0"))
    with pytest.raises(PluginProblem, match="ZeroDivisionError"):
        offers(plugin, ask("rain"))


def test_an_ask_is_made_at_the_time_the_clock_shows(ask: Any, clock: HeldClock) -> None:
    clock.zone = "Europe/Berlin"
    clock.to("21:00")
    assert f"{ask().at:%Y-%m-%d %H:%M %z}" == "2026-03-02 21:00 +0100"


def test_the_clock_goes_where_it_is_told(clock: HeldClock) -> None:
    assert clock.to("08:00") == datetime(2026, 3, 3, 8, tzinfo=UTC)
    assert clock.sleep(days=3, hours=1) == datetime(2026, 3, 6, 9, tzinfo=UTC)
    clock.zone = "America/New_York"
    assert clock.to("2026-07-01T09:00") == datetime(2026, 7, 1, 13, tzinfo=UTC)
    assert clock.to(datetime(2026, 7, 2, tzinfo=UTC)).tzinfo is UTC


def test_the_whole_daemon_lives_in_memory(daemon: Any, hook_calls: list[HookCall]) -> None:
    house = daemon(CONFIG, WEATHER.replace('raise ValueError(event.fields["ritual"])', "return None"))
    went = house.run_until("2026-03-04T18:00")
    assert [each.body for each in went] == ["Look out of a window in Tromsø. (Or tomorrow.)"] * 3
    assert [str(entry.occurrence.state) for entry in house.record("rainy")] == ["closed"] * 3
    assert "delivery.sent" in {event.name for event in house.events}
    asked = [call for call in hook_calls if call.hook == "ritualsd_content"]
    assert [(call.plugin, call.outcome, call.ok) for call in asked] == [("rain-watch", "1 prompt", True)] * 3


def test_the_sender_can_fail_and_the_daemon_tries_again(daemon: Any, sent: ScriptedSender, clock: HeldClock) -> None:
    house = daemon(CONFIG, WEATHER.replace('raise ValueError(event.fields["ritual"])', "return None"))
    sent.fail(times=2)
    house.run_until("2026-03-02T20:00")
    (entry,) = house.record()
    assert (str(entry.occurrence.state), entry.deliveries[0].attempts) == ("closed", 3)
    assert len(sent.bodies) == 3  # two attempts that failed carried the same words
    assert len(set(sent.bodies)) == 1


def test_a_plugin_that_fails_in_the_daemon_is_not_passed_over(daemon: Any) -> None:
    house = daemon(CONFIG, WEATHER.replace("ask.settings.town", "1 / 0"))
    with pytest.raises(PluginProblem, match="ZeroDivisionError"):
        house.run_until("2026-03-04T18:00")


def test_a_configuration_with_an_error_is_refused(daemon: Any) -> None:
    with pytest.raises(ConfigError) as raised:
        daemon(CONFIG.replace("every day", "evry day"))
    assert "config.toml" in str(raised.value.problems[0])


def test_listeners_are_told_and_their_failures_are_seen(load_plugin: Any, hook_calls: list[HookCall]) -> None:
    plugin = load_plugin(WEATHER)
    plugin.tell(Event(name="delivery.sent", fields={"ritual": "rainy"}))
    assert (hook_calls[-1].hook, hook_calls[-1].outcome, hook_calls[-1].ok) == (
        "ritualsd_on_event", "ValueError", False,
    )  # fmt: skip


def test_conforms_lists_everything_that_is_wrong(conforms: Callable[..., None]) -> None:
    conforms(WEATHER.replace('raise ValueError(event.fields["ritual"])', "return None"), town="Oslo")
    with pytest.raises(pytest.fail.Exception) as raised:
        conforms(WEATHER.replace(', description="The town to think of"', ""))
    assert "the setting town has no description" in str(raised.value)


def test_pytest_is_loaded_by_nothing_but_pytest() -> None:
    code = "import sys, ritualsd.testing; print('pytest' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert told.stdout.strip() == "False"
