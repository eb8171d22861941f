"""The same with the real command line on two copies of a home: what ana types changes nothing typed for others."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.cli.home import Home

FAR = datetime.now(UTC) + timedelta(hours=6)  # no time of the day comes while this runs
CONFIG = f"""
timezone = "UTC"
[people.ana]
[people.ben]
[people.cleo]
[rituals.tea]
when    = "every day at {FAR:%H:%M}"
to      = "everyone"
ask     = "text"
message = "The kettle is yours, {{name}}."
[rituals.mood]
when    = "every day at {FAR + timedelta(minutes=1):%H:%M}"
to      = "ana"
ask     = "scale"
message = "How was the day?"
"""
SECRET = f"""
[rituals.plan]
when        = "every day at {FAR + timedelta(minutes=2):%H:%M}"
to          = "ana"
ask         = "text"
message     = "CANARY: the boat for the birthday"
secret_from = "others"
"""
LOOKS = [
    ["next", "-n", "30"], ["log"], ["why"], ["simulate", "--days", "2"], ["calendar"], ["promise", "list"],
    ["facts", "list"], ["changes"], ["journal"], ["review"],
]  # fmt: skip
IN_NOBODYS_NAME = [["next", "-n", "30"], ["log"], ["why"], ["simulate", "--days", "2"], ["status"], ["season"]]
ACTS = [
    ["reply", "TEA", "CANARY I was so afraid", "--as", "ana"],
    ["reply", "MOOD", "1", "--as", "ana"],
    ["promise", "add", "CANARY call the plumber by Friday", "--as", "ana"],
    ["facts", "tell", "favourite-drink", "CANARY tea", "--as", "ana", "--to", "nobody"],
    ["ready", "1", "--touch", "no", "--as", "ana"],
    ["season", "grief", "--for", "ana"],
    ["page", "--for", "ana"],
    ["calendar", "--for", "ana", "--link"],
    ["pause", "--for", "ana"],
]  # fmt: skip


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Everything was sent once."""
    home = Home(tmp_path_factory.mktemp("plain"))
    home.write(CONFIG)
    for ritual in ("tea", "mood"):
        home.text("send", ritual)
    return home


def copy(home: Home, folder: Path) -> Home:
    shutil.copytree(home.folder, folder / "copy")
    return Home(folder / "copy")


def typed(home: Home, *arguments: str) -> str:
    """What a command says, on both outputs, and how it ends, without the names of the folder."""
    result = home.run(*arguments)
    said = f"{result.exit_code} {result.output} {result.exception or ''}"
    return said.replace(str(home.folder), "HERE")


def everything(home: Home) -> dict[str, str]:
    found = {}
    for viewer in ("ben", "cleo"):
        for look in LOOKS:
            found[f"{viewer} {look}"] = typed(home, *look, "--for", viewer)
        found[f"{viewer} export"] = typed(home, "export", "--person", viewer).partition('"made_utc"')[2][30:]
        for name in names(home, "ana"):
            found[f"{viewer} why {name}"] = typed(home, "why", name, "--for", viewer)
    for look in IN_NOBODYS_NAME:
        found[f"nobody {look}"] = typed(home, *look, "--json")
    return found


def names(home: Home, person: str) -> list[str]:
    """What somebody else could guess that ana's messages of before are called, whatever became of them."""
    return [f"{ritual}@2026-01-01/{person}" for ritual in ("tea", "mood", "plan")]


def of_ana(home: Home, ritual: str) -> str:
    rows = json.loads(home.run("log", "--for", "ana", "--json").stdout)
    return next(str(row["occurrence"]) for row in rows if row["ritual"] == ritual)


def test_what_ana_types_changes_nothing_that_is_typed_for_others(plain: Home, tmp_path: Path) -> None:
    before, home = everything(plain), copy(plain, tmp_path)
    called = {"TEA": of_ana(home, "tea"), "MOOD": of_ana(home, "mood")}
    for act in ACTS:
        result = home.run(*(called.get(word, word) for word in act))
        assert result.exception is None, (act, result.exception)
    after = everything(home)
    assert [look for look in before if before[look] != after[look]] == []
    mine = home.text("promise", "list", "--for", "ana") + home.text("export", "--person", "ana")
    assert mine.count("CANARY") >= 3


def test_a_secret_and_all_that_becomes_of_it_change_nothing_that_is_typed_for_others(
    plain: Home, tmp_path: Path
) -> None:
    before, home = everything(plain), copy(plain, tmp_path)
    more = home.folder / "rituals.d"  # a file of its own: a patch by `review` counts the lines of the one it mends
    more.mkdir()
    (more / "plan.toml").write_text(SECRET, "utf-8")
    home.text("send", "plan")
    home.text("reply", of_ana(home, "plan"), "CANARY the boat is ours", "--as", "ana")
    after = everything(home)
    assert [look for look in before if before[look] != after[look] and not look.startswith("nobody")] == []
    assert not any("CANARY" in text or f"{FAR + timedelta(minutes=2):%H:%M}" in text for text in after.values())
    twin = copy(home, tmp_path / "twin")
    twin.text("reply", of_ana(twin, "plan"), "CANARY no, it sank", "--as", "ana")
    assert [look for look, text in everything(twin).items() if text != after[look]] == []
