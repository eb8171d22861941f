"""People of one household who read different languages: the same prompt, in each one's own."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from ritualsd.core.phrases import IN_ENGLISH, Phrases
from ritualsd.model import Ask, Prompt
from ritualsd.ports import Pool
from ritualsd.testing import ListContent, VirtualClock
from tests.builders import NOON, person, ritual, settings
from tests.flow.stage import Stage

ENGLISH = tuple(Prompt(text=f"English {n}", id=f"t.{n}", source="deck:test", language="en") for n in range(20))
GERMAN = tuple(replace(each, text=each.text.replace("English", "Deutsch"), language="de") for each in ENGLISH)
SAID = {"title.discreet": "Ein paar Worte", "late": "Etwas später, von {when}:", "names.and": "{most} und {last}"}
SAID |= {"weekday.2": "Dienstag"}


@dataclass(slots=True)
class TwoLanguages(ListContent):
    """Offers the same prompts in German and in English; what stands around them is said in German to the French too."""

    def offers(self, ask: Ask, deck: str = "") -> Pool:
        return Pool(prompts=GERMAN if ask.language == "de" else ENGLISH)

    def phrases(self, language: str) -> Phrases:
        return IN_ENGLISH if language == "en" else Phrases(language="de", texts=SAID)


def stage(*languages: str, **over: object) -> Stage:
    people = tuple(person(name, language=each) for name, each in zip(("ana", "ben", "cleo"), languages, strict=False))
    told = ritual(kind="gratitude", to=tuple(each.id for each in people), **over)
    return Stage(settings(told, people=people), VirtualClock(NOON), content=TwoLanguages())


def test_everyone_at_a_slot_gets_the_same_prompt_in_their_own_language() -> None:
    day = stage("de", "en", "fr")
    day.until(NOON + timedelta(days=5))
    said = [body.split() for body in day.bodies()]
    assert len(said) == 15
    for first in range(0, 15, 3):
        assert len({number for _, number in said[first : first + 3]}) == 1
        assert sorted(language for language, _ in said[first : first + 3]) == ["Deutsch", "English", "English"]


def test_the_source_names_the_language_a_prompt_came_in_instead() -> None:
    day = stage("fr")
    day.until(NOON + timedelta(days=1))
    assert [entry.occurrence.source for entry in day.record()] == ['deck:test (in "en", for want of "fr")']


def test_a_change_of_language_repeats_nothing() -> None:
    day = stage("en")
    day.until(NOON + timedelta(days=10))
    ana = replace(day.settings.household.people["ana"], language="de")
    day.adopt(replace(day.settings, household=replace(day.settings.household, people={"ana": ana})))
    day.until(NOON + timedelta(days=20))
    numbers = [body.split()[1] for body in day.bodies()]
    assert len(numbers) == len(set(numbers)) == 20
    assert [body.split()[0] for body in day.bodies()] == ["English"] * 10 + ["Deutsch"] * 10


def test_what_stands_around_a_prompt_is_in_the_readers_language_too() -> None:
    day = stage("de", "en")
    day.asleep_until(NOON + timedelta(hours=23))
    day.turn()
    bodies = {sent.channel: (sent.title, sent.body) for sent in day.sender.sent}
    assert bodies["ana/phone"][0] == "Ein paar Worte"
    assert bodies["ana/phone"][1].startswith("Etwas später, von Dienstag 09:00:\nDeutsch")
    assert bodies["ben/phone"][1].startswith("A little late, from Tuesday 09:00:\nEnglish")


def test_a_message_is_in_one_language_even_where_its_prompt_is_in_another() -> None:
    day = stage("fr")
    day.asleep_until(NOON + timedelta(hours=23))
    day.turn()
    assert day.bodies()[0].startswith("A little late, from Tuesday 09:00:\nEnglish")
