"""Settings that are mine: what a person says of themselves, to ritualsd alone. Each change can only make it quieter
or more to their liking; none tells anybody anything."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from starlette.responses import RedirectResponse, Response

from ritualsd.core.changes import PREFIX, changes_of
from ritualsd.core.compose import title_of
from ritualsd.core.leaving import begun, ended, has_left, is_waited_for
from ritualsd.core.lived import ANSWERS_TO_TOUCH, LEVELS, PREVIEWS, quiet_said
from ritualsd.core.sign_post import OWN_KEY
from ritualsd.core.visibility import visible_to
from ritualsd.core.zones import resolve
from ritualsd.model import Pause, Purpose, Ritual
from ritualsd.ports import Store
from ritualsd.web.house import House
from ritualsd.web.pages import day_name, page, refusal
from ritualsd.web.sign_in import Visit, session_mark
from ritualsd.web.sign_post import put_away

MOST_A_DAY = 100
CHANGES_SHOWN = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A ritual that comes to this person, and whether they hold it."""

    id: str
    name: str
    held: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Somewhere this person is signed in."""

    mark: str
    since: str
    here: bool


class Mine:
    """The page, and what its forms change."""

    def __init__(self, house: House) -> None:
        self._house = house

    def page(self, visit: Visit) -> Response:
        """The page; a form changes one thing and leads back here."""
        if visit.request.method != "POST":
            return self._show(visit)
        change = CHANGES.get(visit.fields.get("do", ""))
        if change is None or not change(self._house.store, visit):
            return refusal(visit.phrases, 422)
        return RedirectResponse("/today" if change is put_note_away else "/mine", 303)

    def _show(self, visit: Visit) -> Response:
        store, me = self._house.store, visit.person
        own = store.personal.own({me.id}).get(me.id, {})
        start, _, end = own.get("quiet", "").partition("-")
        household = self._house.settings_of().household
        return page(
            "mine", visit.phrases, here="mine", person=me, own=own, quiet=(start, end), paused=_paused(store, visit),
            left=has_left(_pauses(store, visit), me.id, visit.now), changes=_changes(store, visit),
            waits=is_waited_for(_pauses(store, visit), me.id, visit.now),
            rituals=_rituals(store, visit), calendar=_calendar(store, visit), sessions=_sessions(store, visit),
            facts=store.personal.facts(me.id),
            levels=LEVELS, previews=PREVIEWS, touches=ANSWERS_TO_TOUCH, level=str(me.level),
            most=household.people[me.id].max_per_day or MOST_A_DAY,
            languages=sorted({*self._house.languages(), household.language, me.language}),
            tomorrow=(visit.now.astimezone(ZoneInfo(me.zone)).date() + timedelta(days=1)).isoformat(),
        )  # fmt: skip


def _paused(store: Store, visit: Visit) -> str:
    """Until when this person paused everything; a dash for no end, "" where they did not."""
    for pause in _pauses(store, visit):
        if (pause.ritual, pause.person) == ("", visit.person.id) and _is_on(pause, visit.now):
            end = pause.until_utc and pause.until_utc.astimezone(ZoneInfo(visit.person.zone))
            return day_name(end.date(), visit.phrases) if end else "-"
    return ""


def _pauses(store: Store, visit: Visit) -> list[Pause]:
    return [
        seen.thing
        for seen in visible_to(
            visit.person.id, store.pauses({"", visit.person.id}), visit.settings.household, visit.now
        )
    ]


def _is_on(pause: Pause, now: datetime) -> bool:
    return pause.since_utc <= now and (pause.until_utc is None or now < pause.until_utc)


def _rituals(store: Store, visit: Visit) -> list[Held]:
    held = {
        pause.ritual for pause in _pauses(store, visit) if pause.person == visit.person.id and _is_on(pause, visit.now)
    }
    return [Held(id=each.id, name=title_of(each), held=each.id in held) for each in _to_me(visit)]


def _changes(store: Store, visit: Visit) -> list[str]:
    """What changed for this person in the configuration, newest first, as lines."""
    zone, rituals = ZoneInfo(visit.person.zone), visit.settings.household.rituals
    lines = []
    for each in changes_of(visit.person.id, store.recall_all(PREFIX))[:CHANGES_SHOWN]:
        name = title_of(rituals[each.ritual]) if each.ritual in rituals else each.ritual
        day = day_name(each.at_utc.astimezone(zone).date(), visit.phrases)
        lines.append(visit.phrases.say(f"changed.{each.what if each.ritual else 'you'}", ritual=name, day=day))
    return lines


def _to_me(visit: Visit) -> list[Ritual]:
    return [each for each in visit.settings.household.rituals.values() if each.enabled and visit.person.id in each.to]


def _sessions(store: Store, visit: Visit) -> list[Session]:
    zone = ZoneInfo(visit.person.zone)
    return [
        Session(
            mark=session_mark(each), since=day_name(each.made_utc.astimezone(zone).date(), visit.phrases),
            here=each.digest == visit.session.digest,
        )
        for each in store.passes.of(visit.person.id, Purpose.SESSION)
        if each.until_utc is None or each.until_utc > visit.now
    ]  # fmt: skip


def _calendar(store: Store, visit: Visit) -> str:
    """Since when this person's calendar has an address; "" where it has none."""
    given = store.passes.of(visit.person.id, Purpose.CALENDAR)
    return day_name(given[-1].made_utc.astimezone(ZoneInfo(visit.person.zone)).date(), visit.phrases) if given else ""


Change = Callable[[Store, Visit], bool]
"""Keeps what a form says; False where it says nothing we offered."""


def pause(store: Store, visit: Visit) -> bool:
    """Nothing at all until a day, or until resumed."""
    wanted, zone = visit.fields.get("until", ""), ZoneInfo(visit.person.zone)
    until_utc = None
    if wanted:
        try:
            until_utc = resolve(datetime.combine(date.fromisoformat(wanted), time()), zone)[0]
        except (ValueError, OverflowError):
            return False
        if until_utc is None or until_utc <= visit.now:
            return False
    store.pause(Pause(person=visit.person.id, since_utc=visit.now, until_utc=until_utc))
    return True


def resume(store: Store, visit: Visit) -> bool:
    """The end of that."""
    store.resume("", visit.person.id, visit.now)
    return True


def leave(store: Store, visit: Visit) -> bool:
    """Nothing at all, whatever the configuration says, until they come back."""
    left = begun("leave", "", visit.person.id, visit.now)
    if left is not None:
        store.pause(left)
    return True


def come_back(store: Store, visit: Visit) -> bool:
    """The end of that, or the yes that everything waits for."""
    for ritual in ended("start", ""):
        store.resume(ritual, visit.person.id, visit.now)
    return True


def mute(store: Store, visit: Visit) -> bool:
    """One ritual rests for this person alone."""
    wanted = visit.fields.get("ritual", "")
    if all(each.id != wanted for each in _to_me(visit)):
        return False
    store.pause(Pause(ritual=wanted, person=visit.person.id, since_utc=visit.now))
    return True


def unmute(store: Store, visit: Visit) -> bool:
    """The end of that."""
    store.resume(visit.fields.get("ritual", ""), visit.person.id, visit.now)
    return True


def quiet(store: Store, visit: Visit) -> bool:
    """Hours of quiet beside those of the configuration; both ends empty takes them back."""
    start, end = visit.fields.get("from", ""), visit.fields.get("to", "")
    text = f"{start}-{end}" if start or end else ""
    if text and quiet_said(text) is None:
        return False
    return _own(store, visit, "quiet", text)


def most(store: Store, visit: Visit) -> bool:
    """At most so many messages a day."""
    wanted = visit.fields.get("most", "").strip()
    if wanted and not (wanted.isascii() and wanted.isdecimal() and len(wanted) < 4 and int(wanted) <= MOST_A_DAY):
        return False
    return _own(store, visit, "max_per_day", wanted)


def words(store: Store, visit: Visit) -> bool:
    """How much a locked phone shows, and in which language."""
    preview, language = visit.fields.get("preview", ""), visit.fields.get("language", "")
    if preview not in PREVIEWS or not (
        language.isascii() and language.replace("-", "").isalpha() and len(language) < 9
    ):
        return False
    return _own(store, visit, "preview", preview) and _own(store, visit, "language", language)


def level(store: Store, visit: Visit) -> bool:
    """How deep questions may go. Nobody learns who said what."""
    wanted = visit.fields.get("level", "")
    return wanted in LEVELS and _own(store, visit, "level", wanted)


def touch(store: Store, visit: Visit) -> bool:
    """Whether prompts about touch are welcome. Nobody learns who said what."""
    wanted = visit.fields.get("touch", "")
    return wanted in ANSWERS_TO_TOUCH and _own(store, visit, "touch", wanted)


def forget(store: Store, visit: Visit) -> bool:
    """Take a fact about oneself back."""
    return store.personal.forget(visit.person.id, visit.fields.get("fact", ""))


def looking_back(store: Store, visit: Visit) -> bool:
    """Whether a monthly note comes, and now and then something from the jar."""
    wanted = {key: visit.fields.get(key, "") for key in ("review", "echo")}
    if not set(wanted.values()) <= {"yes", "no"}:
        return False
    return all(_own(store, visit, key, "" if said == "yes" else said) for key, said in wanted.items())


def put_note_away(store: Store, visit: Visit) -> bool:
    """The sign-post rests for some time, or for good."""
    return _own(store, visit, OWN_KEY, put_away(visit.person, visit.now)[visit.fields["do"]])


def _own(store: Store, visit: Visit, key: str, value: str) -> bool:
    store.personal.set_own(visit.person.id, key, value, visit.now)
    return True


CHANGES: Mapping[str, Change] = {
    "pause": pause,
    "resume": resume,
    "leave": leave,
    "come-back": come_back,
    "mute": mute,
    "unmute": unmute,
    "quiet": quiet,
    "most": most,
    "words": words,
    "level": level,
    "touch": touch,
    "forget": forget,
    "looking-back": looking_back,
    "note-later": put_note_away,
    "note-never": put_note_away,
}
"""By the name its button has."""
