"""Answers typed in German mean what the English ones mean, and the English ones go on working."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from ritualsd.content.find import bundled_folder
from ritualsd.content.packs import read_phrases
from ritualsd.core.phrases import Phrases
from ritualsd.core.replies import forms, parse_reply
from ritualsd.core.sign_post import says_unsafe
from ritualsd.model import ActionKind

GERMAN = Phrases(language="de", texts=read_phrases(bundled_folder() / "german" / "phrases.toml").texts)
NOON = datetime(2026, 5, 4, 12, tzinfo=ZoneInfo("Europe/Berlin"))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("Gemacht.", ActionKind.DONE),
        ("done", ActionKind.DONE),
        ("ja", ActionKind.DONE),
        ("Erfolg: das Regal hält", ActionKind.WIN),
        ("weitersagen: ich freue mich", ActionKind.PASS_ON),
        ("Darauf zurückkommen.", ActionKind.COME_BACK),
        ("überspringen", ActionKind.SKIP),
        ("skip", ActionKind.SKIP),
        ("mag ich", ActionKind.FAVOURITE),
        ("heute nicht", ActionKind.NOT_TONIGHT),
        ("nie wieder", ActionKind.NEVER),
        ("zurücknehmen", ActionKind.UNDO),
        ("Versprochen: ich rufe an", ActionKind.PROMISE),
        ("ein schöner Tag", ActionKind.TEXT),
    ],
)
def test_a_german_answer_is_understood_and_an_english_one_too(typed: str, meant: ActionKind) -> None:
    assert parse_reply(typed, "text", GERMAN, NOON).kind is meant


@pytest.mark.parametrize(
    ("typed", "hours"),
    [
        ("später 2 Stunden", 2), ("später in 90 Minuten", 1.5), ("noch einmal in 1 Tag", 24), ("später um 18:30", 6.5),
        ("später heute Abend", 8), ("später morgen", 24), ("snooze 2h", 2), ("später 2 h", 2),
    ],
)  # fmt: skip
def test_a_german_snooze_names_its_time(typed: str, hours: float) -> None:
    action = parse_reply(typed, "none", GERMAN, NOON)
    assert (action.kind, action.wait) == (ActionKind.SNOOZE, timedelta(hours=hours))


def test_the_answers_there_are_are_named_in_german() -> None:
    assert forms("scale", GERMAN) == "gemacht, auslassen, später 2h oder eine Zahl von 1 bis 5"


def test_not_feeling_safe_is_heard_in_german_too() -> None:
    assert says_unsafe("Ehrlich gesagt, ich fühle mich nicht sicher.", GERMAN)
    assert not says_unsafe("Ich bin nicht sicher, ob wir fahren.", GERMAN)
