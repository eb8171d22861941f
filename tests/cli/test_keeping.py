"""Export, erase, backup, restore and the key, as they are typed."""

from __future__ import annotations

import json
import stat
from pathlib import Path

import pytest

from ritualsd.errors import ConfigError, NotFound, RitualsdError, StoreError
from tests.cli.home import TWO, Home

WORDS = "The kettle is yours"


def seal(home: Home, *lines: str) -> None:
    """Say in the configuration that words are sealed, with these lines as the key file."""
    secrets = home.folder / "secrets"
    secrets.mkdir(exist_ok=True)
    (secrets / "ritualsd_key").write_text("\n".join(lines))
    (secrets / "ritualsd_key").chmod(0o600)
    home.write(TWO + '\n[storage]\nencrypt = true\nkey = "${ritualsd_key}"\n')


def new_key(home: Home) -> str:
    return home.text("key", "new").strip()


def on_disk(home: Home) -> bytes:
    return b"".join(path.read_bytes() for path in home.state.rglob("*") if path.is_file())


def refusal(home: Home, *arguments: str) -> RitualsdError:
    error = home.run(*arguments).exception
    assert isinstance(error, RitualsdError), error
    return error


def test_an_export_is_json_in_a_file_for_its_owner_alone(lived: Home, tmp_path: Path) -> None:
    target = tmp_path / "ana.json"
    lived.text("export", "--person", "ana", str(target))
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    found = json.loads(target.read_text("utf-8"))
    assert {message["ritual"] for message in found["messages"]} == {"tea", "plan"}
    assert json.loads(lived.text("export", "--person", "ben")).keys() == found.keys()
    assert "CANARY" not in lived.text("export", "--person", "ben")
    assert "there already" in str(refusal(lived, "export", "--person", "ana", str(target)))
    lived.text("export", "--person", "ana", str(target), "--force")
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


def test_there_is_nothing_to_export_before_the_first_start(home: Home) -> None:
    assert isinstance(refusal(home, "export", "--person", "ana"), NotFound)


def test_an_erasure_asks_first_and_a_no_changes_nothing(lived: Home) -> None:
    before = lived.json("log", "--for", "ana")
    assert lived.run("erase", "--person", "ana").exit_code == 1
    assert lived.json("log", "--for", "ana") == before
    assert "Removed for good" in lived.text("erase", "--person", "ana", "--yes")
    assert lived.json("log", "--for", "ana") == []
    assert b"CANARY" not in on_disk(lived)
    assert [row["ritual"] for row in lived.json("log", "--for", "ben")] == ["tea"]


def test_an_erasure_says_what_went_and_what_is_elsewhere(lived: Home) -> None:
    told = lived.text("erase", "--ritual", "tea", "--yes")
    assert "2 messages" in told
    assert "still names tea" in told
    assert "Backups" in told
    assert lived.json("erase", "--ritual", "plan", "--yes")["messages"] == 1
    assert "nothing to remove" in lived.text("erase", "--all", "--yes")


@pytest.mark.parametrize("scope", [(), ("--person", "ana", "--all"), ("--person", "ana", "--ritual", "tea")])
def test_an_erasure_is_of_one_thing(lived: Home, scope: tuple[str, ...]) -> None:
    assert lived.run("erase", "--yes", *scope).exit_code == 2


def test_a_name_that_was_meant_otherwise_is_told(lived: Home) -> None:
    assert "did you mean 'ana'" in str(refusal(lived, "erase", "--person", "anna", "--yes"))


def test_words_are_sealed_once_a_key_is_named_and_read_as_ever(lived: Home) -> None:
    assert WORDS.encode() in on_disk(lived)
    before = lived.text("export", "--person", "ana").partition("messages")[2]
    seal(lived, new_key(lived))
    assert "sealed with the first key" in lived.text("key", "rotate")
    assert WORDS.encode() not in on_disk(lived)
    assert lived.text("export", "--person", "ana").partition("messages")[2] == before
    assert lived.json("log", "--for", "ana")


def test_a_key_can_be_changed_and_the_old_one_thrown_away(lived: Home) -> None:
    old, new = new_key(lived), new_key(lived)
    seal(lived, old)
    lived.text("key", "rotate")
    seal(lived, new)
    assert "does not open" in str(refusal(lived, "send", "tea"))
    seal(lived, "# the new one", new, old)
    lived.text("key", "rotate")
    seal(lived, new)
    assert WORDS in lived.text("export", "--person", "ana")


def test_a_lost_key_stops_everything_before_anything_is_sent(lived: Home) -> None:
    seal(lived, new_key(lived))
    lived.text("key", "rotate")
    before = on_disk(lived)
    lived.write(TWO)
    error = refusal(lived, "send", "tea")
    assert isinstance(error, StoreError)
    assert "no key to open them" in str(error)
    assert on_disk(lived) == before


@pytest.mark.parametrize(
    ("storage", "says"),
    [
        ("encrypt = true", "there is no key"),
        ('encrypt = true\nkey = "ritualsd-key-1:AAAA"', "does not belong in this file"),
        ('encrypt = true\nkey = "${absent}"', "was not found"),
        ('encrypt = true\nkey = "${short}"', "is not a key"),
    ],
)
def test_a_key_that_cannot_be_used_is_told_by_check_and_never_shown(home: Home, storage: str, says: str) -> None:
    (home.folder / "secrets").mkdir()
    (home.folder / "secrets" / "short").write_text("ritualsd-key-1:CANARYCANARY")
    (home.folder / "secrets" / "short").chmod(0o600)
    home.write(f"{TWO}\n[storage]\n{storage}\n")
    problems = json.loads(home.run("check", "--json").stdout)["problems"]
    assert any(says in problem["message"] for problem in problems)
    assert "CANARY" not in str(problems)
    assert isinstance(refusal(home, "key", "rotate"), ConfigError)


def test_a_key_in_the_state_folder_is_refused(lived: Home) -> None:
    key = lived.state / "ritualsd_key"
    key.write_text(new_key(lived))
    key.chmod(0o600)
    (lived.folder / "secrets").symlink_to(lived.state)
    lived.write(TWO + '\n[storage]\nencrypt = true\nkey = "${ritualsd_key}"\n')
    assert "in the state folder" in str(refusal(lived, "send", "tea"))


def test_a_backup_is_sealed_unless_one_says_otherwise(lived: Home, tmp_path: Path) -> None:
    target = tmp_path / "rituals.backup"
    assert "nothing to seal it with" in str(refusal(lived, "backup", str(target)))
    (tmp_path / "phrase").write_text("four rooks on one roof\n")
    lived.text("backup", str(target), "--passphrase-file", str(tmp_path / "phrase"))
    assert WORDS.encode() not in target.read_bytes()
    assert stat.S_IMODE(target.stat().st_mode) == 0o600
    assert "there already" in str(refusal(lived, "backup", str(target), "--plain"))
    assert "open for whoever" in lived.text("backup", str(target), "--plain", "--force")
    assert WORDS.encode() in target.read_bytes()


def test_a_backup_comes_back_and_says_nothing_twice(lived: Home, tmp_path: Path) -> None:
    target = tmp_path / "rituals.backup"
    seal(lived, new_key(lived))
    lived.text("key", "rotate")
    lived.text("backup", str(target))
    before = lived.json("log", "--for", "ana")
    assert "--force" in str(refusal(lived, "restore", str(target)))
    lived.text("erase", "--all", "--yes")
    assert "as it was at" in lived.text("restore", str(target), "--force")
    assert lived.json("log", "--for", "ana") == before
    assert list(lived.state.glob("ritualsd.db.old-*"))


@pytest.mark.parametrize("content", [b"", b"not a backup", b"ritualsd backup 1\n{}\n"])
def test_a_file_that_is_no_backup_is_refused_in_words(lived: Home, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x").write_bytes(content)
    before = on_disk(lived)
    assert "Traceback" not in str(refusal(lived, "restore", str(tmp_path / "x"), "--force"))
    assert "cannot be read" in str(refusal(lived, "restore", str(tmp_path / "absent")))
    assert on_disk(lived) == before


def test_an_empty_or_unreadable_passphrase_is_refused(lived: Home, tmp_path: Path) -> None:
    (tmp_path / "empty").write_text("\n")
    for name in ("empty", "absent"):
        refusal(lived, "backup", str(tmp_path / "b"), "--passphrase-file", str(tmp_path / name))
    assert not (tmp_path / "b").exists()
