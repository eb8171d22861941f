"""A plugin in a process of its own: what it can see and reach, how long it lives, and what is left of it."""

from __future__ import annotations

import gc
import os
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ritualsd.content import worker
from ritualsd.content.apart import Apart
from ritualsd.content.fence import fence
from ritualsd.content.guard import Failed, Ok, TimedOut
from ritualsd.content.process import ProcessEnded
from ritualsd.content.record import Candidate
from ritualsd.content.wire import line, message, pack, unpack
from ritualsd.model import Ask, Event, Household, Memory, Message, PluginTable, Prompt, Ritual
from tests.builders import person
from tests.content.hosting import FIVE_LINES, WEDNESDAY, Yard, ask, offered, status

HOOK = "ritualsd_gratitude_prompts"
START = "from ritualsd import hookimpl\n\n@hookimpl\ndef ritualsd_gratitude_prompts(ask):\n"

Open = Callable[[str], Apart]


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Open]:
    """`opened(body)`: a plugin whose hook has this body, aboard."""
    homes: list[Apart] = []

    def open_one(body: str) -> Apart:
        path = tmp_path / "plugins" / "mine.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(START + "".join(f"    {each}\n" for each in body.splitlines()))
        homes.append(Apart(Candidate(name="mine", source="", path=path), PluginTable(), root=str(tmp_path)))
        homes[-1].board()
        return homes[-1]

    yield open_one
    for home in homes:
        home.close()


def told(home: Apart, seconds: float = 60.0) -> list[str]:
    """The texts it answers; fails where it does not."""
    outcome = home.call(HOOK, lambda prompts: [prompt.text for prompt in prompts], {"ask": ask()}, seconds)
    assert isinstance(outcome, Ok), outcome
    return outcome.value or []


def pid_of(home: Apart) -> int:
    """Of a plugin that answers with nothing else."""
    return int(told(home)[0])


def gone(pid: int, within_s: float = 60.0) -> bool:
    ends = time.monotonic() + within_s
    while time.monotonic() < ends:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except OSError:
            return True
        time.sleep(0.02)
    return False


# ── what it sees ──────────────────────────────────────────────────────────────────────────────


def test_it_has_an_environment_and_a_folder_of_its_own_and_none_of_our_secrets(
    opened: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RITUALSD_SECRET_TOKEN", "TOPSECRET")
    home = opened("import os\nreturn [os.getcwd(), *(f'{name}={value}' for name, value in os.environ.items())]")
    folder, *environment = told(home)
    assert folder != os.getcwd()
    assert f"HOME={folder}" in environment
    assert not any(each.startswith(("RITUALSD", "NOTIFY", "CREDENTIALS")) for each in environment)
    assert "TOPSECRET" not in str(environment)


def test_it_loads_none_of_the_heavy_libraries(opened: Open) -> None:
    heavy = ["apprise", "sqlalchemy", "alembic", "starlette", "uvicorn", "apscheduler", "structlog", "rich", "click"]
    assert told(opened(f"import sys\nreturn [name for name in {heavy} if name in sys.modules]")) == []


def test_a_setting_that_holds_a_secret_reaches_it_whole(yard: Yard) -> None:
    yard.plugin(
        "mine",
        """
        from pydantic import BaseModel, SecretStr
        from ritualsd import PluginInfo, hookimpl

        class Settings(BaseModel):
            token: SecretStr
            towns: list[str]

        PLUGIN = PluginInfo(name="mine", settings=Settings)

        @hookimpl
        def ritualsd_gratitude_prompts(ask):
            return [ask.settings.token.get_secret_value(), *ask.settings.towns]
        """,
        isolation="process", timeout_s=10, settings={"token": "TOPSECRET", "towns": ["Bergen"]},
    )  # fmt: skip
    assert offered(yard.host(), "mine") == ["TOPSECRET", "Bergen"]


def has_landlock() -> bool:
    """Tried in a child: a fence is for good."""
    pid = os.fork()
    if pid == 0:
        os._exit(0 if fence([Path("/")], closed="") else 1)
    return os.waitpid(pid, 0)[1] == 0


@pytest.mark.skipif(not has_landlock(), reason="this kernel has no Landlock")
def test_it_reaches_no_configuration_no_secret_no_ledger_and_no_process_of_ours(opened: Open, tmp_path: Path) -> None:
    (tmp_path / "secrets").mkdir()
    for name in ("config.toml", "secrets/token", "ritualsd.db"):
        (tmp_path / name).write_text("private")
    home = opened(f"""import os, subprocess
tries = [
    *(lambda name=name: open('{tmp_path}/' + name).read() for name in ('config.toml', 'secrets/token', 'ritualsd.db')),
    lambda: open(f'/proc/{{os.getppid()}}/environ').read(),
    lambda: open('{tmp_path}/plugins/mine.py', 'a'),
    lambda: os.kill(os.getppid(), 0),
    lambda: os.listdir('{tmp_path}'),
    lambda: subprocess.run(['cat', '{tmp_path}/config.toml'], check=True),
]
for number, attempt in enumerate(tries):
    try:
        attempt()
        yield f'{{"ABCDEFGH"[number]}} went through'
    except (PermissionError, subprocess.CalledProcessError):
        yield f'{{"ABCDEFGH"[number]}} was refused'
open('note', 'w').write('its own folder is its own')
yield open(__file__).readline()""")
    assert told(home) == [*(f"{each} was refused" for each in "ABCDEFGH"), "from ritualsd import hookimpl"]


@pytest.mark.skipif(not has_landlock(), reason="this kernel has no Landlock")
@pytest.mark.parametrize("how", ["elsewhere/birthdays", "{}/elsewhere/birthdays"])
def test_a_file_its_settings_name_is_open_to_it(yard: Yard, tmp_path: Path, how: str) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "birthdays").write_text("14 June\n")
    (elsewhere / "other").write_text("private\n")
    yard.plugin(
        "mine",
        """
        from pydantic import BaseModel
        from ritualsd import ConfigPath, PluginInfo, hookimpl

        class Settings(BaseModel):
            file: ConfigPath

        PLUGIN = PluginInfo(name="mine", settings=Settings)

        @hookimpl
        def ritualsd_gratitude_prompts(ask):
            yield ask.settings.file.read_text()
            yield ask.settings.file.with_name("other").read_text()
        """,
        isolation="process", timeout_s=10, settings={"file": how.format(tmp_path)},
        where=f"{tmp_path}/config.toml:9",
    )  # fmt: skip
    host = yard.host()
    assert offered(host, "mine") == ["14 June"]
    assert "PermissionError" in status(host, "mine").error


# ── how it lives ──────────────────────────────────────────────────────────────────────────────


def test_a_host_that_holds_much_memory_does_not_wear_its_plugins_out(opened: Open) -> None:
    ballast = bytearray(400 * 1024 * 1024)
    ballast[::4096] = b"x" * len(ballast[::4096])
    home = opened("import os\nreturn [str(os.getpid())]")
    assert len({pid_of(home) for _ in range(3)}) == 1


def test_it_is_started_once_and_answers_again_and_again(opened: Open) -> None:
    home = opened("import os\nreturn [str(os.getpid())]")
    assert len({pid_of(home) for _ in range(5)}) == 1
    assert pid_of(home) != os.getpid()


def test_after_a_crash_the_next_call_begins_anew(opened: Open, tmp_path: Path) -> None:
    home = opened("import os\nif ask.depth == 5:\n    os._exit(7)\nreturn [str(os.getpid())]")
    outcome = home.call(HOOK, list, {"ask": ask()}, 10)
    assert isinstance(outcome, Failed)
    assert isinstance(outcome.error, ProcessEnded)
    assert str(outcome.error) == "with exit code 7"
    assert isinstance(home.call(HOOK, list, {"ask": ask(depth=4)}, 10), Ok)


def test_a_late_answer_ends_the_process_and_all_it_started_and_keeps_what_came(opened: Open) -> None:
    home = opened(
        "import os, subprocess, time\nyield str(os.getpid())\n"
        "yield str(subprocess.Popen(['sleep', '600']).pid)\ntime.sleep(600)"
    )
    heard: list[str] = []
    outcome = home.call(HOOK, lambda prompts: heard.extend(each.text for each in prompts), {"ask": ask()}, 1.0)
    assert outcome == TimedOut(1.0)
    assert [gone(int(pid)) for pid in heard] == [True, True]


def test_closed_it_ends_and_is_asked_nothing_more(opened: Open) -> None:
    home = opened("import os\nreturn [str(os.getpid())]")
    pid = pid_of(home)
    home.close()
    home.close()
    assert gone(pid)
    assert home.call(HOOK, list, {"ask": ask()}, 5) is None


def test_let_go_of_it_ends_by_itself_and_takes_its_folder_along(opened: Open, tmp_path: Path) -> None:
    path = tmp_path / "alone.py"
    path.write_text(START + "    import os\n    return [str(os.getpid()), os.getcwd()]\n")
    home = Apart(Candidate(name="alone", source="", path=path), PluginTable(), root=str(tmp_path))
    home.board()
    pid, folder = told(home)
    del home
    gc.collect()
    assert gone(int(pid))
    ends = time.monotonic() + 60
    while Path(folder).exists() and time.monotonic() < ends:
        time.sleep(0.02)
    assert not Path(folder).exists()


def test_one_that_is_not_asked_for_a_while_is_begun_anew(opened: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    home = opened("import os\nreturn [str(os.getpid())]")
    before = pid_of(home)
    monkeypatch.setattr("ritualsd.content.apart.FRESH_S", 0.0)
    assert pid_of(home) != before
    assert gone(before)


def test_silence_ends_it_and_so_does_our_end(monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    monkeypatch.setattr(worker, "IDLE_S", 0.05)
    ours, theirs = socket.socketpair()
    with ours, theirs:
        began = time.monotonic()
        assert list(worker._requests(theirs)) == []
        assert time.monotonic() - began < 60
        ours.sendall(line({"do": "call"}))
        ours.close()
        assert list(worker._requests(theirs)) == [{"do": "call"}]


def test_it_is_configured_again_in_a_new_process(yard: Yard, monkeypatch: pytest.MonkeyPatch) -> None:
    source = "\nREADY = []\n@hookimpl\ndef ritualsd_configure(settings):\n    READY.append('Ready?')\n"
    yard.plugin("mine", FIVE_LINES.replace('["What made today easier?"]', "READY") + source, isolation="process",
                timeout_s=10)  # fmt: skip
    host = yard.host()
    assert offered(host, "mine") == ["Ready?"]
    monkeypatch.setattr("ritualsd.content.apart.FRESH_S", 0.0)
    assert offered(host, "mine") == ["Ready?"]


# ── whose word counts ─────────────────────────────────────────────────────────────────────────

SAYS_PID = """
    import os
    from ritualsd import PluginInfo, hookimpl

    PLUGIN = PluginInfo(name="{name}", isolation="{asks}")

    @hookimpl
    def ritualsd_gratitude_prompts(ask):
        return [str(os.getpid())]
"""


@pytest.mark.parametrize(
    ("asks", "user", "ours"),
    [("thread", None, False), ("process", None, False), ("thread", "thread", True), ("process", "thread", True),
     ("thread", "process", False)],
)  # fmt: skip
def test_what_is_not_ours_is_kept_apart_unless_the_user_says_otherwise(
    yard: Yard, asks: str, user: str | None, ours: bool
) -> None:
    yard.plugin("mine", SAYS_PID.format(name="mine", asks=asks), isolation=user, timeout_s=10)
    assert (offered(yard.host(), "mine") == [str(os.getpid())]) is ours


@pytest.mark.parametrize(("asks", "user", "ours"), [
    ("thread", None, True), ("process", None, False), ("process", "thread", True), ("thread", "process", False),
])  # fmt: skip
def test_what_we_ship_shares_our_process_unless_it_or_the_user_asks_for_one(
    yard: Yard, monkeypatch: pytest.MonkeyPatch, asks: str, user: str | None, ours: bool
) -> None:
    from textwrap import dedent

    (yard.root / "bundled").mkdir()
    (yard.root / "bundled" / "mine.py").write_text(dedent(SAYS_PID.format(name="mine", asks=asks)))
    monkeypatch.setattr("ritualsd.content.find.bundled_folder", lambda: yard.root / "bundled")
    yard.tables["mine"] = PluginTable(isolation=user, timeout_s=10)  # type: ignore[arg-type] # one of the two words
    assert (offered(yard.host(), "mine") == [str(os.getpid())]) is ours


# ── every other hook ──────────────────────────────────────────────────────────────────────────

EVERYTHING = """
    from dataclasses import replace
    from ritualsd import PluginInfo, hookimpl

    PLUGIN = PluginInfo(name="all", reads={reads})
    HEARD = []

    @hookimpl
    def ritualsd_decks():
        return ["decks/gratitude/mine.txt"]

    @hookimpl
    def ritualsd_reword(message, ask):
        return replace(message, body=message.body + " (" + ask.kind + ")")

    @hookimpl
    def ritualsd_on_event(event):
        HEARD.append(f"{{event.name}} {{event.fields}}")

    @hookimpl
    def ritualsd_content(ask):
        return [*HEARD, *(memory.words for memory in ask.memories)]
"""


def everything(yard: Yard, asks_for: str = "frozenset()", **table: Any) -> None:
    yard.plugin("all", EVERYTHING.format(reads=asks_for), isolation="process", timeout_s=10, **table)
    (yard.root / "plugins" / "decks" / "gratitude").mkdir(parents=True)
    (yard.root / "plugins" / "decks" / "gratitude" / "mine.txt").write_text("What grew?\n")


def test_decks_rewording_and_events_work_from_there(yard: Yard) -> None:
    everything(yard)
    host = yard.host()
    host.start()
    host.tell(Event(name="delivery.sent", fields={"ritual": "thanks", "attempt": 1, "late": None}))
    assert "What grew?" in {prompt.text for prompt in host.offers(ask()).prompts}
    before = Message(title="A small note", body="What was good?", source="deck:warm")
    after = host.reword(before, ask())
    assert (after.body, after.source) == ("What was good? (gratitude)", "deck:warm, reworded by all")
    assert offered(host, "all", "bedtime") == ["delivery.sent {'ritual': 'thanks', 'attempt': 1, 'late': None}"]


def test_events_of_a_secret_ritual_are_not_heard_there(yard: Yard) -> None:
    secret = Ritual(id="surprise", when="every day at 09:00", to=("ana",), kind="gesture", secret_from="others")
    yard.household = Household(people={"ana": person("ana")}, rituals={"surprise": secret})
    everything(yard)
    host = yard.host()
    host.start()
    host.tell(Event(name="delivery.sent", fields={"ritual": "surprise"}))
    assert offered(host, "all", "bedtime") == []


@pytest.mark.parametrize(("asked", "granted", "seen"), [
    ("frozenset({'replies'})", frozenset({"replies"}), ["Mine."]),
    ("frozenset({'replies'})", frozenset(), []),
    ("frozenset()", frozenset({"replies"}), []),
])  # fmt: skip
def test_own_words_of_earlier_are_seen_only_where_asked_for_and_granted(
    yard: Yard, asked: str, granted: frozenset[str], seen: list[str]
) -> None:
    everything(yard, asked, reads=granted)
    memory = Memory(at=WEDNESDAY - timedelta(days=365), ritual="thanks", words="Mine.")
    assert offered(yard.host(), "all", "bedtime", memories=(memory,)) == seen


def test_the_error_of_a_plugin_that_was_shown_words_quotes_none(yard: Yard) -> None:
    hook = "@hookimpl\ndef ritualsd_reword(message, ask):\n    raise OSError(message.body)\n"
    yard.plugin("quotes", f"from ritualsd import hookimpl\n{hook}")
    host = yard.host()
    host.reword(Message(title="A small note", body="What was good?", source="deck:warm"), ask())
    assert status(host, "quotes").error == "ritualsd_reword: OSError"


# ── over the pipe ─────────────────────────────────────────────────────────────────────────────

# The zones are asked for anew each time: in a gap two objects of one zone make two times that are never equal.
ZONED = st.builds(
    lambda at, name: at.replace(tzinfo=ZoneInfo(name)),
    st.datetimes(),
    st.sampled_from(["Europe/Berlin", "Pacific/Apia", "UTC"]),
)
PLAIN = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
VALUES = st.recursive(
    PLAIN | st.dates() | st.times() | st.frozensets(st.text()),
    lambda inner: st.lists(inner) | st.lists(inner).map(tuple) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


@given(VALUES)
def test_what_is_packed_comes_out_as_it_was(value: Any) -> None:
    assert unpack(message(line({"part": pack(value)}))["part"]) == value


@given(ZONED, st.text(), st.frozensets(st.text()))
def test_nouns_come_out_as_they_were(at: datetime, text: str, names: frozenset[str]) -> None:
    noun = Ask(kind=text, ritual="r", at=at, tags=names, memories=(Memory(at=at, ritual="r", words=text),))
    for each in (noun, Prompt(text=text, tags=names), Message(title=text, body=text, source="")):
        assert unpack(message(line({"part": pack(each)}))["part"]) == each


@pytest.mark.parametrize("raw", [
    {"noun": "Popen", "fields": {"args": "ls"}}, {"noun": "Prompt", "fields": {"text": "x", "run": "y"}}, {},
    {"set": 7}, {"date": "yesterday"}, {"datetime": 7}, {"datetime": "2026-03-04T12:00", "zone": "UTC"},
    {"datetime": "2026-03-04T12:00", "zone": "../../etc/passwd", "fold": 0},
    {"map": []}, {"fields": {}}, {"noun": ["Ask"], "fields": {}},
])  # fmt: skip
def test_a_shape_that_is_not_of_the_contract_is_refused(raw: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        unpack(raw)


@pytest.mark.parametrize("raw", [b"", b"[]", b"7", b"{", b"[" * 100_000, b'{"a"' + b":[" * 100_000, b"\xff\xfe"])
def test_a_line_that_is_no_message_is_refused(raw: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        message(raw)


def test_only_values_of_the_contract_are_packed() -> None:
    assert pack(date(2026, 3, 4)) == {"date": "2026-03-04"}
    assert unpack(pack(clock_time(7, 30))) == clock_time(7, 30)
    with pytest.raises(TypeError, match="cannot answer with bytes"):
        pack(b"x")
