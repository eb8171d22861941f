"""Where `${name}` comes from, and that no value of one is ever shown."""

from __future__ import annotations

import pytest

from tests.config.home import PEOPLE, Home

CHANNEL = PEOPLE + 'channels = { phone = "ntfys://${ben_token}@ntfy.example.org/ben" }\n'
CANARY = "kanarie/+@ vogel"
ENCODED = "kanarie%2F%2B%40%20vogel"


def url_of_ben(home: Home, env: dict[str, str] | None = None) -> str:
    (channel,) = home.settings(CHANNEL, env).household.people["ben"].channels
    return channel.url.reveal()


def test_a_secret_is_percent_encoded_where_it_lands(home: Home) -> None:
    home.secret("ben_token", CANARY + "\n")
    assert url_of_ben(home) == f"ntfys://{ENCODED}@ntfy.example.org/ben"


def test_a_value_that_is_only_a_secret_is_taken_as_it_is(home: Home) -> None:
    home.secret("ben_token", "mailto://ben:pa%40ss@localhost\n")
    settings = home.settings(PEOPLE + 'channels = { mail = "${ben_token}" }\n')
    assert settings.household.people["ben"].channels[0].url.reveal() == "mailto://ben:pa%40ss@localhost"


def test_the_nearest_place_wins_in_the_promised_order(home: Home) -> None:
    env = {"RITUALSD_SECRET_BEN_TOKEN": "from-environment"}
    assert "from-environment" in url_of_ben(home, env)
    home.secret("ben_token", "from-beside")
    assert "from-beside" in url_of_ben(home, env)
    home.write("from-folder", "own/ben_token").chmod(0o600)
    env["RITUALSD_SECRETS"] = str(home.folder / "own")
    assert "from-folder" in url_of_ben(home, env)
    home.write("from-credentials", "credentials/ben_token").chmod(0o440)
    env["CREDENTIALS_DIRECTORY"] = str(home.folder / "credentials")
    assert "from-credentials" in url_of_ben(home, env)


def test_a_missing_secret_is_named_with_the_places_that_were_looked_in(home: Home) -> None:
    (said,) = [line for line in home.said(CHANNEL) if "secret" in line]
    assert said == (
        "config.toml:6: people.ben.channels.phone: the secret ben_token was not found "
        "(looked in secrets, $RITUALSD_SECRET_BEN_TOKEN); write it to secrets/ben_token, readable by you alone"
    )


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644])
def test_a_secret_that_others_can_read_is_refused(home: Home, mode: int) -> None:
    home.secret("ben_token", CANARY, mode)
    (said,) = [line for line in home.said(CHANNEL, {"RITUALSD_SECRET_BEN_TOKEN": "x"}) if "secret" in line]
    assert "the secret ben_token in secrets: this file can be read by other users of the machine" in said
    assert "chmod 600" in said
    assert home.load().settings is None


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        (b"", "is empty"),
        (b"\n", "is empty"),
        (b"\xff\xfe\xfd", "is not UTF-8 text"),
        (b"a\0b", "holds a NUL character"),
    ],
)
def test_a_secret_that_is_no_text_is_refused(home: Home, value: bytes, problem: str) -> None:
    home.write(value, "secrets/ben_token").chmod(0o600)
    assert any(f"the secret ben_token {problem}" in line for line in home.said(CHANNEL))


def test_a_folder_in_place_of_a_secret_is_told(home: Home) -> None:
    (home.folder / "secrets" / "ben_token").mkdir(parents=True)
    assert any("this is a folder, not a file" in line for line in home.said(CHANNEL))


@pytest.mark.parametrize("written", ["${}", "${a/b}", "${../x}", "${a b}", "${open", "x${a b}y"])
def test_a_name_that_is_no_name_is_never_looked_up(home: Home, written: str) -> None:
    said = home.said(PEOPLE + f'channels = {{ phone = "ntfys://{written}@example.org/ben" }}\n')
    assert any("a secret is written ${name}" in line for line in said)


def test_secrets_in_a_plugins_settings_are_filled_in_as_they_are(home: Home) -> None:
    home.secret("key", CANARY)
    settings = home.settings(
        PEOPLE
        + '[plugins.weather]\ntimeout = "5 seconds"\n'
        + 'key = "${key}"\nurl = "https://x/?k=${key}"\nmore = [{ k = "${key}" }]\n'
    )
    table = settings.plugins["weather"]
    assert table.timeout_s == 5
    assert table.settings == {"key": CANARY, "url": f"https://x/?k={CANARY}", "more": [{"k": CANARY}]}
    assert table.where == f"{home.config}:6"


def test_a_plugin_that_is_switched_off_needs_no_secret(home: Home) -> None:
    assert not home.settings(PEOPLE + '[plugins.weather]\nenabled = false\nkey = "${key}"\n').plugins["weather"].enabled


def test_no_problem_and_no_settings_ever_show_a_secret(home: Home) -> None:
    home.secret("ben_token", CANARY)
    others = f'a = "{CANARY}"\nb = "nope://{CANARY}"\nc = "tgram://{CANARY}"\nd = "json://[{CANARY}"\n'
    text = f"{CHANNEL}[people.zoe.channels]\n{others}"
    shown = "\n".join(home.said(text))
    assert "kanarie" not in shown
    assert "kanarie" not in repr(home.settings(CHANNEL))


def test_a_token_written_into_the_file_is_a_warning(home: Home) -> None:
    said = home.said(PEOPLE + 'channels = { phone = "ntfys://tk_9f8e7d6c5b4a3f2e1d@ntfy.example.org/ben" }\n')
    assert any("seems to hold a password or token" in line for line in said)
    assert home.load().settings is not None
