"""Every phrase a receiver may read beside the prompts, in English. Packs of other languages have the same keys.

Plain, short, warm; no guilt, nobody's name but those in braces. A key that ends in a plural form, such as `.one` and
`.other`, is said by `Phrases.count`.
"""

from __future__ import annotations

from ritualsd.core.english_leaving import LEAVING
from ritualsd.core.english_pages import PAGES
from ritualsd.core.english_progress import PROGRESS
from ritualsd.core.english_promises import PROMISES
from ritualsd.core.english_replies import REPLIES
from ritualsd.core.english_yours import YOURS

PHRASES: dict[str, str] = {
    "title.discreet": "A small note",
    "late": "A little late, from {when}:",
    "ground.1": "Say as much as you like; nobody has to fix anything.",
    "ground.2": "There is no right answer, and passing is one too.",
    "ground.3": "Take your time. Whoever listens just listens.",
    "ground.4": "A few words are plenty, and you can stop anywhere.",
    "ground.5": "Half an answer is an answer, and so is a smile.",
    "fact.again": "You answered this a while ago: {question} It may have changed, so it rests until you tell it again.",
    "fact.favourite-drink": "What do you like to drink most?",
    "fact.morning-drink": "What do you like to drink first in the day?",
    "fact.comfort-food": "What do you like to eat when you want comfort?",
    "fact.favourite-treat": "Which small treat never fails with you?",
    "fact.favourite-song": "Which song do you like to hear again and again?",
    "fact.favourite-book": "Which book would you lend to anyone?",
    "fact.old-film": "Which film could you watch once more?",
    "fact.a-place": "Which place nearby do you like to be in?",
    "fact.small-joy": "Which small thing makes an ordinary day better for you?",
    "fact.hard-day-help": "What helps you on a hard day?",
    "fact.way-to-rest": "How do you rest best?",
    "fact.favourite-smell": "Which smell do you love?",
    "fact.childhood-game": "What did you love to play as a child?",
    "fact.quiet-hobby": "What do you like to do on your own?",
    "fact.dream-trip": "Where would you like to go one day?",
    "fact.proud-of": "What are you quietly proud of?",
    "digest.open": "A few things from while it was quiet:",
    "unit.minutes": "m, min, minute, minutes",
    "unit.hours": "h, hr, hour, hours",
    "unit.days": "d, day, days",
    "unit.weeks": "w, week, weeks",
    "names.and": "{most} and {last}",
    "names.comma": ", ",
    "when.today": "today",
    "when.tomorrow": "tomorrow",
    "when.days.one": "in a day",
    "when.days.other": "in {count} days",
    "when.weeks.one": "in a week",
    "when.weeks.other": "in {count} weeks",
    "date.time": "{hour}:{minute}",
    "date.weekday-time": "{weekday} {time}",
    "date.day": "{weekday}, {day} {month}",
    "date.day-year": "{day} {month} {year}",
    "weekday.1": "Monday",
    "weekday.2": "Tuesday",
    "weekday.3": "Wednesday",
    "weekday.4": "Thursday",
    "weekday.5": "Friday",
    "weekday.6": "Saturday",
    "weekday.7": "Sunday",
    "month.1": "January",
    "month.2": "February",
    "month.3": "March",
    "month.4": "April",
    "month.5": "May",
    "month.6": "June",
    "month.7": "July",
    "month.8": "August",
    "month.9": "September",
    "month.10": "October",
    "month.11": "November",
    "month.12": "December",
    "card.prepare.one": "Before it, a minute to get ready.",
    "card.prepare.other": "Before it, {count} minutes to get ready.",
    "card.away.one": "Then phones rest for a minute, and we are silent.",
    "card.away.other": "Then phones rest for {count} minutes, and we are silent.",
    "season.day": "{ritual}: {day}.",
    "season.parting": "What you wrote here is yours alone, to take along or to let go, whenever you like. "
    "`ritualsd export --person {person}` and `ritualsd erase --person {person}` do it. Nothing needs deciding today.",
    "repair.cool-off": "The pause you asked for is over, if you want to go on.",
    "repair.follow-up": "Some days have passed. How does it sit with you now? Keeping it to yourself is fine.",
    **LEAVING,
    **PAGES,
    **PROGRESS,
    **PROMISES,
    **REPLIES,
    **YOURS,
}
