"""The host on a folder of plugins: who is found, who is asked, and what comes of failing again and again."""

from __future__ import annotations

import sys
import time
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from threading import Thread

import pytest

from ritualsd.content import open_content, problems
from ritualsd.content.find import bundled_folder
from ritualsd.core.events import E
from ritualsd.core.words import prompt_id
from ritualsd.errors import PluginProblem
from ritualsd.model import Event, Household, Message, PluginTable, Ritual, Settings
from tests.builders import person
from tests.content.hosting import FIVE_LINES, FIVE_LINES_WITH_DECKS, GOOD_WORDS, Yard, ask, offered, status

BUNDLED = {folder.parent.name for folder in bundled_folder().glob("*/__init__.py")}


def test_a_file_of_five_lines_serves_prompts_and_is_listed(yard: Yard) -> None:
    path = yard.plugin("mine", FIVE_LINES)
    host = yard.host()
    assert offered(host, "mine") == ["What made today easier?"]
    row = status(host, "mine")
    assert (row.status, row.hooks, row.source, row.error) == (
        "active", ("ritualsd_gratitude_prompts",), str(path), "",
    )  # fmt: skip


def test_the_front_door_opens_the_same_host(tmp_path: Path) -> None:
    settings = Settings(root=str(tmp_path), household=Household())
    host = open_content(settings, no_plugins=False, emit=lambda _: None)
    assert {row.name for row in host.plugins()} == BUNDLED
    assert len(host.offers(ask()).prompts) > 60


# ── who is found ──────────────────────────────────────────────────────────────────────────────


def test_the_nearest_to_the_user_wins_a_name_and_shadowed_code_does_not_run(yard: Yard) -> None:
    yard.plugin("gratitude")
    host = yard.host()
    rows = [row for row in host.plugins() if row.name == "gratitude"]
    assert [row.status for row in rows] == ["shadowed", "active"]
    assert rows[1].source in rows[0].error
    assert offered(host, "gratitude") == GOOD_WORDS
    assert all("small-things" not in prompt.source for prompt in host.offers(ask()).prompts)


def test_without_plugins_only_the_bundled_ones_are_there(yard: Yard) -> None:
    yard.plugin("mine")
    assert {row.name for row in yard.host(no_plugins=True).plugins()} == BUNDLED


def test_a_disabled_plugin_is_listed_and_not_imported(yard: Yard) -> None:
    yard.plugin("mine", "raise SystemExit\n", enabled=False)
    row = status(yard.host(), "mine")
    assert (row.status, row.error) == ("disabled", "switched off in config.toml:9")


def test_a_bundled_plugin_can_be_switched_off(yard: Yard) -> None:
    yard.tables["gestures"] = PluginTable(enabled=False)
    assert all(deck.kind != "gesture" for deck in yard.host().decks())


def test_a_folder_is_a_plugin_with_imports_of_its_own(yard: Yard) -> None:
    folder = yard.root / "plugins" / "garden_notes"
    folder.mkdir(parents=True)
    (folder / "__init__.py").write_text(
        "from dataclasses import dataclass\nfrom ritualsd import hookimpl\nfrom .words import WORDS\n"
        "@dataclass\nclass Kept:\n    x: 'int' = 1\n"
        "@hookimpl\ndef ritualsd_content(ask):\n    return WORDS\n"
    )
    (folder / "words.py").write_text("WORDS = ['Which seed surprised you?']\n")
    assert offered(yard.host(), "garden-notes", "date") == ["Which seed surprised you?"]


def test_a_plugin_called_like_a_module_shadows_nothing(yard: Yard) -> None:
    yard.plugin("random")
    assert offered(yard.host(), "random") == GOOD_WORDS
    assert "plugins" not in str(sys.modules["random"].__file__)


def test_paths_may_name_a_file_or_a_folder_and_a_wrong_one_is_missing(yard: Yard, tmp_path: Path) -> None:
    yard.plugin("one")
    yard.plugin("two", FIVE_LINES.replace("easier", "softer"))
    (tmp_path / "plugins").rename(tmp_path / "elsewhere")
    yard.paths = ("elsewhere", "nowhere/at-all.py")
    host = yard.host()
    assert offered(host, "one") == GOOD_WORDS
    assert offered(host, "two") == ["What made today softer?"]
    assert status(host, "at-all").status == "missing"


def test_an_installed_plugin_is_found_by_its_entry_point(yard: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    site = yard.root / "site"
    info = site / "ritualsd_weather-1.2.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: ritualsd-weather\nVersion: 1.2\n")
    (info / "entry_points.txt").write_text(
        "[ritualsd]\nweather = ritualsd_weather\nbroken = x y z\nkind = weather_class:Kind\n"
    )
    (site / "ritualsd_weather.py").write_text(FIVE_LINES)
    (site / "weather_class.py").write_text("class Kind:\n    pass\n")
    monkeypatch.syspath_prepend(str(site))
    host = yard.host()
    assert offered(host, "weather") == ["What made today easier?"]
    row = status(host, "weather")
    assert (row.version, row.source) == ("1.2", "installed: ritualsd-weather 1.2")
    assert status(host, "broken").status == "load-error"
    assert status(host, "kind").error == "is a class; register an instance of it, or a module"


@pytest.mark.parametrize("isolation", ["thread", "process"])
def test_a_file_that_anyone_may_write_to_is_not_run(yard: Yard, isolation: str) -> None:
    path = yard.plugin("mine", isolation=isolation)
    path.chmod(0o666)
    row = status(yard.host(), "mine")
    assert (row.status, row.error) == ("load-error", f"anyone may write to {path}; chmod o-w {path}")


def test_a_folder_that_anyone_may_write_to_is_not_used(yard: Yard) -> None:
    path = yard.plugin("mine", isolation="process")
    path.parent.chmod(0o777)
    row = status(yard.host(), "mine")
    assert (row.status, row.error) == ("load-error", f"anyone may write to {path.parent}; chmod o-w {path.parent}")


def test_a_required_package_that_is_missing_fails_the_check_and_nothing_else(yard: Yard) -> None:
    yard.plugin("mine", isolation="process", timeout_s=10)
    settings = replace(yard.settings(), plugin_require=("ritualsd-weather-of-nowhere>=1", "pluggy>=1", "pluggy>=99"))
    found = [problem for problem in problems(settings) if problem.key == "plugins.require"]
    assert [problem.message for problem in found] == [
        "ritualsd-weather-of-nowhere>=1 is required and not installed",
        f"pluggy {version('pluggy')} is installed, but pluggy>=99 is required",
    ]
    assert all(sys.executable in problem.hint or "uv " in problem.hint or "pipx" in problem.hint for problem in found)
    host = open_content(settings, no_plugins=False, emit=lambda _: None)
    assert offered(host, "mine") == GOOD_WORDS
    host.close()


# ── settings ──────────────────────────────────────────────────────────────────────────────────

WEATHER = """
    from pydantic import BaseModel, SecretStr
    from ritualsd import PluginInfo, hookimpl

    class Settings(BaseModel):
        town: str
        token: SecretStr = SecretStr("")

    PLUGIN = PluginInfo(name="weather", settings=Settings, kinds=frozenset({"date"}))

    @hookimpl
    def ritualsd_configure(settings):
        if settings.town == "Nowhere":
            raise RuntimeError(f"no weather for {settings.town} with {settings.token.get_secret_value()}")

    @hookimpl
    def ritualsd_content(ask):
        return [f"Rain in {ask.settings.town}."]
"""


def test_settings_reach_the_plugin_validated(yard: Yard) -> None:
    yard.plugin("weather", WEATHER, settings={"town": "Bergen"})
    assert offered(yard.host(), "weather", "date") == ["Rain in Bergen."]


@pytest.mark.parametrize("isolation", ["thread", "process"])
@pytest.mark.parametrize("length", [195, 196, 2000])
def test_an_id_that_is_too_long_to_be_kept_counts_as_none(yard: Yard, isolation: str, length: int) -> None:
    """With the plugin's name before it an id has 200 characters at most."""
    words = "What made today easier?"
    prompt = f"[Prompt(text={words!r}, id={length} * 'x')]"
    yard.plugin("mine", FIVE_LINES.replace("hookimpl", "Prompt, hookimpl", 1).replace(f'["{words}"]', prompt),
                isolation=isolation)  # fmt: skip
    (known,) = {each.id for each in yard.host().offers(ask()).prompts if each.source == "plugin:mine"}
    assert known == (f"mine:{length * 'x'}" if length == 195 else prompt_id(words))


def test_a_plugin_is_asked_only_for_the_kinds_it_serves(yard: Yard) -> None:
    yard.plugin("weather", WEATHER, settings={"town": "Bergen"})
    assert offered(yard.host(), "weather", "listening") == []


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({"token": "TOPSECRET"}, "plugins.weather.town: this is missing"),
        ({"town": 7, "token": "TOPSECRET"}, "plugins.weather.town: this should be text in quotes"),
        (
            {"town": "Bergen", "twon": "TOPSECRET"},
            "plugins.weather.twon: this is not a setting of this plugin",
        ),
    ],
)
def test_a_wrong_setting_is_named_and_no_value_is_quoted(yard: Yard, given: dict[str, object], error: str) -> None:
    yard.plugin("weather", WEATHER, settings=given)
    row = status(yard.host(), "weather")
    assert row.status == "bad-config"
    assert row.error.startswith(error)
    assert "TOPSECRET" not in row.error


def test_a_setting_for_a_plugin_without_any_is_refused(yard: Yard) -> None:
    yard.plugin("mine", settings={"town": "Bergen"})
    assert status(yard.host(), "mine").error == "plugins.mine.town: this is not a setting of this plugin; take it out"


def test_a_secret_in_an_exception_is_masked_and_events_carry_no_text(yard: Yard) -> None:
    yard.plugin("weather", WEATHER, settings={"town": "Nowhere", "token": "TOPSECRET"})
    host = yard.host()
    host.start()
    row = status(host, "weather")
    assert row.status == "unavailable"
    assert "TOPSECRET" not in row.error
    assert "***" in row.error
    assert "weather for" not in str(yard.events)


# ── failing again and again ───────────────────────────────────────────────────────────────────

FLAKY = """
    from pathlib import Path
    from ritualsd import hookimpl

    @hookimpl
    def ritualsd_gratitude_prompts(ask):
        log = Path(__file__).with_name("calls")
        log.write_text(log.read_text() + "x" if log.exists() else "x")
        if not Path(__file__).with_name("well").exists():
            raise OSError("down")
        return ["What was good?"]
"""


def calls(yard: Yard) -> int:
    return len((yard.root / "plugins" / "calls").read_text())


def test_three_failures_in_a_row_rest_a_plugin_for_a_minute(yard: Yard) -> None:
    yard.plugin("flaky", FLAKY)
    host = yard.host()
    for _ in range(5):
        host.offers(ask())
    assert calls(yard) == 3
    assert status(host, "flaky").status == "tripped"
    assert host.offers(ask()).notes == ("plugin flaky is resting after failures",)
    assert yard.emitted(E.PLUGIN_TRIPPED) == [{"plugin": "flaky", "failures": 3, "rest_s": 60.0}]


def test_a_rest_doubles_up_to_an_hour_and_is_logged_once(yard: Yard) -> None:
    yard.plugin("flaky", FLAKY)
    host = yard.host()
    waits = []
    for _ in range(12):
        before = calls(yard) if (yard.root / "plugins" / "calls").exists() else 0
        host.offers(ask())
        waited = 0
        while calls(yard) == before:
            waited += 60
            yard.now += 60
            host.offers(ask())
        waits.append(waited)
    assert waits[3:] == [60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]
    assert len(yard.emitted(E.PLUGIN_TRIPPED)) == 1
    assert len(yard.emitted(E.PLUGIN_FAILED)) == 3


def test_a_trial_that_goes_well_brings_it_back(yard: Yard) -> None:
    yard.plugin("flaky", FLAKY)
    host = yard.host()
    for _ in range(3):
        host.offers(ask())
    (yard.root / "plugins" / "well").touch()
    yard.now += 61
    assert offered(host, "flaky") == ["What was good?"]
    assert (status(host, "flaky").status, status(host, "flaky").error) == ("active", "")


def test_a_restart_does_not_end_a_rest(yard: Yard) -> None:
    yard.plugin("flaky", FLAKY)
    for _ in range(3):
        yard.host().offers(ask())
    again = yard.host()
    again.offers(ask())
    assert calls(yard) == 3
    assert status(again, "flaky").status == "tripped"


def test_a_plugin_that_rested_at_start_brings_its_decks_later(yard: Yard) -> None:
    yard.plugin("flaky", FLAKY + FIVE_LINES_WITH_DECKS.format(path="decks/gratitude/mine.txt"))
    (yard.root / "plugins" / "decks" / "gratitude").mkdir(parents=True)
    (yard.root / "plugins" / "decks" / "gratitude" / "mine.txt").write_text("What grew?\n")
    host = yard.host()
    for _ in range(3):
        host.offers(ask())
    again = yard.host()
    assert "mine" not in {deck.name for deck in again.decks()}
    yard.now += 61
    assert "mine" in {deck.name for deck in again.decks()}


def test_a_memory_that_cannot_be_read_is_a_fresh_start(yard: Yard) -> None:
    yard.plugin("mine")
    yard.memory["breaker:mine"] = "{not json"
    assert offered(yard.host(), "mine") == GOOD_WORDS


def test_calls_from_the_command_line_leave_no_trace(yard: Yard) -> None:
    yard.plugin("flaky", FLAKY)
    host = yard.host(remembers=False)
    for _ in range(4):
        host.offers(ask())
    assert yard.memory == {}


def test_two_stuck_calls_and_it_is_not_asked_again(yard: Yard) -> None:
    yard.plugin(
        "stuck", "import time\n" + FIVE_LINES.replace("    return [", "    time.sleep(30)\n    return ["), timeout_s=0.1
    )
    host = yard.host()
    for _ in range(2):
        assert "did not answer in time" in host.offers(ask()).notes[0]
    yard.now += 10_000
    assert host.offers(ask()).notes == ("plugin stuck is resting after failures",)


def test_a_plugin_that_was_not_ready_is_tried_again_later(yard: Yard) -> None:
    source = FLAKY.replace("ritualsd_gratitude_prompts(ask)", "ritualsd_configure(settings)") + FIVE_LINES.replace(
        "from", "\nfrom"
    ).replace("\n", "\n    ")
    yard.plugin("late", source)
    host = yard.host()
    assert offered(host, "late") == []
    assert status(host, "late").status == "unavailable"
    (yard.root / "plugins" / "well").touch()
    assert offered(host, "late") == []
    yard.now += 61
    assert offered(host, "late") == ["What made today easier?"]
    assert status(host, "late").status == "active"


def test_a_plugin_that_needs_the_user_is_not_asked_again(yard: Yard) -> None:
    yard.plugin(
        "needy",
        FLAKY.replace('OSError("down")', "PluginMisconfigured('a token is missing')").replace(
            "import hookimpl", "import PluginMisconfigured, hookimpl"
        ),
    )
    host = yard.host()
    for _ in range(3):
        host.offers(ask())
    assert calls(yard) == 1
    assert status(host, "needy").status == "bad-config"


def test_time_that_ran_out_before_its_turn_is_no_strike(yard: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ritualsd.content.host.BUDGET_S", 0.2)
    slow = FIVE_LINES.replace("    return", "    import time\n    time.sleep(1)\n    return")
    yard.plugin("slow", slow, timeout_s=20)
    yard.plugin("slower", slow, timeout_s=20)
    host = yard.host()
    pool = host.offers(ask())
    assert sorted(note.split(" ")[2] for note in pool.notes) == ["did", "was"]
    assert yard.emitted(E.PLUGIN_FAILED) == []
    assert status(host, "slow").status == status(host, "slower").status == "active"
    assert len(pool.prompts) > 60


def test_a_listing_does_not_wait_for_a_slow_import_elsewhere(yard: Yard) -> None:
    go = yard.root / "go"
    waiting = f"import pathlib, time\nwhile not pathlib.Path({str(go)!r}).exists():\n    time.sleep(0.01)\n"
    yard.plugin("slow", waiting + FIVE_LINES)
    host = yard.host()
    other = Thread(target=host.start)
    other.start()
    try:
        while not host.plugins():
            time.sleep(0.01)
        assert {row.name for row in host.plugins()} <= BUNDLED
    finally:
        go.touch()
        other.join()
    assert status(host, "slow").status == "active"


# ── the other hooks ───────────────────────────────────────────────────────────────────────────

REWORDS = """
    from dataclasses import replace
    from ritualsd import hookimpl

    @hookimpl
    def ritualsd_reword(message, ask):
        return {answer}
"""
BEFORE = Message(title="A small note", body="What was good?", source="deck:warm")


def test_a_message_may_be_reworded(yard: Yard) -> None:
    yard.plugin("polite", REWORDS.format(answer="replace(message, body='Please: ' + message.body)"))
    after = yard.host().reword(BEFORE, ask())
    assert (after.title, after.body, after.source) == (
        "A small note", "Please: What was good?", "deck:warm, reworded by polite",
    )  # fmt: skip


@pytest.mark.parametrize("answer", ["None", "'text'", "replace(message, body='')", "replace(message, body=7)", "1 / 0"])
def test_a_rewording_that_cannot_be_used_changes_nothing(yard: Yard, answer: str) -> None:
    yard.plugin("odd", REWORDS.format(answer=answer))
    assert yard.host().reword(BEFORE, ask()) == BEFORE


def test_rewording_follows_the_order_of_the_tables(yard: Yard) -> None:
    for name in ("bbb", "aaa"):
        yard.plugin(name, REWORDS.format(answer=f"replace(message, body=message.body + ' {name}')"))
    assert yard.host().reword(BEFORE, ask()).body == "What was good? bbb aaa"


LISTENS = """
    from pathlib import Path
    from ritualsd import hookimpl

    @hookimpl
    def ritualsd_on_event(event):
        with Path(__file__).with_name("heard").open("a") as file:
            file.write(event.name + "\\n")
        event.fields.clear()
        raise SystemExit
"""


def test_listeners_hear_what_happened_but_nothing_secret(yard: Yard) -> None:
    secret = Ritual(id="surprise", when="every day at 09:00", to=("ana",), kind="gesture", secret_from="others")
    yard.household = Household(people={"ana": person("ana")}, rituals={"surprise": secret})
    yard.plugin("ear", LISTENS)
    host = yard.host()
    sent = Event(name=E.DELIVERY_SENT, fields={"ritual": "thanks"})
    host.tell(sent)  # before anything was admitted: nobody listens yet
    host.start()
    host.tell(sent)
    host.tell(Event(name=E.DELIVERY_SENT, fields={"ritual": "surprise"}))
    host.tell(Event(name=E.PLUGIN_FAILED, fields={"plugin": "ear"}))
    assert (yard.root / "plugins" / "heard").read_text() == "delivery.sent\n"
    assert sent.fields == {"ritual": "thanks"}


def test_telling_does_not_raise_even_when_strict(yard: Yard) -> None:
    yard.plugin("ear", LISTENS)
    host = yard.host(strict=True)
    host.start()
    host.tell(Event(name=E.DELIVERY_SENT, fields={}))
    yard.plugin("broken", "1 / 0")
    with pytest.raises(PluginProblem, match="broken: ZeroDivisionError"):
        yard.host(strict=True).start()


def test_each_status_is_an_event(yard: Yard) -> None:
    yard.plugin("mine")
    yard.plugin("broken", "1 / 0")
    yard.host().start()
    told = {fields["plugin"]: fields["status"] for fields in yard.emitted(E.PLUGIN_STATUS)}
    assert told.keys() == {*BUNDLED, "mine", "broken"}
    assert (told["gratitude"], told["mine"], told["broken"]) == ("active", "active", "load-error")
