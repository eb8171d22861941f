"""`ritualsd leave` and `ritualsd changes`: what they say, what follows, and what other people's screens show of it."""

from __future__ import annotations

from tests.cli.home import TWO, Home

TURNS = (
    TWO
    + """
[rituals.cook]
when    = "every day at 18:00"
to      = "turns"
message = "It is your turn to cook."
"""
)


def others_screens(home: Home) -> dict[str, str]:
    """What Ben, and whoever asks without a name, is shown of what is coming and of the pauses there are."""
    coming = ("next", "--from", "2031-05-01", "-n", "30")
    asked = (
        coming,
        (*coming, "--for", "ben"),
        ("why", "--for", "ben"),
        ("log", "--for", "ben"),
        ("changes", "--for", "ben"),
    )
    return {" ".join(words): home.text(*words) for words in asked}


def test_who_left_gets_nothing_and_the_others_screens_stay_byte_for_byte(home: Home) -> None:
    home.write(TURNS)
    home.text("send", "tea")
    before = others_screens(home)
    told = home.text("leave", "--as", "ana")
    assert "nothing more comes to you" in told
    assert "ritualsd export --person ana" in told
    assert others_screens(home) == before
    home.text("send", "plan")
    assert [row["state"] for row in home.json("log", "--for", "ana", "--ritual", "plan")] == ["skipped"]
    assert "you left" in home.text("why", "--for", "ana", "--ritual", "plan")


def test_coming_back_is_said_once(lived: Home) -> None:
    lived.text("leave", "--as", "ana")
    assert "There was no pause" in lived.text("resume", "--for", "ana")  # nobody ends it by ending a pause
    assert "it comes again" in lived.text("leave", "--undo", "--as", "ana")
    again = lived.run("leave", "--undo", "--as", "ana")
    assert again.output == "There was nothing to come back from.\n"


def test_before_a_yes_even_a_message_by_hand_is_held(home: Home) -> None:
    home.write(TWO.replace('name     = "Ana"', 'name     = "Ana"\nconfirm  = true'))
    home.text("send", "plan")
    assert [row["reason"] for row in home.json("log", "--for", "ana", "--ritual", "plan")] == ["waiting-for-yes"]
    home.text("leave", "--undo", "--as", "ana")
    assert "yes to the first" not in home.text("next", "--for", "ana", "-n", "3")


def test_changes_begin_with_the_first_start(home: Home) -> None:
    assert home.json("changes", "--for", "ana") == []
    assert 'did you mean "ana"' in str(home.run("changes", "--for", "anna").exception)
